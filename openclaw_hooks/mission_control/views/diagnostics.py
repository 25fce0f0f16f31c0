"""Whether the guard is awake: what doctor and drill found, how old that is, and what the hooks decided of late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from openclaw_hooks import __version__
from openclaw_hooks.audit import ALLOW, ASK, DENY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openclaw_hooks.diagnosis import ActResult, DoctorRun, DrillRun
    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.reading.policy import Verdict

STALE_S: Final = 7 * 86_400
WINDOW_S: Final = 28 * 86_400
SHOWN: Final = 16  # of the latest refusals
CAUGHT, PASSED = "caught", "let through"  # as `drill.judge.Catch` writes them down


class Age(Struct, frozen=True, omit_defaults=True):
    """When a run was and by which version; `changed` are files that were written after it. `old` is meant at build time."""

    at: float
    version: str
    other_version: str = ""
    changed: tuple[str, ...] = ()
    old: bool = False


class ProbeRow(Struct, frozen=True, omit_defaults=True):
    """One layer as doctor saw it: ok, warn or fail."""

    id: str
    status: str
    evidence: str = ""
    fix: str = ""


class DoctorView(Struct, frozen=True):
    """The last run of doctor, what does not hold first."""

    age: Age
    probes: tuple[ProbeRow, ...]
    counts: dict[str, int]


class LayerRow(Struct, frozen=True, omit_defaults=True):
    """One layer of the drill: how much it stopped of what was tried at it, and how long its calls took."""

    name: str
    stopped: int = 0
    tried: int = 0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    inert: str = ""
    notes: tuple[str, ...] = ()


class TryRow(Struct, frozen=True, omit_defaults=True):
    """What a layer did with an act."""

    layer: str
    catch: str
    reason: str = ""


class ActRow(Struct, frozen=True, omit_defaults=True):
    """One act; `result` is stopped, through, refused (honest work), honest (let through as it must be) or skipped."""

    id: str
    title: str
    result: str
    why: str = ""
    tries: tuple[TryRow, ...] = ()


class DrillView(Struct, frozen=True):
    """The last drill: layers in the order in which an act meets them, and the acts, what went wrong first."""

    age: Age
    layers: tuple[LayerRow, ...]
    acts: tuple[ActRow, ...]
    counts: dict[str, int]


class EventRow(Struct, frozen=True, omit_defaults=True):
    """What the hook of one event did in the last 28 days."""

    event: str
    calls: int
    denied: int = 0
    asked: int = 0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    last: float = 0.0


class Refusal(Struct, frozen=True, omit_defaults=True):
    """A verdict that was not simply to allow."""

    t: float
    decision: str
    event: str
    tool: str = ""
    host: str = ""
    where: str = ""
    rules: tuple[str, ...] = ()


class DiagnosticsView(Struct, frozen=True):
    """The page of diagnostics; a run that never was is null."""

    doctor: DoctorView | None
    drill: DrillView | None
    events: tuple[EventRow, ...]
    refusals: tuple[Refusal, ...]


def view_diagnostics(facts: Facts) -> DiagnosticsView:
    """What the page of diagnostics shows."""
    found, now = facts.diagnostics, facts.place.now
    since = [verdict for verdict in facts.policy.verdicts if verdict.time > now - WINDOW_S]
    return DiagnosticsView(
        doctor=_view_doctor(found.doctor, found.changed, now) if found.doctor else None,
        drill=_view_drill(found.drill, found.changed, now) if found.drill else None,
        events=tuple(_count_events(since)),
        refusals=tuple(_list_refusals(since)),
    )


def judge_age(run: DoctorRun | DrillRun, changed: Sequence[tuple[str, float]], now: float) -> Age:
    """How far `run` can still be believed: another version, files written since, or more than a week ago."""
    other = __version__ if run.version != __version__ else ""
    return Age(run.at, run.version, other, tuple(name for name, at in changed if at > run.at), now - run.at > STALE_S)


def _view_doctor(run: DoctorRun, changed: Sequence[tuple[str, float]], now: float) -> DoctorView:
    order = ("fail", "warn", "ok")
    known = [probe if probe.status in order else replace(probe, status="fail") for probe in run.probes]
    ranked = sorted(known, key=lambda probe: order.index(probe.status))
    probes = tuple(ProbeRow(probe.id, probe.status, probe.evidence, probe.fix) for probe in ranked)
    counts = {status: sum(1 for probe in probes if probe.status == status) for status in order}
    return DoctorView(judge_age(run, changed, now), probes, counts)


def _view_drill(run: DrillRun, changed: Sequence[tuple[str, float]], now: float) -> DrillView:
    layers = tuple(
        LayerRow(one.name, one.stopped, one.tried, one.p50_ms, one.p95_ms, one.inert, one.warnings)
        for one in run.layers
    )
    order = ("through", "refused", "honest", "stopped", "skipped")
    acts = sorted(
        (_view_act(act, index == 0) for index, act in enumerate(run.acts)), key=lambda a: order.index(a.result)
    )
    counts = {name: sum(1 for act in acts if act.result == name) for name in order}
    return DrillView(judge_age(run, changed, now), layers, tuple(acts), counts)


def _view_act(act: ActResult, is_first: bool) -> ActRow:
    is_honest = is_first and act.id == "honest"
    if act.skipped:
        result = "skipped"
    elif act.fault:
        result = "refused" if is_honest else "through"
    else:
        result = "honest" if is_honest else "stopped"
    tries = tuple(TryRow(one.layer, one.catch, one.reason) for one in act.tries)
    return ActRow(act.id, act.title, result, act.skipped or act.fault, tries)


def _count_events(verdicts: Iterable[Verdict]) -> list[EventRow]:
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.event, []).append(verdict)
    rows = []
    for event, listed in found.items():
        times = sorted(one.ms for one in listed)
        rows.append(
            EventRow(
                event=event,
                calls=len(listed),
                denied=sum(1 for one in listed if one.decision == DENY),
                asked=sum(1 for one in listed if one.decision == ASK),
                p50_ms=_share(times, 0.5),
                p95_ms=_share(times, 0.95),
                last=max(one.time for one in listed),
            )
        )
    return sorted(rows, key=lambda row: (-row.calls, row.event))


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _list_refusals(verdicts: Iterable[Verdict]) -> list[Refusal]:
    refused = [one for one in verdicts if one.decision != ALLOW]
    refused.sort(key=lambda one: -one.time)
    return [
        Refusal(one.time, one.decision, one.event, one.tool, one.host, one.where, one.rules) for one in refused[:SHOWN]
    ]
