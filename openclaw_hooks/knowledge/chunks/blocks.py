"""The blocks of a markdown text in their order: what is a heading, and what only looks like one inside code or HTML."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.knowledge.chunks.lines import (
    BREAK,
    HEADING,
    QUOTE,
    TAB,
    UNDERLINE,
    find_fence,
    heading_text,
    html_end,
    is_blank,
    is_table_rule,
    item_text,
    measure_indent,
    opens_block,
    opens_item,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.knowledge.chunks.lines import Fence

FRONT_FENCES = {"---": ("---", "..."), "+++": ("+++",)}


class BlockKind(Enum):
    """What a block is, as far as it decides where it may be cut."""

    HEADING = "heading"
    FRONT = "front matter"
    CODE = "code"
    HTML = "html"
    TABLE = "table"
    LIST = "list"
    QUOTE = "quote"
    PARAGRAPH = "paragraph"


class Block(NamedTuple):
    """Lines `first` up to, but without, `end`, counted from 0; for a heading its level and text."""

    kind: BlockKind
    first: int
    end: int
    level: int = 0
    title: str = ""


def scan_blocks(lines: Sequence[str]) -> list[Block]:
    """The blocks of `lines`; every line that is not blank is in exactly one of them."""
    blocks: list[Block] = []
    at = _front_end(lines)
    if at:
        blocks.append(Block(BlockKind.FRONT, 0, at))
    while at < len(lines):
        if is_blank(lines[at]):
            at += 1
            continue
        block = _read_block(lines, at)
        blocks.append(block)
        at = block.end
    return blocks


def _front_end(lines: Sequence[str]) -> int:
    """The line behind the front matter; 0 without any, or when nothing closes it."""
    closers = FRONT_FENCES.get(lines[0].rstrip()) if lines else None
    if not closers:
        return 0
    return next((number + 1 for number in range(1, len(lines)) if lines[number].rstrip() in closers), 0)


def _read_block(lines: Sequence[str], at: int) -> Block:
    line = lines[at]
    if measure_indent(line) >= TAB:
        return Block(BlockKind.CODE, at, _indented_end(lines, at))
    heading = HEADING.match(line)
    if heading:
        return Block(BlockKind.HEADING, at, at + 1, len(heading[1]), heading_text(line))
    fence = find_fence(line)
    if fence:
        return Block(BlockKind.CODE, at, _fence_end(lines, at, fence, 0))
    is_html, closer = html_end(line)
    if is_html:
        end = at
        while end < len(lines) and not (closer.search(lines[end]) if closer else is_blank(lines[end])):
            end += 1
        return Block(BlockKind.HTML, at, min(end + (1 if closer else 0), len(lines)))
    if BREAK.match(line):
        return Block(BlockKind.PARAGRAPH, at, at + 1)
    if QUOTE.match(line):
        return Block(BlockKind.QUOTE, at, _quote_end(lines, at))
    if opens_item(line):
        return Block(BlockKind.LIST, at, _list_end(lines, at))
    return _read_paragraph(lines, at)


def _indented_end(lines: Sequence[str], at: int) -> int:
    end = at + 1
    for number in range(at + 1, len(lines)):
        if is_blank(lines[number]):
            continue
        if measure_indent(lines[number]) < TAB:
            break
        end = number + 1
    return end


def _fence_end(lines: Sequence[str], at: int, fence: Fence, indent: int) -> int:
    """The line behind the fence that line `at` opens; one in a list ends with its item, at a line left of `indent`."""
    for number in range(at + 1, len(lines)):
        line = lines[number]
        columns = measure_indent(line)
        if indent and columns < indent and not is_blank(line):
            return number
        if columns < indent + TAB and fence.is_closed_by(line):
            return number + 1
    return len(lines)


def _quote_end(lines: Sequence[str], at: int) -> int:
    end = at + 1
    while end < len(lines):
        line = lines[end]
        if not QUOTE.match(line) and not (_is_lazy(line) and _holds_text(lines[end - 1])):
            break
        end += 1
    return end


def _is_lazy(line: str) -> bool:
    """Whether `line` may belong to a paragraph that a quote or an item above it began."""
    return not is_blank(line) and not opens_block(line) and not opens_item(line)


def _holds_text(line: str) -> bool:
    """Whether what stands in `line`, behind the marks of quotes and items, may be text of a paragraph."""
    text = line.lstrip(" \t>")
    while opens_item(text):
        text = item_text(text).lstrip(" \t>")
    return bool(text) and not opens_block(text)


def _list_end(lines: Sequence[str], at: int) -> int:
    """The line behind the list that line `at` begins: items, what is indented below them, and lazy lines."""
    indent = inner = opens_item(lines[at])
    number, end = at, at
    while number < len(lines):
        line = lines[number]
        if is_blank(line):
            if number == end and opens_item(lines[number - 1]) and not item_text(lines[number - 1]):
                break  # an item that begins with a blank line holds nothing behind a second one
            number += 1
            continue
        is_inside = number == at or measure_indent(line) >= indent
        content = 0 if is_inside and number != at else _next_item(line)
        if not is_inside and not content and not (end == number and _is_lazy(line) and _holds_text(lines[number - 1])):
            break
        indent = content or indent
        inner = opens_item(line) or inner
        fence = _find_inner_fence(line, inner) if is_inside or content else None
        number = end = _fence_end(lines, number, fence, indent) if fence else number + 1
    return end


def _find_inner_fence(line: str, inner: int) -> Fence | None:
    """The fence that `line` opens in an item whose content begins at column `inner`; far right of it is only text."""
    if opens_item(line):
        return find_fence(item_text(line))
    return find_fence(line) if measure_indent(line) < inner + TAB else None


def _next_item(line: str) -> int:
    """Where the content begins of an item that goes on with a list: not in indented code, and no thematic break."""
    return opens_item(line) if measure_indent(line) < TAB and not BREAK.match(line) else 0


def _read_paragraph(lines: Sequence[str], at: int) -> Block:
    """A paragraph, the heading that an underline makes of it, or a table."""
    if _opens_table(lines, at):
        end = at + 2
        while end < len(lines) and not is_blank(lines[end]) and not opens_block(lines[end]):
            end += 1
        return Block(BlockKind.TABLE, at, end)
    end = at + 1
    while end < len(lines) and not is_blank(lines[end]):
        underline = UNDERLINE.match(lines[end])
        if underline:
            title = " ".join(line.strip() for line in lines[at:end])
            return Block(BlockKind.HEADING, at, end + 1, 1 if underline[1][0] == "=" else 2, title)
        if opens_block(lines[end]) or opens_item(lines[end], in_paragraph=True) or _opens_table(lines, end):
            break
        end += 1
    return Block(BlockKind.PARAGRAPH, at, end)


def _opens_table(lines: Sequence[str], at: int) -> bool:
    return "|" in lines[at] and at + 1 < len(lines) and is_table_rule(lines[at + 1])
