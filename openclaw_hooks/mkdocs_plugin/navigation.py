"""Where our pages stand in the navigation of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mkdocs.structure.nav import Navigation

FOLDER: Final = "openclaw"


def stub_path(name: str) -> str:
    """The source file of one of our pages, seen from the folder of the documents."""
    return f"{FOLDER}/{'index' if name == 'overview' else name}.md"


def add_section(nav: Sequence[Any], section: str, pages: Iterable[tuple[str, str]]) -> list[Any]:
    """The navigation a user wrote, with a section of our pages (name, title) at its end unless it names one of them."""
    if any(path.startswith(f"{FOLDER}/") for path in _paths(nav)):
        return list(nav)
    return [*nav, {section: [{title: stub_path(name)} for name, title in pages]}]


def _paths(entry: Any) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    found: list[str] = []
    for inner in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list | tuple) else ():
        found += _paths(inner)
    return found


def name_section(nav: Navigation, section: str, order: Sequence[str]) -> None:
    """Names the section that mkdocs made of our folder, and puts its pages (by source file) into `order`."""
    from mkdocs.structure.nav import Section
    from mkdocs.structure.pages import Page

    for item in nav.items:
        if not isinstance(item, Section):
            continue
        sources = [child.file.src_uri for child in item.children if isinstance(child, Page)]
        if len(sources) == len(item.children) and sources and set(sources) <= set(order):
            item.title = section
            item.children.sort(key=lambda child: order.index(child.file.src_uri) if isinstance(child, Page) else 0)
