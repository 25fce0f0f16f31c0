"""The board as the buckets have it, held in memory by the lead: values with their revisions, and what they say."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.snapshot import Snapshot, task_path
from openclaw_hooks.board.view import without_body
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.mesh.state.leases import MeshLease
from openclaw_hooks.mesh.wire.keys import TASKS, bucket_of, judge_value
from openclaw_hooks.tasks.markdown import parse_task
from openclaw_hooks.tasks.model import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.tasks.model import Task

MESH_ORIGIN = "mesh:"  # begins the `origin` of a task that a node proposed; the node and its request follow

# A window of 2 KB is as large as most files: setting up the usual one of 32 KB takes four times as long as all else.
LEVEL, WINDOW_BITS, MEMORY_LEVEL = 4, 11, 4


class Entry(NamedTuple):
    """The value of a key and its revision, compressed: few of ten thousand are read again, and all are held.

    `packed` is None where the key was deleted.
    """

    revision: int
    packed: bytes | None

    @property
    def content(self) -> bytes | None:
        """The value of the key; None where it was deleted."""
        return None if self.packed is None else zlib.decompress(self.packed)


def pack_entry(revision: int, content: bytes | None) -> Entry:
    """An entry of `content`."""
    if content is None:
        return Entry(revision, None)
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, WINDOW_BITS, MEMORY_LEVEL)
    return Entry(revision, packer.compress(content) + packer.flush())


class BoardState:
    """Every key that is known. `take` and `take_lease` bring news; nothing else changes what is here.

    `tasks` have no bodies; `members` are the tasks of a plan by its id; `active` those that are claimed or running;
    `origins` the tasks that came from nodes, by origin; `broken` says why a value is none that a board can have.
    `unheld` is when `expire` first saw a task without the lease that it should have, or a lease without its task.
    """

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.tasks: dict[str, Task] = {}
        self.plans: dict[str, bytes] = {}
        self.broken: dict[str, str] = {}
        self.leases: dict[str, tuple[int, MeshLease]] = {}
        self.members: dict[str, set[str]] = {}
        self.active: set[str] = set()
        self.origins: dict[str, str] = {}
        self.taken: set[str] = set()
        self.unheld: dict[str, float] = {}

    @property
    def snapshot(self) -> Snapshot:
        """The tasks and plans, as the verbs read them."""
        return Snapshot("", self.tasks, self.plans, ())

    def revision(self, key: str) -> int:
        """The revision of `key`; 0 for one that was never there."""
        return self.entries[key].revision if key in self.entries else 0

    def content(self, key: str) -> bytes | None:
        """The value of `key`, also of one that no board can have; None where there is none."""
        return self.entries[key].content if key in self.entries else None

    def reserve(self, ids: Iterable[str]) -> None:
        """Keeps ids from being given to anything new: what lies in the archive, say."""
        self.taken.update(name.casefold() for name in ids)

    def take(self, key: str, revision: int, content: bytes | None) -> bool:
        """Takes in the value of a key; False for what is not newer than what is known, and for no key of ours."""
        if not bucket_of(key) or revision <= self.revision(key):
            return False
        self._forget(key)
        self.entries[key] = pack_entry(revision, content)
        self.taken.add(key.casefold())
        if content is not None:
            self._read(key, content)
        return True

    def take_lease(self, task: str, revision: int, lease: MeshLease | None) -> bool:
        """Takes in a lease; False for what is not newer. None is a value that says none, or a deleted key.

        The number of tokens goes on above any that may have been given: each took a revision of its own.
        """
        known, old = self.leases.get(task, (0, MeshLease(task)))
        if bucket_of(task) != TASKS or revision <= known:
            return False
        lost = MeshLease(task, token=f"{max(old.number, revision)}-00000000")
        self.leases[task] = (revision, lease or lost)
        return True

    def clear(self) -> None:
        """Forgets everything but reserved ids: the buckets are other ones, or older ones, than before."""
        for known in (self.entries, self.tasks, self.plans, self.broken, self.leases):
            known.clear()
        for found in (self.members, self.active, self.origins, self.unheld):
            found.clear()

    def index(self, task: Task) -> None:
        """Puts a task's head to where it is found."""
        self.tasks[task.id] = task
        if task.plan:
            self.members.setdefault(task.plan, set()).add(task.id)
        if task.status in ACTIVE:
            self.active.add(task.id)
        if task.origin.startswith(MESH_ORIGIN):
            self.origins[task.origin] = task.id

    def _read(self, key: str, content: bytes) -> None:
        if bucket_of(key) == TASKS:
            try:
                self.index(without_body(parse_task(task_path(key), content)))
            except DocumentError as error:
                self.broken[key] = f"line {error.line}: {error.reason}"
        elif reason := judge_value(key, content):
            self.broken[key] = reason
        else:
            self.plans[key] = content

    def _forget(self, key: str) -> None:
        self.broken.pop(key, None)
        self.plans.pop(key, None)
        self.active.discard(key)
        old = self.tasks.pop(key, None)
        if old and old.plan in self.members:
            self.members[old.plan].discard(key)
        if old and self.origins.get(old.origin) == key:
            del self.origins[old.origin]
