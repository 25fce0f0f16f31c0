"""A disk that is full or may not be written, as a small file system in a namespace of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.mesh.conftest import Stage

ROOT = Path(__file__).parents[2]
HAS_NAMESPACES = (
    sys.platform == "linux"
    and subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode == 0
)

pytestmark = pytest.mark.skipif(not HAS_NAMESPACES, reason="needs user namespaces")

PREPARE = """
import asyncio, os, subprocess, sys
from openclaw_hooks.mesh.access import own_access
from openclaw_hooks.mesh.connection import UnknownOutcomeError, open_connection
from openclaw_hooks.mesh.lead import bring_up, read_health
from openclaw_hooks.mesh.place import MeshError, Place
from openclaw_hooks.mesh.server import stop_server
from tests.mesh.conftest import make_bucket, put

place = Place(sys.argv[1])
os.makedirs(place.store)

def mount(*words):
    subprocess.run(["mount", "-t", "tmpfs", *words, "none", place.store], check=True)

def connect():
    return open_connection(own_access(place, "boss"), "boss", lambda _: None)
"""
FILL = """
mount("-o", "size=48m")
try:
    first = bring_up(place, "boss")

    async def fill():
        lead = await connect()
        await make_bucket(lead, "MESH_TASKS")
        for number in range(20):
            await put(lead, f"$KV.MESH_TASKS.T-{number}", b"x" * 20_000)
        with open(os.path.join(place.store, "other"), "wb", buffering=0) as stream:
            try:
                while True:
                    stream.write(bytes(65536))
            except OSError as error:
                print(error.strerror)
        for number in range(20, 24):
            try:
                await lead.request(f"$KV.MESH_TASKS.T-{number}", b"x" * 20_000, timeout_s=0.5)
            except UnknownOutcomeError as error:
                print("unknown outcome")
                break
        await lead.close()

    async def look():
        lead = await connect()
        tasks = await lead.jetstream().key_value("MESH_TASKS")
        print([len((await tasks.get(f"T-{number}")).value) for number in range(20)] == [20_000] * 20)
        print((await put(lead, "$KV.MESH_TASKS.T-0", b"new"))["seq"] > 20)
        await lead.close()

    asyncio.run(fill())
    print(read_health(place, "boss").trouble)
    try:
        bring_up(place, "boss")
    except MeshError as error:
        print(error)
    os.unlink(os.path.join(place.store, "other"))
    again = bring_up(place, "boss")
    print(again.is_adopted, again.running.port == first.running.port, repr(read_health(place, "boss").trouble))
    asyncio.run(look())
finally:
    stop_server(place)
"""
READ_ONLY = """
mount("-o", "ro")
try:
    bring_up(place, "boss")
except MeshError as error:
    print(error)
finally:
    stop_server(place)
"""


def run_apart(stage: Stage, script: str) -> list[str]:
    """What `script` prints, in a mount namespace of its own."""
    words = ["unshare", "-rm", sys.executable, "-c", PREPARE + script, stage.place.folder]
    done = subprocess.run(words, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_full_disk_is_told_and_loses_nothing_that_was_acknowledged(stage: Stage) -> None:
    store = stage.place.store
    full, unknown, trouble, refused, *after = run_apart(stage, FILL)
    assert (full, unknown) == ("No space left on device", "unknown outcome")
    assert trouble.startswith("it writes no more until `openclaw mesh up` starts it anew: ")
    assert "no space left on device" in trouble
    assert refused == f"only 0 MB are free below {store} (the mesh needs 32 MB to start)"
    assert after == ["False True ''", "True", "True"]


def test_a_store_that_may_not_be_written_is_told(stage: Stage) -> None:
    [refused] = run_apart(stage, READ_ONLY)
    assert refused == f"{stage.place.store} cannot be written (give it to the user that runs the server)"
