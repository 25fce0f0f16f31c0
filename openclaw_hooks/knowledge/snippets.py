"""The part of a chunk that is shown for it: one line, where most words of the question stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.knowledge.store.words import stem_words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from openclaw_hooks.knowledge.store import Store
    from openclaw_hooks.knowledge.store.words import Word

LENGTH: Final = 240  # characters
LEAD: Final = 40  # characters before the first word that is marked
MOST_READ: Final = 8000  # characters of a chunk

_FRONT_MATTER = re.compile(r"---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:[ \t]*(\S.*)$", re.MULTILINE)
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)", re.MULTILINE)


class Snippet(NamedTuple):
    """One line of text and where words of the question stand in it, as (start, end)."""

    text: str
    marks: tuple[tuple[int, int], ...]


def make_snippet(store: Store, text: str, stems: Collection[str]) -> Snippet:
    """The part of `text` with the most different words that have one of `stems`; its beginning when none has."""
    line = show_line(text)
    words = [word for word in stem_words(store, line) if word.stem in stems]
    start = max(0, _best_start(words) - LEAD) if len(line) > LENGTH else 0
    start = min(start, max(0, len(line) - LENGTH))
    end = min(start + LENGTH, len(line))
    if start and " " in line[start : start + LEAD]:
        start = line.index(" ", start) + 1
    if end < len(line) and " " in line[end - LEAD : end]:
        end = line.rindex(" ", 0, end)
    before, after = ("\u2026" if start else "", "\u2026" if end < len(line) else "")
    shift = len(before) - start
    marks = tuple((word.start + shift, word.end + shift) for word in words if start <= word.start and word.end <= end)
    return Snippet(before + line[start:end] + after, marks)


def show_line(text: str) -> str:
    """`text` below its headings in one line, as far as snippets are looked for in it.

    Nothing in it can act on a terminal: line ends, control and invisible characters are spaces.
    """
    line = " ".join(_below_headings(_below_front_matter(text[:MOST_READ])).split())
    if line.isprintable():
        return line
    return " ".join("".join(char if char.isprintable() else " " for char in line).split())


def _below_front_matter(text: str) -> str:
    """`text` without the keys at its top; of one that is nothing but keys its title, if it has one."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        return text
    rest = text[found.end() :]
    if rest.strip():
        return rest
    title = _TITLE.search(found[0])
    return title[1].strip("\"' ") if title else text


def _below_headings(text: str) -> str:
    """`text` without the headings at its top, which are shown as its path; all of it when there is nothing else."""
    rest = text
    while _HEADING.match(rest):
        _, _, rest = rest.partition("\n")
        rest = rest.lstrip("\n")
    return rest if rest.strip() else text


def _best_start(words: Sequence[Word]) -> int:
    """Where the stretch begins that holds the most different ones of `words`."""
    best = most = last = 0
    within: dict[str, int] = {}
    for word in words:
        within[word.stem] = within.get(word.stem, 0) + 1
        while word.end - words[last].start > LENGTH - 2 * LEAD and words[last] is not word:
            within[words[last].stem] -= 1
            if not within[words[last].stem]:
                del within[words[last].stem]
            last += 1
        if len(within) > most:
            best, most = words[last].start, len(within)
    return best
