"""`openclaw drill`: known-bad acts against every layer that is installed here, in a clone."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.output import print_json, print_table
from openclaw_hooks.diagnosis import save_drill
from openclaw_hooks.drill.judge import Catch, measure_latency
from openclaw_hooks.drill.record import record_drill
from openclaw_hooks.drill.story import prepare_drill, run_drill
from openclaw_hooks.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.drill.judge import Latency, Result, Try
    from openclaw_hooks.drill.layers import Layer
    from openclaw_hooks.drill.story import Plan

REASON_WIDTH = 100


def drill(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the clone and print where it is.")] = False,
) -> None:
    """Try what must not get through, at every layer by itself, and show which layer stops it and which one sleeps.

    In a clone below a temporary folder, with your policy and settings as they lie on disk: each agent's hook by the
    command line in its own settings, git hooks by real commits and pushes to a scratch server, receipts by the check
    that a build server would run. Your repository and its remotes are not touched, and hooks that are not ours not run.
    Exit code 1 when something got through all layers, or when honest work was refused.

    Example: openclaw drill --json
    """
    from openclaw_hooks.setup.interpreter import find_command
    from openclaw_hooks.setup.probe import DoctorFacts
    from openclaw_hooks.setup.repo_facts import read_repo_facts

    facts = DoctorFacts(read_repo_facts(None, find_command()), os.environ.get("PATH", os.defpath))
    folder = tempfile.mkdtemp(prefix="openclaw-drill-")
    try:
        plan = prepare_drill(facts, folder)
        results = list(run_drill(plan))
    finally:
        if keep:
            print(f"kept: {os.path.join(folder, 'clone')}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    save_drill(facts.repo.repo.state_dir, record_drill(plan, results, time.time()))
    if as_json:
        print_json("drill", _values(plan, results))
    else:
        _show(plan, results)
    if any(result.fault for result in results):
        raise typer.Exit(EXIT_FINDINGS)


def _show(plan: Plan, results: list[Result]) -> None:
    print_table(("act", "stopped by", "not by"), [_act_row(result) for result in results])
    typer.echo("")
    latencies = {one.layer: one for one in measure_latency(results)}
    rows = [_layer_row(layer, results, latencies.get(layer.name)) for layer in plan.field.layers]
    print_table(("layer", "stopped", "p50 ms", "p95 ms", "state"), rows)
    for skipped in plan.skipped:
        typer.echo(f"not tried: {skipped.act.title}: {skipped.why}")
    faults = [result for result in results if result.fault]
    for result in faults:
        typer.echo(f"FAIL {result.act.title}: {result.fault}")
    bad = len(results) - 1
    if not faults:
        typer.echo(f"\nall {bad} bad acts were stopped, honest work was let through")
    elif len(faults) > 1 or faults[0].act is not results[0].act:
        typer.echo(f"\n{sum(1 for one in results[1:] if one.fault)} of {bad} bad acts got through")


def _act_row(result: Result) -> tuple[str, str, str]:
    stopped = _name_layers(result.tries, frozenset({Catch.CAUGHT}))
    if result.act.id == "honest":
        return result.act.title, stopped or "- (as it must be)", ""
    slept = _name_layers(result.tries, frozenset(Catch) - {Catch.CAUGHT})
    return result.act.title, stopped or ("NOTHING" if result.fault else "-"), slept


def _name_layers(tries: Sequence[Try], catches: frozenset[Catch]) -> str:
    """The layers that did one of `catches`, with what it was unless it is clear; many agents as their number."""
    groups: dict[tuple[bool, Catch], list[str]] = {}
    for one in tries:
        if one.catch in catches:
            groups.setdefault((one.is_of_agent, one.catch), []).append(one.layer)
    shown = []
    for (is_of_agent, catch), names in groups.items():
        text = f"{len(names)} agents" if is_of_agent and len(names) > 2 else ", ".join(names)
        shown.append(text if len(catches) == 1 or catch is Catch.PASSED else f"{text} ({catch})")
    return ", ".join(shown)


def _layer_row(layer: Layer, results: list[Result], latency: Latency | None) -> tuple[str, str, str, str, str]:
    tries = [one for result in results[1:] for one in result.tries if one.layer == layer.name]
    caught = sum(1 for one in tries if one.catch is Catch.CAUGHT)
    faults = (one.reason for one in tries if one.catch in (Catch.BROKEN, Catch.MISSED) and one.reason)
    notes = [f"INERT: {layer.inert}"] if layer.inert else [*layer.warnings, *dict.fromkeys(faults)]
    state = _shorten("; ".join(notes) or "alive")
    times = (f"{latency.p50_ms:.0f}", f"{latency.p95_ms:.0f}") if latency else ("-", "-")
    return layer.name, f"{caught} of {len(tries)}", *times, state


def _shorten(text: str) -> str:
    return text if len(text) <= REASON_WIDTH else f"{text[: REASON_WIDTH - 3]}..."


def _values(plan: Plan, results: list[Result]) -> dict[str, object]:
    latencies = measure_latency(results)
    layers = [
        {"name": layer.name, "inert": layer.inert, "warnings": layer.warnings}
        | next(({"p50_ms": one.p50_ms, "p95_ms": one.p95_ms, "calls": one.calls} for one in latencies if one.layer == layer.name), {})
        for layer in plan.field.layers
    ]  # fmt: skip
    acts = [
        {
            "id": result.act.id,
            "title": result.act.title,
            "caught_by": result.caught_by,
            "tries": [{"layer": one.layer, "catch": str(one.catch), "reason": one.reason} for one in result.tries],
            "fault": result.fault,
        }
        for result in results
    ]
    skipped = [{"id": one.act.id, "title": one.act.title, "why": one.why} for one in plan.skipped]
    ok = not any(result.fault for result in results)
    return {"ok": ok, "layers": layers, "acts": acts, "skipped": skipped}
