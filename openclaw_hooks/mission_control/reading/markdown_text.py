"""Markdown as far as search and graph need it: headings with their anchors, the text below each, and links."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINKS: Final = 500  # of one file
_MARKS: Final = re.compile(
    r"^ {0,3}(?:(?P<level>#{1,6})(?:[ \t]+(?P<text>.*?))?(?:[ \t]+#+)?[ \t]*$|(?P<fence>`{3,}(?=[^`]*$)|~{3,}))",
    re.MULTILINE,
)
_FRONT: Final = re.compile(r"---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|\Z)")
_LINK: Final = re.compile(
    r"(?P<code>`[^`\n]+`)|\[\[(?P<wiki>[^\[\]\n|#]{1,200})[^\[\]\n]{0,200}\]\]|\]\((?:<(?P<angled>[^<>\n]{1,500})>|(?P<plain>[^\s()<>]{1,500}))"
)
_FOREIGN: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_INLINE: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)|[`*]|(?<!\w)_+|_+(?!\w)")
_ANCHOR_ID: Final = re.compile(r"[ \t]*\{[^{}]*?#([\w-]+)[^{}]*\}[ \t]*$")


class Section(NamedTuple):
    """A heading (empty: what stands before the first) and the text below it up to the next; `line` counts from 1.

    `anchor` is the one that Python-Markdown gives the heading on the page of the document.
    """

    heading: str
    level: int
    anchor: str
    line: int
    text: str


class Link(NamedTuple):
    """What a document points to: `kind` is `wiki` for [[target]], `link` for a relative address; decoded, without anchor."""

    kind: str
    target: str


def read_markdown(text: str) -> tuple[str, tuple[Section, ...], tuple[Link, ...]]:
    """The title (the first heading of the highest level; empty without one), the sections, and the links."""
    front = _FRONT.match(text)
    start = front.end() if front else 0
    headings, prose = _scan(text, start)
    sections = tuple(_cut(text, start, headings))
    top = min((section.level for section in sections if section.level), default=0)
    title = next((section.heading for section in sections if section.level == top and section.heading), "")
    return title, sections, tuple(_find_links(prose))


def read_links(text: str) -> tuple[Link, ...]:
    """The links alone."""
    if "](" not in text and "[[" not in text:
        return ()  # most texts have none
    front = _FRONT.match(text)
    return tuple(_find_links(_scan(text, front.end() if front else 0)[1]))


def _scan(text: str, start: int) -> tuple[list[re.Match[str]], str]:
    """The headings, and the text without what stands in fences."""
    headings: list[re.Match[str]] = []
    prose: list[str] = []
    fence, at = "", start
    for found in _MARKS.finditer(text, start):
        opened = found["fence"]
        if fence:
            if opened and _closes(text, found, fence):
                fence, at = "", found.end()
        elif opened:
            fence = opened
            prose.append(text[at : found.start()])
        else:
            headings.append(found)
    if not fence:
        prose.append(text[at:])
    return headings, "".join(prose)


def _closes(text: str, found: re.Match[str], fence: str) -> bool:
    """Whether a fence ends the block that `fence` began: of the same sign, as long, with nothing behind it."""
    end = text.find("\n", found.end())
    behind = text[found.end() : end if end >= 0 else len(text)]
    return found["fence"].startswith(fence) and not behind.strip()


def _cut(text: str, start: int, headings: list[re.Match[str]]) -> Iterator[Section]:
    ends = [found.start() for found in headings[1:]] + [len(text)]
    before = text[start : headings[0].start() if headings else len(text)].strip("\n")
    used: set[str] = set()
    if before.strip():
        yield Section("", 0, "", text.count("\n", 0, start) + 1, before)
    line, counted = 1, 0
    for found, end in zip(headings, ends, strict=False):  # without headings there is one end too many
        line += text.count("\n", counted, found.start())
        counted = found.start()
        written = found["text"] or ""
        named = _ANCHOR_ID.search(written)
        heading = plain_text(written[: named.start()] if named else written)
        anchor = _unique(named[1] if named else slugify(heading), used)
        yield Section(heading, len(found["level"]), anchor, line, text[found.end() : end].strip("\n"))


def plain_text(markdown: str) -> str:
    """One line of markdown without its marks."""
    return _INLINE.sub(lambda found: found[1] or "", markdown).strip()


def slugify(heading: str) -> str:
    """The anchor that Python-Markdown's `toc` makes of a heading."""
    ascii_only = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_only).strip().lower())


def _unique(anchor: str, used: set[str]) -> str:
    """`anchor`, or with a number behind it, as Python-Markdown counts them."""
    name, number = anchor, 0
    while name in used or not name:
        number += 1
        name = f"{anchor}_{number}"
    used.add(name)
    return name


def _find_links(prose: str) -> Iterator[Link]:
    """Each target once, in their order; addresses of other sites are none of ours."""
    seen: dict[Link, None] = {}
    for found in _LINK.finditer(prose):
        if found["wiki"]:
            seen.setdefault(Link("wiki", found["wiki"].strip()))
        elif target := found["angled"] or found["plain"]:
            path = unquote(target.partition("#")[0].partition("?")[0])
            if path and not _FOREIGN.match(target):
                seen.setdefault(Link("link", path))
        if len(seen) >= MAX_LINKS:
            break
    return iter(seen)
