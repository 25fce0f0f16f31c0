"""What happened: moves on the board, acts that hooks stopped, and what the sidecar noted, in one order."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from openclaw_hooks.audit import ALLOW
from openclaw_hooks.mission_control.moments import read_moment
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.reading.log import LogCommit
    from openclaw_hooks.mission_control.reading.policy import Verdict

SHARD: Final = 500
MAX_EVENTS: Final = 10_000
MAX_TEXT: Final = 300
KINDS: Final = ("task", "plan", "run", "memory", "conflict", "board", "blocked", "mesh")
_ID: Final = re.compile(r"(?<![\w-])[TP]-[0-9a-hjkmnp-tv-z]{6}(?![\w-])")
_MOVE: Final = re.compile(
    r"task (?P<id>T-\w{6}) (?P<old>\w+) -> (?P<new>\w+)(?: \((?P<by>[^()]*)\))?(?:: (?P<why>.*))?"
)
_RUN: Final = re.compile(r"run (?P<id>R-[\w@-]+) of T-\w{6} (?P<what>.*?)(?: \([^()]*\))?")
_OWN: Final = ("task ", "plan ", "run ", "conflict ")
_BORN: Final = re.compile(r"task T-\w{6} (?P<status>\w+): .*")
_AROUND: Final = re.compile(r"^(?:task|plan) [TP]-\w{6} | \([^()]*\)$")  # said by the id and the name beside it
_STATUSES: Final = frozenset(Status)


class Event(Struct, frozen=True, omit_defaults=True):
    """One thing that happened: `old` and `new` are the statuses of a move, `what` says everything else."""

    t: float
    kind: str
    who: str = ""
    node: str = ""
    task: str = ""
    plan: str = ""
    old: str = ""
    new: str = ""
    what: str = ""
    title: str = ""
    commit: str = ""
    level: str = ""
    run: str = ""


class EventsView(Struct, frozen=True, omit_defaults=True):
    """The newest events, and the names of the data with older ones, newest first; `counts` are those of all."""

    events: tuple[Event, ...]
    older: tuple[str, ...] = ()
    total: int = 0
    counts: dict[str, int] = msgspec.field(default_factory=dict)


@kept
def _gather(facts: Facts) -> tuple[Event, ...]:
    """Every event that is kept, oldest first."""
    found = [event for commit in reversed(facts.board.log[:MAX_EVENTS]) for event in _of_commit(commit, facts)]
    found += [_of_verdict(verdict) for verdict in facts.policy.verdicts if verdict.decision != ALLOW]
    found += [event for entry in facts.mesh.log if (event := _of_note(entry)) is not None]
    return tuple(sorted(found, key=lambda event: event.t)[-MAX_EVENTS:])


def view_events(facts: Facts) -> EventsView:
    """The newest events; those before them lie in files that stay as they are when something happens."""
    events = _gather(facts)
    full = _full_shards(len(events))
    return EventsView(
        events=events[full * SHARD :][::-1],
        older=tuple(f"events-{number}" for number in reversed(range(full))),
        total=len(events),
        counts=dict(Counter(event.kind for event in events)),
    )


def view_older_events(facts: Facts) -> dict[str, tuple[Event, ...]]:
    """The older events, each file newest first."""
    events = _gather(facts)
    return {
        f"events-{number}": events[number * SHARD : (number + 1) * SHARD][::-1]
        for number in range(_full_shards(len(events)))
    }


def _full_shards(count: int) -> int:
    """How many files of older events there are, so that between 200 and 700 of the newest are left."""
    return max((count - 200) // SHARD, 0)


def _of_commit(commit: LogCommit, facts: Facts) -> Iterator[Event]:
    """An event for each line that says something of its own."""
    own = [line for line in commit.lines if line.startswith(_OWN)]
    for line in own if own and not commit.subject.startswith(("task ", "plan ")) else [commit.subject, *own]:
        yield _of_line(line[:MAX_TEXT], commit, facts)


def _of_line(line: str, commit: LogCommit, facts: Facts) -> Event:
    kind = next((kind for kind in ("task", "plan", "memory", "conflict") if line.startswith(kind)), "board")
    names = _ID.findall(line)
    task = next((name for name in names if name[0] == "T"), "")
    plan = next((name for name in names if name[0] == "P"), "")
    base = Event(commit.time, kind, commit.who, task=task, plan=plan, commit=commit.oid[:12])
    known = facts.board.tasks.get(task)
    title = known.title if known else ""
    if run := _RUN.fullmatch(line):
        return msgspec.structs.replace(base, kind="run", run=run["id"], what=run["what"], title=title)
    move = _MOVE.fullmatch(line)
    if move and {move["old"], move["new"]} <= _STATUSES:
        return msgspec.structs.replace(base, old=move["old"], new=move["new"], what=move["why"] or "", title=title)
    born = _BORN.fullmatch(line)
    if born and born["status"] in _STATUSES and title:
        return msgspec.structs.replace(base, new=born["status"], title=title)
    return msgspec.structs.replace(base, what=_AROUND.sub("", line), title=title)


def _of_verdict(verdict: Verdict) -> Event:
    where = " ".join(filter(None, (verdict.event, verdict.tool, verdict.where)))
    rules = ", ".join(verdict.rules)
    what = f"{where}: {rules}" if rules else where
    return Event(verdict.time, "blocked", verdict.host, what=what[:MAX_TEXT], level=verdict.decision)


def _of_note(entry: dict[str, Any]) -> Event | None:
    moment = read_moment(str(entry.get("at", "")))
    if not moment:
        return None
    name, text = str(entry.get("event", "")), str(entry.get("text", ""))
    node = str(entry.get("node", ""))
    found = _ID.search(f"{text} {entry.get('task', '')} {entry.get('path', '')}")
    task = found[0] if found and found[0][0] == "T" else ""
    what = f"{name}: {text}" if text else name
    return Event(
        moment, "mesh", "sidecar", node=node, task=task, what=what[:MAX_TEXT], level=str(entry.get("level", ""))
    )
