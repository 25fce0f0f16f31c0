"""What is indexed and what is found: documents, their chunks, hits and answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from openclaw_hooks.errors import OpenclawError

EXTRA_HINT: Final = "pip install 'openclaw-hooks[knowledge]'"


class KnowledgeError(OpenclawError):
    """Something about the index that its user can mend."""


class Kind(StrEnum):
    """What a document is to the repository."""

    DOC = "doc"
    TASK = "task"
    PLAN = "plan"
    RULE = "rule"
    ROLE = "role"
    MEMORY = "memory"


class Part(StrEnum):
    """A part of the search: by the words of the question, or by its meaning."""

    KEYWORD = "keyword"
    MEANING = "meaning"


class Chunk(NamedTuple):
    """A piece of a document small enough for a model; lines count from 1 and both ends belong to it.

    `heading` is the path of headings above it, outermost first. `text` is what stands in the file from the first to the
    last line; of a line that is longer than a chunk it is a part, and several chunks then name the same line.
    """

    path: str
    kind: Kind
    heading: tuple[str, ...]
    first_line: int
    last_line: int
    text: str

    @property
    def passage(self) -> str:
        """What a model reads of it: the path of headings above the text."""
        return f"{' > '.join(self.heading)}\n{self.text}" if self.heading else self.text


class Document(NamedTuple):
    """A file in chunks, in their order; together they hold every line of it that is not blank."""

    path: str
    kind: Kind
    title: str
    chunks: tuple[Chunk, ...]


class Hit(NamedTuple):
    """A chunk that answers a question; higher scores are better, and comparable within one answer only.

    `marks` are the places in `snippet` where words of the question stand: (start, end) in characters.
    """

    path: str
    kind: Kind
    heading: tuple[str, ...]
    first_line: int
    last_line: int
    score: float
    snippet: str
    marks: tuple[tuple[int, int], ...]
    parts: tuple[Part, ...]


class Answer(NamedTuple):
    """The hits for a question, best first, the parts of the search that were asked, and why others were not."""

    hits: tuple[Hit, ...]
    parts: tuple[Part, ...]
    note: str = ""
