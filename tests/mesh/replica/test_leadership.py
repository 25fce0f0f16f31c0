"""Leading: one at a time, whatever stands still, is cut off, or believes that it is tomorrow."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.config import make_url, read_settings
from openclaw_hooks.mesh.connection import NotDoneError
from openclaw_hooks.mesh.replica.leadership import Leadership, Timing, read_clock
from openclaw_hooks.mesh.replica.streams import read_key
from tests.mesh.conftest import put as put_raw
from tests.mesh.conftest import run
from tests.mesh.replica import candidate
from tests.mesh.replica.conftest import close_all, open_mesh, until
from tests.mesh.replica.test_writes import Lossy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openclaw_hooks.mesh.connection import Connection
    from tests.mesh.conftest import Stage

QUICK = Timing(0.1, 0.5, 0.8)
SUBJECT = "$KV.MESH_LEASES.lead"


class Candidate:
    """A node that takes part, and what it is told."""

    def __init__(self, connection: Connection, name: str, timing: Timing = QUICK, **options: Any) -> None:
        self.told: list[str] = []
        self.log: list[str] = []
        self.failure: Exception | None = None
        self.leadership = Leadership(connection, name, self.log.append, timing, **options)
        self.task = asyncio.ensure_future(self.leadership.run(self.lead, self.lose))

    async def lead(self, term: int) -> None:
        """Leads until it is cancelled."""
        self.told.append(f"leads {term}")
        if self.failure:
            raise self.failure
        try:
            await asyncio.sleep(1000)
        finally:
            self.told.append("ends")

    async def lose(self) -> None:
        """Hears that it leads no more."""
        assert not self.leadership.is_leading
        self.told.append("lost")

    @property
    def leads(self) -> bool:
        """Whether it says so."""
        return self.leadership.is_leading

    async def die(self) -> None:
        """Ends without giving back anything."""
        self.task.cancel()
        await asyncio.wait([self.task])


def test_of_three_one_leads_and_hands_over_at_once_when_it_ends(stage: Stage) -> None:
    async def work() -> None:
        lead, other = await open_mesh(stage, "boss", "boss")
        three = [Candidate(connection, name, Timing()) for connection, name in ((lead, "a"), (other, "b"), (lead, "c"))]
        terms = []
        for left in (3, 2, 1):
            await until(lambda: any(one.leads for one in three))
            (leader,) = [one for one in three if one.leads]
            name = leader.leadership.leader
            for one in three:
                await until(lambda: one.task.done() or one.leadership.leader == name)  # noqa: B023 - ends here
            terms.append(leader.told)
            began = time.monotonic()
            await leader.leadership.stop()
            assert leader.task.done()
            if left > 1:
                await until(lambda: any(one.leads for one in three))
                assert time.monotonic() - began < 1
        assert terms == [[f"leads {term}", "ends", "lost"] for term in (1, 2, 3)]
        entry = await read_key(lead, "MESH_LEASES", "lead")
        assert entry
        assert json.loads(entry.content or b"")["node"] == ""
        await close_all(lead, other)

    run(work())


def test_a_leader_that_dies_is_followed_after_its_time_and_not_before(stage: Stage) -> None:
    async def work() -> None:
        lead, other = await open_mesh(stage, "boss", "boss")
        first = Candidate(lead, "a")
        await until(lambda: first.leads)
        second = Candidate(other, "b")
        await asyncio.sleep(0.5)
        assert not second.leads
        await first.die()
        took = await until(lambda: second.leads)
        assert QUICK.take_over_s - QUICK.renew_s - 0.1 < took < QUICK.take_over_s + 1
        await until(lambda: bool(second.told))  # it leads a moment before it says so
        assert (first.told, second.told) == (["leads 1", "ends", "lost"], ["leads 2"])
        await second.leadership.stop()
        await close_all(lead, other)

    run(work())


def test_what_a_process_that_is_sure_to_have_ended_held_is_free_at_once(stage: Stage) -> None:
    async def work() -> None:
        lead, other = await open_mesh(stage, "boss", "boss")
        slow = Timing(0.1, 20, 30)
        first = Candidate(lead, "a", slow, process="the lock of a")
        await until(lambda: first.leads)
        stranger = Candidate(other, "a", slow, process="the lock of another")
        first.task.cancel()  # nothing is given back
        await asyncio.wait([first.task])
        assert not stranger.leads
        again = Candidate(other, "a", slow, process="the lock of a")
        assert await until(lambda: again.leads) < 5
        assert (again.told, stranger.told) == (["leads 2"], [])
        await again.leadership.stop()
        await stranger.leadership.stop()
        await close_all(lead, other)

    run(work())


def test_what_the_lease_says_about_the_time_does_not_count(stage: Stage) -> None:
    async def work() -> None:
        lead, other = await open_mesh(stage, "boss", "boss")
        leases = [
            json.dumps({"node": "x", "term": 8, "since": f"{year}-01-01T00:00:00Z"}).encode() for year in (2000, 2099)
        ]
        await put_raw(lead, SUBJECT, leases[0])
        one = Candidate(other, "a")
        for number in range(12):  # renewed by somebody whose clock may be years off
            await asyncio.sleep(0.1)
            await put_raw(lead, SUBJECT, leases[number % 2])
            assert one.told == []
        await until(lambda: one.leads)
        assert one.told == ["leads 9"]
        await one.die()
        await close_all(lead, other)

    run(work())


def test_a_server_that_stands_still_ends_the_lead_and_never_two_lead(stage: Stage) -> None:
    async def work() -> None:
        lead, other = await open_mesh(stage, "boss", "boss")
        two = [Candidate(lead, "a"), Candidate(other, "b")]
        await until(lambda: any(one.leads for one in two))
        pid = stage.children[-1].pid
        for pause in (0.2, 1.0):
            os.kill(pid, signal.SIGSTOP)
            began = time.monotonic()
            while time.monotonic() - began < pause:
                assert sum(one.leads for one in two) <= 1
                await asyncio.sleep(0.02)
            still = [one.leads for one in two]
            os.kill(pid, signal.SIGCONT)
            assert any(still) == (pause < QUICK.stop_s)
            await until(lambda: any(one.leads for one in two))
            assert sum(one.leads for one in two) == 1
        lost = [one.told for one in two if "lost" in one.told]
        assert len(lost) == 1
        assert [words for one in two for words in one.told if words.startswith("leads")].count("leads 1") == 1
        for one in two:
            await one.die()
        await close_all(lead, other)

    run(work())


def test_after_a_pause_it_does_not_lead_before_anything_else_runs(stage: Stage) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        skipped = 0.0
        one = Candidate(lead, "a", clock=lambda: read_clock() + skipped)
        await until(lambda: one.leads)
        skipped = QUICK.stop_s  # as after SIGCONT: nothing of ours ran meanwhile
        assert not one.leads
        await until(lambda: "lost" in one.told)
        await until(lambda: one.leads)
        assert one.told == ["leads 1", "ends", "lost", "leads 2"]
        await one.die()
        await close_all(lead)

    run(work())


def test_a_lease_that_another_took_ends_the_lead(stage: Stage) -> None:
    async def work() -> None:
        lead, other = await open_mesh(stage, "boss", "boss")
        one = Candidate(lead, "a")
        await until(lambda: one.leads)
        await put_raw(other, SUBJECT, json.dumps({"node": "a", "term": 7, "process": "another"}).encode())
        assert await until(lambda: not one.leads) < QUICK.renew_s * 2 + 0.2
        await until(lambda: "lost" in one.told)
        assert any("another node took over" in line for line in one.log)
        await until(lambda: one.leads)  # nobody renews that one
        assert one.told[-1] == "leads 8"
        await one.die()
        await close_all(lead, other)

    run(work())


def test_a_leader_whose_work_fails_gives_the_lead_to_another(stage: Stage) -> None:
    async def work() -> None:
        lead, other = await open_mesh(stage, "boss", "boss")
        one = Candidate(lead, "a", Timing(0.15, 3, 4))
        one.failure = ValueError("disk full")
        await until(lambda: one.told)
        second = Candidate(other, "b", Timing(0.15, 3, 4))
        assert await until(lambda: second.leads) < 2
        assert one.told == ["leads 1", "lost"]
        assert "a leads no more: its work failed: disk full" in one.log
        await one.die()
        await second.die()
        await close_all(lead, other)

    run(work())


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{", b"[]", b'{"node": 1}', b'{"node": "x", "term": "y"}', b"[" * 9999]
)
def test_a_lease_that_is_none_is_taken(stage: Stage, content: bytes) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        await put_raw(lead, SUBJECT, content)
        one = Candidate(lead, "a")
        await until(lambda: one.leads)
        await one.leadership.stop()
        await close_all(lead)

    run(work())


def test_a_lease_whose_answer_got_lost_is_ours_all_the_same(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        (lead,) = await open_mesh(stage, "boss")
        lossy = Lossy(monkeypatch, 1, is_sent=True)
        one = Candidate(lead, "a")
        await until(lambda: one.leads)
        lossy.left = 1
        await until(lambda: not lossy.left)
        await asyncio.sleep(QUICK.stop_s + 0.2)
        assert one.leads
        assert one.told == ["leads 1"]
        await one.die()
        await close_all(lead)

    run(work())


def test_a_worker_cannot_take_the_lead(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openclaw_hooks.mesh.replica.pages.REQUEST_S", 0.2)

    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        with pytest.raises(NotDoneError):
            await worker.request(SUBJECT, b"{}")
        one = Candidate(worker, "w1")
        await until(lambda: one.log)
        await asyncio.sleep(0.5)
        assert (one.told, len(one.log)) == ([], 1)
        assert "the lead could not be looked up: " in one.log[0]
        await one.die()
        await close_all(lead, worker)

    run(work())


class Process:
    """A candidate in a process of its own."""

    def __init__(self, stage: Stage, folder: Path, name: str) -> None:
        seed = folder / f"{name}.seed"
        seed.write_text(stage.keys["boss"].seed)
        seed.chmod(0o600)
        words = [make_url(read_settings(stage.place)), str(seed), name, *map(str, QUICK)]
        self.output = folder / f"{name}.out"
        with self.output.open("wb") as stream:
            self.child = subprocess.Popen([sys.executable, candidate.__file__, *words], stdout=stream)

    def lines(self) -> list[str]:
        """What it said."""
        return self.output.read_text().splitlines()

    def wait(self, is_so: Callable[[list[str]], object]) -> None:
        """Waits for what it says."""
        deadline = time.monotonic() + 15
        while not is_so(self.lines()):
            assert time.monotonic() < deadline, self.lines()[-5:]
            time.sleep(0.01)


def test_a_leader_that_stood_still_does_nothing_any_more_when_it_goes_on(stage: Stage, tmp_path: Path) -> None:
    async def prepare() -> None:
        await close_all(*await open_mesh(stage, "boss"))

    run(prepare())
    first = Process(stage, tmp_path, "a")
    second = None
    try:
        first.wait(lambda lines: "acts 1" in lines)
        second = Process(stage, tmp_path, "b")
        os.kill(first.child.pid, signal.SIGSTOP)
        second.wait(lambda lines: "acts 2" in lines)
        before = len(first.lines())
        os.kill(first.child.pid, signal.SIGCONT)
        first.wait(lambda lines: "lost" in lines)
        assert first.lines()[before:] in (["lost"], ["acts 1", "lost"])  # one may have been on its way to the file
        count = second.lines().count("acts 2")
        second.wait(lambda lines: lines.count("acts 2") > count + 5)
        assert "lost" not in second.lines()
    finally:
        for process in filter(None, (first, second)):
            process.child.kill()
            process.child.wait()
