"""How the blocks of markdown begin and end, line by line; after CommonMark 0.31.2 and the tables of GitHub."""

from __future__ import annotations

import re
from typing import NamedTuple

TAB = 4
HEADING = re.compile(r" {0,3}(#{1,6})(?![^ \t])")
UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
BREAK = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
QUOTE = re.compile(r" {0,3}>")
ITEM = re.compile(r"([ \t]*)([-+*]|\d{1,9}[.)])(?:([ \t]+)(\S.*)?)?$")
_TABLE_RULE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")

# The seven kinds of HTML blocks: how they begin and what ends them; None stands for a blank line.
_BLOCK_TAGS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|"
    "fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|"
    "menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|"
    "track|ul"
)
_HTML: tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...] = (
    (
        re.compile(r"<(?:script|pre|style|textarea)(?:[\s>]|$)", re.IGNORECASE),
        re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE),
    ),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(rf"</?(?:{_BLOCK_TAGS})(?:[\s>]|/>|$)", re.IGNORECASE), None),
)
_LONE_TAG = re.compile(r"<(?:[A-Za-z][\w-]*(?:\s[^<>]*)?/?|/[A-Za-z][\w-]*\s*)>\s*$")


class Fence(NamedTuple):
    """The line that opens fenced code: its sign and how often it stands there."""

    sign: str
    length: int

    def is_closed_by(self, line: str) -> bool:
        """Whether `line` is a fence of the same sign, at least as long, with nothing behind it."""
        marks = line.strip(" \t")
        return len(marks) >= self.length and not marks.strip(self.sign)


def find_fence(line: str) -> Fence | None:
    """The fence that `line` opens, at whatever indent."""
    found = _FENCE.match(line)
    return Fence(found[1][0], len(found[1])) if found else None


def heading_text(line: str) -> str:
    """What the heading says that `line` opens: without its signs in front and behind."""
    text = line.strip(" \t").lstrip("#").strip(" \t")
    bare = text.rstrip("#")
    return bare.rstrip(" \t") if not bare or bare[-1] in " \t" else text


def is_table_rule(line: str) -> bool:
    """Whether `line` divides the head of a table from its rows."""
    return "|" in line and measure_indent(line) < TAB and _TABLE_RULE.match(line.strip(" \t")) is not None


def measure_indent(line: str) -> int:
    """The columns before the first sign of `line`; a tab goes on to the next multiple of four."""
    if not line or line[0] not in " \t":
        return 0
    columns = 0
    for char in line:
        if char == " ":
            columns += 1
        elif char == "\t":
            columns += TAB - columns % TAB
        else:
            break
    return columns


def is_blank(line: str) -> bool:
    """Whether nothing stands in `line`."""
    return not line or line.isspace()


def html_end(line: str, in_paragraph: bool = False) -> tuple[bool, re.Pattern[str] | None]:
    """Whether `line` begins a block of HTML, and what ends it: a pattern, or a blank line when that is None."""
    begun = line.lstrip(" ")
    if not begun.startswith("<") or len(line) - len(begun) >= TAB:
        return False, None
    for opener, closer in _HTML:
        if opener.match(begun):
            return True, closer
    return not in_paragraph and _LONE_TAG.match(begun) is not None, None


def opens_block(line: str) -> bool:
    """Whether `line` ends a paragraph above it without a blank line; list items and underlines are left aside."""
    if measure_indent(line) >= TAB:
        return False
    start = line.lstrip(" ")[:1]
    if start == "#":
        return HEADING.match(line) is not None
    if start in "`~":
        return find_fence(line) is not None
    if start == "<":
        return html_end(line, in_paragraph=True)[0]
    return start == ">" or (start in "*_-" and BREAK.match(line) is not None)


def opens_item(line: str, in_paragraph: bool = False) -> int:
    """The column where the content of the list item begins that `line` opens; 0 when it opens none.

    A paragraph is only broken by an item with text in it, and a numbered one must be the first of its list.
    """
    found = ITEM.match(line)
    if found is None or (in_paragraph and (not found[4] or found[2] not in ("-", "+", "*", "1.", "1)"))):
        return 0
    marker_end = measure_indent(found[1] + "x") + len(found[2])
    space = len((found[3] or " ").expandtabs(TAB))
    return marker_end + (space if space <= TAB and found[4] else 1)


def item_text(line: str) -> str:
    """What stands behind the marker of the list item that `line` opens."""
    found = ITEM.match(line)
    return (found[4] or "") if found else ""
