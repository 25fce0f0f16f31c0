"""The claims of a board's tasks as the verbs need them, wherever they are kept; here those that are refs of git."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from openclaw_hooks.board.leases.claims import (
    LostError,
    Terms,
    claim_task,
    drop,
    find_loss,
    read_lease,
    renew,
    require_lease,
)
from openclaw_hooks.board.leases.held import forget_held, held_lease
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.tasks.model import ACTIVE

if TYPE_CHECKING:
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.git import Repo
    from openclaw_hooks.tasks.model import TaskHead


class Claims(Protocol):
    """Who works on which task, until when, under which token; one holder at a time."""

    def take(self, task: TaskHead, owner: str, minutes: int) -> Lease:
        """A new lease of `task` as it is before; raises RefusedError, which names the holder and the end of its lease."""

    def renew(self, task: str, owner: str, minutes: int) -> Lease:
        """The lease of `owner` with its end put off; raises LostError, which names who has it now."""

    def drop(self, task: str, token: str) -> None:
        """Give the task free; raises LostError when it is held under another token."""

    def read(self, task: str) -> Lease | None:
        """Who holds the task, also after the lease's end; None when nobody does."""

    def require(self, task: str, owner: str, token: str = "") -> None:
        """Raises LostError, which names the holder, unless `owner` has the task, under `token` where one is given."""

    def is_own(self, lease: Lease, owner: str) -> bool:
        """Whether who asks, in the name of `owner`, is the very one who took `lease`."""

    def give_up_lost(self, task: TaskHead) -> None:
        """Raises RefusedError when who asks still takes for their own what is lost or over; they do so no more."""

    def now(self) -> float:
        """What time it is, in seconds since the epoch, by the clock that leases end by."""


class RefClaims:
    """Claims that are refs of this clone, or of `remote` where one is named, and files for the hooks that work here."""

    def __init__(self, repo: Repo, remote: str = "", run: str = "") -> None:
        self._repo = repo
        self._remote = remote
        self._run = run  # the agent run that claims are made for
        self._made: list[Lease] = []

    def take(self, task: TaskHead, owner: str, minutes: int) -> Lease:
        """A new lease; raises RefusedError, and UnreachableError when the remote does not answer."""
        # What the board calls claimed already, another process of this clone may be at. Else a claim that this clone
        # has is one that was cut off before its commit.
        terms = Terms(minutes, self._remote, resume=task.status not in ACTIVE, run=self._run)
        lease = claim_task(self._repo, task, owner, terms)
        self._made.append(lease)
        return lease

    def renew(self, task: str, owner: str, minutes: int) -> Lease:
        """The lease that `owner` holds here, with its end put off; raises LostError."""
        return renew(self._repo, task, owner, Terms(minutes, self._remote))

    def drop(self, task: str, token: str) -> None:
        """Give the task free, at the remote too; raises LostError."""
        drop(self._repo, task, token, self._remote)

    def read(self, task: str) -> Lease | None:
        """Who holds the task as far as this clone knows."""
        return read_lease(self._repo, task)

    def require(self, task: str, owner: str, token: str = "") -> None:
        """Raises LostError unless it is the lease that this clone holds, or the one of `token`; the remote is asked."""
        require_lease(self._repo, task, owner, token, self._remote)

    def is_own(self, lease: Lease, owner: str) -> bool:
        """Whether this clone made it."""
        held = held_lease(self._repo.state_dir, lease.task)
        return held is not None and held.token == lease.token and lease.owner == owner

    def give_up_lost(self, task: TaskHead) -> None:
        """Raises RefusedError after what this clone took for its own is forgotten."""
        held = held_lease(self._repo.state_dir, task.id)
        if held and (task.status not in ACTIVE or find_loss(self._repo, held)):
            self.drop(task.id, held.token)
            raise RefusedError(f"{task.id} is {task.status}: the claim that this clone still had of it is given up")

    def now(self) -> float:
        """The time of this machine."""
        return time.time()

    def undo(self) -> None:
        """Give back what was taken for a change that did not come about."""
        for lease in self._made:
            with suppress(OpenclawError):
                self.drop(lease.task, lease.token)
        self._made.clear()

    def end(self, lease: Lease) -> None:
        """Give back a lease whose task nobody works on any more; here it is over even when the remote is away."""
        try:
            self.drop(lease.task, lease.token)
        except LostError:
            return  # somebody else has it by now
        except OpenclawError:  # the remote is away: there it ends by itself
            held = held_lease(self._repo.state_dir, lease.task)
            if held and held.token == lease.token:
                forget_held(self._repo.state_dir, lease.task)
