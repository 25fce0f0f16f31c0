"""Stretches of a text cut until each is small enough: at the coarsest seams that do, and never inside a sentence if
that can be helped.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.knowledge.chunks.blocks import BlockKind
from openclaw_hooks.knowledge.chunks.lines import opens_item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from openclaw_hooks.knowledge.chunks.tokens import TokenCounter

    Cutter = Callable[[str], Iterable[int]]
    """The offsets in a text where it may be cut, ascending."""

# What ends with a dot and no sentence with it; single letters are initials.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'])(?:[A-Za-z]|e\.g|i\.e|a\.k\.a|etc|vs|cf|approx|incl|resp|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|Fig|Figs|Eq|Sec|"
    r"Ch|Vol|pp|ed|eds|al|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.$"
)
# Behind a full stop, question or exclamation mark, and what closes quotes and brackets; in CJK no space follows.
_SENTENCE_END = re.compile(r"(?:[.!?][\"'\u201d\u2019)\]*_`]{0,4}(?=\s)|[\u3002\uff01\uff1f][\u300d\u300f\uff09]?)\s*")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*?(?=[^\n]*\S)")
_LINE = re.compile(r"\n(?=.)")
_WORD = re.compile(r"\s+(?=\S)")
_LOOK_BACK: Final = 24  # characters: more than the longest abbreviation


class Span(NamedTuple):
    """A stretch of a text by its offsets, and how many tokens it has."""

    start: int
    end: int
    tokens: int


def cut_paragraphs(text: str) -> Iterator[int]:
    """Behind each run of blank lines."""
    return (found.end() for found in _BLANK_LINES.finditer(text))


def cut_items(text: str) -> Iterator[int]:
    """Before each item of the outermost list."""
    outermost: int | None = None
    at = 0
    for line in text.split("\n"):
        column = opens_item(line)
        if column:
            indent = len(line) - len(line.lstrip())
            outermost = indent if outermost is None else outermost
            if at and indent <= outermost:
                yield at
        at += len(line) + 1


def cut_inner_items(text: str) -> Iterator[int]:
    """Before each item at whatever depth."""
    at = 0
    for line in text.split("\n"):
        if at and opens_item(line):
            yield at
        at += len(line) + 1


def cut_sentences(text: str) -> Iterator[int]:
    """Behind each sentence."""
    for found in _SENTENCE_END.finditer(text):
        if found.end() < len(text) and not _is_abbreviation(text, found.start()):
            yield found.end()


def _is_abbreviation(text: str, dot: int) -> bool:
    if text[dot] != ".":
        return False
    return _ABBREVIATION.search(text[max(0, dot - _LOOK_BACK) : dot + 1]) is not None


def cut_lines(text: str) -> Iterator[int]:
    """Behind each line end."""
    return (found.end() for found in _LINE.finditer(text))


def cut_words(text: str) -> Iterator[int]:
    """Before each word."""
    return (found.end() for found in _WORD.finditer(text))


_PROSE: tuple[Cutter, ...] = (cut_paragraphs, cut_sentences, cut_lines, cut_words)
_CODE: tuple[Cutter, ...] = (cut_paragraphs, cut_lines, cut_words)
_CUTTERS: dict[BlockKind, tuple[Cutter, ...]] = {
    BlockKind.HEADING: _PROSE,
    BlockKind.PARAGRAPH: _PROSE,
    BlockKind.QUOTE: _PROSE,
    BlockKind.LIST: (cut_items, cut_inner_items, *_PROSE),
    BlockKind.CODE: _CODE,
    BlockKind.FRONT: _CODE,
    BlockKind.HTML: _CODE,
    BlockKind.TABLE: (cut_lines, cut_words),
}


def cut_block(text: str, start: int, end: int, kind: BlockKind, room: tuple[int, TokenCounter]) -> list[Span]:
    """`text` from `start` to `end`, a block of `kind`, in stretches of at most `room[0]` tokens."""
    return list(_cut(text, (start, end), _CUTTERS[kind], room))


def _cut(text: str, ends: tuple[int, int], cutters: Sequence[Cutter], room: tuple[int, TokenCounter]) -> Iterator[Span]:
    start, end = ends
    most, count = room
    tokens = count(text[start:end])
    if tokens <= most:
        yield Span(start, end, tokens)
        return
    if not cutters:  # one word: no token is shorter than a character
        for at in range(start, end, most):
            piece = min(at + most, end)
            yield Span(at, piece, count(text[at:piece]))
        return
    seams = [start, *(start + offset for offset in cutters[0](text[start:end])), end]
    for first, last in pairwise(seams):
        if first < last:
            yield from _cut(text, (first, last), cutters[1:], room)


def pack_spans(spans: Iterable[Span], most: int) -> Iterator[tuple[int, int]]:
    """Neighbouring `spans` joined as far as they have at most `most` tokens together, as offsets."""
    start = end = tokens = 0
    for span in spans:
        if tokens and tokens + span.tokens > most:
            yield start, end
            tokens = 0
        if not tokens:
            start = span.start
        end = span.end
        tokens += span.tokens
    if end > start:
        yield start, end
