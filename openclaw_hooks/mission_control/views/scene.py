"""What the pages of plans, of the roadmap and of the overview look at: tasks, plans, roles, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from openclaw_hooks.mission_control.moments import read_moment
from openclaw_hooks.mission_control.views.columns import COLUMNS
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.mission_control.views.spans import NO_SPAN, Span, find_span, is_late, trace_spans
from openclaw_hooks.plans.model import PLANS_FOLDER
from openclaw_hooks.plans.routing import RoleChoice, pick_role, route_subtask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.mission_control.broken import Broken
    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.reading.history_cache import HistoryCommit
    from openclaw_hooks.mission_control.reading.policy import PolicyFacts
    from openclaw_hooks.plans.model import PlanFile, Subtask
    from openclaw_hooks.roles.model import Role
    from openclaw_hooks.tasks.graph import Standing
    from openclaw_hooks.tasks.model import Delegation, Task


class Router:
    """Who does a subtask, by the roles of a repository; each question is answered once, for matching globs costs."""

    def __init__(self, roles: Sequence[Role] = ()) -> None:
        self.roles = tuple(roles)
        self._found: dict[tuple[object, ...], tuple[RoleChoice, Delegation]] = {}

    def route(self, subtask: Subtask) -> tuple[RoleChoice, Delegation]:
        """The role and the delegation of a subtask, both with the reason."""
        key = (subtask.role, subtask.scope, subtask.delegation, subtask.metric)
        if key not in self._found:
            self._found[key] = (pick_role(subtask, self.roles), route_subtask(subtask, self.roles))
        return self._found[key]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The board at the moment `now`, and its commits, newest first, as far back as they are known."""

    now: float
    tasks: Mapping[str, Task] = field(default_factory=dict)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    plans: Mapping[str, PlanFile] = field(default_factory=dict)
    leases: Mapping[str, Lease] = field(default_factory=dict)
    commits: Sequence[HistoryCommit] = ()
    router: Router = field(default_factory=Router)
    broken: Sequence[Broken] = ()  # plan files
    absent: tuple[str, str] = ("", "")  # why there is no board, and the command that makes one

    @cached_property
    def spans(self) -> dict[str, Span]:
        """The life of every task that history knows."""
        return trace_spans(self.commits, self.now)

    def span(self, task: Task | None) -> Span:
        """The life of a task, an empty one where there is no task."""
        return find_span(task, self.spans) if task else NO_SPAN

    def column(self, task: Task) -> str:
        """The column that a task is in, as data has it."""
        return COLUMNS[self.standings[task.id].column]

    def active_since(self, task: Task) -> float:
        """When the work that goes on now began: when its claim was made, else when its status says so; 0: none does."""
        lease = self.leases.get(task.id)
        return (read_moment(lease.made) if lease else 0) or self.span(task).active_since

    def is_late(self, task: Task | None) -> bool:
        """Whether a task is over its budget now."""
        return task is not None and is_late(task, self.active_since(task), self.now)


@kept
def scene_of(facts: Facts) -> Scene:
    """The scene that facts come to."""
    board = facts.board
    return Scene(
        now=facts.place.now,
        tasks=board.tasks,
        standings=board.standings,
        plans=board.plans,
        leases=board.leases,
        commits=facts.history.commits,
        router=_router_of(facts.policy),
        broken=tuple(item for item in board.broken if f"/{PLANS_FOLDER}/" in f"/{item.path}"),
        absent=(board.absent, board.start),
    )


@kept
def _router_of(policy: PolicyFacts) -> Router:
    """The router of rules and roles that were read once; it outlives changes of the board."""
    return Router(policy.roles)
