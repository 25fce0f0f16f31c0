"""Searching by words: what a question says becomes words to look for, and nothing in it is syntax.

Chunks are ranked by BM25 over path, headings and text. A word of the question need not be in a chunk; the more of them
are, and the rarer these are, the better.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.knowledge.model import Answer, Hit, Kind, KnowledgeError, Part
from openclaw_hooks.knowledge.snippets import make_snippet
from openclaw_hooks.knowledge.store.reading import count_chunks, count_chunks_with, rank_chunks, read_chunks
from openclaw_hooks.knowledge.store.words import index_text, stem_words, unspaced

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from openclaw_hooks.knowledge.store import Store
    from openclaw_hooks.knowledge.store.reading import Located

LONGEST_QUESTION: Final = 2000  # characters
MOST_WORDS: Final = 64  # of a question: more find nothing better and cost time
MOST_HITS: Final = 100

# Words that are in every text and tell nothing about what is asked.
_STOP_WORDS: Final = """
a about above after again all also am an and any are as at be because been before being below between both but by can
could did do does doing down during each few for from further get had has have having he her here hers him his how i if
in into is it its itself just me more most my no nor not of off on once only or other our ours out over own same she
should so some such than that the their theirs them then there these they this those through to too under until up us
very was we were what when where which while who whom why will with would you your yours
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())

_RUN = re.compile(r"[^\W_]+")


class Filters(NamedTuple):
    """What a search is limited to: kinds of documents and globs of paths; empty ones limit nothing."""

    kinds: tuple[Kind, ...] = ()
    paths: tuple[str, ...] = ()


ALL: Final = Filters()


def search_keyword(store: Store, tree: int, question: str, limit: int, filters: Filters = ALL) -> Answer:
    """The best `limit` chunks of `tree` for `question`, by its words alone."""
    check_question(question, limit)
    with store.snapshot():
        ranked = rank_keyword(store, tree, question, limit, filters)
        hits = make_hits(store, dict(ranked), question_stems(store, question), (Part.KEYWORD,))
        return Answer(tuple(hits), (Part.KEYWORD,))


def check_question(question: str, limit: int) -> None:
    """Raises KnowledgeError for a question without words or without measure, and for a limit out of bounds."""
    check_limit(limit)
    if len(question) > LONGEST_QUESTION:
        raise KnowledgeError(f"the question has {len(question):,} characters", f"ask in up to {LONGEST_QUESTION:,}")
    if not _RUN.search(question):
        raise KnowledgeError("the question has no word to look for")


def check_limit(limit: int) -> None:
    """Raises KnowledgeError for a limit out of bounds."""
    if not 1 <= limit <= MOST_HITS:
        raise KnowledgeError(f"the limit must be from 1 to {MOST_HITS}, not {limit}")


def make_filters(kinds: Sequence[Kind], paths: Sequence[str]) -> Filters:
    """What a search is limited to; raises GlobError for a glob that cannot be read."""
    from openclaw_hooks.globs import refuse_negations_only, validate_glob

    for glob in paths:
        validate_glob(glob)
    refuse_negations_only(tuple(paths))
    return Filters(tuple(kinds), tuple(paths))


def make_filter(filters: Filters) -> Callable[[Located], bool]:
    """Whether a document passes `filters`; raises GlobError for a glob that cannot be read."""
    if not filters.kinds and not filters.paths:
        return lambda _: True
    kinds = filters.kinds or tuple(Kind)
    if not filters.paths:
        return lambda located: located.kind in kinds
    from openclaw_hooks.globs import compile_globs

    chosen = compile_globs(filters.paths)
    return lambda located: located.kind in kinds and chosen.matches(located.path)


def rank_keyword(store: Store, tree: int, question: str, limit: int, filters: Filters = ALL) -> list[tuple[int, float]]:
    """The best `limit` chunks of `tree` by BM25, as (chunk id, score); more is better."""
    words = split_question(question)
    rare = drop_common(store, words)
    passes = make_filter(filters)
    ranked = rank_chunks(store, tree, write_expression(rare), limit, passes) if rare else []
    if ranked or len(rare) == len(words):
        return ranked
    return rank_chunks(store, tree, write_expression(words), limit, passes)  # of a few documents any word is common


def drop_common(store: Store, words: list[str]) -> list[str]:
    """`words` without those in more than half of all chunks: BM25 gives them no weight, and they cost the most time."""
    half = count_chunks(store) / 2
    rare = [
        word
        for word in words
        if not any(count_chunks_with(store, part.stem) > half for part in stem_words(store, word))
    ]
    return rare or words


def split_question(question: str) -> list[str]:
    """The words to look for, each once, in their order; stop words only where there is nothing else."""
    found: dict[str, None] = {}
    for run in _RUN.findall(question[:LONGEST_QUESTION]):
        for part in (run,) if run.isascii() else _split_scripts(run):
            found[part.lower()] = None
    words = [word for word in found if word not in STOP_WORDS] or list(found)
    return words[:MOST_WORDS]


def _split_scripts(run: str) -> Iterator[str]:
    """The words in letters that no space parts: signs of scripts without spaces by twos, anything else as it is."""
    at = 0
    for signs in unspaced().finditer(run):
        if at < signs.start():
            yield run[at : signs.start()]
        last = max(signs.end() - 1, signs.start() + 1)
        yield from (run[start : min(start + 2, signs.end())] for start in range(signs.start(), last))
        at = signs.end()
    if at < len(run):
        yield run[at:]


def write_expression(words: Iterable[str]) -> str:
    """An FTS5 expression for any of `words`. In quotes nothing is syntax, and no word holds a quote."""
    return " OR ".join(f'"{index_text(word).strip()}"' for word in words)


def question_stems(store: Store, question: str) -> frozenset[str]:
    """The stems by which the words of `question` are found in a text."""
    return frozenset(word.stem for word in stem_words(store, " ".join(split_question(question))))


def make_hits(store: Store, scores: dict[int, float], stems: Collection[str], parts: Sequence[Part]) -> Iterable[Hit]:
    """The chunks in `scores` (chunk id -> score, in that order) as hits, with the words of the question marked."""
    chunks = read_chunks(store, scores)
    for number, chunk in chunks.items():
        snippet = make_snippet(store, chunk.text, stems)
        where = (chunk.path, chunk.kind, chunk.heading, chunk.first_line, chunk.last_line)
        yield Hit(*where, scores[number], snippet.text, snippet.marks, tuple(parts))
