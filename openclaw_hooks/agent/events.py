"""The log of a run: one JSON line an event, on disk before what it announces is done.

A name in the progressive (`Keeping`) announces, the one in the past tense (`Kept`) says that it is done; whoever takes up a run
that was killed does again what was announced last. Nothing in a line is ever changed.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from openclaw_hooks.agent.model import (
    Found,
    Frozen,
    Judgement,
    Measured,
    Outcome,
    Provenance,
    Report,
    Snapshot,
    Terms,
)
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import Measure

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo

FOLDER: Final = "runs"  # below the state folder of the repository
FILE: Final = "events.jsonl"


class _Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event"):
    at: str = ""


class RunBegan(_Event, frozen=True, kw_only=True, tag="run.began"):
    """What the run is about; the task's text is kept beside the log, as it was then.

    `target` is the branch that work is merged into (empty: none), `frozen` what measures the work, `evaluator` the same as one list.
    """

    run: str
    task: str
    title: str
    node: str
    agent: str
    provenance: Provenance
    base: str
    target: str
    terms: Terms
    metric: str = ""
    measure: Measure | None = None
    evaluator: tuple[str, ...] = ()
    frozen: Frozen = Frozen()
    role: str = ""
    scope: tuple[str, ...] = ()
    first: int = 1
    version: str = ""


class Claiming(_Event, frozen=True, tag="claiming"):
    """The task is about to be claimed."""


class Claimed(_Event, frozen=True, kw_only=True, tag="claimed"):
    """The lease that the run works under."""

    token: str
    expires: str


class Started(_Event, frozen=True, tag="started"):
    """The board says that the task is being worked on."""


class BaselineMeasuring(_Event, frozen=True, tag="baseline.measuring"):
    """The metric is about to be run on the base."""


class BaselineMeasured(_Event, frozen=True, kw_only=True, tag="baseline.measured"):
    """What the metric says of the base."""

    measured: Measured


class AttemptBegan(_Event, frozen=True, kw_only=True, tag="attempt.began"):
    """The worktree of an attempt is about to be made at `base`."""

    n: int
    base: str
    worktree: str


class Prompted(_Event, frozen=True, kw_only=True, tag="prompted"):
    """The prompt lies in the run's folder, and this is its hash."""

    n: int
    sha256: str
    chars: int


class AgentStarting(_Event, frozen=True, kw_only=True, tag="agent.starting"):
    """The agent's command is about to be started."""

    n: int
    argv: tuple[str, ...]


class AgentStarted(_Event, frozen=True, kw_only=True, tag="agent.started"):
    """It runs, under a guardian with this process id."""

    n: int
    pid: int


class AgentEnded(_Event, frozen=True, kw_only=True, tag="agent.ended"):
    """It has ended, and all that it started with it."""

    n: int
    report: Report


class Interrupted(_Event, frozen=True, kw_only=True, tag="interrupted"):
    """An attempt whose runner was killed while the agent was at work, for `seconds`; it is made anew.

    What lay there is a commit already, which is about to be put under `ref`; both are empty where nothing lay there.
    """

    n: int
    ref: str
    commit: str
    seconds: float = 0


class Snapshotting(_Event, frozen=True, kw_only=True, tag="snapshotting"):
    """The snapshot is a commit already; its ref is about to be set."""

    n: int
    snapshot: Snapshot


class Checked(_Event, frozen=True, kw_only=True, tag="checked"):
    """What the checks found in the snapshot; `tampered` is what they found changed in the repository around it."""

    n: int
    findings: tuple[Found, ...] = ()
    tampered: tuple[str, ...] = ()


class Measuring(_Event, frozen=True, kw_only=True, tag="measuring"):
    """The metric is about to be run on the snapshot."""

    n: int


class AttemptMeasured(_Event, frozen=True, kw_only=True, tag="measured"):
    """What the metric says of the snapshot; `tampered` is what was found changed around it after that."""

    n: int
    measured: Measured
    tampered: tuple[str, ...] = ()


class Judged(_Event, frozen=True, kw_only=True, tag="judged"):
    """What becomes of the attempt."""

    n: int
    judgement: Judgement


