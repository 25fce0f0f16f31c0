"""What every page shows of the site itself: title, repository, commit, age, and how much there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.texts import text
from openclaw_hooks.mission_control.views.board import view_tasks
from openclaw_hooks.mission_control.views.columns import COLUMNS

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.facts import Facts


class PageLink(Struct, frozen=True):
    """A page of Mission Control; its address is made by the page that links to it."""

    name: str
    title: str


class SiteView(Struct, frozen=True, omit_defaults=True):
    """The site: `sample` labels invented data, `counts` are tasks by column, `broken` are parts that could not be read."""

    title: str
    repo: str
    head: str
    branch: str
    built: float
    board_head: str
    pages: tuple[PageLink, ...]
    counts: dict[str, int]
    sample: str = ""
    knowledge: bool = False
    live: bool = False
    broken: tuple[Broken, ...] = ()


def view_site(facts: Facts, pages: tuple[PageLink, ...]) -> SiteView:
    """The site that `facts` make, with these pages in its navigation."""
    options = facts.place.options
    counts = dict.fromkeys(COLUMNS.values(), 0)
    for row in view_tasks(facts).tasks:
        counts[row.column] += 1
    return SiteView(
        title=options.title or text("kernel.title"),
        repo=facts.code.name,
        head=facts.code.head[:12],
        branch=facts.code.branch,
        built=facts.place.now,
        board_head=facts.board.head[:12],
        pages=pages,
        counts=counts,
        sample=options.sample,
        knowledge=options.has_knowledge or bool(facts.knowledge.files),
        live=options.is_live,
        broken=facts.broken,
    )
