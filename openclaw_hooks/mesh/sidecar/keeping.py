"""What the sidecar does for this machine by itself: claims kept alive, and what waited for the mesh sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.board.leases.claims import clone_id
from openclaw_hooks.board.leases.held import FOLDER, held_lease
from openclaw_hooks.board.leases.lease import is_live
from openclaw_hooks.board.leases.refs import PREFIX
from openclaw_hooks.board.plumbing import ask_store, read_contents
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.state.leases import decode_lease
from openclaw_hooks.mesh.wire.messages import Command, new_request_id
from openclaw_hooks.tasks.model import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openclaw_hooks.board.leases.held import Held
    from openclaw_hooks.git import Repo
    from openclaw_hooks.mesh.state.leases import MeshLease
    from openclaw_hooks.tasks.model import TaskHead

HEARTBEAT_S = 60.0


def list_held(state_dir: str, node: str) -> list[Held]:
    """The claims that this clone holds as `node`, but for those of agent runs under way: each of these keeps its own alive.

    A claim must not outlive a run that was killed. That of a run that has ended waits for the lead to be told.
    """
    try:
        names = os.listdir(os.path.join(state_dir, FOLDER))
    except OSError:
        return []
    found = (held_lease(state_dir, name.removesuffix(".json")) for name in sorted(names) if name.endswith(".json"))
    return [held for held in found if held and held.owner == node and not _is_under_way(state_dir, held.run)]


def _is_under_way(state_dir: str, run: str) -> bool:
    """Whether an agent run has not ended, as far as is known."""
    if not run:
        return False
    from openclaw_hooks.agent.events import FOLDER as RUNS
    from openclaw_hooks.agent.run.folders import read_run

    try:
        return read_run(os.path.join(state_dir, RUNS, run)).ended is None
    except OpenclawError:
        return True


def list_live_claims(repo: Repo, now: float) -> list[MeshLease]:
    """The claims that are refs of this clone and still hold, of whomever: made before there was a mesh, or beside it."""
    listing = ask_store(repo, ["for-each-ref", "--format=%(objectname) %(refname)", PREFIX]).decode("utf-8", "replace")
    words = (line.partition(" ") for line in listing.splitlines())
    refs = {name: blob for blob, _, name in words}
    contents = read_contents(repo, list(refs.values()))
    found = []
    for name, blob in sorted(refs.items()):
        lease = decode_lease(name.removeprefix(PREFIX), contents.get(blob, b""))
        if lease is not None and is_live(lease, now):
            found.append(lease)
    return found


def list_borne_out(leases: Iterable[MeshLease], tasks: Mapping[str, TaskHead]) -> list[MeshLease]:
    """Those of `leases` whose task, as this board has it, says that their owner is at work on it."""
    found = []
    for lease in leases:
        task = tasks.get(lease.task)
        if task is not None and task.status in ACTIVE and task.owner == lease.owner:
            found.append(lease)
    return found


def make_heartbeat(repo: Repo, held: Held) -> Command:
    """The command that puts off the end of a claim."""
    return Command(new_request_id(), "heartbeat", held.task, token=held.token, clone=clone_id(repo))