class Keeping(_Event, frozen=True, kw_only=True, tag="keeping"):
    """The branch is about to be moved from `old` (empty: it is made) to the commit `new`, which is written already."""

    n: int
    branch: str
    old: str
    new: str


class Kept(_Event, frozen=True, kw_only=True, tag="kept"):
    """The branch has moved."""

    n: int


class Cleaned(_Event, frozen=True, kw_only=True, tag="cleaned"):
    """The worktrees of the attempt are gone."""

    n: int


class Merging(_Event, frozen=True, kw_only=True, tag="merging"):
    """Kept work is about to be merged or pushed as the terms say."""

    old: str
    new: str


class Merged(_Event, frozen=True, kw_only=True, tag="merged"):
    """Whether that was done, or why not."""

    done: bool
    why: str


class Closing(_Event, frozen=True, kw_only=True, tag="closing"):
    """The board is about to be told how it ended; the row of telemetry lies in the run's folder."""

    outcome: Outcome
    why: str


class Closed(_Event, frozen=True, kw_only=True, tag="closed"):
    """The task's status after it, or why the board did not take it."""

    status: str
    why: str = ""


class RunEnded(_Event, frozen=True, kw_only=True, tag="run.ended"):
    """Nothing is left to do."""

    outcome: Outcome
    why: str = ""


class Resumed(_Event, frozen=True, kw_only=True, tag="resumed"):
    """Another process has taken the run up."""

    pid: int


Event = (
    RunBegan
    | Claiming
    | Claimed
    | Started
    | BaselineMeasuring
    | BaselineMeasured
    | AttemptBegan
    | Prompted
    | AgentStarting
    | AgentStarted
    | AgentEnded
    | Interrupted
    | Snapshotting
    | Checked
    | Measuring
    | AttemptMeasured
    | Judged
    | Keeping
    | Kept
    | Cleaned
    | Merging
    | Merged
    | Closing
    | Closed
    | RunEnded
    | Resumed
)


def runs_folder(repo: Repo) -> str:
    """Where the runs of this clone lie, one folder each."""
    return os.path.join(repo.state_dir, FOLDER)


class EventLog:
    """The log of one run, to be written by one process at a time."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.path = os.path.join(folder, FILE)

    def append(self, event: Event) -> Event:
        """`event` with its time, on disk when this returns; a line that a crash cut off is ended first. Raises OpenclawError."""
        stamped = msgspec.structs.replace(event, at=event.at or stamp(time.time()))
        try:
            self._write(msgspec.json.encode(stamped) + b"\n")
        except OSError as error:
            message = f"the log of the run cannot be written: {error.strerror} ({self.path})"
            raise OpenclawError(message, "mend that, then `openclaw agent resume`") from error
        return stamped

    def _write(self, line: bytes) -> None:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = b"\n" + line
            if os.write(descriptor, line) != len(line):  # the beginning of it still had room
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self) -> list[Event]:
        """The events so far; a last line that a crash cut off never happened.

        Raises OpenclawError for a broken line before others: a log is never mended by guessing.
        """
        return read_events(self.path)


def read_events(path: str) -> list[Event]:
    """The events in the log at `path`; see `EventLog.read`. Raises FileNotFoundError where there is none."""
    lines = _read_file(path).split(b"\n")
    events: list[Event] = []
    decoder = msgspec.json.Decoder(Event)
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            events.append(decoder.decode(line))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            if number == len(lines) or _is_cut(line):
                continue
            raise OpenclawError(f"{path}:{number}: no event of a run: {error}", "is it of another version?") from error
    return events


def _read_file(path: str) -> bytes:
    """The content of a file, and of nothing else: who opens a pipe waits for its other end."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise OpenclawError(f"{path} is no file", "no log of a run can be read there")
            return stream.read()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise OpenclawError(f"{path} cannot be read: {error.strerror}") from error


def _is_cut(line: bytes) -> bool:
    """Whether a line is the beginning of one that a crash cut off before another process went on below it."""
    return not line.endswith(b"}")
