"""Where a run stands with its task: claimed, kept alive and given back here, or through the lead of a mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.tasks.model import Status, Task


class Ending(NamedTuple):
    """What the board is told at the end: the text for the task's section Attempts, and the row of telemetry as JSON.

    `is_measured`: the task's own metric, as the board has it now, was run and passed. `review` says why a person has to look at
    it although the gate would not ask for it; empty: as the gate says.
    """

    result: str
    row: bytes
    is_measured: bool = False
    review: str = ""


class Desk(Protocol):
    """The verbs that a run needs; each raises OpenclawError, LostError when the lease is somebody else's by now.

    Each can be asked again after a crash: what is done already is not an error.
    """

    def find(self, name: str) -> Task:
        """The task that `name` means, with its body, as it is now."""

    def claim(self, task_id: str, run: str, minutes: int) -> Lease:
        """The lease of a task for a run; the one that this run has of it already where it has one."""

    def start(self, task_id: str, token: str) -> None:
        """Say that the work has begun."""

    def heartbeat(self, task_id: str, token: str, minutes: int) -> Lease:
        """The lease with its end put off."""

    def find_loss(self, task_id: str, token: str) -> str:
        """Why the lease is gone as far as this clone knows, empty while it is not; asks nobody, for every few seconds."""

    def complete(self, task_id: str, token: str, ending: Ending) -> tuple[Status, str]:
        """The status that the work came to, and why: completed, or waiting for a person's review."""

    def release(self, task_id: str, token: str, reason: str, ending: Ending) -> Status:
        """The status after giving the task back for `reason`, which begins with the kind of failure."""
