"""Reads a command line: `read_command`."""

from __future__ import annotations

from openclaw_hooks.shell.holes import HOLES
from openclaw_hooks.shell.launch import Launcher
from openclaw_hooks.shell.parse import parse_line
from openclaw_hooks.shell.reading import SIZE, SYNTAX, Reading, Unknown
from openclaw_hooks.shell.syntax import ShellSyntaxError

MAX_CHARS = 1 << 18
_CLEAN = {ord(char): "\ufffd" for char in HOLES}


def read_command(text: str, aliases: dict[str, str] | None = None) -> Reading:
    """What the bash command line `text` runs; `aliases` are those of git in force. Never raises, and takes linear time.

    What bash would not take, what is too long or too deep, and what only shows at run time is in `unknowns`.
    """
    launcher = Launcher(text, aliases or {})
    reading = launcher.reading
    if len(text) > MAX_CHARS:
        reading.unknowns.append(Unknown(SIZE, "longer than is read", [], (0, len(text))))
        return reading
    try:
        listing = parse_line(text.translate(_CLEAN))
    except ShellSyntaxError as error:
        reading.unknowns.append(Unknown(SYNTAX, error.problem, [], (error.at, len(text))))
        return reading
    try:
        launcher.run_listing(listing)
    except ShellSyntaxError as error:
        reading.unknowns.append(Unknown(SIZE, error.problem, [], (0, len(text))))
    except RecursionError:  # each limit alone keeps within the stack, all of them together may not
        reading.unknowns.append(Unknown(SIZE, "nested too deep to follow", [], (0, len(text))))
    return reading
