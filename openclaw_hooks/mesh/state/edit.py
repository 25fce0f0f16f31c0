"""A change of the board over what the lead holds in memory: the verbs work on it as on one over files."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from openclaw_hooks.board.edit import Edit
from openclaw_hooks.board.place import BoardError
from openclaw_hooks.board.view import View
from openclaw_hooks.mesh.wire.keys import key_of
from openclaw_hooks.tasks.model import MAX_TASK_BYTES

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.approving.signers import Policy
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.state.board_state import BoardState
    from openclaw_hooks.tasks.model import Task

Value = TypeVar("Value")


class TooLargeError(BoardError):
    """A file would not fit into the value of a key."""


class MirrorEdit(Edit):
    """What one command does. The state's own heads show it while it lasts; `undo` puts them back as they were.

    Copying the heads of ten thousand tasks for each command would take longer than all else.
    """

    def __init__(self, board: Board, actor: Actor, state: BoardState, policy: Policy) -> None:
        super().__init__(board, actor, View("", {}, {}, False), state.snapshot)
        self.policy = policy
        self.before: dict[str, Task] = {}
        self._state = state
        self._plans_before: dict[str, bytes | None] = {}
        self._touched: set[str] = set()
        self._given: set[str] = set()

    def tracked(self, path: str) -> bytes | None:
        """The value of the key of `path`."""
        return self._state.content(key_of(path))

    def has_file(self, path: str) -> bool:
        """Whether the key of `path` has a value, also one that is broken."""
        return self.tracked(path) is not None

    def on_disk(self, path: str) -> bytes | None:
        """Nothing: nobody edits values by hand."""
        return None

    def tasks_of(self, plan: str) -> dict[str, Task]:
        """The tasks of the plan, found without looking at all others."""
        names = sorted(self._state.members.get(plan, set()) | self._touched)
        found = {name: self.snapshot.tasks[name] for name in names if name in self.snapshot.tasks}
        return {name: task for name, task in found.items() if task.plan == plan}

    def put(self, path: str, content: bytes | None) -> None:
        """Sets the whole value of the key of `path`; raises as `Edit.put`, and TooLargeError."""
        key = key_of(path)
        if not key or content is None:
            raise BoardError(f"the mesh has no file {path}" if not key else f"{path}: nothing is deleted over the mesh")
        if len(content) > MAX_TASK_BYTES:
            raise TooLargeError(
                f"{path} would have {len(content):,} bytes, of {MAX_TASK_BYTES:,} at most", "shorten it"
            )
        if key in self._state.broken and path not in self.changes:
            raise BoardError(f"{path}: {self._state.broken[key]}", "put a whole file in its place: the lead mends it")
        super().put(path, content)

    def mend(self, path: str, content: bytes) -> None:
        """Puts a whole file in place of a value that is broken."""
        super().put(path, content)

    def show(self, path: str, content: bytes | None) -> None:
        """Makes the heads say what `content` says, until `undo`."""
        key = key_of(path)
        if key not in self._touched:
            self._touched.add(key)
            if key in self.snapshot.tasks:
                self.before[key] = self.snapshot.tasks[key]
            self._plans_before[key] = self.snapshot.plans.get(key)
        super().show(path, content)

    def new_id(self, prefix: str) -> str:
        """An id that no key has or had, nor anything that was reserved."""
        from openclaw_hooks.tasks.ids import new_id

        while (made := new_id(prefix, self._state.taken)) in self._given:
            continue
        self._given.add(made)
        return made

    def is_free(self, name: str) -> bool:
        """Whether something new may have the id `name`."""
        return name.casefold() not in self._state.taken and name not in self._given

    def undo(self) -> None:
        """Puts the state's heads back: what was decided is known when it is written."""
        for key in self._touched:
            put_back(self.snapshot.tasks, key, self.before.get(key))
            put_back(self.snapshot.plans, key, self._plans_before[key])
        self._touched.clear()


def put_back(found: dict[str, Value], key: str, value: Value | None) -> None:
    """Makes `key` have `value` again; None where it had none."""
    if value is not None:
        found[key] = value
    else:
        found.pop(key, None)
