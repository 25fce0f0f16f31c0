"""`openclaw doctor`: whether every layer is alive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from openclaw_hooks.setup.probe import DoctorFacts, Probe


def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Repair what can be repaired, then look again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show whether every layer of the guard is alive, with evidence; exit code 1 when one is not.

    Hooks are really started, and a planted secret is really committed in a scratch repository.

    Example: openclaw doctor --fix
    """
    from openclaw_hooks.setup.doctor import run_probes
    from openclaw_hooks.setup.probe import Status

    facts = _read_facts()
    repaired = _repair(facts) if fix else []
    probes = run_probes(_read_facts() if repaired else facts)
    _keep(facts, probes)
    if as_json:
        from openclaw_hooks.cli.output import print_json

        print_json("doctor", {"probes": [probe._asdict() for probe in probes], "repaired": repaired})
    else:
        _show(probes, repaired)
    if any(probe.status is Status.FAIL for probe in probes):
        raise typer.Exit(EXIT_FINDINGS)


def _read_facts() -> DoctorFacts:
    import os

    from openclaw_hooks.setup.interpreter import find_command
    from openclaw_hooks.setup.probe import DoctorFacts
    from openclaw_hooks.setup.repo_facts import read_repo_facts

    return DoctorFacts(read_repo_facts(None, find_command()), os.environ.get("PATH", os.defpath))


def _repair(facts: DoctorFacts) -> list[str]:
    """The changes that were made, one line each."""
    from openclaw_hooks.errors import OpenclawError
    from openclaw_hooks.setup.apply import apply_plan
    from openclaw_hooks.setup.board_setup import mend_board
    from openclaw_hooks.setup.doctor import repair_options
    from openclaw_hooks.setup.edits import list_changes
    from openclaw_hooks.setup.journal import read_journal
    from openclaw_hooks.setup.plan import plan_init
    from openclaw_hooks.setup.run_removal import clean_runs

    repo = facts.repo.repo
    plan = plan_init(facts.repo, repair_options(facts.repo, read_journal(repo)))
    apply_plan(repo, plan, facts.repo.command.version)
    try:
        return [*list_changes(plan, repo.top), *mend_board(repo), *clean_runs(repo)]
    except OpenclawError as error:  # the guard is mended all the same; the probe of the board says how that stands
        typer.echo(f"openclaw: the board was not mended: {error}", err=True)
        return list_changes(plan, repo.top)


def _keep(facts: DoctorFacts, probes: list[Probe]) -> None:
    """Put what was found where Mission Control reads it."""
    import time

    from openclaw_hooks.diagnosis import DoctorRun, ProbeResult, clip, save_doctor

    results = (
        ProbeResult(id=probe.id, status=str(probe.status), evidence=clip(probe.evidence), fix=clip(probe.fix))
        for probe in probes
    )
    run = DoctorRun(at=time.time(), version=facts.repo.command.version, probes=tuple(results))
    save_doctor(facts.repo.repo.state_dir, run)


def _show(probes: list[Probe], repaired: list[str]) -> None:
    from openclaw_hooks.cli.output import print_table

    for line in repaired:
        typer.echo(f"repaired: {line}")
    rows = [(str(probe.status), probe.id, probe.evidence, probe.fix) for probe in probes]
    print_table(("", "layer", "evidence", "fix"), rows)
