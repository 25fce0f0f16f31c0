"""The files of the board that the mesh carries: which have changed, what they say, and new contents put onto disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.cache import NO_STAMP, TICK_NS, Stamp, scan_files, stamp_of
from openclaw_hooks.board.commits import board_head
from openclaw_hooks.board.disk import read_disk
from openclaw_hooks.board.hand_edits import FEW_MISSING, MANY_MISSING
from openclaw_hooks.board.lock import board_lock
from openclaw_hooks.board.place import BoardError
from openclaw_hooks.board.plumbing import blob_id, tree_blobs
from openclaw_hooks.board.store import edit_board
from openclaw_hooks.board.upkeep.archive import list_archive
from openclaw_hooks.board.view import PLANS_FOLDER
from openclaw_hooks.board.vouched import Vouched, is_vouched, keep_late_edit, write_vouched
from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.mirror.commit_apart import commit_apart
from openclaw_hooks.mesh.mirror.lineage import content_digest
from openclaw_hooks.mesh.mirror.rows import drop_rows, has_rows, put_rows
from openclaw_hooks.mesh.mirror.standing import vouch_for_standing
from openclaw_hooks.mesh.wire.keys import key_of
from openclaw_hooks.tasks.model import TASKS_FOLDER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.edit import Edit
    from openclaw_hooks.board.place import Board

FOLDERS = {TASKS_FOLDER: ".md", PLANS_FOLDER: ".yaml"}


class Write(NamedTuple):
    """A content for the file at `path`, while that still holds `expected`; `line` is what its commit will say."""

    path: str
    expected: bytes | None
    content: bytes
    line: str = ""


class Judged(NamedTuple):
    """What judging edits by hand came to: what to tell, the files that nobody can take over as they are, what all hold."""

    reports: tuple[str, ...]
    held: frozenset[str]
    contents: Mapping[str, bytes | None]


class BoardFiles:
    """The files of one board as one process sees them; for one thread at a time."""

    def __init__(self, board: Board, actor: Actor) -> None:
        self.board = board
        self.actor = actor
        self._stamps: dict[str, Stamp] = {}
        self._head = ""  # of the branch when this process last committed: until it moves on, it has what bases say
        self._blobs: dict[str, str] = {}  # that the branch has, as it was found in this pass
        self._held: dict[str, str] = {}  # path -> digest of a content that nobody can take over as it is
        self._trusted: dict[str, str] = {}  # path -> digest of a content that is no edit by hand waiting to be judged

    def changed(self, known: Collection[str] = ()) -> set[str]:
        """The paths whose file may be other than when this was last asked, or has gone; at first those of all files.

        Those of `known` that have no file are among them each time: it may have gone while nobody looked.
        """
        import time

        settled_ns = time.time_ns() - TICK_NS
        found = {path: stamp for path, stamp in scan_files(self.board, FOLDERS) if key_of(path)}
        changed = {path for path, stamp in found.items() if self._stamps.get(path) != stamp}
        changed |= (self._stamps.keys() | set(known)) - found.keys()
        # A file may be written twice within one tick of the clock.
        self._stamps = {path: stamp if stamp[0] < settled_ns else NO_STAMP for path, stamp in found.items()}
        return changed

    def read(self, path: str) -> bytes | None:
        """What the file holds, None when there is none."""
        return read_disk(self.board, path)

    def is_trusted(self, path: str, content: bytes) -> bool:
        """Whether `content` was written by this process, or has been judged."""
        if path in self._blobs and self._blobs[path] == blob_id(self.board.repo, content):
            return True
        return self._trusted.get(path) == content_digest(content)

    def end_pass(self) -> None:
        """Forgets what the branch has: the next pass may find it elsewhere."""
        self._blobs = {}

    def is_held(self, path: str, content: bytes | None) -> bool:
        """Whether `content` was found to be nothing that can be taken over."""
        return path in self._held and content is not None and self._held[path] == content_digest(content)

    def trust(self, path: str, content: bytes) -> None:
        """Notes that `content` is what the mesh had of the file: no edit by hand."""
        self._trusted[path] = content_digest(content)

    def refuse_loss(self, known: Collection[str]) -> None:
        """Raises BoardError when so many of the files `known` have gone at once that it cannot be meant.

        What the branch lacks too is not counted: nobody removed files, the branch was put back or made anew.
        """
        present = {path for path, _ in scan_files(self.board, FOLDERS)}
        gone = [path for path in known if path not in present]
        many = max(FEW_MISSING, MANY_MISSING * len(known))
        if len(gone) > many:
            away = self.archived()
            tracked = tree_blobs(self.board.repo, board_head(self.board), tuple(FOLDERS))
            gone = [path for path in gone if path not in away and path in tracked]
        if len(gone) > many:
            where = display_path(self.board.top)
            raise BoardError(
                f"{len(gone)} of the {len(known)} files in {where} are gone; nothing is written until they are back",
                f"git -C {where} checkout HEAD -- . brings them back",
            )

    def archived(self) -> frozenset[str]:
        """The paths that the archived tasks and plans had on the board."""
        names = (path.rpartition("/")[2] for path in list_archive(self.board.top))
        return frozenset(f"{PLANS_FOLDER if name.endswith('.yaml') else TASKS_FOLDER}/{name}" for name in names)

    def vouch(self, edits: Mapping[str, tuple[bytes, bytes]]) -> None:
        """Trusts those of `edits` (path -> what the mesh had, content on disk) that stand just as they are."""
        if edits and self._head:
            for path, content in vouch_for_standing(self.board, self.actor, self._head, edits).items():
                self.trust(path, content)

    def absorb(self, paths: Iterable[str]) -> Judged:
        """Judges and commits what was edited by hand, and what is vouched for; then `paths` are trusted, but those held.

        Raises BoardError when so much is missing that it cannot be meant, or the board cannot be changed now.
        """
        edit = self._commit()
        self._blobs = edit.blobs()
        held = set()
        contents: dict[str, bytes | None] = {}
        for path in paths:
            self._held.pop(path, None)
            content = contents[path] = self.read(path)
            if content is None:
                continue
            if self.is_trusted(path, content):
                self.trust(path, content)
                continue
            held.add(path)
            if edit.found(path, content):  # otherwise it was edited again meanwhile, and is judged the next time
                self._held[path] = content_digest(content)
        return Judged(tuple(edit.reports), frozenset(held), contents)

    def apply(self, writes: Sequence[Write]) -> list[str]:
        """Puts `writes` on disk, to be committed later; the paths of those that hold something else by now come back."""
        if not writes:
            return []
        with board_lock(self.board):
            # One that should not be there is made only where it is not, so nobody need look before.
            ready = [write for write in writes if write.expected is None or self.read(write.path) == write.expected]
            replaced = write_vouched(self.board, [Vouched(path, content, line) for path, _, content, line in ready])
            late = {
                write.path: (write.expected, replaced[write.path], write.content)
                for write in ready
                if replaced.get(write.path, write.expected) != write.expected
            }
            keep_late_edit(self.board, late)
            for path, _, content, _ in ready:
                self.trust(path, content)
                self._note_stamp(path, content)
        done = {write.path for write in ready}
        return [write.path for write in writes if write.path not in done or write.path in late]

    def _note_stamp(self, path: str, content: bytes) -> None:
        """Need not look at the file before it changes, unless somebody has edited it already."""
        if not key_of(path):
            return
        try:
            stamp = stamp_of(os.lstat(os.path.join(self.board.top, path)))
        except OSError:
            stamp = NO_STAMP
        self._stamps[path] = stamp if self.read(path) == content else NO_STAMP

    def has_uncommitted(self) -> bool:
        """Whether something was put on disk that no commit has yet."""
        return is_vouched(self.board) or has_rows(self.board)

    def commit_much(self) -> tuple[str, ...]:
        """Commits what was put on disk where that is much, slice by slice; what judging edits by hand had to tell.

        It takes seconds, and may be called by another thread: nothing of this process waits for it.
        """
        done = commit_apart(self.board)
        if done is None:
            return ()
        self._head = done.commit
        return done.reports

    def commit(self) -> tuple[str, ...]:
        """Commits what was put on disk; what judging edits by hand had to tell."""
        edit = self._commit()
        reports = dict.fromkeys(edit.reports)
        while edit.later:
            edit = self._commit()
            reports |= dict.fromkeys(edit.reports)
        return tuple(reports)

    def _commit(self) -> Edit:
        with edit_board(self.board, self.actor) as edit:
            self._head = board_head(self.board)
            rows = put_rows(edit)
        self._head = edit.commit or self._head
        drop_rows(self.board, rows)
        return edit
