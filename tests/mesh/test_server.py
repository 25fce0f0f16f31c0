"""The server of a repository: started, found again, told of new accounts, stopped, and what stands in its way."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from openclaw_hooks.mesh.accounts import make_accounts
from openclaw_hooks.mesh.config import ServerSettings, read_settings, write_settings
from openclaw_hooks.mesh.place import MeshError, Place, mesh_lock
from openclaw_hooks.mesh.probe import read_greeting
from openclaw_hooks.mesh.processes import identify
from openclaw_hooks.mesh.running import find_running, write_record
from openclaw_hooks.mesh.server import reload_server, start_server, stop_server
from tests.mesh.conftest import make_bucket, run

if TYPE_CHECKING:
    from tests.mesh.conftest import Stage


def test_it_starts_ready_with_jetstream_on_loopback_alone(stage: Stage) -> None:
    running = stage.up().running
    assert running.host == "127.0.0.1"
    greeting = read_greeting("127.0.0.1", running.port)
    assert greeting is not None
    assert greeting.has_jetstream
    assert greeting.name == read_settings(stage.place).name
    if os.path.exists("/proc/net/tcp"):
        assert f"00000000:{running.port:04X}" not in Path("/proc/net/tcp").read_text()

    async def ask() -> int:
        lead = await stage.connect("boss")
        streams = (await lead.jetstream().account_info()).streams
        await lead.close()
        return int(streams)

    assert run(ask()) == 0


def test_nobody_else_can_read_its_files(stage: Stage) -> None:
    stage.up()
    assert os.stat(stage.place.folder).st_mode & 0o777 == 0o700
    for path in (stage.place.config, stage.place.accounts, stage.place.settings, stage.place.record):
        assert os.stat(path).st_mode & 0o077 == 0


def test_it_outlives_the_program_that_started_it(stage: Stage) -> None:
    code = (
        "import sys; from openclaw_hooks.mesh.place import Place; from openclaw_hooks.mesh.server import start_server\n"
        "print(start_server(Place(sys.argv[1]), sys.argv[2]).running.process.pid)"
    )
    words = [sys.executable, "-c", code, stage.place.folder, make_accounts(stage.nodes)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=60)
    running = find_running(stage.place)
    assert running is not None
    assert running.process.pid == int(done.stdout)
    assert os.getpgid(running.process.pid) == running.process.pid != os.getpgid(0)
    assert stop_server(stage.place) == running
    assert find_running(stage.place) is None


def test_a_second_start_finds_the_first(stage: Stage) -> None:
    first = stage.up()
    second = stage.up()
    assert (first.is_adopted, second.is_adopted) == (False, True)
    assert second.running == first.running


def test_it_is_found_without_our_own_note(stage: Stage) -> None:
    first = stage.up()
    os.unlink(stage.place.record)
    assert stage.up().running == first.running
    assert os.path.exists(stage.place.record)


def test_it_comes_back_on_its_port_with_what_it_kept_after_a_kill(stage: Stage) -> None:
    async def fill() -> None:
        lead = await stage.connect("boss")
        tasks = await make_bucket(lead, "MESH_TASKS")
        for number in range(50):
            await tasks.put(f"T-{number}", b"x" * number)
        stage.kill()
        await lead.client.close()

    async def look() -> list[int]:
        lead = await stage.connect("boss")
        tasks = await lead.jetstream().key_value("MESH_TASKS")
        found = [len((await tasks.get(f"T-{number}")).value or b"") for number in range(50)]
        await lead.close()
        return found

    port = stage.up().running.port
    run(fill())
    assert find_running(stage.place) is None
    again = stage.up()
    assert (again.is_adopted, again.running.port) == (False, port)
    assert run(look()) == list(range(50))


def test_new_accounts_come_into_force_without_a_restart(stage: Stage) -> None:
    async def swap() -> tuple[bool, bool, bool]:
        told: list[str] = []
        kept, lost = await stage.connect("w1"), await stage.connect("w2", told.append)
        reload_server(stage.place, make_accounts([node for node in stage.nodes if node.name != "w2"]))
        for _ in range(250):
            if told and "authorization" in told[-1].lower():
                break
            await asyncio.sleep(0.02)
        await kept.client.flush()
        with pytest.raises(MeshError, match="does not know this node's key"):
            await stage.connect("w2")
        found = kept.is_up, lost.is_up, any("authorization" in line.lower() for line in told)
        await kept.close()
        await lost.close()
        return found

    pid = stage.up().running.process.pid
    assert run(swap()) == (True, False, True)
    assert stage.up().running.process.pid == pid


def test_a_revocation_that_never_reached_the_server_does_so_with_the_next_start(stage: Stage) -> None:
    async def look() -> bool:
        kept = await stage.connect("w1")
        without = make_accounts([node for node in stage.nodes if node.name != "w2"])
        Path(stage.place.accounts).write_text(without)  # and then whoever wrote this was killed
        await (await stage.connect("w2")).close()
        assert stage.up(without).is_adopted
        with pytest.raises(MeshError, match="does not know this node's key"):
            await stage.connect("w2")
        is_up = kept.is_up
        await kept.close()
        return is_up

    stage.up()
    assert run(look())


def test_accounts_that_the_server_refuses_change_nothing(stage: Stage) -> None:
    stage.up()
    with pytest.raises(MeshError, match=r"the server did not take the new accounts: .*Parse error"):
        reload_server(stage.place, "accounts { MESH: ")

    async def connect() -> None:
        await (await stage.connect("w1")).close()

    run(connect())
    stop_server(stage.place)
    assert not stage.up(Path(stage.place.accounts).read_text()).is_adopted


def test_a_taken_port_is_named_with_what_to_do(stage: Stage) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(MeshError) as refused:
            start_server(stage.place, make_accounts(stage.nodes), ServerSettings(port=port))
    assert refused.value.message == f"the mesh cannot listen on 127.0.0.1 port {port}: it is taken"
    assert "--listen" in refused.value.hint


def test_the_server_of_another_repository_is_left_alone(stage: Stage, tmp_path: Path) -> None:
    port = stage.up().running.port
    other = Place(str(tmp_path / "other" / "nats"))
    with pytest.raises(MeshError, match=r"the NATS server `openclaw-[0-9a-f]{8}` 2\.\d+\.\d+ listens there"):
        start_server(other, make_accounts(stage.nodes), ServerSettings(port=port))
    assert find_running(other) is None
    assert stop_server(other) is None
    assert find_running(stage.place) is not None


def test_another_address_is_refused_while_it_runs(stage: Stage) -> None:
    stage.up()
    with pytest.raises(MeshError, match=r"the mesh is up on 127\.0\.0\.1:"):
        start_server(stage.place, make_accounts(stage.nodes), ServerSettings(host="127.0.0.2"))


def test_a_note_that_names_a_process_of_somebody_else_is_not_believed(stage: Stage) -> None:
    stage.up()
    stage.kill()
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        process = identify(sleeper.pid)
        assert process is not None
        write_record(stage.place, process)
        with open(stage.place.pid, "w") as stream:
            stream.write(str(sleeper.pid))
        assert find_running(stage.place) is None
        assert stop_server(stage.place) is None
        assert sleeper.poll() is None
        assert not stage.up().is_adopted
    finally:
        sleeper.kill()
        sleeper.wait()


def test_an_id_that_was_given_out_again_is_not_believed(stage: Stage) -> None:
    running = stage.up().running
    write_record(stage.place, running.process._replace(started="1"))
    os.unlink(stage.place.pid)
    assert find_running(stage.place) is None


@pytest.mark.parametrize("content", [b"", b"nonsense", b"[]", b'{"pid": "x"}', b'{"pid": -1, "started": ""}'])
def test_a_broken_note_is_no_obstacle(stage: Stage, content: bytes) -> None:
    first = stage.up().running
    with open(stage.place.record, "wb") as stream:
        stream.write(content)
    assert stage.up().running == first
    stage.kill()
    with open(stage.place.record, "wb") as stream:
        stream.write(content)
    with open(stage.place.pid, "wb") as stream:
        stream.write(content)
    assert not stage.up().is_adopted


def test_a_store_of_a_newer_server_is_not_opened(stage: Stage) -> None:
    stage.up()
    stop_server(stage.place)
    write_settings(stage.place, replace(read_settings(stage.place), version=(99, 1, 0)))
    with pytest.raises(MeshError, match=r"was written by nats-server 99\.1\.0, and 2\.\d+\.\d+ may not read it"):
        stage.up()
    assert find_running(stage.place) is None


def test_a_server_that_ends_at_once_is_quoted(stage: Stage) -> None:
    with pytest.raises(MeshError, match=r"nats-server ended at once: .*Parse error"):
        stage.up("accounts { MESH: ")
    assert not os.path.exists(stage.place.record)


def test_a_store_that_is_no_folder_is_named(stage: Stage) -> None:
    os.makedirs(stage.place.folder)
    with open(stage.place.store, "w"):
        pass
    with pytest.raises(MeshError, match=r"store cannot be made: File exists"):
        stage.up()


def test_a_server_that_hangs_is_killed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openclaw_hooks.mesh.server.STOP_S", 0.3)
    running = stage.up().running
    os.kill(running.process.pid, signal.SIGSTOP)
    assert stop_server(stage.place) == running
    assert find_running(stage.place) is None


def test_only_one_at_a_time_changes_the_mesh(stage: Stage) -> None:
    os.makedirs(stage.place.folder)
    with mesh_lock(stage.place):
        began = time.monotonic()
        code = (
            "import sys; from openclaw_hooks.mesh.place import Place, mesh_lock\n"
            "with mesh_lock(Place(sys.argv[1]), 0.1): pass"
        )
        words = [sys.executable, "-c", code, stage.place.folder]
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        assert f"the mesh is being changed by process {os.getpid()}" in done.stderr
        assert time.monotonic() - began < 20


def test_what_was_started_before_is_remembered_after_a_crash_between(stage: Stage) -> None:
    """A program that is killed right behind the start leaves a server that the next one finds."""
    running = stage.up().running
    os.unlink(stage.place.record)
    with open(stage.place.pid, "rb") as stream:
        assert json.load(stream) == running.process.pid
    assert find_running(stage.place) == running
