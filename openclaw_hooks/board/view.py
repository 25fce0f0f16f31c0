"""The board as its files say it is, beside what the branch says: read, and kept in the cache."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.cache import (
    NO_STAMP,
    VERSION,
    Cache,
    Entry,
    Stamp,
    is_settled,
    load_cache,
    save_cache,
    scan_files,
    stamp_of,
)
from openclaw_hooks.board.commits import board_head, read_disk
from openclaw_hooks.board.plumbing import blob_id, diff_blobs, read_contents, tree_blobs
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.model import TASKS_FOLDER, Task

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board

PLANS_FOLDER: Final = "plans"
CONFLICTS_FOLDER: Final = "conflicts"
FOLDERS: Final = (TASKS_FOLDER, PLANS_FOLDER, CONFLICTS_FOLDER)


class View(NamedTuple):
    """The branch's commit, every file of the watched folders, and those that do not parse: path -> why."""

    head: str
    entries: dict[str, Entry]
    broken: dict[str, DocumentError]

    def edited(self) -> list[str]:
        """The paths whose file is not what the branch says, missing ones included."""
        return [path for path, entry in self.entries.items() if entry.found != entry.tracked]


def read_view(board: Board) -> View:
    """The board's files, parsed as far as the cache does not know them."""
    head = board_head(board)
    cache, written_ns = load_cache(board)
    tracked = _tracked_blobs(board, cache, head)
    entries: dict[str, Entry] = {}
    broken: dict[str, DocumentError] = {}
    reread = 0
    for path, stamp in scan_files(board, FOLDERS):
        known = cache.entries.get(path)
        if known is not None and known.found and is_settled(known, stamp, written_ns):
            blob = known.tracked if tracked is None else tracked.get(path, "")
            entry = known if blob == known.tracked else Entry(blob, known.found, stamp, known.task)
        else:
            blob = tracked.get(path, "") if tracked is not None else known.tracked if known else ""
            entry = _read_entry(board, path, Entry(blob, "", stamp), known)
            reread += 1
        entries[path] = entry
        if entry.task is None and path.startswith(f"{TASKS_FOLDER}/"):
            broken.update(_explain(board, path))
    everything = {path: e.tracked for path, e in cache.entries.items()} if tracked is None else tracked
    for path, blob in everything.items():
        if path not in entries and blob and path.startswith(FOLDERS):
            entries[path] = Entry(blob, "", NO_STAMP)
    if reread or tracked is not None or len(entries) != len(cache.entries):
        save_cache(board, Cache(VERSION, head, entries))
    return View(head, entries, broken)


def _tracked_blobs(board: Board, cache: Cache, head: str) -> dict[str, str] | None:
    """The blobs of the branch; None when they are those that the cache has."""
    if cache.head == head:
        return None
    differences = diff_blobs(board.repo, cache.head, head) if cache.head else None
    if differences is None:
        return tree_blobs(board.repo, head, FOLDERS)
    blobs = {path: entry.tracked for path, entry in cache.entries.items() if entry.tracked}
    blobs.update({path: difference.new for path, difference in differences.items()})
    return {path: blob for path, blob in blobs.items() if blob}


def _read_entry(board: Board, path: str, entry: Entry, known: Entry | None) -> Entry:
    content = read_disk(board, path)
    if content is None:
        return entry
    found = blob_id(board.repo, content)
    if known is not None and known.found == found:
        return Entry(entry.tracked, found, entry.stamp, known.task)
    return Entry(entry.tracked, found, entry.stamp, parse_head(path, content))


def make_entry(board: Board, path: str, content: bytes, task: Task | None) -> Entry:
    """The entry of a file that has just been committed and written with `content`."""
    blob = blob_id(board.repo, content)
    try:
        stamp: Stamp = stamp_of(os.lstat(os.path.join(board.top, path)))
    except OSError:
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
