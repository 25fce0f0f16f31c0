"""Commands and their answers as they travel: JSON, bounded, and judged before anything is done with them.

Who sent a command is never part of it: that is in the subject it came on, which the server vouches for.
"""

from __future__ import annotations

import os
import re
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.tasks.model import PLAN_ID_PATTERN, TASK_ID_PATTERN

VERSION: Final = 1
MAX_MESSAGE_BYTES: Final = 600_000  # two versions of a file of the largest size, and room for the rest
REQUEST_ID: Final = re.compile(r"[0-9a-f]{16}")
MAX_WORD: Final = 200  # characters of a name, a token, an author

# What the answer is no to, apart from how: these end a command with the exit code of a refusal.
REFUSALS: Final = frozenset(
    {"taken", "lost", "illegal", "refused", "conflict", "forbidden", "no_lead", "offline", "busy", "unknown"}
)
CODES: Final = REFUSALS | {"invalid", "not_found", "too_large"}

_NAME: Final = re.compile(f"{TASK_ID_PATTERN}|{PLAN_ID_PATTERN}|^$")
_VERB: Final = re.compile(r"[a-z][a-z_]{0,31}")


class WireError(MeshError):
    """A message that is none of ours, or too large."""


class Command(Struct, frozen=True, omit_defaults=True):
    """What a node asks the lead to do.

    `id` is the same each time that one command is sent: it is done once. `task` is the whole id of a task or plan,
    `revision` that of its key as the sender knows it. `agent` names the agent at work there: it takes a person's
    rights away and gives none. `clone` and `author` say where and by whom, for leases and commits.
    """

    id: str
    verb: str
    task: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    revision: int = 0
    token: str = ""
    agent: str = ""
    clone: str = ""
    author: str = ""
    v: int = VERSION


class Problem(Struct, frozen=True, omit_defaults=True):
    """Why a command was not done; `code` is one of `CODES`."""

    code: str
    message: str
    hint: str = ""


class Answer(Struct, frozen=True, omit_defaults=True):
    """What became of the command `id`.

    `files` are the board's files that it changed, path -> whole text, with the revisions of their keys; `lines` are for
    whoever asked. `error` is set when nothing was done.
    """

    id: str
    ok: bool = True
    result: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    error: Problem | None = None


def new_request_id() -> str:
    """An id for a new command."""
    return os.urandom(8).hex()


def refuse(request_id: str, code: str, message: str, hint: str = "") -> Answer:
    """The answer to a command that was not done."""
    return Answer(request_id, ok=False, error=Problem(code, message, hint))


def encode_message(message: Command | Answer) -> bytes:
    """`message` as it travels; raises WireError when it is too large."""
    payload = msgspec.json.encode(message)
    if len(payload) > MAX_MESSAGE_BYTES:
        raise WireError(f"{len(payload):,} bytes do not fit into a message, of {MAX_MESSAGE_BYTES:,} at most")
    return payload


def decode_command(payload: bytes) -> Command:
    """The command that `payload` is; raises WireError, which says what is wrong with it."""
    command = _decode(payload, Command)
    assert isinstance(command, Command)  # that is what was asked for
    if not REQUEST_ID.fullmatch(command.id):
        raise WireError("the request has no valid id", "16 hexadecimal digits")
    if command.v > VERSION:
        raise WireError(f"a command of version {command.v}", "update openclaw-hooks on the lead")
    if not _VERB.fullmatch(command.verb):
        raise WireError("the command has no valid verb")
    if not _NAME.fullmatch(command.task):
        raise WireError("the command names no task or plan", "ids look like T-4kf2mz")
    if max(map(len, (command.token, command.agent, command.clone, command.author))) > MAX_WORD:
        raise WireError(f"a name in the command is longer than {MAX_WORD} characters")
    return command


def decode_answer(payload: bytes) -> Answer:
    """The answer that `payload` is; raises WireError."""
    answer = _decode(payload, Answer)
    assert isinstance(answer, Answer)  # as above
    if not answer.ok and answer.error is None:
        raise WireError("the answer says neither yes nor why not")
    return answer


def error_of(answer: Answer) -> OpenclawError | None:
    """The error that whoever asked is to see, with the exit code that it has without a mesh; None for a yes."""
    if answer.ok or answer.error is None:
        return None
    problem = answer.error
    kind = RefusedError if problem.code in REFUSALS else OpenclawError
    return kind(problem.message, problem.hint)


def _decode(payload: bytes, kind: type[Command] | type[Answer]) -> Command | Answer:
    if len(payload) > MAX_MESSAGE_BYTES:
        raise WireError(f"a message of {len(payload):,} bytes, of {MAX_MESSAGE_BYTES:,} at most")
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(f"not a message of the mesh: {error}") from error
