"""Which files of the board change, as they change: told by the system, or found by looking where it does not tell.

It only makes things faster. Whatever is missed here is found by the next look at all files.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.cache import Stamp, scan_files
from openclaw_hooks.mesh.mirror.board_files import FOLDERS
from openclaw_hooks.mesh.wire.keys import key_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from openclaw_hooks.board.place import Board

DEBOUNCE_MS: Final = 10
STEP_MS: Final = 5
POLL_S: Final = 1.0
RETRY_S: Final = 60.0  # of looking by ourselves, before the system is asked again


async def watch_files(board: Board, stop: asyncio.Event, note: Callable[[str], None]) -> AsyncGenerator[set[str], None]:
    """The paths on the board whose files have changed, as they do, until `stop` is set; an empty set: any may have.

    Watching that dies is begun anew; where the system has no watches to give, files are looked at each second, and
    `note` is told so in one line.
    """
    told = ""
    while not stop.is_set():
        try:
            async for paths in _watch(board, stop):
                told = ""
                yield paths
        except (OSError, RuntimeError) as error:  # what watchfiles raises when the system refuses, or its thread dies
            if str(error) != told:
                told = str(error)
                note(f"files are looked at each {POLL_S:g} s: the system does not watch them ({error})")
            async for paths in _poll(board, stop):
                yield paths
        else:
            if not stop.is_set():
                yield set()  # a folder was replaced: what happened until it is watched again nobody saw
                await _sleep(stop, DEBOUNCE_MS / 1000)


async def _watch(board: Board, stop: asyncio.Event) -> AsyncGenerator[set[str], None]:
    """The changes that the system tells of, while the folders stay the same."""
    from watchfiles import Change, awatch

    folders = _folders(board)
    if not folders:
        await _sleep(stop, POLL_S)
        return
    own = asyncio.Event()  # `awatch` sets it by itself when it is interrupted

    def concerns(_: Change, path: str) -> bool:
        return path in folders or bool(_board_path(path))

    yield set()  # what changed before the watch began
    async for changes in awatch(
        *(board.top, *folders),  # a new folder can have the number of the old one
        watch_filter=concerns,
        debounce=DEBOUNCE_MS,
        step=STEP_MS,
        stop_event=own,
        rust_timeout=int(POLL_S * 1000),
        yield_on_timeout=True,
        recursive=False,
    ):
        if paths := {found for _, path in changes if (found := _board_path(path))}:
            yield paths
        is_other = any(path in folders and change is not Change.modified for change, path in changes)
        if stop.is_set() or is_other or _folders(board) != folders:
            own.set()


async def _poll(board: Board, stop: asyncio.Event) -> AsyncGenerator[set[str], None]:
    """The changes that are found by looking; for a while."""
    known = await asyncio.to_thread(_look, board)
    yield set()
    for _ in range(int(RETRY_S / POLL_S)):
        await _sleep(stop, POLL_S)
        if stop.is_set():
            return
        found = await asyncio.to_thread(_look, board)
        changed = {path for path in known | found if known.get(path) != found.get(path) and key_of(path)}
        known = found
        if changed:
            yield changed


def _look(board: Board) -> dict[str, Stamp]:
    return dict(scan_files(board, FOLDERS))


def _folders(board: Board) -> dict[str, tuple[int, int]]:
    """The folders that are there, each with what it is: one of the same name may be another."""
    found = {}
    for name in FOLDERS:
        path = os.path.join(board.top, name)
        try:
            status = os.stat(path, follow_symlinks=False)
        except OSError:
            continue
        found[path] = (status.st_dev, status.st_ino)
    return found


def _board_path(path: str) -> str:
    """The path on the board of a file that the mesh carries, empty for any other."""
    folder, name = os.path.split(path)
    found = f"{os.path.basename(folder)}/{name}"
    return found if key_of(found) else ""


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
