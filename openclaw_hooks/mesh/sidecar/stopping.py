"""Ending the sidecar of a repository from outside."""

from __future__ import annotations

import signal

from openclaw_hooks.mesh.place import MeshError, Place
from openclaw_hooks.mesh.processes import identify, send_signal
from openclaw_hooks.mesh.running import wait_for_end
from openclaw_hooks.mesh.sidecar.lock import find_sidecar_process

STOP_S = 20.0  # it commits what it wrote, and stops its server


def stop_sidecar(place: Place) -> int:
    """The id of the process that was ended, 0 when none ran; raises MeshError for one that does not end."""
    found = find_sidecar_process(place)
    process = identify(found) if found > 0 else None
    if process is None:
        return 0
    send_signal(process, signal.SIGTERM)
    if not wait_for_end(process, STOP_S):
        raise MeshError(f"process {found} does not end within {STOP_S:g} s", f"see {place.sync_log}")
    return found
