"""A file's text as a document: blocks gathered under their headings, packed into chunks, each with its lines."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.knowledge.chunks.blocks import Block, BlockKind, scan_blocks
from openclaw_hooks.knowledge.chunks.spans import Span, cut_block, pack_spans
from openclaw_hooks.knowledge.chunks.tokens import WINDOW_TOKENS, estimate_tokens
from openclaw_hooks.knowledge.model import Chunk, Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openclaw_hooks.knowledge.chunks.tokens import TokenCounter
    from openclaw_hooks.knowledge.model import Kind

MARKDOWN: Final = (".md", ".markdown", ".mdx")
LONGEST_HEADING: Final = 120  # characters, of each heading in a path; the whole of it stands in the chunk
LEAST_ROOM: Final = 1 / 2  # of the window; a deep path of long headings must not leave less to the text

_TITLE = re.compile(r"^(?:title|name|id)\s*[:=]\s*(\S.*)$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_MARKUP = re.compile(r"\s*\{#[^{}]*\}$|[`*]|</?[a-zA-Z][^<>]{0,200}>")


class Section(NamedTuple):
    """Blocks that stand under one heading, with the path of headings down to it."""

    heading: tuple[str, ...]
    blocks: tuple[Block, ...]


class _Text:
    """A text and where its lines begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def offsets(self, block: Block) -> tuple[int, int]:
        return self.starts[block.first], min(self.starts[block.end], len(self.text))

    def line_at(self, offset: int) -> int:
        return bisect_right(self.starts, offset)


def chunk_document(
    path: str, kind: Kind, text: str, *, window: int = WINDOW_TOKENS, count: TokenCounter = estimate_tokens
) -> Document:
    r"""The document that `text` (line ends `\n`) at `path` is: markdown by its headings, anything else by its paragraphs.

    No chunk has more than `window` tokens together with its path of headings, as `count` counts them; a path that is
    longer than half of the window does not count beyond that.
    """
    source = _Text(text)
    is_markdown = os.path.splitext(path)[1].lower() in MARKDOWN
    blocks = scan_blocks(source.lines) if is_markdown else [Block(BlockKind.CODE, 0, len(source.lines))]
    title = _find_title(source, blocks) or os.path.splitext(os.path.basename(path))[0]
    chunks: list[Chunk] = []
    for section in gather_sections(blocks):
        for start, end in _pack(source, section, window, count):
            found = _make_chunk(source, start, end)
            if found:
                chunks.append(Chunk(path, kind, section.heading, *found))
    return Document(path, kind, title, tuple(chunks))


def gather_sections(blocks: Sequence[Block]) -> Iterator[Section]:
    """`blocks` under their headings; a heading with nothing below it but deeper headings goes with the first of these."""
    open_headings: list[tuple[int, str]] = []
    gathered: list[Block] = []
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            is_waiting = bool(gathered) and all(held.kind is BlockKind.HEADING for held in gathered)
            if gathered and not (is_waiting and block.level > gathered[-1].level):
                yield Section(tuple(title for _, title in open_headings), tuple(gathered))
                gathered = []
            while open_headings and open_headings[-1][0] >= block.level:
                open_headings.pop()
            open_headings.append((block.level, plain_heading(block.title)))
        gathered.append(block)
    if gathered:
        yield Section(tuple(title for _, title in open_headings), tuple(gathered))


def plain_heading(text: str) -> str:
    """What a heading says, without links and emphasis, cut where it is endless."""
    text = text[: 4 * LONGEST_HEADING]
    plain = " ".join(_MARKUP.sub("", _LINK.sub(r"\1", text)).split()) or " ".join(text.split())
    return plain if len(plain) <= LONGEST_HEADING else plain[: LONGEST_HEADING - 1].rstrip() + "\u2026"


def _find_title(source: _Text, blocks: Sequence[Block]) -> str:
    """The title in the front matter (or in a YAML file), else the first heading of the highest level."""
    if blocks and blocks[0].kind in (BlockKind.FRONT, BlockKind.CODE):
        start, end = source.offsets(blocks[0])
        found = {line.split(":")[0].split("=")[0].strip(): line for line in _titles(source.text[start:end])}
        for key in ("title", "name", "id"):
            if key in found:
                return plain_heading(re.split(r"[:=]", found[key], maxsplit=1)[1].strip().strip("'\""))
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    return plain_heading(min(headings, key=lambda block: block.level).title) if headings else ""


def _titles(text: str) -> list[str]:
    return [found[0] for found in _TITLE.finditer(text[:10_000])]


def _pack(source: _Text, section: Section, window: int, count: TokenCounter) -> Iterator[tuple[int, int]]:
    """The offsets of a section's chunks."""
    room = max(window - count(" > ".join(section.heading)) - 1, int(window * LEAST_ROOM))
    start, end = source.offsets(section.blocks[0])[0], source.offsets(section.blocks[-1])[1]
    if count(source.text[start:end]) <= room:
        yield start, end
        return
    spans: list[Span] = []
    for block in section.blocks:
        spans += cut_block(source.text, *source.offsets(block), block.kind, (room, count))
    yield from pack_spans(spans, room)


def _make_chunk(source: _Text, start: int, end: int) -> tuple[int, int, str] | None:
    """The first line, last line and text between two offsets, without blank lines at the ends; None for nothing."""
    text = source.text[start:end]
    stripped = text.strip()
    if not stripped:
        return None
    start += len(text) - len(text.lstrip())
    end = start + len(stripped)
    first = source.line_at(start)
    begin = source.starts[first - 1]
    if not source.text[begin:start].strip():  # the indent of its first line belongs to it
        start = max(begin, end - len(text.rstrip()))
    return first, source.line_at(end - 1), source.text[start:end]
