"""What was remembered: a calendar of days, logs, recaps and notes, each with who refers to it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks.board.place import FOLDER
from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.safe_html import render_markdown
from openclaw_hooks.mission_control.views.graph import list_references, view_graph
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.mission_control.views.links import invert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.reading.documents import Document

SHARD: Final = 50  # texts in one file
MEMORY: Final = "memory"
MAX_BACKLINKS: Final = 100
DAY: Final = "day"
_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WEEK: Final = re.compile(r"\d{4}-?W\d{2}", re.IGNORECASE)
_FRONT: Final = re.compile(r"---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|\Z)")
_WORD: Final = re.compile(r"\w+")


class Backlink(Struct, frozen=True, omit_defaults=True):
    """Something that refers to a note, or is referred to by it: the id of its node, its kind and name."""

    id: str
    kind: str
    name: str
    column: str = ""
    url: str = ""


class Note(Struct, frozen=True, omit_defaults=True):
    """A file of the memory: `kind` is day, recap or note; `day` the date that it is about, empty for none."""

    path: str
    title: str
    kind: str
    day: str = ""
    words: int = 0
    changed: int = 0
    excerpt: str = ""
    backlinks: tuple[Backlink, ...] = ()
    links: tuple[Backlink, ...] = ()
    shard: int = 0


class MemoryView(Struct, frozen=True, omit_defaults=True):
    """All notes, the newest first; `now` is the moment that the calendar ends with."""

    notes: tuple[Note, ...]
    now: int
    broken: tuple[Broken, ...] = ()


@kept
def view_memory(facts: Facts) -> MemoryView:
    """The memory at the moment of `facts`."""
    graph = view_graph(facts)
    nodes = {node.id: Backlink(node.id, node.kind, node.name, node.column, node.url) for node in graph.nodes}
    references = list_references(facts)
    back = invert(references)
    notes = []
    written = _commit_times(facts)
    for number, document in enumerate(_sorted(facts)):
        node = f"{MEMORY}:{document.path}"
        to = [reference.node for reference in references.get(node, ()) if reference.node in nodes]
        kind, day = classify(document.path)
        notes.append(
            Note(
                path=document.path,
                title=document.title,
                kind=kind,
                day=day,
                words=len(_WORD.findall(document.text)),
                changed=written.get(document.path, document.changed),
                excerpt=_excerpt(document),
                backlinks=tuple(nodes[name] for name in back.get(node, ())[:MAX_BACKLINKS] if name in nodes),
                links=tuple(nodes[name] for name in to[:MAX_BACKLINKS]),
                shard=number // SHARD,
            )
        )
    broken = tuple(item for item in facts.documents.broken if MEMORY in item.path)
    return MemoryView(tuple(notes), int(facts.place.now), broken)


def _commit_times(facts: Facts) -> dict[str, int]:
    """When each note of the board was last committed: its file is as old as the worktree that it lies in."""
    times: dict[str, int] = {}
    for commit in facts.board.log:
        for path in commit.paths:
            if path.startswith(f"{MEMORY}/"):
                times.setdefault(f"{FOLDER}/{path}", commit.time)
    return times


def view_memory_texts(facts: Facts) -> dict[str, dict[str, str]]:
    """The texts as safe HTML: name of the file -> path -> HTML."""
    shards: dict[str, dict[str, str]] = {}
    for number, document in enumerate(_sorted(facts)):
        shards.setdefault(f"memory-{number // SHARD}", {})[document.path] = _render(_strip_head(document))
    return shards


def _strip_head(document: Document) -> str:
    """The text without its frontmatter, and without the heading that is its title: that stands above it already."""
    text = _FRONT.sub("", document.text, count=1) if document.text.startswith("---") else document.text
    first, _, rest = text.lstrip("\n").partition("\n")
    return rest if first.strip() == f"# {document.title}" else text


@lru_cache(maxsize=4_096)
def _render(text: str) -> str:
    return render_markdown(text)


def _sorted(facts: Facts) -> list[Document]:
    """The notes of a day by that day, the others by when they were written; the newest first."""
    found = [document for document in facts.documents.documents if document.kind == MEMORY]
    return sorted(
        found, key=lambda document: (classify(document.path)[1], document.changed, document.path), reverse=True
    )


def classify(path: str) -> tuple[str, str]:
    """What a file of the memory is by its path (day, recap or note), and the date that it is about."""
    name = path.rpartition("/")[2]
    date = _DATE.search(name)
    is_date = date is not None and 1 <= int(date[2]) <= 12 and 1 <= int(date[3]) <= 31
    day = date[0] if date is not None and is_date else ""
    if "recap" in path.lower() or _WEEK.search(name):
        return "recap", day or _week_day(name)
    return (DAY, day) if day and name.startswith(day) else ("note", day)


def _week_day(name: str) -> str:
    """The Monday of the week that `name` begins with, empty when there is no such week."""
    from datetime import date

    found = re.search(r"(\d{4})-?W(\d{2})", name, re.IGNORECASE)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1).isoformat() if found else ""
    except ValueError:
        return ""


def _excerpt(document: Document) -> str:
    """The first words that are no heading."""
    return next(iter(_lines(document)), "")[:160]


def _lines(document: Document) -> Iterator[str]:
    for section in document.sections:
        for line in section.text.split("\n"):
            if words := line.strip(" \t-*>#+"):
                yield words
