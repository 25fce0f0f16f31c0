"""The pages and the data that they are made of: one table each.

A further page is a row of PAGES, a row of DATA for each of its data sets, and the files `assets/js/pages/<name>.js` (imported
by `main.js`), its style sheets in `assets/css/`, `assets/texts/<name>.json` and its title `kernel.page-<name>`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.mission_control.fallback.board import board_html
from openclaw_hooks.mission_control.fallback.graph import graph_html
from openclaw_hooks.mission_control.fallback.memory import memory_html
from openclaw_hooks.mission_control.fallback.mesh import events_html, mesh_html
from openclaw_hooks.mission_control.fallback.overview import overview_html
from openclaw_hooks.mission_control.fallback.plans import plans_html
from openclaw_hooks.mission_control.fallback.policy import diagnostics_html, roles_html, rules_html, search_html
from openclaw_hooks.mission_control.fallback.roadmap import roadmap_html
from openclaw_hooks.mission_control.fallback.runs import runs_html
from openclaw_hooks.mission_control.texts import text
from openclaw_hooks.mission_control.views.board import TasksView, view_tasks
from openclaw_hooks.mission_control.views.bodies import TaskBody, view_bodies
from openclaw_hooks.mission_control.views.diagnostics import DiagnosticsView, view_diagnostics
from openclaw_hooks.mission_control.views.events import Event, EventsView, view_events, view_older_events
from openclaw_hooks.mission_control.views.graph import GraphView, view_graph
from openclaw_hooks.mission_control.views.history import HistoryView, MonthView, view_months, view_timeline
from openclaw_hooks.mission_control.views.memory import MemoryView, view_memory, view_memory_texts
from openclaw_hooks.mission_control.views.mesh import MeshView, view_mesh
from openclaw_hooks.mission_control.views.overview import OverviewView, view_overview
from openclaw_hooks.mission_control.views.plans import PlansView, view_plans
from openclaw_hooks.mission_control.views.roadmap import RoadmapView, view_roadmap
from openclaw_hooks.mission_control.views.roles import RolesView, view_roles
from openclaw_hooks.mission_control.views.rules import RulesView, view_rules
from openclaw_hooks.mission_control.views.runs import RunsView, RunView, view_run_details, view_runs
from openclaw_hooks.mission_control.views.search import (
    SearchDocs,
    view_search_docs,
    view_search_index,
    view_search_texts,
)
from openclaw_hooks.mission_control.views.site import PageLink, SiteView, view_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.mission_control.facts import Facts

FIRST_STYLES: Final = ("tokens", "shell", "drawer")  # of every page
SEARCHED: Final = frozenset({"documents", "policy"})


class DataSet(NamedTuple):
    """A value for the browser and the interface: how it is made, its type, and the parts of Facts that it comes from.

    With a `prefix` what is made is several of them, by names that begin with it. `page` is the only one that shows it;
    empty where several do.
    """

    make: Callable[[Facts], Any]
    kind: Any
    parts: frozenset[str]
    prefix: str = ""
    page: str = ""


class Page(NamedTuple):
    """A page: its name, what it shows without JavaScript, its style sheets, and whether there is anything to show."""

    name: str
    make_html: Callable[[Facts], str]
    styles: tuple[str, ...]
    is_shown: Callable[[Facts], bool] = lambda _: True

    @property
    def title(self) -> str:
        """Its name for people."""
        return text(f"kernel.page-{self.name}")


PAGES: Final = (
    Page("overview", lambda facts: overview_html(view_overview(facts)), ("overview", "plans")),
    Page("board", lambda facts: board_html(view_tasks(facts)), ("board",)),
    Page("plans", lambda facts: plans_html(view_plans(facts)), ("overview", "plans", "roadmap")),
    Page("roadmap", lambda facts: roadmap_html(view_roadmap(facts)), ("plans", "roadmap")),
    Page("runs", lambda facts: runs_html(facts.runs, view_runs(facts)), ("policy", "runs")),
    Page("graph", lambda facts: graph_html(view_graph(facts)), ("graph", "memory")),
    Page("rules", lambda facts: rules_html(view_rules(facts)), ("policy",)),
    Page("roles", lambda facts: roles_html(view_roles(facts)), ("policy",)),
    Page("memory", lambda facts: memory_html(view_memory(facts)), ("graph", "memory")),
    Page("mesh", lambda facts: mesh_html(view_mesh(facts)), ("memory", "mesh")),
    Page("events", lambda facts: events_html(view_events(facts)), ("mesh",)),
    Page("diagnostics", lambda facts: diagnostics_html(view_diagnostics(facts)), ("diagnostics", "policy")),
    Page("search", lambda facts: search_html(view_search_docs(facts)), ("policy", "search")),
)

DATA: Final[dict[str, DataSet]] = {
    "site": DataSet(lambda facts: view_site(facts, page_links(facts)), SiteView, frozenset({"code", "board"})),
    "tasks": DataSet(view_tasks, TasksView, frozenset({"board", "history"})),
    "bodies": DataSet(view_bodies, dict[str, TaskBody], frozenset({"board", "runs"}), prefix="bodies-"),
    "overview": DataSet(
        view_overview, OverviewView, frozenset({"board", "history", "policy", "runs"}), page="overview"
    ),
    "plans": DataSet(view_plans, PlansView, frozenset({"board", "history", "policy"})),
    "roadmap": DataSet(view_roadmap, RoadmapView, frozenset({"board", "history", "policy"}), page="roadmap"),
    "runs": DataSet(view_runs, RunsView, frozenset({"runs"}), page="runs"),
    "run-details": DataSet(view_run_details, dict[str, RunView], frozenset({"runs"}), prefix="runs-", page="runs"),
    "graph": DataSet(view_graph, GraphView, frozenset({"board", "documents", "policy"}), page="graph"),
    "memory": DataSet(view_memory, MemoryView, frozenset({"board", "documents", "policy"}), page="memory"),
    "memory-texts": DataSet(
        view_memory_texts, dict[str, str], frozenset({"documents"}), prefix="memory-", page="memory"
    ),
    "mesh": DataSet(view_mesh, MeshView, frozenset({"board", "mesh"}), page="mesh"),
    "events": DataSet(view_events, EventsView, frozenset({"board", "mesh", "policy"}), page="events"),
    "events-older": DataSet(
        view_older_events, tuple[Event, ...], frozenset({"board", "mesh", "policy"}), prefix="events-", page="events"
    ),
    "history": DataSet(view_timeline, HistoryView, frozenset({"board", "history"}), page="board"),
    "history-months": DataSet(
        lambda facts: view_months(facts.history), MonthView, frozenset({"history"}), prefix="history-", page="board"
    ),
    "rules": DataSet(view_rules, RulesView, frozenset({"policy"}), page="rules"),
    "roles": DataSet(view_roles, RolesView, frozenset({"board", "policy"}), page="roles"),
    "diagnostics": DataSet(view_diagnostics, DiagnosticsView, frozenset({"diagnostics", "policy"}), page="diagnostics"),
    # Not from the board, though tasks are in them: indexing thousands of sections would hold up a task that was written.
    "search-docs": DataSet(view_search_docs, SearchDocs, SEARCHED, page="search"),
    "search-index": DataSet(view_search_index, str, SEARCHED, page="search"),
    "search-texts": DataSet(view_search_texts, list[str], SEARCHED, prefix="search-text-", page="search"),
}


def data_set_of(name: str) -> str:
    """The row of DATA that the data file `name` comes from."""
    if name in DATA:
        return name
    rows = (key for key, data in DATA.items() if data.prefix and name.startswith(data.prefix))
    return max(rows, key=lambda key: len(DATA[key].prefix))


def is_wanted(row: str, facts: Facts) -> bool:
    """Whether a row of DATA is for a page that is wanted."""
    page = DATA[row].page
    return not page or facts.place.options.shows(page)


def shown_pages(facts: Facts) -> list[Page]:
    """The pages that are wanted and have something to show, in the order of the navigation."""
    return [page for page in PAGES if facts.place.options.shows(page.name) and page.is_shown(facts)]


def page_links(facts: Facts) -> tuple[PageLink, ...]:
    """The navigation of Mission Control."""
    return tuple(PageLink(page.name, page.title) for page in shown_pages(facts))


def find_page(name: str) -> Page:
    """The page of that name; raises KeyError when there is none."""
    return next(page for page in PAGES if page.name == name)
