"""`openclaw mesh tools`, `call`, `run` and `events` by the real console script, from a repository that joined a mesh."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from openclaw_hooks.board.membership import Membership
from openclaw_hooks.cli.mesh.call import call
from openclaw_hooks.cli.mesh.events import find_subject
from openclaw_hooks.errors import EXIT_USAGE, OpenclawError
from openclaw_hooks.mesh.access import LEAD_PREFIX, find_access
from openclaw_hooks.mesh.accounts import API_PREFIX
from openclaw_hooks.mesh.buckets import ensure_buckets
from openclaw_hooks.mesh.connection import open_connection
from openclaw_hooks.mesh.invite import parse_join_text
from openclaw_hooks.mesh.keys import write_secret
from openclaw_hooks.mesh.lead import invite_node
from openclaw_hooks.mesh.nodes import NodeRole
from openclaw_hooks.mesh.offers.commands import find_command_tools
from openclaw_hooks.mesh.offers.registry import read_offers
from openclaw_hooks.mesh.offers.serve import serve_tools
from openclaw_hooks.mesh.place import MeshError, Place, make_folders
from openclaw_hooks.mesh.relay.membership import save_membership
from openclaw_hooks.mesh.wire.events import Event, encode_event
from openclaw_hooks.mesh.wire.subjects import event_subject
from tests.mesh.conftest import kill_leftovers, list_processes, run
from tests.mesh.offers.conftest import ECHO, forward_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from openclaw_hooks.mesh.connection import Connection
    from tests.conftest import Repository

SCRIPT = str(Path(sys.executable).with_name("openclaw"))


class Done(NamedTuple):
    """What a command left."""

    code: int
    out: str
    err: str


class House:
    """A lead with its server, and the repository of a worker that has joined it."""

    def __init__(self, lead: Path, worker: Path) -> None:
        self.lead_path, self.path = lead, worker
        self.lead = Place(str(lead / ".git/openclaw/nats"))
        self.place = Place(str(worker / ".git/openclaw/nats"))
        self.calls: dict[str, tuple[str, ...]] = {"w1": ("boss.echo.*", "boss.commands.*")}
        self.log: list[str] = []

    def set_up(self) -> None:
        """Starts the server and lets the worker in."""
        env = {**os.environ, "OPENCLAW_NODE_ID": "boss"}
        subprocess.run([SCRIPT, "mesh", "up"], check=True, cwd=self.lead_path, env=env, capture_output=True)
        join = parse_join_text(invite_node(self.lead, "boss", ("w1", NodeRole.WORKER, timedelta(days=1))))
        make_folders(self.place)
        write_secret(self.place.seed("w1"), join.seed + "\n")
        save_membership(self.place, Membership("w1", "worker", join.server, join.urls, False, join.lead))

    async def openclaw(self, *words: str, path: Path | None = None, **env: str) -> Done:
        """What `openclaw mesh WORDS` does in the worker's repository."""
        process = await self.start(*words, path=path, **env)
        out, err = await process.communicate()
        return Done(process.returncode or 0, out.decode(), err.decode())

    async def start(self, *words: str, path: Path | None = None, **env: str) -> asyncio.subprocess.Process:
        """The command, running."""
        return await asyncio.create_subprocess_exec(
            *(SCRIPT, "mesh", *words),
            cwd=path or self.path,
            env={**os.environ, **env},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )


@pytest.fixture
def house(repository: Repository, tmp_path: Path) -> Iterator[House]:
    """A lead and a worker, and no server afterwards."""
    worker = tmp_path / "worker"
    worker.mkdir()
    repository.git("init", "-q", str(worker))
    made = House(repository.path, worker)
    made.set_up()
    yield made
    kill_leftovers(made.lead.folder)
    assert list_processes(f"nats-server -c {made.lead.folder}") == []


def play(house: House, work: Callable[[Connection], Coroutine[Any, Any, Any]]) -> Any:
    """What `work` comes to while the lead takes calls and offers two tools."""

    async def stage() -> Any:
        lead = await open_connection(find_access(house.lead, "boss", {}), "boss", house.log.append)
        await ensure_buckets(lead)
        await forward_calls(lead, lambda: house.calls, house.log.append)

        def find() -> list[Any]:
            return [ECHO, *find_command_tools(house.lead, str(house.lead_path))]

        serving = asyncio.create_task(serve_tools(lead, "boss", find, house.log.append))
        while len(await read_offers(lead)) < len(find()):
            await asyncio.sleep(0.01)
        try:
            return await work(lead)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await lead.close()

    return run(stage(), 60)


