"""One sidecar per repository, told apart from what a dead one left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.mesh.place import Place
from openclaw_hooks.mesh.sidecar.lock import find_sidecar_process, sidecar_lock

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys, time
from openclaw_hooks.mesh.place import Place
from openclaw_hooks.mesh.sidecar.lock import sidecar_lock
with sidecar_lock(Place(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_second_sidecar_is_refused_and_told_the_process(tmp_path: Path) -> None:
    place = Place(str(tmp_path / "nats"))
    other = subprocess.Popen([sys.executable, "-c", HOLD, place.folder], stdout=subprocess.PIPE)
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == b"held\n"
        assert find_sidecar_process(place) == other.pid
        with (
            pytest.raises(RefusedError, match=f"a sidecar runs here already: process {other.pid}"),
            sidecar_lock(place),
        ):
            pass
    finally:
        other.send_signal(signal.SIGKILL)
        other.wait()
        other.stdout.close()
    assert find_sidecar_process(place) == 0, "what a killed one leaves is no sidecar"
    with sidecar_lock(place):
        assert find_sidecar_process(place) == os.getpid()
    assert find_sidecar_process(place) == 0


def test_no_sidecar_where_there_never_was_one(tmp_path: Path) -> None:
    assert find_sidecar_process(Place(str(tmp_path / "nowhere"))) == 0
