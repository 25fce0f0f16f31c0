"""What this board and the mesh last agreed on, per file, in a database of this machine.

It is written after the file and the commit of its page is not waited for (WAL, synchronous=NORMAL): a power cut may take
the last rows, never the database. A row that is older than the file costs nothing but a needless conflict record: the
file then seems edited, in just the way in which the mesh has changed too. So a database that cannot be read is moved
aside and begun anew from the files and the mesh.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.mirror.epochs import Epoch
from openclaw_hooks.mesh.mirror.lineage import content_digest
from openclaw_hooks.mesh.mirror.step import Base

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

APPLICATION_ID: Final = 0x0C1A4D52  # tells our database from any other
MIGRATIONS: Final = (
    """
    CREATE TABLE base (path TEXT PRIMARY KEY, revision INTEGER NOT NULL, content BLOB NOT NULL, seen BLOB NOT NULL);
    CREATE TABLE refused (path TEXT PRIMARY KEY, digest TEXT NOT NULL);
    CREATE TABLE epoch (bucket TEXT PRIMARY KEY, created TEXT NOT NULL, last INTEGER NOT NULL, mark INTEGER NOT NULL);
    """,
    """
    CREATE TABLE writing (path TEXT PRIMARY KEY, digest TEXT NOT NULL, revision INTEGER NOT NULL, content BLOB NOT NULL,
        seen BLOB NOT NULL);
    """,
)
BEHIND: Final = ("-wal", "-shm")


class Bases:
    """The rows of one database; for one thread at a time. `notes` has a line for what was moved aside."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.notes: list[str] = []
        try:
            self._db = _open(path)
        except _Unusable as error:
            aside = _move_aside(path)
            self.notes.append(f"{display_path(path)} {error}; it is now {display_path(os.path.basename(aside))}")
            self._db = _open(path)
        self._revisions: dict[str, int] = dict(self._db.execute("SELECT path, revision FROM base"))
        self._writing = {name for (name,) in self._db.execute("SELECT path FROM writing")}

    def get(self, path: str) -> Base | None:
        """What is known of the file at `path`."""
        if path not in self._revisions:
            return None
        row = self._db.execute("SELECT revision, content, seen FROM base WHERE path = ?", (path,)).fetchone()
        return _make_base(*row) if row else None

    def get_all(self) -> Iterator[tuple[str, Base]]:
        """Every file that is known."""
        for path, *rest in self._db.execute("SELECT path, revision, content, seen FROM base"):
            yield path, _make_base(*rest)

    def paths(self) -> set[str]:
        """The paths of all files that are known."""
        return set(self._revisions)

    def revision(self, path: str) -> int:
        """The revision that the file at `path` is known at, -1 when it is not known."""
        return self._revisions.get(path, -1)

    def put(self, bases: Mapping[str, Base]) -> None:
        """Remembers `bases`, all or none of them."""
        if not bases:
            return
        ended = self._writing & bases.keys()
        with self._db:
            rows = (_make_row(path, base) for path, base in bases.items())
            self._db.executemany("INSERT OR REPLACE INTO base VALUES (?, ?, ?, ?)", rows)
            self._db.executemany("DELETE FROM writing WHERE path = ?", ((path,) for path in ended))
        self._writing -= ended
        self._revisions.update((path, base.revision) for path, base in bases.items())

    def prepare(self, writes: Mapping[str, tuple[bytes, Base]]) -> None:
        """Notes contents that are about to be written, and the base of each: for whoever is killed before `put`."""
        if not writes:
            return
        rows = ((path, content_digest(content), *_make_row(path, base)[1:]) for path, (content, base) in writes.items())
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO writing VALUES (?, ?, ?, ?, ?)", rows)
        self._writing |= writes.keys()

    def recover(self, path: str, local: bytes) -> Base | None:
        """The base of what was written to the file by somebody who was killed before they could say so."""
        if path not in self._writing:
            return None
        row = self._db.execute("SELECT digest, revision, content, seen FROM writing WHERE path = ?", (path,)).fetchone()
        if not row or row[0] != content_digest(local):
            return None
        base = _make_base(*row[1:])
        self.put({path: base})
        return base

    def drop(self, paths: Iterable[str]) -> None:
        """Forgets files, such as those that were archived."""
        gone = set(paths)
        with self._db:
            self._db.executemany("DELETE FROM base WHERE path = ?", ((path,) for path in gone))
        for path in gone:
            self._revisions.pop(path, None)

    def forget_revisions(self) -> None:
        """Makes every base one of an epoch that is over."""
        with self._db:
            self._db.execute("UPDATE base SET revision = 0")
        self._revisions = dict.fromkeys(self._revisions, 0)

    def epoch(self, bucket: str) -> Epoch | None:
        """A bucket as it was last seen."""
        row = self._db.execute("SELECT created, last, mark FROM epoch WHERE bucket = ?", (bucket,)).fetchone()
        return Epoch(*row) if row else None

    def set_epoch(self, bucket: str, epoch: Epoch) -> None:
        """Remembers a bucket as it is now."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO epoch VALUES (?, ?, ?, ?)", (bucket, *epoch))

    def refuse(self, path: str, content: bytes) -> None:
        """Remembers that the lead wants nothing of `content`."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO refused VALUES (?, ?)", (path, content_digest(content)))

    def is_refused(self, path: str, content: bytes) -> bool:
        """Whether the lead has refused just this content."""
        row = self._db.execute("SELECT digest FROM refused WHERE path = ?", (path,)).fetchone()
        return bool(row) and row[0] == content_digest(content)

    def close(self) -> None:
        """Lets go of the database."""
        self._db.close()