def test_a_node_connects_as_what_it_joined_as(house: House) -> None:
    assert find_access(house.place, "w1", {}).api_prefix == API_PREFIX
    assert find_access(house.lead, "boss", {}).api_prefix == LEAD_PREFIX
    external = find_access(house.place, "w1", {"OPENCLAW_NATS": "nats://192.0.2.1:4222"})
    assert external.urls == ("nats://192.0.2.1:4222",)
    with pytest.raises(MeshError, match="`w1` is in no mesh here"):
        find_access(house.lead, "w1", {})


def test_tools_are_listed_and_called(house: House) -> None:
    async def work(_: Connection) -> list[Done]:
        return [
            await house.openclaw("tools"),
            await house.openclaw("tools", "--json"),
            await house.openclaw("call", "boss", "echo", "say", "--json", '{"text": "hello"}'),
            await house.openclaw("call", "boss", "other", "say"),
            await house.openclaw("call", "boss", "echo", "say", path=house.lead_path, OPENCLAW_NODE_ID="boss"),
        ]

    listed, as_json, called, refused, by_lead = play(house, work)
    assert listed.out.splitlines() == ["node  tool  method  what it does", "boss  echo  say     says it back"], listed
    assert json.loads(as_json.out) == {
        "schema": "openclaw/mesh-tools/1",
        "data": {
            "tools": [{"node": "boss", "tool": "echo", "methods": {"say": "says it back"}, "description": "for tests"}]
        },
    }
    assert json.loads(called.out) == {
        "schema": "openclaw/mesh-call/1",
        "data": {
            "node": "boss",
            "tool": "echo",
            "method": "say",
            "result": {"caller": "w1", "method": "say", "params": {"text": "hello"}},
        },
    }
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("openclaw: w1 may not call boss.other.say (a person can allow it: mesh.calls in ")
    assert json.loads(by_lead.out)["data"]["result"]["caller"] == "boss"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("boss", "echo", "say", "["), "--json: "),
        (("boss", "echo", "say", "[]"), "--json: not an object"),
        (("boss", "echo", "say", "\udcff"), "--json: "),
        (("boss", "echo.x", "say"), "'echo.x' is no name of a tool"),
        (("BOSS", "echo", "say"), "'BOSS' is no name of a node"),
    ],
)
def test_a_call_that_cannot_be_is_refused_before_anything_is_sent(words: Any, said: str) -> None:
    with pytest.raises(OpenclawError) as refused:
        call(*words)
    assert refused.value.exit_code == EXIT_USAGE
    assert said in refused.value.message


def test_without_a_lead_a_call_says_so(house: House) -> None:
    done = run(house.openclaw("call", "boss", "echo", "say"))
    assert (done.code, done.out) == (1, "")
    assert "nobody answers mesh.cmd.w1.call (is the lead up?" in done.err


def test_a_named_command_is_run_elsewhere(house: House) -> None:
    code = "import os, sys; print(os.getcwd()); print('\\x1b[2Jwarned', file=sys.stderr); sys.exit(int(sys.argv[1]))"
    text = json.dumps({f"exit{number}": {"argv": [sys.executable, "-c", code, str(number)]} for number in (0, 3)})
    write_secret(house.lead.commands, text)

    async def work(_: Connection) -> list[Done]:
        return [
            await house.openclaw("run", "boss", "exit0"),
            await house.openclaw("run", "boss", "exit3"),
            await house.openclaw("run", "boss", "exit3", "--json"),
            await house.openclaw("run", "boss", "rm"),
        ]

    fine, failed, as_json, unknown = play(house, work)
    assert (fine.code, fine.out, fine.err) == (0, f"{house.lead_path}\n", "\N{REPLACEMENT CHARACTER}[2Jwarned\n")
    assert (failed.code, failed.err.splitlines()[-1]) == (1, "openclaw: exit3 on boss failed with exit code 3")
    assert as_json.code == 1
    assert json.loads(as_json.out)["data"]["code"] == 3
    assert (unknown.code, unknown.out) == (2, "")
    assert "boss has no commands.rm" in unknown.err


