"""The repository's own markdown (documents and memory) in sections, with what it links to; for search, graph and memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from openclaw_hooks.checkout import find_checkout
from openclaw_hooks.knowledge.model import Kind
from openclaw_hooks.knowledge.place import Place as Folder
from openclaw_hooks.knowledge.sources import decode_source, list_sources, read_source
from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.reading.markdown_text import Link, Section, read_markdown
from openclaw_hooks.settings import load_settings

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.sources import Source
    from openclaw_hooks.mission_control.place import Place

KINDS: Final = (Kind.DOC, Kind.MEMORY)
SUFFIXES: Final = (".md", ".markdown", ".mdx")


@dataclass(frozen=True)
class Document:
    """A markdown file: its path below the root (memory of the board below `.openclaw/board/`), `kind` doc or memory.

    `text` is all of it, frontmatter included; `changed` is when the file was written, in seconds since the epoch.
    """

    path: str
    kind: str
    title: str
    text: str
    sections: tuple[Section, ...] = ()
    links: tuple[Link, ...] = ()
    changed: int = 0


@dataclass(frozen=True)
class Documents:
    """All of them in the order of their paths, and those that cannot be read as they are."""

    documents: tuple[Document, ...] = ()
    broken: tuple[Broken, ...] = ()


def read_documents(place: Place) -> Documents:
    """The markdown that git sees below the root of `place` and the settings choose, and the memory."""
    if place.repo is None or not place.repo.top:
        return Documents()
    folder = Folder(place.root, find_checkout(place.root), "", False, ())
    sources = list_sources(folder, load_settings(place.root).knowledge)
    found: list[Document] = []
    # A link that leads out of the repository is nobody's mistake, and what it leads to is none of ours.
    broken = [Broken(problem.path, 0, problem.message) for problem in sources.problems if "link" not in problem.message]
    for source in sources.found:
        if source.kind in KINDS and source.path.lower().endswith(SUFFIXES):
            document, problem = _read(source)
            found += [document] if document else []
            broken += [Broken(source.path, 0, problem.partition(";")[0], "save it as UTF-8 text")] if problem else []
    return Documents(tuple(found), tuple(broken))


def _read(source: Source) -> tuple[Document | None, str]:
    """The document that a file holds, as far as it can be read, and what is wrong with it."""
    try:
        content, stamp = read_source(source)
    except OSError as error:
        return None, f"cannot be read: {error.strerror}"
    text, problem = decode_source(content)
    if problem and not text:
        return None, problem
    title, sections, links = read_markdown(text)
    name = source.path.rpartition("/")[2].rpartition(".")[0]
    return Document(
        source.path, source.kind.value, title or name, text, sections, links, stamp[0] // 1_000_000_000
    ), problem
