"""The board while its history is made: what its files say now, and the commits that made them so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.approving.content_hash import Kind, content_hash
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.board.snapshot import plan_path, task_path
from openclaw_hooks.plans.store import edit_plan, new_plan_text
from openclaw_hooks.tasks.ids import ID_CHARS
from openclaw_hooks.tasks.markdown import edit_task, new_task_text, parse_task
from openclaw_hooks.tasks.model import Approval, Task
from tools.docs.sample.stream import Edit

if TYPE_CHECKING:
    import random

    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.tasks.model import TaskHead
    from tools.docs.sample.cast import Member

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR


class Desk:
    """Files and tasks of the board as they stand, and the commits so far in the order in which they were told.

    `now` is when the sample's history ends. Commits are sorted by time at the end: what is told later may lie earlier,
    as long as it concerns other files.
    """

    def __init__(self, rng: random.Random, now: float) -> None:
        self.rng = rng
        self.now = now
        self.files: dict[str, bytes] = {}
        self.tasks: dict[str, Task] = {}
        self.began: dict[str, float] = {}  # when the claim of a task was made
        self.edits: list[Edit] = []
        self._taken: set[str] = set()

    def new_id(self, prefix: str) -> str:
        """An id that nothing here has."""
        while True:
            made = f"{prefix}-{''.join(self.rng.choices(ID_CHARS, k=6))}"
            if made not in self._taken:
                self._taken.add(made)
                return made

    def open(self, at: float, who: Member) -> Sheet:
        """A commit to be made at that time by somebody."""
        return Sheet(self, at, who)


class Sheet:
    """One commit: what it changes, and a line for each change."""

    def __init__(self, desk: Desk, at: float, who: Member) -> None:
        self._desk = desk
        self._at = at
        self._who = who
        self._lines: list[str] = []
        self._changes: dict[str, bytes | None] = {}

    def add_task(self, head: TaskHead, body: str) -> None:
        """A new task."""
        self._put(task_path(head.id), new_task_text(head, body))
        fields = {name: getattr(head, name) for name in head.__struct_fields__ if name != "body"}
        self._desk.tasks[head.id] = Task(**fields, body=body)
        self._lines.append(f"task {head.id} {head.status}: {head.title} ({self._who.node})")

    def change_task(self, task_id: str, changes: dict[str, object], why: str = "") -> None:
        """A task with fields, its body too, set to new values."""
        path, old = task_path(task_id), self._desk.tasks[task_id]
        self._put(path, edit_task(self._desk.files[path], changes))
        new = parse_task(path, self._desk.files[path])
        self._desk.tasks[task_id] = new
        named = ", ".join(name for name in changes if name != "status")
        moved = f"{old.status} -> {new.status}" if old.status is not new.status else f"{named} changed"
        self._lines.append(f"task {task_id} {moved} ({self._who.node})" + (f": {why}" if why else ""))

    def approve_task(self, task_id: str, changes: dict[str, object]) -> None:
        """A task as approved by who makes the commit, with these changes."""
        digest = content_hash(Kind.TASK, self._desk.files[task_path(task_id)])
        approval = Approval(by=self._who.node, at=stamp(self._at), hash=digest)
        self.change_task(task_id, {**changes, "approval": approval})

    def put_plan(self, plan: PlanFile, old: PlanFile | None) -> None:
        """A plan as it is now; `old` is what its file says so far."""
        path = plan_path(plan.id)
        if old is None:
            self._put(path, new_plan_text(plan))
            self._lines.append(f"plan {plan.id} created from {plan.template} ({self._who.node})")
            return
        names = ("status", "reason", "approval", "tasks")
        changes = {name: getattr(plan, name) for name in names if getattr(plan, name) != getattr(old, name)}
        if changes:
            self._put(path, edit_plan(self._desk.files[path], changes))
        if plan.status is not old.status:
            why = f": {plan.reason}" if plan.reason else ""
            self._lines.append(f"plan {plan.id} {old.status} -> {plan.status} ({self._who.node}){why}")

    def put(self, path: str, content: bytes | None, line: str) -> None:
        """Any other file of the board."""
        self._put(path, content)
        self._lines.append(line)

    def close(self) -> None:
        """The commit is made."""
        if not self._changes:
            return
        lines = self._lines or ["board: edited"]
        message = lines[0] if len(lines) == 1 else "\n".join([f"board: {len(lines)} changes", "", *lines])
        self._desk.edits.append(Edit(int(self._at), self._who.author, f"{message}\n", self._changes))

    def _put(self, path: str, content: bytes | None) -> None:
        self._changes[path] = content
        if content is None:
            self._desk.files.pop(path, None)
        else:
            self._desk.files[path] = content
