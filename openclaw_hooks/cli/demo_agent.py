"""`openclaw demo --agent`: the story of an agent's run, told as it is played."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import typer

from openclaw_hooks.cli.demo_steps import show_step, shown_step, step_values
from openclaw_hooks.cli.output import print_json, print_table
from openclaw_hooks.demo.agent_steps import agent_steps
from openclaw_hooks.demo.agent_story import judge_attempts, judge_rest, read_attempts, set_up_agent, user_state
from openclaw_hooks.demo.board_story import play_step
from openclaw_hooks.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from openclaw_hooks.demo.agent_steps import AgentStep
    from openclaw_hooks.demo.agent_story import Judged
    from openclaw_hooks.demo.board_story import Played

NEXT = """\
next, in a repository of yours:
  openclaw agent list                    which agents are here
  openclaw task new "What is wanted" --scope src/ --metric "make test"
  openclaw agent run TASK --agent claude
"""
MOCK = "mock: the agent is a script, no model is asked; the commands, git and the verdicts are real"


def show_agent_story(folder: str, as_json: bool) -> None:
    """Play the story below `folder` and tell it; exits with 1 when a step or a verdict does not come out as it must."""
    began = time.monotonic()
    scratch = set_up_agent(folder)
    before = user_state(scratch)
    steps: list[Played] = []
    kept: dict[str, str] = {}
    if not as_json:
        typer.echo(f"{MOCK}\n")
    for one in agent_steps():
        steps.append(play_step(scratch, one.step, kept))
        if not as_json:
            _show_step(one, steps[-1])
        if steps[-1].fault:
            break
    task = kept.get("task", "")
    judged = judge_attempts(read_attempts(scratch, task)) if task else []
    fault = steps[-1].fault or next((one.fault for one in judged if one.fault), "") or judge_rest(scratch, task, before)
    if as_json:
        values = {"steps": [step_values(played) for played in steps], "attempts": [one._asdict() for one in judged]}
        print_json("demo-agent", {"ok": not fault, "fault": fault, "provenance": "mock", **values})
    else:
        _show_end(judged, fault, time.monotonic() - began)
    if fault:
        raise typer.Exit(EXIT_FINDINGS)


def _show_step(one: AgentStep, played: Played) -> None:
    """Prints the step with the part of its output that tells the most."""
    shown = shown_step(played)
    at = shown.output.find(f"\n{one.begins}") + 1 if one.begins and not played.fault else 0
    show_step(shown._replace(output=shown.output[at:]), one.most_lines)


def _show_end(judged: list[Judged], fault: str, seconds: float) -> None:
    typer.echo("")
    print_table(("", "attempt", "verdict", "as it must be"), [_row(one) for one in judged])
    if fault:
        typer.echo(f"\nthe story broke off: {fault}")
        return
    kept = sum(one.verdict == "keep" for one in judged)
    typer.echo(
        f"\n{len(judged)} attempts, {kept} kept, all of them in git, nothing of the user's touched, no process left, "
        f"in {seconds:.0f} s\n{MOCK}\n\n{NEXT}".rstrip()
    )


def _row(one: Judged) -> tuple[str, str, str, str]:
    return str(one.number), one.title, f"{one.verdict} ({one.cause})", one.fault or "yes"
