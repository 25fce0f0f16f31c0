"""A plan played in memory: everybody's moves checked against the table of moves, `settle` after each of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks.plans.actions import Clock, CreateTask, MoveTask
from openclaw_hooks.plans.engine import advance, settle
from openclaw_hooks.plans.gate import completion_status
from openclaw_hooks.plans.lifecycle import abort_plan, approve_plan
from openclaw_hooks.plans.model import FailurePolicy, PlanFile, PlanStatus, Subtask
from openclaw_hooks.roles.model import Escalation, Origin, Role
from openclaw_hooks.tasks.model import Approval, Delegation, Mode, Status
from openclaw_hooks.tasks.moves import Right, require_move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.plans.actions import Action
    from openclaw_hooks.tasks.model import Task

IDS = count(1)
START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LEAD = frozenset({Right.ANY, Right.LEAD})
ANY = frozenset({Right.ANY})
OWNER = frozenset({Right.ANY, Right.OWNER})
HUMAN = frozenset({Right.ANY, Right.LEAD, Right.HUMAN})


def make_role(name: str, metric: str = "", budget: str = "", scope: str = "", paths: tuple[str, ...] = ()) -> Role:
    """A role that escalates to these."""
    escalation = Escalation(on_scope_violation=scope, on_budget_exceeded=budget, on_metric_failure=metric)
    return Role(
        id=name,
        version="1.0.0",
        name=name,
        scope_paths=paths,
        escalation=escalation,
        file=f"roles/{name}.yaml",
        origin=Origin.SHIPPED,
    )


def make_subtask(name: str, *depends_on: str, mode: Mode = Mode.LOCAL, **fields: object) -> Subtask:
    """A subtask that waits for others; of mode `local`, so that nobody has to review it."""
    given: dict[str, object] = {"title": f"do {name}", "delegation": Delegation(mode=mode), **fields}
    return Subtask(id=name, depends_on=depends_on, **given)  # type: ignore[arg-type]  # the tests name real fields


def make_plan(
    *subtasks: Subtask, policy: FailurePolicy = FailurePolicy.CONTINUE_BEST_EFFORT, **fields: object
) -> PlanFile:
    """A draft of these subtasks."""
    given: dict[str, object] = {"id": "P-000001", "title": "A plan", "status": PlanStatus.DRAFT, **fields}
    return PlanFile(subtasks=subtasks, failure_policy=policy, **given)  # type: ignore[arg-type]  # as above


class Play:
    """A plan, its tasks, and who may do what to them; `log` holds every action that the engine asked for."""

    def __init__(self, plan: PlanFile, roles: Sequence[Role] = (), tasks: dict[str, Task] | None = None) -> None:
        self.plan = plan
        self.roles = roles
        self.tasks: dict[str, Task] = tasks if tasks is not None else {}
        self.now = START
        self.started: dict[str, datetime] = {}
        self.log: list[Action] = []

    @property
    def clock(self) -> Clock:
        """What time it is in the play."""
        return Clock(self.now, self.started)

    def settle(self) -> None:
        """Let the engine do what follows, and see that it then has nothing left to do."""
        before = dict(self.tasks)
        settled = settle(self.plan, self.tasks, self.roles, self.clock, self.new_id)
        self.plan = settled.plan
        self.tasks.update(settled.tasks)
        self.log += settled.actions
        for action in settled.actions:
            if isinstance(action, MoveTask):
                require_move(action.task, action.old, action.new, LEAD)
                assert before[action.task].status is action.old or action.old is Status.FAILED
            if isinstance(action, CreateTask):
                require_move(action.head.id, None, action.head.status, LEAD)
        assert advance(self.plan, self.tasks, self.roles, self.clock) == ()

    def new_id(self) -> str:
        """An id that no task of any play has."""
        return f"T-{next(IDS):06d}"

    def approve(self) -> None:
        """A person approves the plan."""
        self.plan = approve_plan(self.plan, Approval(by="ada", at=self.clock.stamp))
        self.settle()

    def abort(self, reason: str = "not wanted") -> None:
        """A person aborts the plan."""
        self.plan = abort_plan(self.plan, reason)
        self.settle()

    def move(self, task_id: str, new: Status, rights: frozenset[Right], reason: str = "") -> None:
        """Somebody moves a task, and the engine follows."""
        task = self.tasks[task_id]
        require_move(task_id, task.status, new, rights)
        self.tasks[task_id] = msgspec.structs.replace(task, status=new, reason=reason)
        self.settle()

    def start(self, task_id: str) -> None:
        """A node claims a task and begins."""
        self.started[task_id] = self.now
        self.move(task_id, Status.CLAIMED, ANY)
        self.move(task_id, Status.RUNNING, OWNER)

    def complete(self, task_id: str) -> None:
        """A node does the work, and where the gate asks for it a person approves."""
        self.start(task_id)
        done = completion_status(self.tasks[task_id])
        self.move(task_id, done, OWNER)
        if done is Status.PENDING_REVIEW:
            self.move(task_id, Status.COMPLETED, HUMAN)

    def fail(self, task_id: str, reason: str = "the metric was not met") -> None:
        """A node gives the work up as failed."""
        self.start(task_id)
        self.move(task_id, Status.FAILED, OWNER, reason)

    def release(self, task_id: str, reason: str = "attempts exhausted") -> None:
        """A node gives the work back."""
        self.start(task_id)
        self.move(task_id, Status.RELEASED, OWNER, reason)

    def overrun(self, task_id: str) -> None:
        """A node works for longer than the budget."""
        self.start(task_id)
        self.now += timedelta(minutes=self.tasks[task_id].budget_minutes, seconds=1)
        self.settle()

    def id_of(self, subtask: str) -> str:
        """The task of a subtask."""
        return self.plan.tasks[subtask]

    def stands(self, status: PlanStatus) -> bool:
        """Whether the plan has this status now."""
        return self.plan.status is status

    def status_of(self, subtask: str) -> Status:
        """How far the task of a subtask is."""
        return self.tasks[self.id_of(subtask)].status

    def queued(self) -> list[Task]:
        """The tasks of the plan that somebody could claim."""
        return [task for task in self.tasks.values() if task.status is Status.QUEUED and task.plan == self.plan.id]

    def recovery_of(self, task_id: str) -> Task:
        """The one task that recovers another."""
        [found] = [task for task in self.tasks.values() if task.recovers == task_id]
        return found

    def complete_all(self) -> None:
        """Everybody does what there is to do until nothing is left."""
        while queued := self.queued():
            self.complete(queued[0].id)


def begin(*names: str, policy: FailurePolicy = FailurePolicy.CONTINUE_BEST_EFFORT, mode: Mode = Mode.LOCAL) -> Play:
    """An approved plan whose subtasks depend each on the one before."""
    subtasks = [make_subtask(name, *before, mode=mode) for name, before in zip(names, chain(names), strict=True)]
    play = Play(make_plan(*subtasks, policy=policy))
    play.approve()
    return play


def chain(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What each of `names` depends on: the one before."""
    return [(), *((name,) for name in names[:-1])]


def diamond(policy: FailurePolicy, *critical: str) -> Play:
    """`left` and `right` after `top`, `bottom` after both, and `alone`."""
    shape = {"top": (), "left": ("top",), "right": ("top",), "bottom": ("left", "right"), "alone": ()}
    subtasks = [make_subtask(name, *before, critical=name in critical) for name, before in shape.items()]
    play = Play(make_plan(*subtasks, policy=policy))
    play.approve()
    return play
