"""Commands of four nodes in any order, some of them cut off half-way: what must hold whatever comes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.board.approving.content_hash import Kind, content_hash
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.board.leases.lease import SKEW_S
from openclaw_hooks.mesh.state.decide import VERBS, Request, decide
from openclaw_hooks.mesh.wire.messages import Command
from openclaw_hooks.plans.model import PlanFile, PlanStatus, Subtask
from openclaw_hooks.tasks.model import ACTIVE, Delegation, Mode, Status
from openclaw_hooks.tasks.moves import BIRTHS, MOVES, Right
from tests.mesh.state.desk import ROLES, Desk

if TYPE_CHECKING:
    from openclaw_hooks.mesh.state.decide import Decision
    from openclaw_hooks.tasks.model import Task

NODES = ("w1", "w2", "ada", "boss")
ENTITLED = {
    "worker": {Right.ANY},
    "human": {Right.ANY, Right.HUMAN},
    "lead": {Right.ANY, Right.LEAD, Right.HUMAN},
}
STEPS = st.lists(
    st.fixed_dictionaries(
        {
            "node": st.sampled_from(NODES),
            "verb": st.sampled_from([*sorted(VERBS), *["claim", "complete", "start"] * 3]),
            "at": st.integers(0, 5),
            "token": st.sampled_from(["", "", "held", "old"]),
            "agent": st.sampled_from(["", "", "claude"]),
            "request": st.integers(0, 400),
            "force": st.booleans(),
            "wait": st.sampled_from([0, 1, 40, 100, 500]),
            "is_cut": st.booleans(),
        }
    ),
    max_size=30,
)
FOLDER = Path(tempfile.gettempdir()) / "openclaw-no-such-board"


class Watched(Desk):
    """A desk that checks each decision against what may happen."""

    def __init__(self) -> None:
        super().__init__(FOLDER)
        self.add(1)
        self.add(2, requires_review=True)
        self.add(3, status=Status.PROPOSED)
        one, two = (Delegation(mode=mode) for mode in (Mode.LOCAL, Mode.HUMAN))
        subtasks = (Subtask(id="a", title="a", delegation=one), Subtask(id="b", title="b", depends_on=("a",)))
        draft = PlanFile(id="P-000001", title="P", status=PlanStatus.DRAFT, subtasks=subtasks)
        self.add_plan(draft)
        self.add_plan(PlanFile(id="P-000002", title="Q", status=PlanStatus.APPROVED, subtasks=(subtasks[0], late(two))))
        self.tokens: dict[str, list[str]] = {}

    def step(self, step: dict[str, Any]) -> None:
        """One command, perhaps written only in part and then sent again."""
        self.now += step["wait"]
        request = self.make(step)
        decision = decide(self.state, request, self.policy)
        if decision.answer.error:
            assert (decision.changes, decision.leases, decision.events) == ({}, {}, ())
            return
        self.check_moves(request, decision)
        if step["is_cut"]:
            self.apply(decision._replace(changes={}))
            decision = decide(self.state, request, self.policy)
            if decision.answer.error:  # what the lease says by now holds it off
                return
            self.check_moves(request, decision)
        self.apply(decision)

    def make(self, step: dict[str, Any]) -> Request:
        """The command that `step` stands for, over whatever there is."""
        is_plan = step["verb"].startswith("plan_") or step["at"] == 5
        names = sorted(self.state.plans if is_plan else self.state.tasks)
        name = names[step["at"] % len(names)]
        content = self.state.content(name) or b""
        digest = content_hash(Kind.PLAN if is_plan else Kind.TASK, content)
        tokens = self.tokens.get(name, [""])
        args = {
            "reason": "why not",
            "force": step["force"],
            "fields": {"title": "New"},
            "approval": {"by": "x", "at": "2026-11-22T10:00:00Z", "hash": digest},
        }
        if step["verb"] in ("edit", "put"):
            args |= {"base": content.decode(), "content": content.decode().replace("queued", "completed")}
        token = {"": "", "held": tokens[-1], "old": tokens[0]}[step["token"]]
        words = (f"{step['request']:016x}", step["verb"], name if step["verb"] != "propose" else "")
        command = Command(*words, args=args, token=token, agent=step["agent"])
        return Request(step["node"], ROLES.get(step["node"], "worker"), command, self.now)

    def check_moves(self, request: Request, decision: Decision) -> None:
        """Every change of a status is one that who asked may make, or that follows for a plan."""
        role = ROLES.get(request.node, "worker")
        rights = ENTITLED[role] - ({Right.HUMAN} if request.command.agent else set())
        for key, (_, content) in decision.changes.items():
            if not key.startswith("T-"):
                continue
            new = self.read(key, content)
            old = self.state.tasks.get(key)
            is_own = key == request.command.task
            lease = self.state.leases.get(key, (0, None))[1]
            marked = f"{request.node}/{request.command.id}"
            owns = lease is not None and (lease.owner == request.node or (not lease.owner and lease.request == marked))
            allowed = (rights | ({Right.OWNER} if owns else set())) if is_own else {Right.LEAD}
            if request.command.verb == "put":
                assert role == "lead"
                continue
            if is_own and request.command.verb == "edit" and role != "lead":
                assert old is not None
                assert (new.status, new.owner, new.title) == (old.status, old.owner, old.title)
            if request.command.verb not in ("edit", "put"):
                assert is_legal(old, new, allowed, request), (request, old, new)

    def read(self, key: str, content: bytes) -> Task:
        from openclaw_hooks.tasks.markdown import parse_task

        return parse_task(f"tasks/{key}.md", content)

    def apply(self, decision: Decision) -> None:
        """Checks leases before they are written, and notes the tokens that were given."""
        for task, (_, lease) in decision.leases.items():
            old = self.state.leases.get(task, (0, None))[1]
            assert lease.number >= (old.number if old else 0)
            if lease.owner and old and lease.owner != old.owner:
                assert lease.number > old.number
                assert not old.owner or old.expires < stamp(self.now - SKEW_S)
            if lease.owner and lease.token not in self.tokens.setdefault(task, []):
                self.tokens[task].append(lease.token)
        super().apply(decision)
        for key in decision.changes:
            held = self.state.leases.get(key, (0, None))[1]
            assert key in self.state.active or held is None or not held.owner

    def check_rest(self) -> None:
        """What holds after each command."""
        for task in self.state.tasks.values():
            lease = self.state.leases.get(task.id, (0, None))[1]
            if task.status in ACTIVE and lease is not None and lease.owner:
                assert lease.owner == task.owner
            numbers = [int(token.partition("-")[0]) for token in self.tokens.get(task.id, [])]
            assert numbers == sorted(set(numbers))
        again = Desk(FOLDER).state  # what is in memory is what the buckets say, and nothing else
        for key, entry in self.state.entries.items():
            again.take(key, entry.revision, entry.content)
        assert (again.tasks, again.plans, again.active) == (self.state.tasks, self.state.plans, self.state.active)


def late(delegation: Delegation) -> Subtask:
    return Subtask(id="b", title="b", depends_on=("a",), delegation=delegation)


def is_legal(old: Task | None, new: Task, rights: set[Right], request: Request) -> bool:
    """Whether somebody with `rights` may bring this about; what nobody has, one command may claim and finish."""
    if old is None:
        return bool(BIRTHS.get(new.status, frozenset()) & (rights | {Right.LEAD}))
    if old.status is new.status:
        return True
    if MOVES.get((old.status, new.status), frozenset()) & rights:
        return True
    is_one_step = old.status is Status.QUEUED and new.owner == request.node and request.command.verb == "complete"
    return is_one_step and Right.OWNER in MOVES[Status.CLAIMED, new.status]


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_whatever_nodes_ask_for_only_what_is_legal_happens(steps: list[dict[str, Any]]) -> None:
    desk = Watched()
    for step in steps:
        desk.step(step)
        desk.check_rest()
    desk.pass_time(0)
    assert desk.last is not None
    before = dict(desk.state.entries)
    for _ in range(3):
        desk.pass_time(0)
        assert (desk.last.changes, desk.last.leases) == ({}, {})
    assert desk.state.entries == before


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_after_everybody_fell_silent_nobody_holds_anything(steps: list[dict[str, Any]]) -> None:
    desk = Watched()
    for step in steps:
        desk.step(step)
    for _ in range(3):
        desk.pass_time(301, dict.fromkeys(NODES, 400.0))
    assert desk.state.active == set()
    assert not any(lease.owner for _, lease in desk.state.leases.values())
