"""Answers as JSON shows them, and read back from what another machine sent."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct

from openclaw_hooks.knowledge.model import Answer, Hit, Kind, KnowledgeError, Part

LONGEST_HEADING: Final = 300  # characters of one heading: a line of a megabyte can be one
LONGEST_SNIPPET: Final = 2000
MOST_HEADINGS: Final = 12


class _Hit(Struct, frozen=True):
    path: str
    line: int
    last_line: int
    kind: Kind
    heading: tuple[str, ...]
    score: float
    parts: tuple[Part, ...]
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()


class _Answer(Struct, frozen=True):
    parts: tuple[Part, ...]
    hits: tuple[_Hit, ...]
    note: str = ""


def answer_values(answer: Answer) -> dict[str, Any]:
    """An answer as JSON shows it."""
    return {"parts": answer.parts, "note": answer.note, "hits": [_hit_values(hit) for hit in answer.hits]}


def _hit_values(hit: Hit) -> dict[str, Any]:
    return {
        "path": hit.path,
        "line": hit.first_line,
        "last_line": hit.last_line,
        "kind": hit.kind,
        "heading": [part[:LONGEST_HEADING] for part in hit.heading[:MOST_HEADINGS]],
        "score": round(hit.score, 4),
        "parts": hit.parts,
        "snippet": hit.snippet,
        "marks": hit.marks,
    }


def read_answer(values: object) -> Answer:
    """The answer that `values` are; raises KnowledgeError for what is none.

    They come from another machine: nothing in the texts can act on a terminal afterwards.
    """
    try:
        found = msgspec.convert(values, _Answer)
    except (msgspec.ValidationError, RecursionError) as error:
        raise KnowledgeError(f"that is no answer to a question: {error}") from error
    return Answer(
        tuple(_read_hit(hit) for hit in found.hits),
        found.parts or (Part.KEYWORD,),
        _plain(found.note[:LONGEST_SNIPPET]),
    )


def _read_hit(hit: _Hit) -> Hit:
    heading = tuple(_plain(part[:LONGEST_HEADING]) for part in hit.heading[:MOST_HEADINGS])
    snippet = _plain(hit.snippet[:LONGEST_SNIPPET])
    marks = tuple((start, end) for start, end in hit.marks if 0 <= start <= end <= len(snippet))
    return Hit(hit.path, hit.kind, heading, hit.line, hit.last_line, hit.score, snippet, _sorted(marks), hit.parts)


def _sorted(marks: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """The marks in their order, without those that overlap."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return tuple(found)


def _plain(text: str) -> str:
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)
