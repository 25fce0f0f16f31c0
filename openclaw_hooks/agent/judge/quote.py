"""What programs and other people wrote, put into a prompt as a quotation: escaped, fenced, bounded."""

from __future__ import annotations

import re
from typing import Final

from openclaw_hooks.files import escape_character

CUT: Final = "[...]"
MAX_RUN: Final = 16  # signs in a row that could close a fence; with more of them the fence would take all the room
_RUN: Final = re.compile(r"`{3,}")
_LONG_RUN: Final = re.compile(rf"`{{{MAX_RUN + 1},}}")
_PLAIN: Final = frozenset("\n\t")


def escape_text(text: str) -> str:
    """`text` with plain line ends, and every other character that a terminal would not show as itself escaped."""
    lines = text.replace("\r\n", "\n")
    if lines.replace("\n", "").replace("\t", "").isprintable():
        return lines
    return "".join(char if char in _PLAIN else escape_character(char) for char in lines)


def quote_line(text: str, max_chars: int) -> str:
    """`text` as one line of at most `max_chars` characters, in which no backtick ends a quotation."""
    line = " ".join(escape_text(text).split()).replace("`", "'")
    return line if len(line) <= max_chars else line[: max_chars - len(CUT)] + CUT


def fence(text: str, kind: str = "text") -> str:
    """`text` escaped between fences that nothing in it can close."""
    plain = _LONG_RUN.sub("`" * MAX_RUN + CUT, escape_text(text).strip("\n"))
    mark = "`" * (max((len(run) for run in _RUN.findall(plain)), default=2) + 1)
    return f"{mark}{kind}\n{plain}\n{mark}\n"


def keep_end(text: str, max_chars: int) -> str:
    """The last lines of `text` in `max_chars` characters: the end of an output is what says how it went."""
    plain = escape_text(text).strip()
    if len(plain) <= max_chars:
        return plain
    end = plain[-(max_chars - len(CUT) - 1) :] if max_chars > len(CUT) + 1 else ""
    _, line_end, whole = end.partition("\n")
    return f"{CUT}\n{whole if line_end and whole else end}"


def keep_start(text: str, max_chars: int) -> str:
    """The first lines of `text` in `max_chars` characters."""
    plain = escape_text(text).strip("\n")
    if len(plain) <= max_chars:
        return plain
    start = plain[: max(max_chars - len(CUT) - 1, 0)]
    whole = start.rpartition("\n")[0]
    return f"{whole or start}\n{CUT}"
