"""Pages of documentation in any amount: paragraphs that people wrote for Python and its packages, shuffled under headings."""

from __future__ import annotations

import ast
import os
import random
import sysconfig
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.knowledge.chunks import chunk_document
from openclaw_hooks.knowledge.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

PARAGRAPHS = 60  # of a page: some 24 chunks
SHORTEST, LONGEST = 160, 2000  # characters of a paragraph


class Pages(NamedTuple):
    """Pages by path, how many chunks they have, and questions that people might ask of them."""

    texts: dict[str, str]
    chunks: int
    questions: list[str]


def make_pages(chunks: int) -> Pages:
    """As many pages as have `chunks` chunks, the same ones on machines with the same packages."""
    pick = random.Random(11)  # the same each time, and nothing secret
    summaries, paragraphs = _read_docstrings()
    texts: dict[str, str] = {}
    count = 0
    while count < chunks:
        path = f"docs/part{len(texts) // 20}/page{len(texts)}.md"
        lines = [f"# {pick.choice(summaries)}"]
        for number in range(PARAGRAPHS):
            if number % 8 == 0:
                lines.append(f"## {pick.choice(summaries)}")
            lines.append(pick.choice(paragraphs))
        texts[path] = "\n\n".join(lines) + "\n"
        count += len(chunk_document(path, Kind.DOC, texts[path]).chunks)
    return Pages(texts, count, pick.sample(summaries, 200))


def write_pages(pages: Pages, folder: str) -> None:
    """Writes the pages below `folder`."""
    for path, text in pages.texts.items():
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as stream:
            stream.write(text)


def _read_docstrings() -> tuple[list[str], list[str]]:
    """First sentences, and all other paragraphs of prose, of what is documented on this machine."""
    summaries: dict[str, None] = {}
    paragraphs: dict[str, None] = {}
    for text in _iterate_docstrings():
        first, *others = text.split("\n\n")
        line = " ".join(first.split()).partition(". ")[0]
        if 25 < len(line) < 120 and line.isprintable():
            summaries[line.strip("#.")] = None
        paragraphs.update((part, None) for part in others if SHORTEST < len(part) < LONGEST and part.isascii())
    return list(summaries), list(paragraphs)


def _iterate_docstrings() -> Iterator[str]:
    for path in sorted(_iterate_sources()):
        try:
            with open(path, encoding="utf-8") as stream:
                tree = ast.parse(stream.read())
        except (OSError, SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                yield ast.get_docstring(node) or ""


def _iterate_sources() -> Iterator[str]:
    """Python's own library and numpy: prose enough, and there wherever this runs."""
    import numpy

    for folder in (sysconfig.get_path("stdlib"), os.path.dirname(numpy.__file__)):
        for parent, folders, names in os.walk(folder):
            folders[:] = sorted(set(folders) - {"site-packages", "test", "tests", "idlelib", "lib2to3", "turtledemo"})
            yield from (os.path.join(parent, name) for name in names if name.endswith(".py"))
