"""A lead's desk: commands in, decisions applied as the buckets would take them, every rule of writing checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openclaw_hooks.board.approving import signers
from openclaw_hooks.board.place import Board
from openclaw_hooks.board.snapshot import plan_path
from openclaw_hooks.git import Repo
from openclaw_hooks.mesh.state.board_state import BoardState
from openclaw_hooks.mesh.state.decide import Decision, Policy, Request, decide
from openclaw_hooks.mesh.state.expire import expire
from openclaw_hooks.mesh.wire.messages import Answer, Command, new_request_id
from openclaw_hooks.plans.store import new_plan_text, parse_plan
from openclaw_hooks.settings import Approvals, Settings
from openclaw_hooks.tasks.markdown import new_task_text, parse_task
from openclaw_hooks.tasks.model import Status, Task, TaskHead

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from openclaw_hooks.mesh.state.leases import MeshLease
    from openclaw_hooks.plans.model import PlanFile

START = 1_800_000_000.0
ROLES = {"boss": "lead", "ada": "human"}  # every other node is a worker


class Desk:
    """A state and what was decided on it. `now` is the lead's clock."""

    def __init__(self, top: Path, settings: Settings | None = None, policy: signers.Policy | None = None) -> None:
        repo = Repo(str(top), str(top / ".git"), str(top / ".git"), "sha1", "")
        approvals = policy or signers.Policy(Approvals.UNSIGNED, b"")
        self.policy = Policy(Board(repo, str(top / "board")), settings or Settings(), approvals, ())
        self.state = BoardState()
        self.now = START
        self.revision = 0
        self.last: Decision | None = None

    def add(self, number: int = 1, /, **fields: object) -> str:
        """The id of a task that the buckets have: queued unless `fields` (`body` among them) say something else."""
        body = str(fields.pop("body", ""))
        given: dict[str, object] = {"title": "Do it", "status": Status.QUEUED, **fields}
        head = TaskHead(id=f"T-{number:06d}", **given)  # type: ignore[arg-type]  # the tests name real fields
        self.write(head.id, new_task_text(head, body))
        return head.id

    def add_plan(self, plan: PlanFile) -> str:
        """The id of a plan that the buckets have."""
        self.write(plan.id, new_plan_text(plan))
        return plan.id

    def write(self, key: str, content: bytes | None) -> None:
        """A value that got into the buckets otherwise."""
        self.revision += 1
        self.state.take(key, self.revision, content)

    def write_lease(self, task: str, lease: MeshLease | None) -> None:
        """A lease that got into its bucket otherwise; None for a value that is none."""
        self.revision += 500
        assert self.state.take_lease(task, self.revision, lease)

    def ask(self, node: str, verb: str, task: str = "", /, **args: Any) -> Answer:
        """The answer to a command of `node`, after what follows is written.

        `token`, `request`, `agent` and `clone` are the command's own; all else are arguments of the verb.
        """
        names = {"token": "token", "request": "id", "agent": "agent", "clone": "clone", "as_role": ""}
        own = {names[name]: args.pop(name) for name in list(args) if name in names and name != "as_role"}
        role = args.pop("as_role", ROLES.get(node, "worker"))
        command = Command(**{"id": new_request_id(), "verb": verb, "task": task, "args": args, **own})
        decision = decide(self.state, Request(node, role, command, self.now), self.policy)
        self.apply(decision)
        return decision.answer

    def claim(self, node: str, task: str, **args: Any) -> str:
        """The token of the claim of `node`."""
        answer = self.ask(node, "claim", task, **args)
        assert answer.error is None, answer.error
        return str(answer.result["lease"]["token"])

    def pass_time(self, seconds: float, silent: Mapping[str, float] = {}) -> Decision:
        """What the lead does by itself after so long."""
        self.now += seconds
        decision = expire(self.state, self.now, silent, self.policy, "boss")
        self.apply(decision)
        return decision

    def apply(self, decision: Decision) -> None:
        """Writes a decision; each key is at the revision from which it was decided."""
        self.last = decision
        for task, (revision, lease) in decision.leases.items():
            assert revision == self.state.leases.get(task, (0, None))[0]
            self.revision += 1
            assert self.state.take_lease(task, self.revision, lease)
        for key, (revision, content) in decision.changes.items():
            assert revision == self.state.revision(key)
            self.revision += 1
            assert self.state.take(key, self.revision, content)
            assert key not in self.state.broken

    def task(self, task: str) -> Task:
        """The task with its body."""
        return parse_task(f"tasks/{task}.md", self.state.content(task) or b"")

    def status(self, task: str) -> str:
        """The task's status."""
        return str(self.state.tasks[task].status)

    def plan(self, plan: str) -> PlanFile:
        """The plan as it stands."""
        return parse_plan(plan_path(plan), self.state.plans[plan])

    def lease(self, task: str) -> MeshLease:
        """The lease of the task, also one that was given back."""
        return self.state.leases[task][1]

    def made_for(self, subtask: str) -> list[str]:
        """The tasks that were made for a subtask."""
        return [task.id for task in self.state.tasks.values() if task.subtask == subtask]


def code(answer: Answer) -> str:
    """Why a command was not done; empty when it was."""
    assert answer.ok is (answer.error is None)
    return answer.error.code if answer.error else ""


def said(answer: Answer) -> str:
    """The one line in which a command was refused."""
    assert answer.error is not None
    assert "\n" not in answer.error.message
    return answer.error.message
