"""The pages as documents for site generators that we do not know: Markdown files with nothing but HTML in them."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Final

from openclaw_hooks.mission_control.build import build
from openclaw_hooks.mission_control.page_html import Address, page_html
from openclaw_hooks.mission_control.pages import shown_pages

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.facts import Facts

_TAG: Final = re.compile(r"(<[^>]*>)")
_VALUE: Final = re.compile(r'="([^"]*)"')
_RISE: Final = re.compile(r'\b(href|src)="\.\./')
_SPECIAL: Final = re.compile(r"[^A-Za-z0-9 ]")
_SPECIAL_IN_VALUE: Final = re.compile(r"[^A-Za-z0-9 ./?=_:;-]|-(?=-)|(?<=-)-")


def front_matter(title: str) -> str:
    """What tells a generator about one of our pages: its title, and that it fills the window and stays out of the index."""
    return (
        f"---\ntitle: {json.dumps(title)}\nhide: [navigation, toc, footer, path, feedback]\n"
        "search: {exclude: true}\n---\n"
    )


def export_files(facts: Facts, *, is_flat: bool = False, keeps_links: bool = False) -> dict[str, bytes]:
    """The files by their path below our folder among the documents.

    `is_flat`: pages are `board.html`, not `board/`. `keeps_links`: the generator leaves links in HTML alone; else it takes
    them to lead from the document, as zensical does, and makes them lead from the page.
    """
    files = build(facts)
    for page in shown_pages(facts):
        is_index = page.name == "overview"
        address = Address("./" if is_index or is_flat else "../", ".html" if is_flat else "/")
        content = page_html(page.name, facts, address)
        if not keeps_links:
            content = _RISE.sub(r'\1="./', content)
        text = f"{front_matter(page.title)}\n<div>{shield_html(content)}</div>\n"
        files[f"{'index' if is_index else page.name}.md"] = text.encode()
    return files


def shield_html(page: str) -> str:
    """The same HTML on one line, in which nothing that people wrote looks like Markdown, a macro or an inclusion.

    Such marks are read in raw HTML too, and by extensions that run before it is found; as character references they mean
    nothing to any of them.
    """
    parts = _TAG.split(page)
    return "".join(
        _VALUE.sub(lambda found: f'="{_shield(found[1], _SPECIAL_IN_VALUE)}"', part.replace("\n", " "))
        if part.startswith("<")
        else _shield(part, _SPECIAL)
        for part in parts
    )


def _shield(text: str, special: re.Pattern[str]) -> str:
    return special.sub(lambda found: f"&#{ord(found[0])};", " ".join(html.unescape(text).split("\n")))
