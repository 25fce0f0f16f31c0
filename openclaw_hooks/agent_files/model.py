"""An agent command: the words that start it, how it is told its task, what it may see, and how its failure is known."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

# A word of a command line, or several that are left out together when a placeholder in them has no value.
Word = str | tuple[str, ...]
Words = Annotated[
    tuple[Word, ...],
    Meta(
        description="the command, word by word, never a shell; `{name}` is filled in, a list in it is left out as a "
        "whole when something it names has no value"
    ),
]

NAME_PATTERN = r"[a-z0-9][a-z0-9_-]{0,39}"


class Provenance(StrEnum):
    """Where a figure comes from: an agent at work, a scripted stand-in, or made-up sample data."""

    REAL = "real"
    MOCK = "mock"
    SYNTHETIC = "synthetic"


class PromptBy(StrEnum):
    """How the prompt reaches the command."""

    STDIN = "stdin"
    ARG = "arg"
    FILE = "file"


class Events(StrEnum):
    """What the command prints on stdout."""

    CLAUDE = "claude-stream-json"
    CODEX = "codex-jsonl"
    GEMINI = "gemini-jsonl"
    OPENCODE = "opencode-jsonl"
    NONE = "none"


class FailIf(Struct, frozen=True, forbid_unknown_fields=True):
    """When a command has failed, beyond what its own events say."""

    codes: Annotated[tuple[int, ...] | None, Meta(description="exit codes that mean failure; left out: all but 0")] = (
        None
    )
    output: Annotated[tuple[str, ...], Meta(description="regular expressions; a line of output that one finds")] = ()


class EnvRule(Struct, frozen=True, forbid_unknown_fields=True):
    """What the command sees of the environment beyond what every program needs."""

    allow: Annotated[tuple[str, ...], Meta(description="variables: `NAME` or `PREFIX_*`")] = ()


class AgentEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An agent command as a file has it."""

    argv: Words = ()
    prompt: Annotated[
        PromptBy, Meta(description="how the prompt is given: `arg` as `{prompt}`, `file` as `{prompt_file}`")
    ] = PromptBy.STDIN
    events: Annotated[Events, Meta(description="the format of what it prints")] = Events.NONE
    fail_if: FailIf = FailIf()
    env: EnvRule = EnvRule()
    version_cmd: Annotated[tuple[str, ...], Meta(description="the command that prints its version")] = ()
    model: Annotated[str, Meta(description="the model to ask for where none is named")] = ""
    provenance: Annotated[Provenance, Meta(description="`mock` for a stand-in: every figure of its runs says so")] = (
        Provenance.REAL
    )


class AgentCommand(AgentEntry, frozen=True, kw_only=True):
    """An agent command ready for use: its name, and the file that says so (empty: shipped)."""

    name: str
    file: str = ""


class AgentsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """`.openclaw/agents.yaml`: agent commands by name."""

    format: Annotated[int, Meta(ge=1, le=1, description="version of this format")] = 1
    agents: Annotated[
        dict[str, AgentEntry],
        Meta(description="commands by name; under the name of a shipped one only the keys that are there differ"),
    ] = {}
