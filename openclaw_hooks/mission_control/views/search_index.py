"""A keyword index in the form that the browser's search library reads, made here so that no browser has to.

The form is that of MiniSearch 7 (`serializationVersion` 2, its `toJSON`): terms in the order in which the documents bring
them, so that the library builds the very tree that it would have built itself. Words are cut by `search_terms.js` in the
browser and by `split_words` and `make_term` here; a test holds the two together.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIELDS: Final = ("title", "body")
MAX_TERM: Final = 32  # hashes and encoded bytes are found by how they begin
_STOP_WORDS: Final = """
a an and are as at be but by for from had has have he her his if in into is it its no nor not of on or our she so than that
the their them then there these they this to was we were what when which who will with you your
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())
_WORD: Final = re.compile(r"[^\W_]+")

Postings = dict[int, dict[int, int]]


def split_words(text: str) -> list[str]:
    """The runs of letters and digits in `text`, as they are written."""
    return _WORD.findall(text)


def make_term(word: str) -> str:
    """What `word` is found by; empty for words that stand everywhere."""
    term = word.lower()[:MAX_TERM]
    return "" if term in STOP_WORDS else term


def build_index(documents: Iterable[Sequence[str]]) -> dict[str, Any]:
    """The index over `documents`, each with the texts of FIELDS; its id is its place among them."""
    index: dict[str, Postings] = {}
    lengths: dict[str, list[int]] = {}
    averages = [0.0] * len(FIELDS)
    terms: dict[str, str] = {}
    number = -1
    for number, texts in enumerate(documents):
        lengths[str(number)] = counted = []
        for field, text in enumerate(texts):
            words = Counter(split_words(text))
            length = len(words)
            counted.append(length)
            averages[field] = (averages[field] * number + length) / (number + 1)
            for word, times in words.items():
                term = terms.get(word)
                if term is None:
                    term = terms[word] = make_term(word)
                if term:
                    found = index.setdefault(term, {}).setdefault(field, {})
                    found[number] = found.get(number, 0) + times
    return _serialise(index, lengths, averages if number >= 0 else [])


def _serialise(index: dict[str, Postings], lengths: dict[str, list[int]], averages: list[float]) -> dict[str, Any]:
    count = len(lengths)
    return {
        "documentCount": count,
        "nextId": count,
        "documentIds": {str(number): number for number in range(count)},
        "fieldIds": {name: number for number, name in enumerate(FIELDS)},
        "fieldLength": lengths,
        "averageFieldLength": [_as_number(value) for value in averages],
        "storedFields": {},
        "dirtCount": 0,
        "index": list(index.items()),
        "serializationVersion": 2,
    }


def _as_number(value: float) -> float | int:
    """Whole numbers as JavaScript writes them: without a point."""
    return int(value) if value.is_integer() else value
