"""Leases as the lead of a mesh keeps them: values by task, changed only together with what is decided."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from openclaw_hooks.board.leases.claims import LostError
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.board.leases.lease import Lease, describe_holder, is_live
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.tasks.model import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.tasks.model import TaskHead

MAX_LEASE_BYTES = 4_000
TOKEN = re.compile(r"[1-9]\d{0,8}-[0-9a-f]{8}")
TAKEN_UP_MINUTES = 10  # of a lease that was lost: its holder's next sign of life sets its own end


class MeshLease(Lease, frozen=True, omit_defaults=True):
    """The value of a task's key in the bucket of leases; `request` is the command that it was last changed by.

    One that was given back has no owner. It keeps its token, so that the next one's number is higher, and `expires` is
    when that was.
    """

    request: str = ""


class TakenError(RefusedError):
    """Somebody else holds the task."""


class Asker(NamedTuple):
    """Who asks for leases: the node, the clone on it (empty: not told), and the command by which it does.

    `request` names the node as well, so that nobody passes for another by repeating an id.
    """

    node: str
    clone: str = ""
    request: str = ""


def encode_lease(lease: MeshLease) -> bytes:
    """`lease` as the value of its key."""
    return msgspec.json.encode(lease)


def decode_lease(task: str, content: bytes) -> MeshLease | None:
    """The lease of `task` that a value says; None when it says none."""
    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        lease = msgspec.json.decode(content[:MAX_LEASE_BYTES], type=MeshLease)
        if lease.task == task and lease.number and len(lease.expires) == len(stamp(0)) and lease.expires.isascii():
            return lease
    return None


class LeaseTable:
    """The leases that are known, and over them those that one decision changes: the `Claims` of the verbs."""

    def __init__(self, known: Mapping[str, tuple[int, MeshLease]], asker: Asker, now: float) -> None:
        self.changes: dict[str, MeshLease] = {}
        self._known = known
        self._asker = asker
        self._now = now

    def take(self, task: TaskHead, owner: str, minutes: int) -> Lease:
        """A new lease of `task`; raises TakenError, which names the holder and the end of its lease."""
        old = self._find(task.id)
        is_resumed = task.status not in ACTIVE and old.owner == owner and self._is_same(old)
        if old.owner and not is_resumed and is_live(old, self._now):
            hint = f"choose another task: `openclaw task ready`; it can be taken over after {old.expires}"
            raise TakenError(f"{task.id} is claimed by {describe_holder(old)} until {old.expires}", hint)
        token = old.token if is_resumed else f"{old.number + 1}-{os.urandom(4).hex()}"
        made = old.made if is_resumed else stamp(self._now)
        asker = self._asker
        lease = MeshLease(task.id, owner, token, made=made, clone=asker.clone, request=asker.request)
        return self._put(lease, minutes)

    def renew(self, task: str, owner: str, minutes: int) -> Lease:
        """The lease of `owner`, who was asked for the token before, with its end put off; raises LostError."""
        self.require(task, owner, self._find(task).token)
        return self._put(self._find(task), minutes)

    def take_up(self, task: TaskHead, token: str) -> None:
        """Believes the holder that the task names when nothing at all is known of its lease: the store lost it.

        Whoever got a lease since would have left one, given back or not. So nobody else holds the task, and the server
        vouches for who asks; without this, all claims of a mesh would be lost with a store that was.
        """
        known, asker = self._find(task.id), self._asker
        if known.token or task.status not in ACTIVE or task.owner != asker.node or not TOKEN.fullmatch(token):
            return
        lease = MeshLease(task.id, asker.node, token, made=stamp(self._now), clone=asker.clone, request=asker.request)
        self._put(lease, TAKEN_UP_MINUTES)

    def drop(self, task: str, token: str) -> None:
        """Give the task free; raises LostError when it is held under another token."""
        lease = self._find(task)
        if lease.token != token:
            raise _lost(lease)
        if lease.owner:
            self.changes[task] = replace(
                lease, owner="", clone="", expires=stamp(self._now), request=self._asker.request
            )

    def read(self, task: str) -> Lease | None:
        """Who holds the task, also after the lease's end; None when nobody does."""
        lease = self._find(task)
        return lease if lease.owner else None

    def require(self, task: str, owner: str, token: str = "") -> None:
        """Raises LostError, which names the holder, unless `owner` has the task, under `token` where one is given.

        Without one it is theirs on the clone that took it alone: two machines may have joined as one node.
        What this very command gave back before it was cut off still counts as its own.
        """
        lease = self._find(task)
        is_theirs = token == lease.token if token else self._is_same(lease)
        if (lease.owner != owner and not self.was_given_back(task)) or not is_theirs:
            raise _lost(lease)

    def is_own(self, lease: Lease, owner: str) -> bool:
        """Whether the asking node took it, on the asking clone where both are known."""
        return lease.owner == owner == self._asker.node and self._is_same(lease)

    def give_up_lost(self, task: TaskHead) -> None:
        """Nothing: what a node took for its own, its own machine forgets."""

    def now(self) -> float:
        """The time that the decision is made at."""
        return self._now

    def was_given_back(self, task: str) -> bool:
        """Whether the asking command has given the task back before: it is being asked once more."""
        lease = self._find(task)
        return not lease.owner and bool(self._asker.request) and lease.request == self._asker.request

    def was_taken(self, task: str) -> Lease | None:
        """The lease that the asking command took before, when it is being asked once more."""
        lease = self._find(task)
        return lease if lease.owner and self._asker.request and lease.request == self._asker.request else None

    def _find(self, task: str) -> MeshLease:
        found = self.changes.get(task)
        return found or (self._known[task][1] if task in self._known else MeshLease(task))

    def _put(self, lease: MeshLease, minutes: int) -> MeshLease:
        expires = stamp(self._now + minutes * 60)
        self.changes[lease.task] = replace(lease, expires=expires, minutes=minutes)
        return self.changes[lease.task]

    def _is_same(self, lease: Lease) -> bool:
        return not (lease.clone and self._asker.clone) or lease.clone == self._asker.clone


def _lost(lease: MeshLease) -> LostError:
    if lease.owner:
        message = f"the claim of {lease.task} is lost: {describe_holder(lease)} has it now, until {lease.expires}"
        return LostError(message, f"leave the task to them; `openclaw task show {lease.task}` says how it stands")
    if lease.token:
        message = f"the claim of {lease.task} is lost: it was given free"
    else:
        message = f"{lease.task} is not claimed by this node"
    return LostError(message, f"claim it: `openclaw task claim {lease.task}`")
