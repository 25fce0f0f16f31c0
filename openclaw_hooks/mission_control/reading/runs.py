"""The runs of agents: the rows of telemetry on the board, and what this machine's own logs tell of runs that have none yet."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.events import FILE, read_events, runs_folder
from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.agent.records.fit import fit_row
from openclaw_hooks.agent.records.make import make_row
from openclaw_hooks.agent.records.store import decode_row, read_rows
from openclaw_hooks.agent.run.lock import is_alive
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.place import FOLDER, BoardError
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.mission_control.broken import Broken, from_document, from_error
from openclaw_hooks.mission_control.moments import read_moment
from openclaw_hooks.mission_control.reading.elsewhere import tell_elsewhere

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.agent.events import Event
    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.mission_control.place import Place

MAX_LOCAL: Final = 100  # logs that are read: of the runs that were written to last
MAX_LINE_BYTES: Final = 1 << 20
MAX_LOG_BYTES: Final = 8 << 20


class OpenRun(NamedTuple):
    """A run that has not ended: its row as far as it goes, the name of its last event and when that was.

    `agent_began` is when the agent that is at work was started, 0 when none is. `is_held`: a process is at it.
    """

    row: Row
    event: str
    at: float
    agent_began: float = 0
    is_held: bool = False


@dataclass(frozen=True, eq=False)
class RunFacts:
    """The runs that ended, oldest first, and those of this machine that did not."""

    rows: tuple[Row, ...] = ()
    open: tuple[OpenRun, ...] = ()
    broken: tuple[Broken, ...] = ()


def read_run_facts(place: Place) -> RunFacts:
    """The runs of the board of `place` and of its clone; a line or a log that cannot be read is a broken item."""
    if place.repo is None:
        return RunFacts()
    rows, broken = _read_board(place)
    known: dict[str, set[str]] = {}
    for row in rows:
        known.setdefault(row.run, set()).add(row.node)
    found: list[OpenRun] = []
    for name in _list_local(runs_folder(place.repo)):
        path = os.path.join(runs_folder(place.repo), name, FILE)
        if name in known and _read_node(path) in known[name]:
            continue
        try:
            run = _read_log(path)
        except OpenclawError as error:
            broken.append(from_error(f"runs/{display_path(name)}/{FILE}", error))
            continue
        if run is not None:
            found.append(run)
    ended = [_tell(run.row, place) for run in found if not run.event]
    return RunFacts(
        rows=_name_apart(sorted((*rows, *ended), key=lambda row: (row.began, row.run))),
        open=tuple(run._replace(row=_tell(run.row, place)) for run in found if run.event),
        broken=tuple(broken),
    )


def _read_board(place: Place) -> tuple[list[Row], list[Broken]]:
    try:
        found = read_rows(open_board(place.root))
    except BoardError:  # there is none, or its own part of the facts tells what is wrong with it
        return [], []
    return [_tell(row, place) for row in found.rows], [from_document(error, FOLDER) for error in found.broken]


def _name_apart(rows: Sequence[Row]) -> tuple[Row, ...]:
    """`rows` with names of their own: of two machines that gave the same, the later run is called after its machine too."""
    named: dict[str, Row] = {}
    for row in rows:
        name = row.run if row.run not in named else f"{row.run}@{row.node}"
        named.setdefault(name, replace(row, run=name))
    return tuple(named.values())


def _tell(row: Row, place: Place) -> Row:
    return tell_elsewhere(row, place)


def _list_local(folder: str) -> list[str]:
    """The names of the runs of this clone, those that were written to last."""
    found: list[tuple[int, str]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                log = os.path.join(entry.path, FILE)
                if entry.is_dir(follow_symlinks=False) and os.path.isfile(log):
                    found.append((os.stat(log).st_mtime_ns, entry.name))
    except OSError:
        return []
    return [name for _, name in sorted(found, reverse=True)[:MAX_LOCAL]]


def _read_node(path: str) -> str:
    """The machine that the first line of a log names, empty for none: without reading on."""
    try:
        with open(path, "rb") as stream:
            first = msgspec.json.decode(stream.readline(MAX_LINE_BYTES))
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    return str(first.get("node", "")) if isinstance(first, dict) else ""


def _read_log(path: str) -> OpenRun | None:
    """The run of a log; `event` is empty for one that ended. None where it has not told yet what it is about."""
    try:
        if os.path.getsize(path) > MAX_LOG_BYTES:
            raise OpenclawError(f"the log is larger than {MAX_LOG_BYTES >> 20} MB", "is it one?")
        events = read_events(path)
    except OSError as error:
        raise OpenclawError(f"cannot be read: {error.strerror or error}") from error
    if not events:
        return None
    run = fold_run(events)
    row = decode_row(fit_row(run.row))  # bounded and without secrets, as the board would have it
    return run._replace(row=row, is_held=bool(run.event) and is_alive(os.path.dirname(path)))


def fold_run(events: Sequence[Event]) -> OpenRun:
    """The run that `events` tell of; raises OpenclawError where they do not begin with what it is about."""
    last = next((event for event in reversed(events) if not isinstance(event, said.Resumed)), events[-1])
    end = next((event for event in reversed(events) if isinstance(event, said.RunEnded)), None)
    if end is not None:
        return OpenRun(make_row(events, end.outcome, end.why, end.at), "", read_moment(end.at))
    # How it ends is not known: the row says when it was last heard of, and its outcome is shown by nobody.
    row = make_row(events, Outcome.STOPPED, "", last.at)
    return OpenRun(row, str(type(last).__struct_config__.tag), read_moment(last.at), _find_agent(events))


def _find_agent(events: Sequence[Event]) -> float:
    """When the agent was started that is still at work, 0 for none."""
    for event in reversed(events):
        if isinstance(event, said.AgentStarted):
            return read_moment(event.at)
        if isinstance(event, said.AgentEnded | said.Interrupted | said.AttemptBegan):
            break
    return 0