async def tell(lead: Connection, name: str, what: str, **fields: Any) -> None:
    """An event that is stored when this is over."""
    event = Event("2026-01-31T12:00:00Z", "task", name, what, **fields)
    await lead.request(event_subject("task", name), encode_event(event))


def test_the_latest_events_are_shown(house: House) -> None:
    async def work(lead: Connection) -> list[Done]:
        await tell(lead, "T-00000a", "claimed", old="queued", owner="w1", by="w1", title="A\x1b[2Jtitle", reason="why")
        await tell(lead, "T-00000b", "queued")
        return [
            await house.openclaw("events"),
            await house.openclaw("events", "-n", "1"),
            await house.openclaw("events", "--task", "T-00000a", "--json"),
        ]

    shown, one, as_json = play(house, work)
    last = "2026-01-31T12:00:00Z  task T-00000b  queued"
    first = '2026-01-31T12:00:00Z  task T-00000a  queued -> claimed  "A [2Jtitle"  owner w1  by w1  (why)'
    assert shown.out.splitlines() == [first, last], shown
    assert one.out.splitlines() == [last]
    [event] = json.loads(as_json.out)["data"]["events"]
    assert (event["sequence"], event["old"], event["what"], event["revision"]) == (1, "queued", "claimed", 0)
    with pytest.raises(OpenclawError, match="'nonsense' is no id of a task or plan"):
        find_subject(None, "nonsense")


def test_events_are_followed_over_a_restart_of_the_server_until_interrupted(house: House) -> None:
    async def work(lead: Connection) -> tuple[list[Any], int, bytes]:
        await tell(lead, "T-00000a", "queued")
        process = await house.start("events", "--follow", "--json", "-n", "1")
        assert process.stdout
        lines = [await process.stdout.readline()]
        await tell(lead, "T-00000b", "queued")
        lines.append(await process.stdout.readline())
        [pid] = list_processes(f"nats-server -c {house.lead.folder}")
        os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.2)
        up = await house.openclaw("up", path=house.lead_path, OPENCLAW_NODE_ID="boss")
        assert up.code == 0, up
        while not lead.is_up:
            await asyncio.sleep(0.01)
        await tell(lead, "T-00000c", "queued")
        lines.append(await process.stdout.readline())
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
        assert out == b""
        return [json.loads(line) for line in lines], process.returncode or 0, err

    lines, code, err = play(house, work)
    assert [line["data"]["name"] for line in lines] == ["T-00000a", "T-00000b", "T-00000c"]
    assert {line["schema"] for line in lines} == {"openclaw/mesh-event/1"}
    assert (code, err) == (0, b"")


@pytest.mark.parametrize("is_told_more", [True, False])
def test_following_ends_quietly_when_nobody_reads_any_more(house: House, is_told_more: bool) -> None:
    async def work(lead: Connection) -> tuple[int, bytes]:
        await tell(lead, "T-00000a", "queued")
        read, write = os.pipe()
        process = await asyncio.create_subprocess_exec(
            *(SCRIPT, "mesh", "events", "--follow", "-n", "1"),
            cwd=house.path,
            stdout=write,
            stderr=asyncio.subprocess.PIPE,
        )
        os.close(write)
        assert await asyncio.to_thread(os.read, read, 1000)
        os.close(read)
        if is_told_more:
            await tell(lead, "T-00000b", "queued")
        _, err = await process.communicate()
        return process.returncode or 0, err

    assert play(house, work) == (0, b"")


def test_following_ends_with_a_no_when_the_node_is_revoked(house: House) -> None:
    async def work(lead: Connection) -> Done:
        await tell(lead, "T-00000a", "queued")
        process = await house.start("events", "--follow", "-n", "1")
        assert process.stdout
        await process.stdout.readline()
        done = await house.openclaw("revoke", "w1", path=house.lead_path, OPENCLAW_NODE_ID="boss")
        assert done.code == 0, done
        out, err = await process.communicate()
        return Done(process.returncode or 0, out.decode(), err.decode())

    done = play(house, work)
    assert (done.code, done.out) == (1, "")
    assert done.err == "openclaw: the mesh does not know this node's key any more\n"
