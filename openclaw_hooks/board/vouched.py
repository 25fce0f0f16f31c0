"""Files that were put on disk before they are committed, and the word that they are no edits by hand.

Who brings changes of other machines writes a file in a millisecond, and commits some of them together later. Between
the two a journal in the state folder says which contents it vouches for, and in which words they are to be committed.
So whichever command comes next takes them over unjudged, and judges an edit by hand on top of one against that one.

The journal is written before the files: a content that is in it and not on disk says nothing, and one on disk is always
in it. Without fsync, like the files: should a power cut take it, a file counts as edited by hand, and what may not be
edited by hand is put back until the mirror writes it again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks.board.commits import recover
from openclaw_hooks.board.disk import replace_file, write_file
from openclaw_hooks.board.plumbing import blob_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.board.edit import Edit
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.view import View

JOURNAL: Final = "board.vouched"
SLICE: Final = 500  # files that one commit takes over: others wait for the board meanwhile


class Vouched(Struct, frozen=True, omit_defaults=True):
    """A content for the file at `path`, and the line that its commit says (empty: none of its own)."""

    path: str
    content: bytes
    line: str = ""
    blob: str = ""  # known once it is in the journal


def write_vouched(board: Board, files: Sequence[Vouched]) -> dict[str, bytes]:
    """Puts `files` on disk and into the journal; needs the board's lock.

    What comes back was in the place of a file in the moment it was written: what an editor saved just then is not lost.
    """
    recover(board)  # else the branch, where it is ahead of the files, would be taken for what they are to become
    vouch_for(board, files)
    found = {}
    real = {folder: not os.path.islink(os.path.join(board.top, folder)) for folder in {_folder(file) for file in files}}
    for file in files:
        if not (real[_folder(file)] and _write_new(board, file)):
            found[file.path] = replace_file(board, file.path, file.content)
    return {path: content for path, content in found.items() if content is not None}


def vouch_for(board: Board, files: Sequence[Vouched]) -> None:
    """Puts `files` into the journal, whose contents are on disk already or will be at once; needs the board's lock."""
    _append(board, [Vouched(file.path, file.content, file.line, blob_id(board.repo, file.content)) for file in files])


def _write_new(board: Board, file: Vouched) -> bool:
    """Whether there was no such file, and there is now: at half the price, which thousands of files at once would feel.

    Whoever is killed before the content is in it leaves an empty file, and that counts as missing.
    """
    full = os.path.join(board.top, file.path)
    try:
        stream = os.open(full, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except OSError:
        return False  # it is there, or its folder is not, or the disk is in trouble: the careful way knows what to say
    try:
        is_whole = os.write(stream, file.content) == len(file.content)
    except OSError:
        is_whole = False
    finally:
        os.close(stream)
    return is_whole


def is_vouched(board: Board) -> bool:
    """Whether files wait for their commit."""
    return os.path.exists(_journal(board))


def count_vouched_bytes(board: Board) -> int:
    """How large the journal is: about as large as the files that wait for their commit."""
    try:
        return os.stat(_journal(board)).st_size
    except OSError:
        return 0


def read_vouched(board: Board, view: View) -> dict[str, list[Vouched]]:
    """What the journal has of each path since the branch last had one of its contents, oldest first."""
    found: dict[str, list[Vouched]] = {}
    for entry in _load(board):
        tracked = view.entries[entry.path].tracked if entry.path in view.entries else ""
        if entry.blob == tracked:
            found.pop(entry.path, None)  # committed, by a command that was killed before it could say so
        else:
            found.setdefault(entry.path, []).append(entry)
    return found


def take_vouched(edit: Edit, path: str, entries: Sequence[Vouched], blob: str) -> bytes:
    """Puts the last content that is vouched for into `edit`, or the one that is on disk as `blob`, and gives it back.

    When there are enough of them for one commit, those that are on disk as they are to be are left to the next one.
    """
    at = next((number for number, entry in enumerate(entries) if entry.blob == blob), len(entries))
    entries = tuple(entries[: at + 1])
    if len(edit.vouched) >= SLICE and entries[-1].blob == blob:
        edit.later[path] = entries
    else:
        edit.changes[path] = edit.vouched[path] = entries[-1].content
        _tell(edit, entries)
    return entries[-1].content


def take_changed(edit: Edit) -> None:
    """Takes in with a change what its file was left for later with; says what else was taken where no line does."""
    for path in edit.later.keys() & edit.changes.keys():
        _tell(edit, edit.later.pop(path))
    if edit.later and not edit.lines:
        edit.say(f"{len(edit.changes)} files that waited for their commit")


def keep_later(edit: Edit) -> None:
    """Leaves in the journal only what `edit` left for later: all else is committed. Needs the board's lock.

    Whoever is killed before this leaves more in it, which `read_vouched` finds on the branch.
    """
    journal = _journal(edit.board)
    left = [entry for entries in edit.later.values() for entry in entries]
    with suppress(OSError):
        if not left:
            os.unlink(journal)
            return
        with open(f"{journal}.tmp", "wb") as stream:
            stream.write(_lines_of(left))
        os.replace(f"{journal}.tmp", journal)


def keep_late_edit(board: Board, versions: Mapping[str, tuple[bytes | None, bytes, bytes]]) -> None:
    """Carries edits, saved in the moment their file was written, over to it: path -> (before, edited, written)."""
    from openclaw_hooks.board.merge.reconcile import WHOLE_FILE, reconcile_file
    from openclaw_hooks.board.merge.records import write_record

    for path, (before, edited, written) in versions.items():
        merged = reconcile_file(path, before, edited, written)
        if any(conflict.field == WHOLE_FILE for conflict in merged.conflicts):
            write_file(board, path, edited)  # broken by hand: it stays, and is reported by who reads it
            continue
        for conflict in merged.conflicts:
            write_file(board, *write_record(path, conflict))
        write_file(board, path, merged.content)


def _tell(edit: Edit, entries: Sequence[Vouched]) -> None:
    for entry in entries:
        if entry.line:
            edit.say(entry.line)


def _folder(file: Vouched) -> str:
    return file.path.rpartition("/")[0]


def _journal(board: Board) -> str:
    return os.path.join(board.repo.state_dir, JOURNAL)


def _append(board: Board, entries: Sequence[Vouched]) -> None:
    os.makedirs(board.repo.state_dir, exist_ok=True)
    stream = os.open(_journal(board), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
    with os.fdopen(stream, "wb") as journal:
        journal.write(_lines_of(entries))


def _lines_of(entries: Sequence[Vouched]) -> bytes:
    import msgspec

    encoder = msgspec.json.Encoder()
    # A line that was cut short by a crash must not take the next one with it.
    return b"\n" + b"\n".join(map(encoder.encode, entries)) + b"\n"


def _load(board: Board) -> list[Vouched]:
    import msgspec

    try:
        with open(_journal(board), "rb") as stream:
            lines = stream.read().splitlines()
    except OSError:
        return []
    decoder = msgspec.json.Decoder(Vouched)
    entries = []
    for line in lines:
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):
            entry = decoder.decode(line)
            if entry.blob == blob_id(board.repo, entry.content):
                entries.append(entry)
    return entries
