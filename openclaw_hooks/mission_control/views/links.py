"""Which document, note, task, plan, rule or role a link or a mention means."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.mission_control.reading.markdown_text import read_links

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from openclaw_hooks.mission_control.reading.markdown_text import Link

MAX_MENTIONS: Final = 60  # of one text
_ID: Final = re.compile(r"(?<![\w-])[TP]-[0-9a-hjkmnp-tv-z]{6}(?![\w-])")


class Reference(NamedTuple):
    """What a text refers to: `kind` is link, wiki or mention; `node` is empty where nobody has what `target` names."""

    kind: str
    target: str
    node: str


class Names:
    """The nodes by everything that they may be called: path, name of the file, title, id."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}
        self._words: dict[str, str] = {}

    def add(self, node: str, path: str, words: Iterable[str]) -> None:
        """Makes `node` known; what was added first keeps a name that two have."""
        if path:
            self._paths.setdefault(path, node)
            stem = posixpath.basename(path).rpartition(".")[0]
            self._words.setdefault(stem.lower(), node)
        for word in words:
            self._words.setdefault(word.lower(), node)

    def find(self, link: Link, folder: str) -> str:
        """The node that a link in a file of `folder` means, empty for none."""
        if link.kind == "wiki":
            found = self._paths.get(link.target) or self._paths.get(f"{link.target}.md")
            return found or self._words.get(link.target.lower(), "")
        for start in (folder, ""):  # what is written for the root of a site is found there
            path = posixpath.normpath(posixpath.join(start, link.target.lstrip("/")))
            if path in self._paths:
                return self._paths[path]
        return ""

    def find_id(self, name: str) -> str:
        """The node of a task or plan by its id, empty for none."""
        return self._words.get(name.lower(), "")


def find_references(text: str, path: str, names: Names, links: Iterable[Link] | None = None) -> Iterator[Reference]:
    """What `text`, which stands in the file at `path`, refers to; each node and each missing target once."""
    seen: set[str] = set()
    folder = posixpath.dirname(path)
    for link in read_links(text) if links is None else links:
        node = names.find(link, folder)
        if (node or link.target) not in seen and (node or _is_document(link)):
            seen.add(node or link.target)
            yield Reference(link.kind, link.target, node)
    for found in list(dict.fromkeys(_ID.findall(text)))[:MAX_MENTIONS]:
        node = names.find_id(found)
        if node and node not in seen:
            seen.add(node)
            yield Reference("mention", found, node)


def _is_document(link: Link) -> bool:
    """Whether a link that leads nowhere was meant for one of ours: other files of the repository are no nodes."""
    return link.kind == "wiki" or link.target.lower().endswith((".md", ".markdown", ".mdx"))


def invert(references: Mapping[str, Iterable[Reference]]) -> dict[str, list[str]]:
    """Who refers to each node, in the order of `references`."""
    found: dict[str, list[str]] = {}
    for source, made in references.items():
        for reference in made:
            if reference.node and reference.node != source:
                found.setdefault(reference.node, []).append(source)
    return found
