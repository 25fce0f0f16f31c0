"""The lives of plans: made from the shipped templates, approved, carried out wave by wave, failed, recovered, aborted."""

from __future__ import annotations

import heapq
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from openclaw_hooks.board.approving.content_hash import Kind, content_hash
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.board.snapshot import plan_path
from openclaw_hooks.plans.actions import Clock, CreateTask, MoveTask
from openclaw_hooks.plans.engine import settle
from openclaw_hooks.plans.instantiate import Order, instantiate
from openclaw_hooks.plans.lifecycle import abort_plan, approve_plan
from openclaw_hooks.plans.model import ENDED, PlanStatus
from openclaw_hooks.plans.templates import find_template
from openclaw_hooks.tasks.gate import completion_status
from openclaw_hooks.tasks.markdown import set_section
from openclaw_hooks.tasks.model import Approval, Mode, Status
from tools.docs.sample.cast import AGENTS, EVERYBODY, MARA, PEOPLE
from tools.docs.sample.desk import DAY, HOUR, Desk
from tools.docs.sample.texts import make_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.plans.model import PlanFile, Template
    from openclaw_hooks.roles.model import Role
    from openclaw_hooks.tasks.model import Task
    from tools.docs.sample.cast import Member
    from tools.docs.sample.desk import Sheet

TOPICS: Final = (
    ("team-feature", "seat maps on phones"),
    ("team-bugfix", "a crossing after midnight is shown on the wrong day"),
    ("team-refactor", "tides and crossings in one calendar"),
    ("team-release", "the autumn season"),
    ("team-research", "how operators learn about a cancelled crossing"),
    ("team-deploy", "timetable service 2.4"),
    ("team-feature", "a waiting list for full crossings"),
    ("team-bugfix", "refunds are counted twice in the statement"),
    ("team-feature", "bicycle tickets"),
    ("team-release", "the winter season"),
    ("team-refactor", "one place for prices"),
    ("team-bugfix", "the quay map is empty without a network"),
    ("team-deploy", "booking service 3.0"),
    ("team-research", "what a season pass is used for"),
)
TASKS_A_PLAN: Final = 15  # one plan for so many tasks of the board
MOST_PLANS: Final = 28


class Drawn(NamedTuple):
    """A plan to be: how it stands at the end, when it is made, and by how much it is slower than most."""

    end: str
    created: float
    pace: float


def make_plans(desk: Desk, count: int, templates: Sequence[Template], roles: Sequence[Role]) -> None:
    """Adds `count` plans with their tasks and their history."""
    for number in range(count):
        _Course(desk, roles).run(_draw(desk, number, count), _order(desk, number), templates)


def _draw(desk: Desk, number: int, count: int) -> Drawn:
    rng, now = desk.rng, desk.now
    ends = {0: "aborted", 1: "draft", 2: "draft"}
    end = ends.get(number if count > 4 else 9, "done" if number % 5 < 3 else "under way")
    if end == "draft":
        return Drawn(end, now - rng.uniform(2, 40) * HOUR, 1)
    if end == "under way":
        return Drawn(end, now - rng.uniform(2, 9) * DAY, 2.5)
    return Drawn(end, now - rng.uniform(14, 150) * DAY, 1)


def _order(desk: Desk, number: int) -> tuple[str, Order]:
    template, topic = TOPICS[number % len(TOPICS)]
    values = {"version": f"v{2 + number // 10}.{number % 10}.0"} if template == "team-release" else {}
    return template, Order(desk.new_id("P"), context=topic, vars=values)


