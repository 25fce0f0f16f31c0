"""The board as its files say it is, beside what the branch says: read, and kept in the cache."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.cache import (
    NO_STAMP,
    TICK_NS,
    VERSION,
    Cache,
    Entry,
    Stamp,
    collection_paused,
    load_cache,
    save_cache,
    scan_files,
    stamp_of,
)
from openclaw_hooks.board.commits import board_head
from openclaw_hooks.board.disk import read_disk
from openclaw_hooks.board.plumbing import blob_id, diff_blobs, read_contents, tree_blobs
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.model import TASKS_FOLDER, Task

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board

PLANS_FOLDER: Final = "plans"
CONFLICTS_FOLDER: Final = "conflicts"
FOLDERS: Final = {TASKS_FOLDER: ".md", PLANS_FOLDER: ".yaml", CONFLICTS_FOLDER: ".yaml"}


class View(NamedTuple):
    """The branch's commit, every file of the watched folders, and those that do not parse: path -> why.

    `is_new`: whether the cache does not know all of it yet.
    """

    head: str
    entries: dict[str, Entry]
    broken: dict[str, DocumentError]
    is_new: bool

    def edited(self) -> list[str]:
        """The paths whose file is not what the branch says, missing ones included."""
        return [path for path, entry in self.entries.items() if entry.found != entry.tracked]


def is_watched(path: str) -> bool:
    """Whether edits by hand of the file at `path` are looked for."""
    folder, _, name = path.partition("/")
    return folder in FOLDERS and name.endswith(FOLDERS[folder]) and name[0] not in ".#" and "/" not in name


def read_view(board: Board) -> View:
    """The board's files, parsed as far as the cache does not know them."""
    with collection_paused():
        head = board_head(board)
        cache, written_ns = load_cache(board)
        known = cache.entries if cache.head == head else _follow_branch(board, cache, head)
        entries, reread = _read_files(board, known, written_ns - TICK_NS)
        for path, entry in known.items():
            if path not in entries and entry.tracked:
                entries[path] = Entry(entry.tracked, "", NO_STAMP)
        is_new = reread or known is not cache.entries or len(entries) != len(known)
        return View(head, entries, _find_broken(board, entries), is_new)


def keep_view(board: Board, view: View) -> None:
    """Puts into the cache what it does not know yet."""
    if view.is_new:
        save_cache(board, Cache(VERSION, view.head, view.entries))


def _follow_branch(board: Board, cache: Cache, head: str) -> dict[str, Entry]:
    """What the cache has, with the blobs that the branch has now."""
    differences = diff_blobs(board.repo, cache.head, head) if cache.head else None
    if differences is None:
        tracked = {
            path: blob for path, blob in tree_blobs(board.repo, head, tuple(FOLDERS)).items() if is_watched(path)
        }
    else:
        tracked = {path: entry.tracked for path, entry in cache.entries.items() if entry.tracked}
        tracked.update({path: difference.new for path, difference in differences.items() if is_watched(path)})
    entries: dict[str, Entry] = {}
    for path in tracked | cache.entries:
        blob, old = tracked.get(path, ""), cache.entries.get(path)
        if old is not None:
            entries[path] = Entry(blob, old.found, old.stamp, old.task)
        elif blob:
            entries[path] = Entry(blob, "", NO_STAMP)
    return entries


def _read_files(board: Board, known: dict[str, Entry], settled_ns: int) -> tuple[dict[str, Entry], bool]:
    """Every file on disk, and whether one had to be read: its stamp is new, or not older than `settled_ns`."""
    entries: dict[str, Entry] = {}
    reread = False
    for path, stamp in scan_files(board, FOLDERS):
        entry = known.get(path)
        if entry is None or entry.stamp != stamp or stamp[0] >= settled_ns or not entry.found:
            entry = _read_entry(board, path, stamp, entry)
            reread = True
        entries[path] = entry
    return entries, reread


def _find_broken(board: Board, entries: dict[str, Entry]) -> dict[str, DocumentError]:
    """The files on disk that should be tasks and are none, each with why."""
    found = [path for path, entry in entries.items() if entry.task is None and entry.found]
    broken: dict[str, DocumentError] = {}
    for path in found:
        if path.startswith(f"{TASKS_FOLDER}/"):
            broken.update(_explain(board, path))
    return broken


def _read_entry(board: Board, path: str, stamp: Stamp, known: Entry | None) -> Entry:
    tracked = known.tracked if known else ""
    content = read_disk(board, path)
    if content is None:
        return Entry(tracked, "", stamp)
    found = blob_id(board.repo, content)
    if known is not None and known.found == found:
        return Entry(tracked, found, stamp, known.task)
    return Entry(tracked, found, stamp, parse_head(path, content))


def make_entry(board: Board, path: str, content: bytes, task: Task | None) -> Entry:
    """The entry of a file that has just been committed and written with `content`.

    Somebody may have edited it once more meanwhile: then nothing is known of it, and the next command reads it.
    """
    blob = blob_id(board.repo, content)
    try:
        stamp: Stamp = stamp_of(os.lstat(os.path.join(board.top, path)))
    except OSError:
        return Entry(blob, "", NO_STAMP)
    if read_disk(board, path) != content:  # after the stamp: what is edited later has another one
        return Entry(blob, "", NO_STAMP)
    return Entry(blob, blob, stamp, task)


def parse_head(path: str, content: bytes) -> Task | None:
    """The task that a file says, without its body; None for one that does not parse, and for what is no task."""
    if not path.startswith(f"{TASKS_FOLDER}/"):
        return None
    try:
        return without_body(_parse(path, content))
    except DocumentError:
        return None


def without_body(task: Task) -> Task:
    """`task` as the cache holds it."""
    import msgspec

    return msgspec.structs.replace(task, body="")


def _explain(board: Board, path: str) -> dict[str, DocumentError]:
    """Why the file at `path` is no task."""
    try:
        _parse(path, read_disk(board, path) or b"")
    except DocumentError as error:
        return {path: error}
    return {}


def _parse(path: str, content: bytes) -> Task:
    from openclaw_hooks.tasks.markdown import parse_task

    return parse_task(path, content)


def tracked_contents(board: Board, view: View, paths: list[str]) -> dict[str, bytes]:
    """What the branch has at `paths`; those that it does not have are left out."""
    blobs = {path: view.entries[path].tracked for path in paths if path in view.entries}
    contents = read_contents(board.repo, blobs.values())
    return {path: contents[blob] for path, blob in blobs.items() if blob in contents}
