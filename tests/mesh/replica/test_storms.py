"""A follower and a writer through storms: whatever happens in whichever order, both end with what the server has."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.connection import NotDoneError, UnknownOutcomeError
from openclaw_hooks.mesh.replica.batches import put_many
from openclaw_hooks.mesh.replica.streams import read_all
from openclaw_hooks.mesh.replica.watch import Watch
from openclaw_hooks.mesh.replica.writes import StaleError, Write, put
from tests.mesh.conftest import run
from tests.mesh.replica.conftest import Following, Mirror, close_all, key, open_mesh, until

if TYPE_CHECKING:
    from openclaw_hooks.mesh.connection import Connection
    from tests.mesh.conftest import Stage

STEPS = 60


class Writer:
    """A lead that knows what it wrote: each value that was acknowledged, by the revision that it got."""

    def __init__(self, lead: Connection, dice: random.Random) -> None:
        self.lead = lead
        self.dice = dice
        self.known: dict[str, int] = {}
        self.acknowledged: dict[int, bytes] = {}
        self.doubtful = 0

    def make(self) -> Write:
        """A write of some key, sometimes with a revision that is long gone."""
        name = key(self.dice.randrange(30))
        revision = self.known.get(name, 0)
        return Write(name, os.urandom(8), max(revision - 1, 0) if self.dice.random() < 0.1 else revision)

    async def write(self) -> None:
        """One write."""
        made = self.make()
        try:
            self.note(made, await put(self.lead, made.key, made.content, made.revision))
        except StaleError as error:
            self.known[made.key] = error.revision
        except NotDoneError:
            pass
        except UnknownOutcomeError:
            self.doubtful += 1

    async def write_many(self) -> None:
        """Some at once."""
        writes = {made.key: made for made in (self.make() for _ in range(15))}
        try:
            written = await put_many(self.lead, writes.values())
        except NotDoneError:
            return
        for name, revision in written.revisions.items():
            self.note(writes[name], revision)
        for name, entry in written.stale.items():
            self.known[name] = entry.revision if entry else 0
        self.doubtful += len(written.unknown)

    def note(self, made: Write, revision: int) -> None:
        """Keeps what the server took."""
        assert self.acknowledged.setdefault(revision, made.content) == made.content
        self.known[made.key] = revision


@pytest.mark.parametrize("seed", [1, 30])
def test_after_a_storm_a_follower_has_what_the_server_has(
    stage: Stage, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    hear = Watch._hear

    async def lose(watch: Watch, message: Any) -> None:
        if dice.random() > 0.1:
            await hear(watch, message)

    monkeypatch.setattr(Watch, "_hear", lose)

    async def restart(lead: Connection, worker: Connection) -> None:
        stage.kill()
        await asyncio.sleep(dice.random() / 5)
        await asyncio.to_thread(stage.up)
        await until(lambda: lead.is_up and worker.is_up)

    async def stand_still(writing: asyncio.Future[None]) -> None:
        pid = stage.children[-1].pid
        os.kill(pid, signal.SIGSTOP)
        await asyncio.wait([writing], timeout=0.1)
        os.kill(pid, signal.SIGCONT)

    async def work() -> None:
        lead, worker = await open_mesh(stage, "boss", "w1")
        writer, mirror = Writer(lead, dice), Mirror()
        async with Following(worker, mirror, look_s=0.3) as watch:
            for step in range(STEPS):
                writing = asyncio.ensure_future(writer.write() if dice.random() < 0.6 else writer.write_many())
                if step % 20 == 10:
                    await restart(lead, worker)
                elif step % 20 == 5:
                    await stand_still(writing)
                await writing
            entries = await read_all(lead, "MESH_TASKS")
            truth = {entry.key: (entry.revision, entry.content) for entry in entries}
            await until(lambda: watch.is_complete and mirror.held == truth)
        assert (mirror.epochs, writer.doubtful) == ([], 0)
        for revision, content in truth.values():
            assert writer.acknowledged[revision] == content  # nothing is there that nobody was told of
        assert len(writer.acknowledged) > STEPS
        await close_all(lead, worker)

    run(work(), 60)
