"""A mesh of four nodes in memory, driven by a tape of bytes: what may go wrong goes wrong, and what must hold is asserted.

The decisions are the package's own: `sync_step`, `answer_step`, `reseed_step`, `thaw_step`, `judge_epoch`, `judge_edit`.
Two nodes may lead, two are workers. One key is enough: nothing that is decided about one looks at another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board import absorb
from openclaw_hooks.board.merge import reconcile
from openclaw_hooks.mesh.mirror import answers, epochs, lineage, step
from openclaw_hooks.mesh.mirror.epochs import Epoch, Standing
from openclaw_hooks.mesh.mirror.step import Base, Remote, Send, Step, Versions
from openclaw_hooks.mesh.wire.keys import judge_value
from openclaw_hooks.tasks.markdown import edit_task, get_section, parse_task
from openclaw_hooks.tasks.model import Status
from openclaw_hooks.tasks.moves import MOVES, Right

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEY = "T-1abc23"
PATH = f"tasks/{KEY}.md"
FIRST = b"---\nid: T-1abc23\ntitle: t0\nstatus: queued\n\nlabels: [l0]\n\npriority: 0\n---\n## Notes\n\n- n0\n"
GARBAGE = b"---\nid: T-1abc23\ntitle: [\n"
UNFIT = b"<<<<<<< no task at all"
LEAD = frozenset({Right.ANY, Right.LEAD})
WORKER = frozenset({Right.ANY})
STATUSES = (Status.CANCELLED, Status.QUEUED, Status.RELEASED, Status.COMPLETED)
FIELDS = ("title", "title", "priority", "labels", "body", "status")


class BrokenInvariantError(AssertionError):
    """Something that must hold did not."""


def require(holds: bool, what: str) -> None:
    """Raises unless `holds`."""
    if not holds:
        raise BrokenInvariantError(what)


# Values are few, so that the same files come again and again: what was parsed once need not be parsed again.
@lru_cache(None)
def read_values(content: bytes) -> tuple[str, int, tuple[str, ...], str, str, str]:
    """Title, priority, labels, notes, status and owner of a file."""
    task = parse_task(PATH, content)
    return task.title, task.priority, task.labels, get_section(task.body, "Notes") or "", str(task.status), task.owner


@lru_cache(None)
def change(content: bytes, name: str, value: object) -> bytes:
    """The file with one field changed; a new label or note is added to those there are."""
    task = parse_task(PATH, content)
    if name == "labels":
        return edit_task(content, {"labels": (*task.labels, str(value))})
    if name == "body":
        return edit_task(content, {"body": f"{task.body.rstrip()}\n- {value}\n"})
    return edit_task(content, {name: value})


@lru_cache(None)
def move(content: bytes, status: Status, owner: str) -> bytes:
    """The file as the service of the lead moves it."""
    return edit_task(content, {"status": status, "owner": owner})


@lru_cache(None)
def is_whole(content: bytes) -> bool:
    """Whether the file can be read."""
    return not judge_value(KEY, content)


judge_edit = lru_cache(None)(absorb.judge_edit)


class Edited(NamedTuple):
    """An edit by hand: by which node, of which field to which value, and on which value of the mesh."""

    node: int
    field: str
    value: object
    on: bytes | None


class Put(NamedTuple):
    """One write of the key: how it came about, by which node."""

    revision: int
    content: bytes
    why: str


@dataclass
class Node:
    """One machine: what survives a crash, and what does not."""

    rights: frozenset[Right]  # as it sees itself
    granted: frozenset[Right]  # as the lead sees it
    disk: bytes | None = None
    branch: bytes | None = None
    base: Base | None = None
    epoch: Epoch | None = None
    records: dict[str, bytes] = field(default_factory=dict)
    had: list[bytes] = field(default_factory=list)
    remote: Remote | None = None
    knows: bool = False
    frozen: bool = False
    queue: list[Remote] = field(default_factory=list)
    outbox: Send | None = None
    forgot: bool = False

    def forget(self) -> None:
        """The database is gone, and with it what fields were before."""
        self.base, self.forgot = None, True

    def restart(self) -> None:
        """What a crash takes."""
        self.remote, self.knows, self.frozen, self.outbox = None, False, False, None
        self.queue.clear()


class World:
    """The mesh and its nodes. `order` says in which order a step is carried out."""

    def __init__(self, order: str = "rfbs") -> None:
        self.order = order
        self.nodes = [Node(LEAD, LEAD), Node(LEAD, LEAD), Node(WORKER, WORKER), Node(LEAD, WORKER)]
        self.leader = 0
        self.log: list[Put] = []
        self.last = 0
        self.marks: list[tuple[int, int]] = []
        self.is_checked = True
        self.history: list[Put] = []
        self.edits: list[Edited] = []
        self.spent: set[int] = set()  # edits whose author took them back, or was told that they do not stand
        self.back: set[object] = set()
        self.count = 0
        self.nodes[0].disk = self.nodes[0].branch = FIRST
        for _ in range(2):
            for node in range(4):
                self.resync(node)
                self.sync(node)

    @property
    def mark(self) -> int:
        """The mark of the last repair, as the mesh has it."""
        return self.marks[-1][1] if self.marks else 0

    @property
    def current(self) -> Remote | None:
        """What the mesh has."""
        return Remote(*self.log[-1][:2]) if self.log else None

    # What people do.

    def save(self, node: int, content: bytes | None) -> None:
        """Somebody saves a file; what of their own edits they throw away with it is theirs to throw away."""
        there = self.nodes[node]
        for number, edit in enumerate(self.edits):
            if edit.node == node and has_edit(there.disk, edit) and not has_edit(content, edit):
                self.spent.add(number)
        there.disk = content
        if content is not None and is_whole(content) and content not in there.had:
            there.had.append(content)

    def edit(self, node: int, which: int, value: int) -> None:
        """Somebody edits a field to a value that was never there before, or the status to one of a few."""
        there = self.nodes[node]
        if there.disk is None or not is_whole(there.disk):
            return
        name = FIELDS[which % len(FIELDS)]
        self.count += 1
        new: object = {"title": f"t{self.count}", "priority": self.count}.get(name, f"{name[0]}{self.count}")
        if name == "status":
            new = STATUSES[value % len(STATUSES)]
        content = change(there.disk, name, new)
        if content == there.disk:
            return
        self.save(node, content)
        self.edits.append(Edited(node, name, new, there.base.content if there.base else None))

    def paste(self, node: int, which: int) -> None:
        """Somebody saves what their editor has had for long."""
        there = self.nodes[node]
        if not there.had:
            return
        before, content = there.disk, there.had[which % len(there.had)]
        self.save(node, content)
        if before is None or not is_whole(before):
            before = there.base.content if there.base else content
        old, new = read_values(before), read_values(content)
        on = there.base.content if there.base else None
        if there.forgot or all(put.content != content for put in self.history):
            self.back |= {*new[:2]}  # what only they have ever saved: they take an edit of theirs back
        if old[4] != new[4]:
            self.edits.append(Edited(node, "status", Status(new[4]), on))
            self.spent.add(len(self.edits) - 1)

    def set_back(self, node: int, which: int) -> None:
        """Somebody sets one field back to what it was, knowing what they do."""
        there = self.nodes[node]
        if there.base is None or there.disk != there.base.content:
            return
        earlier = sorted(there.base.seen.get("title", ()))
        if earlier:
            value = earlier[which % len(earlier)].strip("'")
            content = change(there.disk, "title", value)
            if lineage.content_digest(content) not in there.base.seen.get(lineage.WHOLE, ()):
                self.save(node, content)
                self.back.add(value)

    # What the mesh does.

    def put(self, content: bytes, why: str, node: int = -1) -> None:
        """A write by the lead went through."""
        require(is_whole(content) or why == "raw", f"what is not fit for a board was pushed ({why})")
        if is_whole(content):
            self.judge_move(content, why, node)
        self.last += 1
        self.log.append(Put(self.last, content, why))
        self.history.append(self.log[-1])
        if lead := self.nodes[self.leader].epoch:
            self.nodes[self.leader].epoch = lead._replace(last=self.last)
        for there in self.nodes:
            there.queue.append(Remote(self.last, content))
        if why in ("service", "edit") and self.nodes[self.leader].knows:
            self.nodes[self.leader].remote = self.current
            self.sync(self.leader)

    def judge_move(self, content: bytes, why: str, node: int) -> None:
        """A status changes only as its author may change it, and on what they saw."""
        fit = [put.content for put in self.log if is_whole(put.content)]
        if not fit or why in ("service", "reseed", "raw"):
            return
        old, new = read_values(fit[-1])[4:], read_values(content)[4:]
        if old == new:
            return
        entitled = MOVES.get((Status(old[0]), Status(new[0])), frozenset())
        require(bool(entitled & self.nodes[node].granted), f"{old} -> {new} is not for node {node}")
        asked = [edit for edit in self.edits if (edit.node, edit.field, edit.value) == (node, "status", Status(new[0]))]
        require(bool(asked), f"{old} -> {new} was requested by nobody")
        require(any(edit.on == fit[-1] for edit in asked), f"{old} -> {new} was requested on another content")

    def serve(self, which: int) -> None:
        """The lead's service moves the task for somebody who asked."""
        if not self.is_checked or self.current is None or not is_whole(self.current.content):
            return
        status = read_values(self.current.content)[4]
        moves = {
            "queued": [(Status.CLAIMED, "n2"), (Status.CLAIMED, "n3")],
            "claimed": [(Status.COMPLETED, "n2"), (Status.QUEUED, ""), (Status.FAILED, "n2")],
            "failed": [(Status.QUEUED, "")],
            "released": [(Status.QUEUED, "")],
        }.get(status)
        if moves:
            self.put(move(self.current.content, *moves[which % len(moves)]), "service")

    def roll_back(self, count: int) -> None:
        """The server comes back with an older store; the lead's board has what the lead wrote last."""
        base = self.nodes[self.leader].base
        if base is None or base.revision != self.last:
            return
        self.log = self.log[: max(1, len(self.log) - 1 - count)]
        self.last = self.log[-1].revision
        self.marks = [(at, mark) for at, mark in self.marks if at <= self.last]
        self.is_checked = False
        for there in self.nodes:
            there.queue.clear()
            there.outbox = None
            there.knows = False

    def lose_key(self) -> None:
        """The key is gone, by the hand of somebody with a key of the server; the lead's board has its own last write."""
        base = self.nodes[self.leader].base
        if self.log and is_whole(self.log[-1].content) and base and base.revision == self.last:
            self.log = []
            for there in self.nodes:
                there.queue.clear()

    # What a node does.

    def deliver(self, node: int, which: int) -> None:
        """A message arrives, in whichever order."""
        there = self.nodes[node]
        if there.queue and there.knows and self.is_checked:
            there.remote = there.queue.pop(which % len(there.queue))

    def lose(self, node: int, which: int) -> None:
        """A message does not arrive."""
        queue = self.nodes[node].queue
        if queue:
            queue.pop(which % len(queue))

    def resync(self, node: int) -> None:
        """A node reads everything; the lead mends what has fallen back before it does anything else."""
        there = self.nodes[node]
        found = Epoch("one", self.last, self.mark)
        standing = epochs.judge_epoch(there.epoch, found)
        there.frozen = standing is Standing.BROKEN
        if node == self.leader and not self.is_checked:
            if there.frozen:
                self.reseed(there)
            self.marks.append((self.last, epochs.next_mark(there.epoch, found, 0)))
            found, standing = Epoch("one", self.last, self.mark), Standing.MENDED
            there.frozen, self.is_checked = False, True
        there.remote, there.knows = self.current, True
        there.queue.clear()
        if there.frozen:
            return
        if standing is Standing.MENDED and there.base:
            there.base = there.base._replace(revision=0)
            if self.absorb(node):
                self.carry_out(node, epochs.thaw_step(PATH, self.versions(there), leads=node == self.leader), 9)
        there.epoch = found

    def reseed(self, there: Node) -> None:
        """The lead writes what the mesh has lost."""
        found = epochs.reseed_step(PATH, there.base, self.current)
        there.records |= dict(found.records)
        if found.send:
            self.put(found.send.content, "reseed")

    def versions(self, there: Node) -> Versions:
        """What a step is decided from."""
        return Versions(there.base, there.disk, there.remote)

    def sync(self, node: int, crash: int = 9) -> None:
        """A node judges what was edited by hand, and takes a step; it may be killed in between."""
        there = self.nodes[node]
        if there.frozen or not there.knows or not self.is_checked or not self.absorb(node):
            return
        found = epochs.next_step(PATH, self.versions(there), leads=node == self.leader)
        self.carry_out(node, found, crash)

    def absorb(self, node: int) -> bool:
        """Whether the file is now what its author may have made of it."""
        there = self.nodes[node]
        if there.disk is None and there.base is None:
            there.disk = there.branch
        if there.disk is None or there.disk in (there.branch, there.base.content if there.base else None):
            return True
        before = there.disk
        judged = judge_edit(there.branch, before, PATH, there.rights)
        if judged.content is None:
            return False
        there.disk = there.branch = judged.content
        self.drop_edits(node, before, judged.content)
        return True

    def drop_edits(self, node: int, before: bytes, after: bytes) -> None:
        """What of `before` is not in `after` has been reported to its author."""
        for number, edit in enumerate(self.edits):
            if edit.node == node and has_edit(before, edit) and not has_edit(after, edit):
                self.spent.add(number)

    def carry_out(self, node: int, found: Step, crash: int) -> None:
        """Does what a step says, up to the moment that the node is killed in."""
        there = self.nodes[node]
        for number, what in enumerate(self.order):
            if number == crash:
                there.restart()
                return
            if what == "r":
                there.records |= dict(found.records)
            elif what == "f" and found.write is not None:
                require(is_whole(found.write), "what is not fit for a board got onto disk")
                there.disk = there.branch = found.write
                if found.write not in there.had:
                    there.had.append(found.write)
            elif what == "b" and found.base is not None:
                is_later = there.base is None or found.base.revision >= there.base.revision
                require(is_later or found.base.revision == 0, "a board went back to an older revision")
                there.base = found.base
            elif what == "s":
                there.outbox = found.send
        if node == self.leader and there.outbox:
            self.write_own(node)

    def write_own(self, node: int) -> None:
        """The lead's own edit: by compare-and-swap, and nobody need be asked."""
        there = self.nodes[node]
        send, there.outbox = there.outbox, None
        assert send is not None
        if (self.current.revision if self.current else 0) != send.revision:
            return
        self.put(send.content, "lead" if send.base is not None or not self.history else "reseed", node)
        there.remote = self.current
        assert there.remote is not None
        self.carry_out(node, answers.answer_step(PATH, self.versions(there), send.content), 9)

    def ask(self, node: int, is_answered: bool) -> None:
        """What a node wants to send reaches the lead; the answer may not come back."""
        there = self.nodes[node]
        send = there.outbox
        if send is None or not self.is_checked or self.current is None or node == self.leader:
            return
        if send.revision != self.current.revision or send.base != self.current.content:
            return  # it has been overtaken: the node will hear of that, and ask again
        judged = judge_edit(send.base, send.content, PATH, there.granted).content
        if judged is None:
            return
        if judged != send.base:
            self.put(judged, "edit", node)
        if is_answered and there.knows and not there.frozen and self.absorb(node):
            there.outbox = None
            there.remote = self.current
            self.carry_out(node, answers.answer_step(PATH, self.versions(there), send.content), 9)


