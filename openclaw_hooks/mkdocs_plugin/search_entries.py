"""Our tasks and plans in the search that the site has anyway."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from openclaw_hooks.mission_control.views.board import view_tasks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from openclaw_hooks.mission_control.facts import Facts


def list_entries(facts: Facts, board: str) -> Iterator[dict[str, str]]:
    """An entry for each task; `board` is the address of the board in the site.

    The place in the page is `?task=`: with `#task=` all of them would be one result. Material shows titles and texts
    as HTML, so both are escaped.
    """
    for row in view_tasks(facts).tasks:
        said = " ".join((row.id, row.status, row.owner, row.plan, row.role, *row.labels))
        yield {
            "location": f"{board}?task={quote(row.id, safe='')}",
            "title": escape(row.title),
            "text": escape(" ".join(said.split())),
        }


def add_entries(plugins: Mapping[str, Any], entries: Iterable[dict[str, str]]) -> None:
    """Hands `entries` to the search plugin of the site, if it has one that keeps an index."""
    found = (plugin.search_index for plugin in plugins.values() if hasattr(plugin, "search_index"))
    index = next(found, None)
    if index is None:
        return
    if hasattr(index, "entries"):  # material's
        index.entries.extend(entries)
    elif hasattr(index, "_entries"):  # mkdocs' own
        index._entries.extend(entries)
