"""How the mesh stands, from the files on this machine alone: nothing is asked over a network, nobody is waited for."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from openclaw_hooks.board.membership import Membership, read_membership
from openclaw_hooks.board.merge.conflicts import list_conflicts
from openclaw_hooks.board.place import Board, find_board_folder
from openclaw_hooks.checkout import Checkout
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.nodes import Node, read_registry
from openclaw_hooks.mesh.place import find_place
from openclaw_hooks.mesh.relay.intents import list_intents
from openclaw_hooks.mesh.sidecar.lock import find_sidecar_process
from openclaw_hooks.mesh.sidecar.status import SyncStatus, read_status
from openclaw_hooks.mission_control.broken import Broken, from_error
from openclaw_hooks.mission_control.reading.elsewhere import tell_elsewhere, tell_texts

if TYPE_CHECKING:
    from openclaw_hooks.board.merge.records import Record
    from openclaw_hooks.mesh.place import Place as MeshPlace
    from openclaw_hooks.mission_control.place import Place

MAX_LOG_BYTES: Final = 1_000_000  # of the end of each of the sidecar's logs
MAX_LOG_LINES: Final = 3_000
LONGEST_S: Final = 1e9  # that a node can have been silent


@dataclass(frozen=True)
class MeshFacts:
    """As whom this machine belongs to a mesh, what its sidecar last said, who was let in, and what waits.

    `is_running`: whether a sidecar holds this repository now; `log` are the lines that it noted, from the oldest on.
    """

    membership: Membership | None = None
    status: SyncStatus | None = None
    is_running: bool = False
    nodes: tuple[Node, ...] = ()
    waiting: int = 0
    refused: int = 0
    conflicts: tuple[Record, ...] = ()
    log: tuple[dict[str, Any], ...] = ()
    broken: tuple[Broken, ...] = ()


def read_mesh_facts(place: Place) -> MeshFacts:
    """The mesh as the files of the repository at `place` tell it; nothing where there is none."""
    repo = place.repo
    if repo is None:
        return MeshFacts()
    mesh = find_place(repo)
    broken: list[Broken] = []
    membership: Membership | None = None
    nodes: tuple[Node, ...] = ()
    try:
        membership = read_membership(repo.state_dir)
        membership = tell_elsewhere(membership, place) if membership else None
    except OpenclawError as error:
        broken.append(from_error("joined.json", error))
    try:
        nodes = read_registry(mesh).nodes
    except OpenclawError as error:
        broken.append(from_error("nodes.json", error))
    top = find_board_folder(Checkout(repo.top, repo.git_dir, repo.common_dir))
    intents = list_intents(mesh) if os.path.isdir(mesh.intents) else None
    return MeshFacts(
        membership=membership,
        status=_tell_status(read_status(mesh), place),
        is_running=bool(find_sidecar_process(mesh)),
        nodes=nodes,
        waiting=len(intents.waiting) if intents else 0,
        refused=len(intents.refused) if intents else 0,
        conflicts=tuple(list_conflicts(Board(repo, top))) if top else (),
        log=tuple(tell_texts(entry, place) for entry in _read_log(mesh)),
        broken=tuple(broken),
    )


def _tell_status(status: SyncStatus | None, place: Place) -> SyncStatus | None:
    """What the sidecar said, but for nodes that it heard in a time that no calendar has."""
    if status is None:
        return None
    status = tell_elsewhere(status, place)
    return replace(status, nodes=tuple(node for node in status.nodes if 0 <= node.silent_s < LONGEST_S))


def _read_log(mesh: MeshPlace) -> list[dict[str, Any]]:
    """The newest lines of the sidecar's log, oldest first; what is not a JSON object is passed over."""
    found: list[dict[str, Any]] = []
    for path in (f"{mesh.sync_log}.1", mesh.sync_log):
        for line in _tail(path).splitlines():
            with suppress(ValueError, RecursionError):
                entry = msgspec.json.decode(line)
                if isinstance(entry, dict):
                    found.append(entry)
    return found[-MAX_LOG_LINES:]


def _tail(path: str) -> bytes:
    """The end of a file, from the beginning of a line on."""
    try:
        with open(path, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            stream.seek(max(size - MAX_LOG_BYTES, 0))
            content = stream.read(MAX_LOG_BYTES)
    except OSError:
        return b""
    return content if size <= MAX_LOG_BYTES else content.partition(b"\n")[2]
