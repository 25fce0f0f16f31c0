"""The layers of the mesh, where this repository belongs to one: programs, keys, sidecar, store, and what was refused."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.files import display_path
from openclaw_hooks.setup.probe import Probe, fail, ok, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.board.membership import Membership
    from openclaw_hooks.mesh.place import Place
    from openclaw_hooks.mesh.sidecar.status import SyncStatus
    from openclaw_hooks.setup.probe import DoctorFacts

LAYER: Final = "mesh"
SIDECAR: Final = "mesh sidecar"
SYNC: Final = "openclaw sync"
STATUS: Final = "openclaw mesh status"
ANSWER_S: Final = 2.0
LOW_BYTES: Final = 200_000_000  # the server stops writing for good when nothing is left
FOR_OTHERS: Final = 0o077
MOST_NAMED: Final = 3


class Mesh(NamedTuple):
    """The mesh that a repository belongs to; `membership` is None until a sidecar has run."""

    place: Place
    membership: Membership | None

    @property
    def has_server(self) -> bool:
        """Whether this machine runs the mesh's server."""
        from openclaw_hooks.mesh.access import external_access

        return (self.membership is None or self.membership.lead) and external_access() is None


def probe_mesh(facts: DoctorFacts) -> list[Probe]:
    """How this repository's mesh stands; nothing where it belongs to none."""
    from openclaw_hooks.board.membership import FOLDER, read_membership

    state = facts.repo.repo.state_dir
    if not os.path.isdir(os.path.join(state, FOLDER)):  # before anything of the mesh is imported
        return []
    from openclaw_hooks.mesh.place import find_place

    place = find_place(facts.repo.repo)
    if not _is_active(place):
        return []
    mesh = Mesh(place, read_membership(state))
    probes = [*_judge_programs(mesh), *_judge_keys(mesh), *_judge_sidecar(mesh), *_judge_store(mesh)]
    return [*probes, *_judge_intents(mesh)]


def _is_active(place: Place) -> bool:
    """Whether there is a mesh here: joined, led, or one on a server of others whose sidecar has run."""
    if os.path.lexists(place.joined) or os.path.lexists(place.nodes):
        return True
    return bool(os.environ.get("OPENCLAW_NATS")) and os.path.lexists(place.sync_lock)


def _judge_programs(mesh: Mesh) -> list[Probe]:
    from openclaw_hooks.mesh.keys import import_nkeys
    from openclaw_hooks.mesh.place import EXTRA_HINT, MeshError
    from openclaw_hooks.mesh.program import find_program, show_version

    who = _describe(mesh)
    try:
        import_nkeys()
        program = find_program() if mesh.has_server else None
    except MeshError as error:
        return [warn(LAYER, f"{who}; {error.message}", error.hint or EXTRA_HINT)]
    shown = f"; nats-server {show_version(program.version)}" if program else ""
    return [ok(LAYER, f"{who}{shown}")]


def _describe(mesh: Mesh) -> str:
    joined = mesh.membership
    if joined is None:
        return "a mesh of this repository's own" if mesh.has_server else "a mesh on a server of others"
    return f"{joined.node} ({joined.role}) in {joined.server}"


def _judge_keys(mesh: Mesh) -> list[Probe]:
    """Whoever reads a seed or an invitation is that node."""
    layer = "mesh keys"
    found = list(_list_secrets(mesh.place))
    open_ones = [path for path in found if _is_open(path)]
    if not open_ones:
        return [ok(layer, f"{len(found) - 1} secret files, for their owner alone")]
    paths = " ".join(display_path(path) for path in open_ones)
    return [fail(layer, f"others may read {paths}", f"chmod go= {paths}")]


def _list_secrets(place: Place) -> Iterator[str]:
    yield place.folder
    for folder in (os.path.dirname(place.seed("")), os.path.dirname(place.invitation(""))):
        with suppress(OSError):
            yield from sorted(entry.path for entry in os.scandir(folder))


def _is_open(path: str) -> bool:
    with suppress(OSError):
        return bool(os.stat(path).st_mode & FOR_OTHERS)
    return False


def _judge_sidecar(mesh: Mesh) -> list[Probe]:
    import msgspec

    from openclaw_hooks.mesh.relay.client import AbsentError, ask_status
    from openclaw_hooks.mesh.sidecar.lock import find_sidecar_process
    from openclaw_hooks.mesh.sidecar.status import SyncStatus

    process = find_sidecar_process(mesh.place)
    if not process:
        if mesh.membership is None and mesh.has_server:  # `mesh up` alone, without boards
            return [ok(SIDECAR, f"none was ever started; `{SYNC}` brings the board into step")]
        return [warn(SIDECAR, "it does not run: the board is not in step, commands wait", SYNC)]
    try:
        told = ask_status(mesh.place, ANSWER_S)
    except AbsentError:
        return [ok(SIDECAR, f"process {process}, starting")]
    if not told:
        return [warn(SIDECAR, f"process {process} does not answer", f"{SYNC} --stop, or kill {process}; then {SYNC}")]
    try:
        return _judge_status(msgspec.convert(told, SyncStatus))
    except msgspec.ValidationError as error:
        return [warn(SIDECAR, f"process {process} is of another version: {error}", f"{SYNC} --stop; then {SYNC}")]


def _judge_status(told: SyncStatus) -> list[Probe]:
    lead = "leads" if told.leading else f"{told.lead} leads" if told.lead else "nobody leads"
    text = f"process {told.pid}, {told.state}, {lead}"
    if told.halted:
        return [warn(SIDECAR, f"{text}; halted: {told.halted}", STATUS)]
    last = f"; last error {told.last_error_at}: {told.last_error}" if told.last_error else ""
    if told.state != "connected" or not (told.lead or told.leading):
        return [warn(SIDECAR, f"{text}{last}", STATUS)]
    return [ok(SIDECAR, f"{text}{last}")]


def _judge_store(mesh: Mesh) -> list[Probe]:
    """Room for the server's store, and whether it still writes."""
    if not mesh.has_server:
        return []
    from openclaw_hooks.mesh.log import find_store_failure
    from openclaw_hooks.mesh.running import find_running

    layer = "mesh store"
    running = find_running(mesh.place)
    if running and (failure := find_store_failure(mesh.place, running.process.pid)):
        return [warn(layer, f"the server writes no more: {failure}", "openclaw mesh down, make room, openclaw sync")]
    try:
        found = os.statvfs(mesh.place.store)
    except OSError as error:
        return [warn(layer, f"{display_path(mesh.place.store)}: {error.strerror}", SYNC)]
    free = found.f_bavail * found.f_frsize
    text = f"{free / 1e6:,.0f} MB free at {display_path(mesh.place.store)}"
    return [warn(layer, text, "make room: a full disk ends the mesh")] if free < LOW_BYTES else [ok(layer, text)]


def _judge_intents(mesh: Mesh) -> list[Probe]:
    from openclaw_hooks.mesh.relay.intents import list_intents

    layer, see = "mesh intents", "openclaw mesh intents"
    listed = list_intents(mesh.place)
    probes = [warn(layer, reason, f"delete {display_path(path)}") for path, reason in listed.broken.items()]
    if listed.refused:
        commands = [intent.command for intent in listed.refused.values()]
        named = ", ".join(f"{command.verb} {command.task}".strip() for command in commands[:MOST_NAMED])
        probes.append(warn(layer, f"{len(commands)} refused by the lead: {named}", f"{see}, then --drop ID"))
    if probes:
        return probes
    return [ok(layer, f"{len(listed.waiting)} wait" if listed.waiting else "none wait")]
