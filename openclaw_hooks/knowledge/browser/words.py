"""The words of the index for a browser: in which chunks each stands, and how much it counts there."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.knowledge.browser.packing import pack_numbers
from openclaw_hooks.knowledge.keyword import STOP_WORDS
from openclaw_hooks.knowledge.store.reading import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openclaw_hooks.knowledge.store import Store

FEW: Final = 200  # chunks; where there are more, a word in more than half of them is not looked for

Postings = dict[str, list[tuple[int, int]]]
"""Stem -> (position of a chunk, weight of the word there), in the order of the positions."""


class Words(NamedTuple):
    """How many words each chunk has, by position, and where each word stands."""

    lengths: list[int]
    postings: Postings


def read_words(store: Store, positions: Mapping[int, int]) -> Words:
    """The words of the chunks in `positions` (chunk id -> position), as the index itself counts them."""
    path, heading, body = (int(weight) for weight in WEIGHTS)
    store.connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.places USING fts5vocab(main, words, instance)")
    rows: Any = store.connection.execute(
        "SELECT term, doc, sum(CASE col WHEN 'path' THEN ? WHEN 'heading' THEN ? ELSE ? END), count(*)"
        " FROM temp.places GROUP BY term, doc",
        (path, heading, body),
    )
    lengths = [0] * len(positions)
    postings: Postings = {}
    for term, chunk, weight, count in rows:
        position = positions.get(chunk)
        if position is not None:
            lengths[position] += count
            postings.setdefault(term, []).append((position, weight))
    for places in postings.values():
        places.sort()
    return Words(lengths, postings)


def pack_words(words: Words) -> dict[str, Any]:
    """The words as JSON: stems in their order, in how many chunks each stands, and where.

    A place is the distance to the one before, doubled, and 1 more where a weight of 2 or more follows, less 2. A word of
    more than half of all chunks has no places: a question is never looked up by it.
    """
    terms = sorted(words.postings)
    half = len(words.lengths) / 2 if len(words.lengths) > FEW else len(words.lengths)
    packed = [_pack_places(words.postings[term]) if len(words.postings[term]) <= half else [] for term in terms]
    return {
        "terms": "\n".join(terms),
        "chunks": pack_numbers(len(words.postings[term]) for term in terms),
        "sizes": pack_numbers(map(len, packed)),
        "places": pack_numbers(number for numbers in packed for number in numbers),
        "lengths": pack_numbers(words.lengths),
        "stop": sorted(STOP_WORDS),
    }


def _pack_places(places: list[tuple[int, int]]) -> list[int]:
    return [number for one in _step_places(places) for number in one]


def _step_places(places: list[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    for (before, _), (position, weight) in pairwise([(0, 0), *places]):
        step = (position - before) * 2
        yield (step,) if weight < 2 else (step + 1, weight - 2)
