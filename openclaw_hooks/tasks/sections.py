"""The `## ` sections of a task's body: read, replaced and added to without touching the text around them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from openclaw_hooks.errors import OpenclawError

RESULT: Final = "Result"
NOTES: Final = "Notes"
ATTEMPTS: Final = "Attempts"

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r"#{1,2}(?:[ \t]|$)")
_ESCAPED = re.compile(r"\\+#{1,2}(?:[ \t]|$)")
_ENDS = re.compile(r"\r?\n")


class _Line(NamedTuple):
    """A line of a body: its text without line end, where it begins and where the next one does."""

    text: str
    start: int
    end: int
    fence: str  # the code fence that is open behind this line
    is_code: bool


def set_section(body: str, heading: str, text: str) -> str:
    """`body` with `text` below `## heading`, which is put at the end when it is missing.

    A line of `text` that would end the section gets a backslash, which markdown does not show and `get_section`
    takes away; a code fence that `text` leaves open is closed. All other characters of `body` stay.
    """
    _require_heading(heading)
    line_end = "\r\n" if "\r\n" in body else "\n"
    content = _fit(text, line_end)
    span = _find(body, heading)
    if span is None:
        return body + _gap(body, line_end) + f"## {heading}{line_end}" + (line_end + content if content else "")
    start, end = span
    tail = body[end:]
    before = body[:start] if body[:start].endswith("\n") else body[:start] + line_end
    if not content:
        return before + (line_end + tail if tail else "")
    return before + line_end + content + (line_end + tail if tail else "")


def append_section(body: str, heading: str, text: str) -> str:
    """`body` with `text` as further lines at the end of the section `## heading`, which is made when it is missing."""
    present = get_section(body, heading)
    return set_section(body, heading, f"{present}\n{text}" if present else text)


def get_section(body: str, heading: str) -> str | None:
    r"""The text below `## heading`, with `\n` line ends and without blank lines around it; None when there is none."""
    span = _find(body, heading)
    if span is None:
        return None
    lines = _lines(body[span[0] : span[1]])
    shown = [line.text[1:] if _ESCAPED.match(line.text) and not line.is_code else line.text for line in lines]
    return "\n".join(shown).strip("\n")


def _require_heading(heading: str) -> None:
    if not heading.strip() or heading != heading.strip() or "\n" in heading or "\r" in heading:
        raise OpenclawError(f"not a heading: {heading[:60]!r}", "one line without blanks around it")


def _find(body: str, heading: str) -> tuple[int, int] | None:
    """Where the lines below the first `## heading` begin and end."""
    lines = _lines(body)
    wanted = f"## {heading}"
    for index, line in enumerate(lines):
        if line.is_code or line.text.rstrip() != wanted:
            continue
        for later in lines[index + 1 :]:
            if not later.is_code and _HEADING.match(later.text):
                return line.end, later.start
        return line.end, len(body)
    return None


def _lines(body: str) -> list[_Line]:
    lines: list[_Line] = []
    at = 0
    fence = ""
    while at < len(body):
        found = _ENDS.search(body, at)
        stop, end = found.span() if found else (len(body), len(body))
        text = body[at:stop]
        now = _fence_behind(text, fence)
        lines.append(_Line(text, at, end, now, bool(fence or now)))
        at, fence = end, now
    return lines


def _fence_behind(text: str, fence: str) -> str:
    """The code fence that is open behind the line `text`, when `fence` was open before it."""
    found = _FENCE.match(text)
    if found is None:
        return fence
    marks, rest = found.groups()
    if fence:
        closes = marks[0] == fence[0] and len(marks) >= len(fence) and not rest.strip()
        return "" if closes else fence
    return "" if marks[0] == "`" and "`" in rest else marks


def _fit(text: str, line_end: str) -> str:
    """`text` as lines that stay within their section, each ended; empty when there is nothing but blank lines."""
    stripped = _ENDS.sub("\n", text).strip("\n")
    if not stripped:
        return ""
    lines = _lines(stripped)
    fitted = [
        f"\\{line.text}" if not line.is_code and (_HEADING.match(line.text) or _ESCAPED.match(line.text)) else line.text
        for line in lines
    ]
    if fence := lines[-1].fence:
        fitted.append(fence)
    return line_end.join(fitted) + line_end


def _gap(body: str, line_end: str) -> str:
    """What stands between the end of `body` and a new heading: an open fence closed, and a blank line."""
    if not body:
        return ""
    gap = "" if body.endswith("\n") else line_end
    lines = _lines(body)
    if fence := lines[-1].fence:
        gap += fence + line_end
    return gap if not gap and not lines[-1].text.strip() else gap + line_end
