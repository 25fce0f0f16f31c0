"""Named commands: what others may run on this machine, by name alone, because its owner wrote it down here.

The list is a file of this machine, outside of anything that a pull could change. No shell, and no word of the command
line comes from the one who calls.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Annotated, Any, Final

from msgspec import Meta, Struct

from openclaw_hooks.documents import Document, DocumentError, decode, parse_yaml, read_text
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.offers.tools import TOOL_NAME, Tool, ToolError
from openclaw_hooks.mesh.place import MeshError

if TYPE_CHECKING:
    from openclaw_hooks.mesh.offers.tools import ToolCall
    from openclaw_hooks.mesh.place import Place
    from openclaw_hooks.process import Bounded

TOOL: Final = "commands"
MAX_FILE_BYTES: Final = 64 << 10
MAX_OUTPUT: Final = 80_000  # bytes of each stream: both fit into an answer, however they are written in JSON
ENVIRONMENT: Final = ("PATH", "HOME", "LANG")


class NamedCommand(Struct, frozen=True, forbid_unknown_fields=True):
    """A command line that others may run; `cwd` is relative to the repository."""

    argv: Annotated[tuple[Annotated[str, Meta(min_length=1)], ...], Meta(min_length=1, description="words, no shell")]
    cwd: Annotated[str, Meta(description="where it runs; the repository when empty")] = ""
    timeout_s: Annotated[float, Meta(gt=0, le=600, description="after so long its process group is killed")] = 60
    max_output: Annotated[int, Meta(ge=0, le=MAX_OUTPUT, description="bytes of each stream that are kept")] = 64_000
    description: Annotated[str, Meta(max_length=200, description="a line for others")] = ""


def read_commands(place: Place) -> dict[str, NamedCommand]:
    """The commands that may be run here, none without a file.

    Raises MeshError for a file that others could have written, DocumentError for one that says something else.
    """
    shown = display_path(place.commands)
    content = _read_own(place.commands, shown)
    if content is None:
        return {}
    document = parse_yaml(shown, read_text(shown, content))
    if document.value is None:  # only comments
        return {}
    if not isinstance(document.value, dict):
        raise document.error((), "not a mapping of names to commands")
    return {name: _read_command(document, name) for name in document.value}


def _read_command(document: Document, name: str) -> NamedCommand:
    if not TOOL_NAME.fullmatch(name):
        raise document.error((name,), f"{name[:80]!a} is no name of a command", "lower case, digits, `_` and `-`")
    lines = {keys[1:]: line for keys, line in document.lines.items() if keys[:1] == (name,)}
    return decode(Document(document.path, document.value[name], lines), NamedCommand)


def _read_own(path: str, shown: str) -> bytes | None:
    """The content of a regular file that nobody else can write or read; None when there is none."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MeshError(f"{shown} cannot be read: {error.strerror}", "no link, a file of your own") from error
    with open(opened, "rb") as stream:
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise MeshError(f"{shown} is no regular file")
        if found.st_uid != os.getuid():
            raise MeshError(f"{shown} belongs to somebody else", "no command of it is run")
        if found.st_mode & 0o077:
            raise MeshError(f"others have a right to {shown}: no command of it is run", f"chmod 600 {shown}")
        if found.st_size > MAX_FILE_BYTES:
            raise DocumentError(shown, 1, f"larger than {MAX_FILE_BYTES:,} bytes")
        return stream.read(MAX_FILE_BYTES)


def find_command_tools(place: Place, root: str) -> list[Tool]:
    """The tool that runs the commands of `place` in the repository at `root`; none when there are no commands.

    Raises OpenclawError as `read_commands` does.
    """
    commands = read_commands(place)
    if not commands:
        return []

    async def run(call: ToolCall) -> dict[str, Any]:
        if call.params:
            raise ToolError("invalid", "a named command takes no parameters")
        command = read_commands(place).get(call.method)  # what was taken off the list a moment ago is not run
        if command is None:
            raise ToolError("not_found", f"no command `{call.method}` on the list")
        return await run_command(command, root, call.timeout_s)

    methods = {name: command.description for name, command in commands.items()}
    return [Tool(TOOL, methods, run, "commands that this node's owner lets others run")]


async def run_command(command: NamedCommand, root: str, timeout_s: float) -> dict[str, Any]:
    """What `command` came to: `code` (null when it was killed), `stdout`, `stderr`, `killed`, `cut` and `seconds`."""
    import asyncio
    import threading

    from openclaw_hooks.process import Limits, run_bounded

    folder = os.path.join(root, command.cwd)
    if not os.path.isdir(folder):
        raise ToolError("refused", "the command's folder is not there")
    env = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    stop = threading.Event()
    # Whoever asks waits that long for the answer: it is to be there by then, also of what has to be killed.
    limits = Limits(min(command.timeout_s, max(timeout_s - 1, timeout_s / 2)), command.max_output)
    try:
        work = asyncio.to_thread(run_bounded, command.argv, folder, env, limits, stop.is_set)
        return show_outcome(await asyncio.shield(asyncio.ensure_future(work)))
    except OpenclawError as error:
        raise ToolError("refused", "the command cannot be started") from error
    finally:
        stop.set()


def show_outcome(done: Bounded) -> dict[str, Any]:
    """`done` as it is answered."""
    streams = {"stdout": done.stdout, "stderr": done.stderr}
    return {
        "code": done.code,
        "killed": done.is_killed,
        "cut": done.dropped > 0,
        "seconds": round(done.seconds, 2),
        **{name: plain_text(content) for name, content in streams.items()},
    }


def plain_text(content: bytes) -> str:
    """`content` without what moves cursors and rings bells; what is no UTF-8 is marked."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in text)
