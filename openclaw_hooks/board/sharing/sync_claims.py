"""Claims that a remote has, brought here: the later holder counts, and nobody loses a lease that still runs to an old one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from openclaw_hooks.board.leases.refs import PREFIX
from openclaw_hooks.board.plumbing import call_store, read_contents
from openclaw_hooks.tasks.ids import is_task_id

if TYPE_CHECKING:
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.sharing.remote import Incoming
    from openclaw_hooks.git import Repo

MAX_LEASE_BYTES = 10_000


def take_claims(repo: Repo, incoming: Incoming) -> list[str]:
    """Moves the claims of this clone to where the remote's are; what there is to tell of lost ones.

    A claim that only this clone has stays: it was made for this clone alone.
    """
    differing = {
        task: oid for task, oid in incoming.claims.items() if is_task_id(task) and incoming.own_claims.get(task) != oid
    }
    if not differing:
        return []
    own = {task: incoming.own_claims[task] for task in differing if task in incoming.own_claims}
    blobs = read_contents(repo, [*differing.values(), *own.values()])
    now = time.time()
    notes: list[str] = []
    moves: list[str] = []
    for task, oid in differing.items():
        theirs, ours = (_read(task, blobs.get(blob, b"")) for blob in (oid, own.get(task, "")))
        if theirs is None or (ours is not None and not _is_later(theirs, ours, now)):
            continue
        moves.append(f"update {PREFIX}{task} {oid} {own.get(task, '0' * len(oid))}\n")
        if ours is not None and ours.owner and ours.token != theirs.token:
            holder = f"{theirs.owner} has it, until {theirs.expires}" if theirs.owner else "it is free"
            notes.append(f"the claim of {task} by {ours.owner} is over: {holder}")
    if moves and call_store(repo, ["update-ref", "--stdin"], stdin="".join(moves).encode()).code != 0:
        return ["claims moved meanwhile; sync again to see how they stand"]
    return notes


def _read(task: str, blob: bytes) -> Lease | None:
    from openclaw_hooks.board.leases.lease import parse_lease

    return parse_lease(task, blob) if 0 < len(blob) <= MAX_LEASE_BYTES else None


def _is_later(theirs: Lease, ours: Lease, now: float) -> bool:
    """Whether the remote's lease counts more than ours. The remote decides, unless only ours still runs."""
    from openclaw_hooks.board.leases.lease import is_live

    if theirs.number != ours.number:
        return theirs.number > ours.number
    if theirs.token == ours.token:
        return not theirs.owner or theirs.expires > ours.expires
    return is_live(theirs, now) or not is_live(ours, now)
