"""Joining a mesh: the key of a join file put into its place, and noted as whom this repository belongs to whom."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.mesh.invite import read_join_file
from openclaw_hooks.mesh.keys import write_secret
from openclaw_hooks.mesh.nodes import read_registry
from openclaw_hooks.mesh.place import make_folders
from openclaw_hooks.mesh.relay.membership import (
    Membership,
    forget_membership,
    read_membership,
    save_membership,
)
from openclaw_hooks.mesh.running import find_running
from openclaw_hooks.mesh.sidecar.lock import sidecar_lock

if TYPE_CHECKING:
    from openclaw_hooks.mesh.invite import JoinFile
    from openclaw_hooks.mesh.place import Place


def join_mesh(place: Place, state_dir: str, path: str) -> Membership:
    """The membership that the join file at `path` gives; the same one again changes nothing.

    Raises RefusedError where this repository belongs to another mesh, leads one of its own, or its sidecar runs.
    """
    join = read_join_file(path)
    with sidecar_lock(place):
        make_folders(place)
        known = read_membership(state_dir)
        wanted = _make_membership(join)
        if known and not known.lead and (known.node, known.server) != (wanted.node, wanted.server):
            raise RefusedError(
                f"this repository is `{known.node}` of the mesh {known.server} already", "openclaw sync --leave"
            )
        if not known or known.lead:
            _refuse_own_mesh(place)
            _forget_mesh(place)
        write_secret(place.seed(join.node), f"{join.seed}\n")
        save_membership(place, wanted)
        return wanted


def _make_membership(join: JoinFile) -> Membership:
    return Membership(
        node=join.node,
        role=join.role.value,
        server=join.server,
        urls=join.urls,
        lead=False,
        lead_key=join.lead,
        authority=join.authority,
    )


def _refuse_own_mesh(place: Place) -> None:
    """Raises RefusedError when others have joined the mesh that this repository leads: they would be left behind."""
    if find_running(place):
        raise RefusedError("this repository leads a mesh of its own", "openclaw mesh down")
    guests = [node.name for node in read_registry(place).nodes if node.joined and not node.revoked]
    if guests:
        raise RefusedError(
            f"this repository leads a mesh of its own, with {', '.join(guests)}", "openclaw mesh revoke NODE"
        )


def leave_mesh(place: Place, state_dir: str) -> Membership | None:
    """The membership that is over now; None when there was none. The board stays as it is, the key goes."""
    with sidecar_lock(place):
        known = read_membership(state_dir)
        if known is None or known.lead:
            return None
        forget_membership(place)
        _forget_mesh(place)
        with suppress(FileNotFoundError):
            os.unlink(place.seed(known.node))
        return known


def _forget_mesh(place: Place) -> None:
    """Forgets what this board and a mesh agreed on: revisions and epochs of one say nothing in another."""
    for path in (place.mirror, f"{place.mirror}-wal", f"{place.mirror}-shm", place.epochs):
        with suppress(FileNotFoundError):
            os.unlink(path)
