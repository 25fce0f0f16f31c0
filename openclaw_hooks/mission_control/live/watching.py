"""Which parts of the repository changed, found by looking at the stamps of files; looking is woken where the system can.

Four groups: `board` (tasks, plans, claims and the board's branch), `runs` (the logs of agents at work here), `rest` (policy,
history of the code, logs) and `pages` (documents, and the configuration of the site).
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.events import FILE as RUN_LOG
from openclaw_hooks.agent.events import FOLDER as RUN_LOGS
from openclaw_hooks.agent.run.lock import is_alive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Stamp = tuple[int, int, int]
    Group = Callable[[], Iterable[tuple[str, Stamp]]]

BOARD: Final = "board"
RUNS: Final = "runs"
REST: Final = "rest"
PAGES: Final = "pages"
LOOK_S: Final = 0.15
SLOW_LOOK_S: Final = 1.0  # for what nobody waits for with a watch in hand
DAY_NS: Final = 86_400 * 10**9
SHARE: Final = 10  # a look takes at most a tenth of the time
SKIPPED: Final = frozenset({".git", "node_modules", "__pycache__", ".venv"})
CLAIMS: Final = os.path.join("refs", "openclaw", "claims")


class Watched:
    """The files that belong to each group, of the repository at `top`."""

    def __init__(self, top: str, common_dir: str, board: str, pages: Iterable[str]) -> None:
        self.top = top
        self.common_dir = common_dir
        self.board = board
        self.pages = tuple(pages)

    def board_folders(self) -> list[str]:
        """The folders in which tasks, plans and the branch change, as far as they exist."""
        found = [os.path.join(self.board, name) for name in ("tasks", "plans", "memory", "conflicts") if self.board]
        found += [os.path.join(self.common_dir, "refs", "heads", "openclaw"), os.path.join(self.common_dir, CLAIMS)]
        return [folder for folder in found if os.path.isdir(folder)]

    def look_at_board(self) -> Iterator[tuple[str, Stamp]]:
        """The stamps of what is on the board."""
        for folder in self.board_folders():
            yield from _scan(folder)
        yield from _stat(os.path.join(self.common_dir, "packed-refs"))

    def look_at_runs(self) -> Iterator[tuple[str, Stamp]]:
        """The stamps of the logs of runs, and whether a process is at those of late: one that was killed writes nothing more.

        The prompts and outputs beside them are nothing that a page shows.
        """
        folder = os.path.join(self.common_dir, "openclaw", RUN_LOGS)
        try:
            names = os.listdir(folder)
        except OSError:
            return
        late = time.time_ns() - DAY_NS
        for name in names:
            run = os.path.join(folder, name)
            for path, stamp in _stat(os.path.join(run, RUN_LOG)):
                yield path, stamp
                if stamp[0] > late:
                    yield run, (is_alive(run), 0, 0)

    def look_at_rest(self) -> Iterator[tuple[str, Stamp]]:
        """The stamps of policy, of the checked-out commit and of what hooks and doctor have noted."""
        policy = os.path.join(self.top, ".openclaw")
        for path in _walk(policy, skipped={"board"}):
            yield from _stat(path)
        yield from _stat(os.path.join(self.common_dir, "HEAD"))
        yield from _scan(os.path.join(self.common_dir, "refs", "heads"))
        yield from _scan(os.path.join(self.common_dir, "openclaw", "logs"))
        for name in ("doctor.json", "drill.json"):
            yield from _stat(os.path.join(self.common_dir, "openclaw", name))

    def look_at_pages(self) -> Iterator[tuple[str, Stamp]]:
        """The stamps of what the pages that are not ours are made of."""
        for path in self.pages:
            for file in _walk(path) if os.path.isdir(path) else (path,):
                yield from _stat(file)


def find_watched(top: str, pages: Iterable[str]) -> Watched:
    """What is looked at for the repository at `top`, whose other pages come from the files and folders `pages`."""
    from openclaw_hooks.board.place import find_board_folder
    from openclaw_hooks.checkout import find_checkout

    checkout = find_checkout(top)
    if checkout is None:
        return Watched(top, os.path.join(top, ".git"), "", pages)
    return Watched(top, checkout.common_dir, find_board_folder(checkout), pages)


class Watch:
    """Looks again and again, and tells which groups changed since the look before."""

    def __init__(self, watched: Watched, stop: threading.Event) -> None:
        self._groups: Mapping[str, Group] = {
            BOARD: watched.look_at_board,
            RUNS: watched.look_at_runs,
            REST: watched.look_at_rest,
            PAGES: watched.look_at_pages,
        }
        self._known = {name: _mark(look) for name, look in self._groups.items()}
        self._bell = Bell(watched, stop)
        self._slow_at = time.monotonic() + SLOW_LOOK_S
        self._pause = LOOK_S

    def look(self) -> set[str]:
        """The groups that changed; most are looked at only now and then."""
        begun = time.perf_counter()
        names = [BOARD] if time.monotonic() < self._slow_at else list(self._groups)
        found = {name: _mark(self._groups[name]) for name in names}
        if len(names) > 1:
            self._slow_at = time.monotonic() + SLOW_LOOK_S
        changed = {name for name in names if self._known[name] != found[name]}
        self._known |= found
        self._pause = max(LOOK_S, (time.perf_counter() - begun) * SHARE)
        return changed

    def is_board_new(self) -> bool:
        """Whether the next look will find the board changed."""
        return self._known[BOARD] != _mark(self._groups[BOARD])

    def wait(self) -> None:
        """Returns when it is time for the next look."""
        self._bell.wait(self._pause)


def _mark(look: Group) -> int:
    return hash(frozenset(look()))


class Bell:
    """Waits for the next look: until the system tells of a change on the board, or for a time where it does not tell."""

    def __init__(self, watched: Watched, stop: threading.Event) -> None:
        self._stop = stop
        self._rung = threading.Event()
        self._watched = watched
        self._thread = threading.Thread(target=self._listen, name="bell", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Returns after `seconds`, or as soon as something changed or all is over."""
        if self._rung.wait(seconds):
            self._rung.clear()

    def _listen(self) -> None:
        try:
            from watchfiles import watch as watch_files
        except ImportError:
            return
        while not self._stop.wait(0.05):
            folders = self._watched.board_folders()
            if not folders:
                return
            try:
                for changes in watch_files(
                    *folders, debounce=20, step=5, stop_event=self._stop, rust_timeout=1000, yield_on_timeout=True
                ):
                    if changes:
                        self._rung.set()
                    if self._watched.board_folders() != folders:
                        break
            except (OSError, RuntimeError):  # no watches left, or a folder is gone: looking goes on by the clock
                return


def _scan(folder: str) -> Iterator[tuple[str, Stamp]]:
    """The stamps of the files in `folder`, those in its folders included."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _scan(entry.path)
                    continue
                status = entry.stat(follow_symlinks=False)
                yield entry.path, (status.st_mtime_ns, status.st_size, status.st_ino)
    except OSError:  # gone since
        return


def _walk(folder: str, skipped: Iterable[str] = ()) -> Iterator[str]:
    left_out = {*SKIPPED, *skipped}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in left_out]
        for name in names:
            yield os.path.join(parent, name)


def _stat(path: str) -> Iterator[tuple[str, Stamp]]:
    try:
        status = os.stat(path, follow_symlinks=False)
    except OSError:
        return
    yield path, (status.st_mtime_ns, status.st_size, status.st_ino)
