"""The exact commands that act on a task now, read off the table of allowed moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks.tasks.model import ACTIVE, Status
from openclaw_hooks.tasks.moves import MOVES, Right

if TYPE_CHECKING:
    from openclaw_hooks.tasks.graph import Standing
    from openclaw_hooks.tasks.model import Task

REASON: Final = ' --reason "..."'


class Command(Struct, frozen=True):
    """A verb, the command line, and who may run it."""

    label: str
    text: str
    who: str


def commands_for(task: Task, standing: Standing) -> tuple[Command, ...]:
    """What may be done with `task` now, in the order of the table of moves; `show` and `edit` always can."""
    found: dict[str, Command] = {}
    for (old, new), rights in MOVES.items():
        verb, options = _verb(old, new) if old is task.status else ("", "")
        if not verb or (verb in ("claim", "complete") and standing.blocked_by):
            continue
        who = "anybody" if Right.ANY in rights else ", ".join(sorted(rights))
        line = f"openclaw task {verb} {task.id}{options}"
        found.setdefault(line, Command(verb, line, who))
    for verb in ("edit", "show"):
        found.setdefault(verb, Command(verb, f"openclaw task {verb} {task.id}", "anybody"))
    return tuple(found.values())


def _verb(old: Status, new: Status) -> tuple[str, str]:
    """The verb of the command line that makes this move, and the options it needs; empty where no command makes it alone."""
    match old, new:
        case (Status.PROPOSED, Status.QUEUED):
            return "accept", ""
        case (Status.PROPOSED, Status.REJECTED) | (Status.PENDING_REVIEW, Status.QUEUED):
            return "reject", REASON
        case (Status.PENDING_REVIEW, Status.FAILED):
            return "reject", f"{REASON} --final"
        case (Status.PENDING_REVIEW, Status.COMPLETED):
            return "approve", ""
        case (Status.CLAIMED | Status.RUNNING, Status.CLAIMED):
            return "claim", ""
        case (Status.RELEASED | Status.FAILED, Status.COMPLETED):
            return "", ""  # the recovery task's success makes it
        case (_, Status.QUEUED):
            return "requeue", ""
        case (_, Status.FAILED):
            return ("fail", REASON) if old in ACTIVE else ("", "")  # of others only the engine of plans says so
        case (_, Status.PENDING_REVIEW):
            return "complete", ""
        case _:
            return _VERBS[new]


_VERBS: Final[dict[Status, tuple[str, str]]] = {
    Status.CLAIMED: ("claim", ""),
    Status.RUNNING: ("start", ""),
    Status.COMPLETED: ("complete", ""),
    Status.RELEASED: ("release", REASON),
    Status.CANCELLED: ("cancel", REASON),
}