class _Unusable(Exception):  # noqa: N818 - never leaves this module
    """Why a database cannot be used."""


def _make_row(path: str, base: Base) -> tuple[str, int, bytes, bytes]:
    seen = msgspec.json.encode({key: sorted(old) for key, old in base.seen.items()}) if base.seen else b"{}"
    return path, base.revision, base.content, seen


def _make_base(revision: int, content: bytes, seen: bytes) -> Base:
    values = msgspec.json.decode(seen, type=dict[str, frozenset[str]]) if seen != b"{}" else {}
    return Base(revision, content, values)


def _open(path: str) -> sqlite3.Connection:
    import sqlite3

    os.makedirs(os.path.dirname(path), exist_ok=True)
    db = sqlite3.connect(path, timeout=10.0, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        _require_own(db)
        if (told := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise _Unusable(f"is damaged ({told})")
        db.execute("SELECT path, revision, content, seen FROM base LIMIT 1").fetchone()
        os.chmod(path, 0o600)
    except sqlite3.OperationalError as error:
        db.close()
        if "no such" in str(error):
            raise _Unusable(f"is not what it should be ({error})") from error
        raise  # locked, or the disk is full: that is not mended by another file
    except sqlite3.DatabaseError as error:
        db.close()
        raise _Unusable(f"is no database of the mesh ({error})") from error
    except BaseException:
        db.close()
        raise
    return db


def _require_own(db: sqlite3.Connection) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    owner = db.execute("PRAGMA application_id").fetchone()[0]
    is_empty = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if not is_empty and owner != APPLICATION_ID:
        raise _Unusable("is a database of something else")
    if version > len(MIGRATIONS):
        raise _Unusable(f"was written by a newer version ({version})")
    for number in range(version, len(MIGRATIONS)):
        db.executescript(
            f"BEGIN; {MIGRATIONS[number]} PRAGMA application_id = {APPLICATION_ID}; "
            f"PRAGMA user_version = {number + 1}; COMMIT;"
        )


def _move_aside(path: str) -> str:
    aside = f"{path}.broken-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
    os.replace(path, aside)
    for ending in BEHIND:
        with suppress(FileNotFoundError):
            os.replace(path + ending, aside + ending)
    return aside