@lru_cache(None)
def _has_value(content: bytes, name: str, value: object) -> bool:
    title, priority, labels, notes, status, _ = read_values(content)
    if name == "labels":
        return value in labels
    if name == "body":
        return f"- {value}" in notes.splitlines()
    return {"title": title, "priority": priority, "status": status}[name] == value


def has_edit(content: bytes | None, edit: Edited) -> bool:
    """Whether a file says what somebody edited into it."""
    return content is not None and is_whole(content) and _has_value(content, edit.field, edit.value)


def remember_decisions(patch: Callable[[object, str, object], None]) -> None:
    """Lets what is decided from the same values be decided once: every one of these is a function of its arguments."""
    read = lru_cache(None)(reconcile._read)
    patch(reconcile, "_read", read)
    values = lru_cache(None)(lineage.changed_values)
    for module in (lineage, step, epochs, answers):
        patch(module, "changed_values", values)
    patch(lineage, "field_values", lru_cache(None)(reconcile.field_values))
    fit = lru_cache(None)(step.judge)
    for module in (step, epochs):
        patch(module, "judge", fit)
    merge = step.reconcile

    @lru_cache(None)
    def merge_frozen(
        path: str, sides: tuple[bytes | None, bytes, bytes], seen: frozenset[tuple[str, frozenset[str]]]
    ) -> reconcile.Merged:
        return merge(path, sides, dict(seen))

    def merge_once(
        path: str, sides: tuple[bytes | None, bytes, bytes], seen: Mapping[str, frozenset[str]]
    ) -> reconcile.Merged:
        return merge_frozen(path, sides, frozenset(seen.items()))

    for module in (step, epochs):
        patch(module, "reconcile", merge_once)
