"""What the sidecar does for this machine by itself: claims kept alive, and what waited for the mesh sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.board.leases.claims import clone_id
from openclaw_hooks.board.leases.held import FOLDER, held_lease
from openclaw_hooks.mesh.wire.messages import Command, new_request_id

if TYPE_CHECKING:
    from openclaw_hooks.board.leases.held import Held
    from openclaw_hooks.git import Repo

HEARTBEAT_S = 60.0


def list_held(state_dir: str, node: str) -> list[Held]:
    """The claims that this clone holds as `node`."""
    try:
        names = os.listdir(os.path.join(state_dir, FOLDER))
    except OSError:
        return []
    found = (held_lease(state_dir, name.removesuffix(".json")) for name in sorted(names) if name.endswith(".json"))
    return [held for held in found if held and held.owner == node and not held.remote]


def make_heartbeat(repo: Repo, held: Held) -> Command:
    """The command that puts off the end of a claim."""
    return Command(new_request_id(), "heartbeat", held.task, token=held.token, clone=clone_id(repo))
