"""Changes of files are heard of, whatever becomes of the folders and of the system's watches."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.mirror import file_watch
from openclaw_hooks.mesh.mirror.file_watch import watch_files

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    import pytest

    from tests.mesh.mirror.desk import Station

PATH = "tasks/T-4kf2mz.md"


class Watch:
    """A running watch: what it told, and how to wait for more."""

    def __init__(self, told: AsyncGenerator[set[str], None], notes: list[str]) -> None:
        self.told = told
        self.notes = notes

    async def hear(self, wanted: set[str], timeout_s: float = 8.0) -> float:
        """Waits until it tells of `wanted`; how long that took."""
        begun = time.monotonic()
        async with asyncio.timeout(timeout_s):
            async for paths in self.told:
                if paths == wanted:
                    break
        return time.monotonic() - begun


def watching(station: Station, story: Callable[[Watch, Path], Awaitable[None]]) -> list[str]:
    """Plays `story` on a watch of the board; what the watch noted."""
    (Path(station.board.top) / "tasks").mkdir(exist_ok=True)
    notes: list[str] = []

    async def run() -> None:
        stop = asyncio.Event()
        told = watch_files(station.board, stop, notes.append)
        watch = Watch(told, notes)
        await watch.hear(set())
        await story(watch, Path(station.board.top))
        stop.set()
        async with asyncio.timeout(5):
            async for _ in told:
                pass

    asyncio.run(run())
    return notes


def test_a_change_is_told_within_moments_and_other_files_never(station: Station) -> None:
    async def story(watch: Watch, top: Path) -> None:
        waiting = asyncio.ensure_future(watch.hear({PATH}))
        await asyncio.sleep(0.3)
        (top / "tasks" / ".T-4kf2mz.md.openclaw.tmp").write_text("x")
        (top / "tasks" / "notes.txt").write_text("x")
        begun = time.monotonic()
        (top / PATH).write_text("one")
        await waiting
        assert time.monotonic() - begun < 1.0

    assert watching(station, story) == []


def test_a_folder_that_was_replaced_is_watched_again(station: Station) -> None:
    async def story(watch: Watch, top: Path) -> None:
        waiting = asyncio.ensure_future(watch.hear(set()))
        await asyncio.sleep(0.2)
        shutil.rmtree(top / "tasks")
        (top / "tasks").mkdir()
        await waiting
        waiting = asyncio.ensure_future(watch.hear({PATH}))
        while not waiting.done():
            (top / PATH).write_text(f"{time.monotonic()}")
            await asyncio.sleep(0.2)
        await waiting

    assert watching(station, story) == []


def test_files_are_looked_at_where_the_system_has_no_watches_to_give(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    import watchfiles

    def refuse(*_: object, **__: object) -> None:
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr(watchfiles, "awatch", refuse)
    monkeypatch.setattr(file_watch, "POLL_S", 0.05)

    async def story(watch: Watch, top: Path) -> None:
        await watch.hear(set())
        waiting = asyncio.ensure_future(watch.hear({PATH}))
        await asyncio.sleep(0.2)
        (top / PATH).write_text("one")
        await waiting

    notes = watching(station, story)
    assert len(notes) == 1
    assert "OS file watch limit reached" in notes[0]
