"""What a drill found, as it is kept for those who look later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks import __version__
from openclaw_hooks.diagnosis import ActResult, DrillRun, LayerResult, TryResult, clip, clip_all
from openclaw_hooks.drill.judge import Catch, measure_latency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.drill.judge import Latency, Result
    from openclaw_hooks.drill.layers import Layer
    from openclaw_hooks.drill.story import Plan


def record_drill(plan: Plan, results: Sequence[Result], now: float) -> DrillRun:
    """`results` of `plan`, which begin with honest work, at `now` (seconds since the epoch)."""
    latencies = {one.layer: one for one in measure_latency(results)}
    layers = tuple(_record_layer(layer, results[1:], latencies.get(layer.name)) for layer in plan.field.layers)
    skipped = tuple(
        ActResult(id=one.act.id, title=clip(one.act.title), skipped=clip(one.why) or "not tried")
        for one in plan.skipped
    )
    return DrillRun(at=now, version=__version__, layers=layers, acts=(*map(_record_act, results), *skipped))


def _record_layer(layer: Layer, bad: Sequence[Result], latency: Latency | None) -> LayerResult:
    tries = [one for result in bad for one in result.tries if one.layer == layer.name]
    return LayerResult(
        name=layer.name,
        inert=clip(layer.inert),
        warnings=clip_all(layer.warnings),
        stopped=sum(1 for one in tries if one.catch is Catch.CAUGHT),
        tried=len(tries),
        calls=latency.calls if latency else 0,
        p50_ms=round(latency.p50_ms, 1) if latency else 0.0,
        p95_ms=round(latency.p95_ms, 1) if latency else 0.0,
    )


def _record_act(result: Result) -> ActResult:
    tries = tuple(TryResult(layer=one.layer, catch=str(one.catch), reason=clip(one.reason)) for one in result.tries)
    return ActResult(id=result.act.id, title=clip(result.act.title), tries=tries, fault=clip(result.fault))
