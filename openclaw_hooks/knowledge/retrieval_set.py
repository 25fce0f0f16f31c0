"""A retrieval set: a folder of documents, questions, and which documents answer them.

    DIR/queries.tsv     id <TAB> question
    DIR/qrels.tsv       id of a question <TAB> anything <TAB> document, relative to DIR <TAB> relevance, 0 for none
    DIR/...             the documents

That is what TREC's tools read; a name like `docs/guide.md` is a document's path.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.documents import read_file, read_text
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Iterator

QUERIES: Final = "queries.tsv"
QRELS: Final = "qrels.tsv"


class RetrievalSet(NamedTuple):
    """Questions by id, and for each the documents that answer it; one that none answers is not asked."""

    questions: dict[str, str]
    relevant: dict[str, frozenset[str]]


def read_retrieval_set(folder: str) -> RetrievalSet:
    """The set in `folder`; raises OpenclawError with file and line for what cannot be read or does not fit together."""
    questions = _read_questions(os.path.join(folder, QUERIES))
    path = os.path.join(folder, QRELS)
    found: dict[str, set[str]] = {}
    for number, (question, _, document, relevance) in _read_rows(path, 4):
        if question not in questions:
            raise OpenclawError(f"{QRELS}:{number}: {QUERIES} has no question `{question}`")
        if not os.path.isfile(os.path.join(folder, document)):
            raise OpenclawError(f"{QRELS}:{number}: there is no document `{document}`", f"name it relative to {folder}")
        if _read_number(relevance, number) > 0:
            found.setdefault(question, set()).add(document)
    if not found:
        raise OpenclawError(f"{QRELS} names no document that answers a question")
    relevant = {question: frozenset(documents) for question, documents in found.items()}
    return RetrievalSet({question: text for question, text in questions.items() if question in relevant}, relevant)


def _read_questions(path: str) -> dict[str, str]:
    questions: dict[str, str] = {}
    for number, (question, text) in _read_rows(path, 2):
        if question in questions:
            raise OpenclawError(f"{QUERIES}:{number}: the question `{question}` is there twice")
        questions[question] = text
    return questions


def _read_rows(path: str, columns: int) -> Iterator[tuple[int, list[str]]]:
    name = os.path.basename(path)
    for number, line in enumerate(read_text(name, read_file(path, path)).splitlines(), 1):
        if not line.strip():
            continue
        row = line.split("\t")
        if len(row) != columns:
            raise OpenclawError(f"{name}:{number}: {len(row)} columns, not {columns}", "tabs stand between columns")
        yield number, row


def _read_number(text: str, number: int) -> float:
    try:
        return float(text)
    except ValueError:
        raise OpenclawError(f"{QRELS}:{number}: `{text}` is no number", "0 for none, 1 for relevant") from None
