"""What the scripted agent is to do in each attempt: a YAML file of acts, read strictly."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from openclaw_hooks.documents import decode, parse_yaml, read_file, read_text
from openclaw_hooks.errors import OpenclawError


class Write(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Put `text` into the file at `path`, or at its end, or in place of `old`."""

    path: str
    text: str
    old: str = ""
    append: bool = False


class Plant(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Put a made-up secret of that `kind` (a field of `scratch.planted.Planted`) into the file, in place of `{secret}`."""

    path: str
    kind: str = "aws_id"
    text: str = 'ACCESS_KEY = "{secret}"\n'


class Deny(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Say that a tool was denied."""

    tool: str = "Bash"
    command: str = "curl https://example.com"


class Output(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Print much: lines of `line_bytes` (0: one line without an end) that are no events."""

    megabytes: int
    line_bytes: int = 100
    stream: str = "stdout"


class Hang(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Do nothing for a while: alone, or with children that hold the streams open and write their process ids to `pids`.

    A child in a session of its own (`own_session`) is out of reach of what ends a process group.
    """

    seconds: float = 3600
    children: int = 0
    own_session: bool = False
    ignore_term: bool = False
    leave: bool = False  # go on at once, the children stay
    pids: str = ""


class Figures(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the last event says that the work took."""

    cost_usd: float = 0.01
    turns: int = 1
    tokens_in: int = 1000
    tokens_out: int = 100


class Act(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that it does; exactly one key is there.

    `say` a text, `call` a tool in words only, `write` and `plant` files, `delete` a path, `run` a command (a list of words),
    `commit` everything with that message past all hooks, `deny`, `output`, `hang`, `close` streams (`stdout`, `stderr`),
    `figures` for the last event, `fail` with a text although the exit code is 0, `silent` ends without a last event,
    `exit` with a code.
    """

    say: str | UnsetType = UNSET
    call: dict[str, str] | UnsetType = UNSET
    write: Write | UnsetType = UNSET
    plant: Plant | UnsetType = UNSET
    delete: str | UnsetType = UNSET
    run: Annotated[tuple[str, ...], Meta(min_length=1)] | UnsetType = UNSET
    commit: str | UnsetType = UNSET
    deny: Deny | UnsetType = UNSET
    output: Output | UnsetType = UNSET
    hang: Hang | UnsetType = UNSET
    close: tuple[str, ...] | UnsetType = UNSET
    figures: Figures | UnsetType = UNSET
    fail: str | UnsetType = UNSET
    silent: bool | UnsetType = UNSET
    exit: int | UnsetType = UNSET


class Script(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The acts of each attempt by its number, `other` those of any that has none."""

    attempts: dict[str, tuple[Act, ...]] = {}
    other: tuple[Act, ...] = ()


def load_script(path: str) -> Script:
    """The script at `path`; raises DocumentError."""
    document = parse_yaml(path, read_text(path, read_file(path, path)))
    script = decode(document, Script)
    for name, acts in (*script.attempts.items(), ("", script.other)):
        for index, act in enumerate(acts):
            if len(named_keys(act)) != 1:
                at = ("attempts", name, index) if name else ("other", index)
                raise document.error(at, "an act has exactly one key", ", ".join(Act.__struct_fields__))
    return script


def named_keys(act: Act) -> list[str]:
    """The keys that are there in `act`."""
    return [key for key in Act.__struct_fields__ if getattr(act, key) is not UNSET]


def pick_acts(script: Script, attempt: str) -> tuple[Act, ...]:
    """What is done in the attempt with that number; raises OpenclawError for one that the script does not know."""
    if attempt in script.attempts:
        return script.attempts[attempt]
    if script.other:
        return script.other
    raise OpenclawError(
        f"the script has no acts for attempt {attempt or '(none)'}", "set OPENCLAW_ATTEMPT, or add `other`"
    )
