"""The log of a run as the tests tell it: event by event, at times of its own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.model import (
    Cause,
    Found,
    Judgement,
    Measured,
    Outcome,
    Provenance,
    Reading,
    Report,
    Snapshot,
    Stat,
    Terms,
    Verdict,
)
from openclaw_hooks.agent.records.make import make_row
from openclaw_hooks.verdict import Severity

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.row import Row, Trial

TASK = "T-0aaaaa"
ENDED = "2026-11-22T10:30:00Z"
SPOKEN = "I changed the parser and ran its tests."


def oid(text: str) -> str:
    """An object id that nobody would take for another one."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def begin(run: str = "R-000001", **fields: Any) -> said.RunBegan:
    """The first event of a run."""
    told: dict[str, Any] = {
        "run": run,
        "task": TASK,
        "title": "Parse it",
        "node": "node-a",
        "agent": "fake",
        "provenance": Provenance.MOCK,
        "base": oid("base"),
        "target": "main",
        "terms": Terms(),
        "at": "2026-11-22T10:00:00Z",
        **fields,
    }
    return said.RunBegan(**told)


def discard(n: int, paths: tuple[str, ...] = ("src/parse.py",), **report: Any) -> list[said.Event]:
    """An attempt that a finding discards."""
    finding = Found("scope", Severity.ERROR, "secret/key.py", 3, "is outside the scope of the task")
    return attempt(n, paths, report, (finding,), Judgement(Verdict.DISCARD, Cause.VIOLATION, "1 finding"))


def keep(n: int, paths: tuple[str, ...] = ("src/parse.py",), **report: Any) -> list[said.Event]:
    """An attempt that is kept, on the task's branch."""
    events = attempt(n, paths, report, (), Judgement(Verdict.KEEP, Cause.PASSED, "the metric passed"))
    branch = f"openclaw/{TASK}"
    return [*events, said.Keeping(n=n, branch=branch, old="", new=oid(f"kept {n}")), said.Kept(n=n)]


def attempt(
    n: int, paths: tuple[str, ...], report: dict[str, Any], findings: tuple[Found, ...], judged: Judgement
) -> list[said.Event]:
    """The events of one attempt, up to its verdict."""
    base, commit = oid("base"), oid(f"snapshot {n}")
    stat = Stat(files=len(paths), added=4, removed=1, paths=paths)
    snapshot = Snapshot(commit, oid("tree"), base, stat=stat, is_empty=not paths)
    told = Report(**{"code": 0, "seconds": 60.0, "text": SPOKEN, **report})
    return [
        said.AttemptBegan(n=n, base=base, worktree=f"/w/{n}", at=f"2026-11-22T10:{n:02}:00Z"),
        said.Prompted(n=n, sha256=hashlib.sha256(b"%d" % n).hexdigest(), chars=100),
        said.AgentStarting(n=n, argv=("fake",)),
        said.AgentStarted(n=n, pid=1),
        said.AgentEnded(n=n, report=told),
        said.Snapshotting(n=n, snapshot=snapshot),
        said.Checked(n=n, findings=findings),
        said.Judged(n=n, judgement=judged),
    ]


def measured(value: float | None, *readings: float) -> Measured:
    """What a metric called `speed` said."""
    told = tuple(Reading(0, 1.0, {"speed": reading, "other": -1.0}) for reading in readings)
    return Measured(oid("measured"), value is not None, told, value, 0.5, seconds=2.0)


def tell(*parts: said.Event | list[said.Event]) -> list[said.Event]:
    """One log out of single events and lists of them."""
    return [event for part in parts for event in (part if isinstance(part, list) else [part])]


def row_of(*parts: said.Event | list[said.Event], outcome: Outcome = Outcome.RELEASED, ended: str = ENDED) -> Row:
    """The row of a run that these events tell of."""
    return make_row(tell(*parts), outcome, "no attempt was kept", ended)


def many_trials(row: Row, count: int) -> Row:
    """`row` as if its first attempt had been made so often."""
    trials: tuple[Trial, ...] = tuple(replace(row.trials[0], n=n, snapshot=oid(f"{n}")) for n in range(1, count + 1))
    return replace(row, trials=trials, tried=count)