class _Course:
    """How one plan goes."""

    def __init__(self, desk: Desk, roles: Sequence[Role]) -> None:
        self._desk = desk
        self._roles = roles
        self._queue: list[tuple[float, str]] = []  # when which task goes on
        self._own: dict[str, Task] = {}

    def run(self, drawn: Drawn, asked: tuple[str, Order], templates: Sequence[Template]) -> None:
        """Tells the whole course, up to now."""
        desk, rng = self._desk, self._desk.rng
        self._pace = drawn.pace
        author = rng.choice(PEOPLE)
        order = asked[1]._replace(created=stamp(drawn.created), created_by=author.node)
        self._plan = instantiate(find_template(templates, asked[0]), order, self._roles)
        sheet = desk.open(drawn.created, author)
        sheet.put_plan(self._plan, None)
        sheet.close()
        if drawn.end == "draft":
            return
        self._approve(drawn.created + rng.uniform(0.3, 6) * HOUR, MARA)
        while self._queue and self._plan.status not in ENDED:
            at, task_id = heapq.heappop(self._queue)
            if at > desk.now:
                heapq.heappush(self._queue, (at, task_id))
                break
            self._go_on(at, self._own[task_id])
            if drawn.end == "aborted" and len(self._own) > 2:
                self._abort(at + HOUR, author)
        self._begin_now()

    def _approve(self, at: float, who: Member) -> None:
        digest = content_hash(Kind.PLAN, self._desk.files[plan_path(self._plan.id)])
        plan = approve_plan(self._plan, Approval(by=who.node, at=stamp(at), hash=digest))
        self._settle(self._desk.open(at, who), at, plan)

    def _abort(self, at: float, who: Member) -> None:
        if self._plan.status is PlanStatus.EXECUTING:
            self._settle(
                self._desk.open(at, who), at, abort_plan(self._plan, "the operators want something else by now")
            )

    def _settle(self, sheet: Sheet, at: float, plan: PlanFile) -> None:
        """The commit, with all that follows from it."""
        desk = self._desk
        clock = Clock(datetime.fromtimestamp(at, UTC))
        settled = settle(plan, self._own, self._roles, clock, lambda: desk.new_id("T"))
        for action in settled.actions:
            if isinstance(action, CreateTask):
                sheet.add_task(replace(action.head, created_by=self._plan.created_by), action.body)
                self._own[action.head.id] = desk.tasks[action.head.id]
                wait = desk.rng.lognormvariate(1.6, 0.9) * HOUR * self._pace
                heapq.heappush(self._queue, (at + wait, action.head.id))
            elif isinstance(action, MoveTask):
                sheet.change_task(action.task, action.changes(), action.reason)
                self._own[action.task] = desk.tasks[action.task]
        sheet.put_plan(settled.plan, self._plan)
        self._plan = settled.plan
        sheet.close()

    def _go_on(self, at: float, task: Task) -> None:
        rng = self._desk.rng
        match task.status:
            case Status.QUEUED:
                self._change(at, task, {"status": Status.CLAIMED, "owner": self._pick_owner(task).node})
                self._desk.began[task.id] = at
                self._later(at + task.budget_minutes * 60 * rng.uniform(0.2, 0.9), task)
            case Status.CLAIMED:
                self._change(at, task, {"status": Status.RUNNING})
                self._later(at + task.budget_minutes * 60 * rng.uniform(0.2, 0.9), task)
            case Status.RUNNING if rng.random() < 0.06 and not task.recovers:
                reason = "failed: `npm test` ended with exit code 1"
                self._change(at, task, {"status": Status.FAILED, "reason": reason})
            case Status.RUNNING:
                body = set_section(task.body, "Result", make_result(rng))
                self._change(at, task, {"status": completion_status(task), "body": body})
                self._later(at + rng.uniform(0.5, 20) * HOUR * self._pace, task)
            case Status.PENDING_REVIEW:
                sheet = self._desk.open(at, rng.choice(PEOPLE))
                sheet.approve_task(task.id, {"status": Status.COMPLETED})
                self._own[task.id] = self._desk.tasks[task.id]
                self._settle(sheet, at, self._plan)

    def _change(self, at: float, task: Task, changes: dict[str, object]) -> None:
        owner = str(changes.get("owner", task.owner))
        who = next(member for member in EVERYBODY if member.node == owner)
        sheet = self._desk.open(at, who)
        sheet.change_task(task.id, changes, str(changes.get("reason", "")))
        self._own[task.id] = self._desk.tasks[task.id]
        self._settle(sheet, at, self._plan)

    def _later(self, at: float, task: Task) -> None:
        heapq.heappush(self._queue, (at, task.id))

    def _pick_owner(self, task: Task) -> Member:
        cast = PEOPLE if task.delegation.mode in (Mode.HUMAN, Mode.LOCAL) else AGENTS
        fitting = [member for member in cast if task.role in member.roles]
        return self._desk.rng.choice(fitting or cast)

    def _begin_now(self) -> None:
        """Somebody is at work right now, in every second plan that goes on."""
        waiting = [self._own[name] for _, name in self._queue if self._own[name].status is Status.QUEUED]
        for task in waiting[:1] if self._desk.rng.random() < 0.5 else []:
            at = self._desk.now - self._desk.rng.uniform(120, 600)
            if at > datetime.strptime(task.created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp():
                self._change(at, task, {"status": Status.CLAIMED, "owner": self._pick_owner(task).node})
                self._desk.began[task.id] = at
                self._change(at + 60, self._own[task.id], {"status": Status.RUNNING})
