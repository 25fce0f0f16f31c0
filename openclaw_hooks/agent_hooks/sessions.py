"""What is remembered about a session between its hooks, and the log of sessions; all in the git common dir."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from zlib import crc32

from openclaw_hooks.imports import import_msgspec

import_msgspec()

import msgspec  # noqa: E402 - after the import that makes this one cheap
from msgspec import Struct  # noqa: E402

from openclaw_hooks.files import atomic_write  # noqa: E402

if TYPE_CHECKING:
    from openclaw_hooks.agent_hooks.git_state import GitState
    from openclaw_hooks.checkout import Checkout

FOLDER = "sessions"
LATEST = "latest.json"
LOG = os.path.join("logs", "sessions.jsonl")
MAX_LOG_BYTES = 500_000
LOGGED_FILES = 20
KEEP_DAYS = 30


class Snapshot(Struct, frozen=True):
    """Where the work stood when a conversation was about to be compacted."""

    branch: str = ""
    head: str = ""
    changed: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()


class Session(Struct, frozen=True):
    """What hooks remember of one session.

    `told` is what the agent knows of its scope and role, `logged` the mark of the state last logged, `wired` which of
    our hooks the settings held when it began.
    """

    id: str
    started: str = ""
    start_head: str = ""
    told: str = ""
    logged: str = ""
    wired: tuple[str, ...] = ()
    snapshot: Snapshot | None = None


class LogEntry(Struct, frozen=True, omit_defaults=True):
    """A line of the session log; `commits` counts from the start of the session, `claims` are ids of tasks."""

    time: str
    session: str
    host: str = ""
    branch: str = ""
    head: str = ""
    commits: int = 0
    changed: tuple[str, ...] = ()
    changed_count: int = 0
    ended: str = ""
    claims: tuple[str, ...] = ()


def now() -> str:
    """The time as ISO 8601 in UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _path(checkout: Checkout, session: str) -> str:
    safe = "".join(char for char in session if char.isalnum() or char in "-_")[:80]
    if safe != session:  # ids are UUIDs; whatever else a host sends must not lead out of the folder
        safe += f"-{crc32(session.encode('utf-8', 'replace')):08x}"
    return os.path.join(checkout.state_dir, FOLDER, f"session-{safe}.json")


def load_session(checkout: Checkout, session: str) -> Session | None:
    """The session as it was last saved; None when it is not known or its file is broken."""
    with suppress(OSError, msgspec.MsgspecError), open(_path(checkout, session), "rb") as stream:
        return msgspec.json.decode(stream.read(), type=Session)
    return None


def save_session(checkout: Checkout, session: Session) -> None:
    """Remember `session`."""
    atomic_write(_path(checkout, session.id), msgspec.json.encode(session))


def drop_old_sessions(checkout: Checkout) -> None:
    """Forget sessions that nobody has touched for a month."""
    folder = os.path.join(checkout.state_dir, FOLDER)
    oldest = time.time() - KEEP_DAYS * 86400
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.startswith("session-") and entry.stat().st_mtime < oldest:
                os.unlink(entry.path)


def mark_state(state: GitState) -> str:
    """A short mark that changes when the head, the branch or the list of changed files does."""
    listed = "\0".join((state.branch, *state.changed))
    return f"{state.head[:12]}-{crc32(listed.encode('utf-8', 'surrogateescape')):08x}"


def make_entry(session: Session, host: str, state: GitState, commits: int, ended: str = "") -> LogEntry:
    """The log line that says where the work of `session` stands."""
    return LogEntry(
        time=now(),
        session=session.id,
        host=host,
        branch=state.branch,
        head=state.head,
        commits=commits,
        changed=tuple(_printable(path) for path in state.changed[:LOGGED_FILES]),
        changed_count=len(state.changed),
        ended=ended,
    )


def _printable(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def append_entry(checkout: Checkout, entry: LogEntry) -> None:
    """Add a line to the session log, which keeps its later half when it grows too long."""
    path = os.path.join(checkout.state_dir, LOG)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(path, "ab", buffering=0) as stream:
        stream.write(msgspec.json.encode(entry) + b"\n")
    if os.stat(path).st_size > MAX_LOG_BYTES:
        with open(path, "rb") as stream:
            lines = stream.read().splitlines(keepends=True)
        atomic_write(path, b"".join(lines[len(lines) // 2 :]))


def save_latest(checkout: Checkout, entry: LogEntry) -> None:
    """Remember where the latest session stands: its hooks may never hear that it ended."""
    atomic_write(os.path.join(checkout.state_dir, FOLDER, LATEST), msgspec.json.encode(entry))


def load_latest(checkout: Checkout) -> LogEntry | None:
    """Where the latest session stood."""
    path = os.path.join(checkout.state_dir, FOLDER, LATEST)
    with suppress(OSError, msgspec.MsgspecError), open(path, "rb") as stream:
        return msgspec.json.decode(stream.read(), type=LogEntry)
    return None
