"""One change of the board while it is being put together: what will be committed, and what the commit will say."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from openclaw_hooks.board.disk import read_disk
from openclaw_hooks.board.place import BoardError
from openclaw_hooks.board.plumbing import blob_id, read_contents, remote_names
from openclaw_hooks.board.snapshot import Snapshot, plan_id, task_path
from openclaw_hooks.board.view import PLANS_FOLDER, without_body
from openclaw_hooks.tasks.model import TASKS_FOLDER, Task, TaskHead

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.approving.signers import Policy
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.view import View
    from openclaw_hooks.board.vouched import Vouched


class Edit:
    """What one command does to the board. `snapshot` shows its changes as they are made; nothing is written yet."""

    def __init__(self, board: Board, actor: Actor, view: View, snapshot: Snapshot) -> None:
        self.board = board
        self.actor = actor
        self.snapshot = snapshot
        self.reports: list[str] = []
        self.changes: dict[str, bytes | None] = {}
        self.vouched: dict[str, bytes] = {}  # those of them that were on disk already, and not by hand
        self.later: dict[str, tuple[Vouched, ...]] = {}  # on disk too, and left to a later commit unless it is changed
        self.lines: list[str] = []
        self.commit = ""
        self._view = view
        self._taken: set[str] | None = None

    def content(self, path: str) -> bytes:
        """What the board has at `path`, changes of this edit included; raises BoardError when it has nothing there."""
        content = self.changes[path] if path in self.changes else self.tracked(path)
        if content is None:
            raise BoardError(f"the board has no file {path}")
        return content

    @cached_property
    def policy(self) -> Policy:
        """What approvals must carry, and who may sign; raises DocumentError when the settings cannot be read."""
        from openclaw_hooks.board.approving.signers import read_policy

        return read_policy(self.board.repo)

    def tasks_of(self, plan: str) -> dict[str, Task]:
        """The tasks that belong to the plan of that id, by their ids."""
        return {task.id: task for task in self.snapshot.tasks.values() if task.plan == plan}

    def on_disk(self, path: str) -> bytes | None:
        """What lies on disk at `path`, as edited by hand as it may be; None when nothing does."""
        return read_disk(self.board, path)

    def has_file(self, path: str) -> bool:
        """Whether the board had a file at `path` before this edit, broken ones included."""
        return path in self._view.entries

    def found(self, path: str, content: bytes) -> bool:
        """Whether it was `content` that lay at `path` when this edit began, and not something written since."""
        entry = self._view.entries.get(path)
        return entry is not None and entry.found == blob_id(self.board.repo, content)

    def tracked(self, path: str) -> bytes | None:
        """What the branch has at `path` or will have soon, or the disk where it has nothing; None for neither."""
        if path in self.later:
            return self.later[path][-1].content
        entry = self._view.entries.get(path)
        content = read_disk(self.board, path)
        if entry is None:
            return content
        if content is not None and blob_id(self.board.repo, content) == entry.tracked:
            return content  # the usual case, without starting git
        return read_contents(self.board.repo, [entry.tracked]).get(entry.tracked)

    def blobs(self) -> dict[str, str]:
        """The blob of each watched file on the branch or left for later; with this edit's changes once it is committed."""
        tracked = {path: entry.tracked for path, entry in self._view.entries.items() if entry.tracked}
        return tracked | {path: entries[-1].blob for path, entries in self.later.items()}

    def put(self, path: str, content: bytes | None) -> None:
        """Sets the whole content of `path`; None takes the file away. Raises DocumentError for a task that does not parse."""
        if error := self._view.broken.get(path):
            raise error
        self.show(path, content)
        self.changes[path] = content

    def show(self, path: str, content: bytes | None) -> None:
        """Makes the snapshot say what `content` at `path` says, without changing the board; raises as `put` does."""
        if path.startswith(f"{TASKS_FOLDER}/"):
            self._show_task(path, content)
        elif path.startswith(f"{PLANS_FOLDER}/"):
            self.snapshot.plans.pop(plan_id(path), None)
            if content is not None:
                self.snapshot.plans[plan_id(path)] = content

    def _show_task(self, path: str, content: bytes | None) -> None:
        from openclaw_hooks.tasks.markdown import parse_task

        if content is None:
            task_id = path.removeprefix(f"{TASKS_FOLDER}/").removesuffix(".md")
            self.snapshot.tasks.pop(task_id, None)
            return
        task = without_body(parse_task(path, content))
        self.snapshot.tasks[task.id] = task

    def put_task(self, task_id: str, changes: Mapping[str, object], why: str = "") -> Task:
        """The task with fields of its model (`body` too) set to new values; a change of nothing leaves no trace.

        Raises OpenclawError for a task that is not there or a value that it cannot have. Whether a status may follow
        the one before is for the caller to ask.
        """
        from openclaw_hooks.tasks.markdown import edit_task

        path = task_path(task_id)
        before = self.content(path)
        old = self.snapshot.tasks[task_id]
        after = edit_task(before, changes)
        if after != before:
            self.put(path, after)
            new = self.snapshot.tasks[task_id]
            named = ", ".join(name for name in changes if name != "status")
            moved = f"{old.status} -> {new.status}" if old.status != new.status else f"{named} changed"
            self.say(f"task {task_id} {moved} ({self.actor.name})" + (f": {why}" if why else ""))
        return self.snapshot.tasks[task_id]

    def add_task(self, task: TaskHead, body: str = "") -> str:
        """The id of a new task; raises BoardError when the board has that one already."""
        from openclaw_hooks.tasks.markdown import new_task_text

        if task.id in self.snapshot.tasks or self.has_file(task_path(task.id)):
            raise BoardError(f"the board has a task {task.id} already", "take a new id")
        self.put(task_path(task.id), new_task_text(task, body))
        self.say(f"task {task.id} {task.status}: {task.title} ({self.actor.name})")
        return task.id

    def new_id(self, prefix: str) -> str:
        """An id (`T` of a task, `P` of a plan) that neither this board nor its archive nor what is known of the remotes' has."""
        from openclaw_hooks.tasks.ids import new_id

        if self._taken is None:
            self._taken = self.taken_ids()
        made = new_id(prefix, self._taken)
        self._taken.add(made.casefold())
        return made

    def taken_ids(self) -> set[str]:
        """Every id that something has or had, case-folded."""
        from openclaw_hooks.board.upkeep.archive import list_archive

        names = [*self._view.entries, *list_archive(self.board.top), *remote_names(self.board.repo)]
        return {path.rpartition("/")[2].partition(".")[0].casefold() for path in names}

    def say(self, line: str) -> None:
        """Adds a line to the message of the commit."""
        self.lines.append(" ".join(line.split()))

    def message(self) -> str:
        """What the commit will say: the one line there is, or how many changes and a line for each."""
        lines = self.lines or [f"board: {path}" for path in self.changes]
        if len(lines) == 1:
            return lines[0] + "\n"
        return "\n".join([f"board: {len(lines)} changes", "", *lines]) + "\n"
