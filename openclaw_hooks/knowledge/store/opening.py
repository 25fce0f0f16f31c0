"""Opening the index: found fit, replaced when it is broken or old, refused when it is not ours to replace."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.files import display_path
from openclaw_hooks.knowledge.model import EXTRA_HINT, KnowledgeError
from openclaw_hooks.knowledge.store.schema import APPLICATION_ID, TABLES, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    import apsw

    from openclaw_hooks.knowledge.place import Place

MAGIC: Final = b"SQLite format 3\0"
HEADER_BYTES: Final = 100
BUSY_MS: Final = 10_000
LOCK_TIMEOUT_S: Final = 60.0
DAMAGES: Final = ("no such", "sqlite-vec error", "could not open vectors blob")  # what SQLite and sqlite-vec 0.1 say


class Store:
    """An open index. Questions and changes are functions beside it; one thread uses it at a time."""

    def __init__(self, connection: apsw.Connection, path: str) -> None:
        self.connection = connection
        self.path = path
        self._inode = _inode_of(path)

    def is_replaced(self) -> bool:
        """Whether the file has been replaced or deleted since it was opened: answers from here would be old."""
        return _inode_of(self.path) != self._inode

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Lets all questions inside it see one state of the index, whatever other processes store meanwhile."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK")  # nothing was written

    def close(self) -> None:
        """Lets go of the file."""
        self.connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(place: Place) -> Store | None:
    """The index at `place`; None when there is none, or one that must be made again.

    Raises KnowledgeError for a file that is not ours, or that a newer version wrote.
    """
    require_driver()
    if not _is_fit(place):
        return None
    return Store(_connect(place), place.db)


def make_store(place: Place) -> Store:
    """An empty index at `place`, in the place of what is there; the caller holds `writer_lock` and has asked `open_store`.

    It appears whole under its name, and processes that still read the old one keep what they have.
    """
    require_driver()
    import apsw

    temporary = f"{place.db}.new"  # one name for all: what a killed process leaves is overwritten by the next
    try:
        os.makedirs(os.path.dirname(place.db), exist_ok=True)
        _remove(temporary, f"{temporary}-journal")
        connection = apsw.Connection(temporary)
        try:
            with connection:
                _run(connection, f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={VERSION}; {TABLES}")
            _run(connection, "PRAGMA journal_mode=WAL")
        finally:
            connection.close()
        _remove(place.db, f"{place.db}-wal", f"{place.db}-shm")
        os.replace(temporary, place.db)
    except OSError as error:
        raise KnowledgeError(f"the index cannot be written: {display_path(place.db)}: {error.strerror}") from error
    except apsw.Error as error:
        raise explain(place, error) from error
    finally:
        with suppress(OSError):
            _remove(temporary, f"{temporary}-journal")
    return Store(_connect(place), place.db)


def writer_lock(place: Place, timeout_s: float = LOCK_TIMEOUT_S) -> AbstractContextManager[None]:
    """Holds the index for the caller alone to change; a process that dies lets go. Reading needs no lock.

    Raises OpenclawError, which names the holder, when it is not free within `timeout_s`.
    """
    from openclaw_hooks.board.lock import hold_lock

    return hold_lock(place.lock, "the index", timeout_s)


@contextmanager
def clear_errors(place: Place) -> Iterator[None]:
    """Turns what SQLite complains about into a KnowledgeError; a broken file is left for the caller to replace."""
    require_driver()
    import apsw

    try:
        yield
    except apsw.Error as error:
        if is_broken(error):
            raise
        raise explain(place, error) from error


def is_broken(error: BaseException) -> bool:
    """Whether `error` says that the file of an index is damaged, so that it must be made again."""
    if isinstance(error, KnowledgeError):  # also when there is no driver
        return False
    import apsw

    if isinstance(error, (apsw.CorruptError, apsw.NotADBError)):
        return True
    # Tables that are not there, or not as they were made: somebody changed the file.
    return type(error) is apsw.SQLError and any(words in str(error) for words in DAMAGES)


def explain(place: Place, error: Exception) -> KnowledgeError:
    """What `error` of SQLite means for the user."""
    import apsw

    hints = {
        apsw.FullError: "the disk is full",
        apsw.ReadOnlyError: "it may only be read",
        apsw.CantOpenError: "is its folder there, and may it be written?",
        apsw.BusyError: "another process holds it; try again",
    }
    hint = next((text for kind, text in hints.items() if isinstance(error, kind)), "")
    return KnowledgeError(f"the index {display_path(place.db)}: {error}", hint)


def _is_fit(place: Place) -> bool:
    """Whether the file is an index of this version, by its header; what is not ours to replace raises."""
    try:
        with open(place.db, "rb") as stream:
            header = stream.read(HEADER_BYTES)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise KnowledgeError(f"the index cannot be read: {display_path(place.db)}: {error.strerror}") from error
    if not header:
        return False
    is_ours = header.startswith(MAGIC) and int.from_bytes(header[68:72], "big") == APPLICATION_ID
    if not is_ours and place.is_named:
        raise KnowledgeError(
            f"{display_path(place.db)} is no index of this program", "name another file, or move it away"
        )
    if not is_ours:
        return False
    version = int.from_bytes(header[60:64], "big")
    if version > VERSION:
        raise KnowledgeError(
            f"a newer version wrote the index {display_path(place.db)}", "upgrade openclaw-hooks, or delete the file"
        )
    return version == VERSION


def _connect(place: Place) -> apsw.Connection:
    import apsw

    try:
        connection = apsw.Connection(place.db, flags=apsw.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(BUSY_MS)
        _load_vectors(connection)
        connection.transaction_mode = "IMMEDIATE"  # who reads first and writes then could meet somebody in between
        # Without an fsync for each commit: what the power takes away is made again.
        _run(connection, "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY")
        # In how many chunks each word stands; here, since what a question made would be rolled back behind it.
        _run(connection, "CREATE VIRTUAL TABLE temp.stems USING fts5vocab(main, words, row)")
    except apsw.Error as error:
        if is_broken(error):
            raise
        raise explain(place, error) from error
    return connection


def _load_vectors(connection: apsw.Connection) -> None:
    """Lets `connection` read and write tables of vectors."""
    import sqlite_vec

    connection.enable_load_extension(True)
    try:
        connection.load_extension(sqlite_vec.loadable_path())
    finally:
        connection.enable_load_extension(False)


def _run(connection: apsw.Connection, statements: str) -> None:
    list(connection.execute(statements))  # else only the first of them runs


def _remove(*paths: str) -> None:
    for path in paths:
        with suppress(FileNotFoundError):
            os.unlink(path)


def _inode_of(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


def require_driver() -> None:
    """Raises KnowledgeError when the extra that searching needs is not installed."""
    try:
        import apsw  # noqa: F401  # only whether they are there
        import sqlite_vec  # noqa: F401
    except ImportError as error:
        raise KnowledgeError("searching needs the extra `knowledge`", EXTRA_HINT) from error
