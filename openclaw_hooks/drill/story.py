"""The whole drill: reads what is installed, makes the clone, and tries honest work and then every bad act."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.drill.acts import AGENT, build_acts, choose_ground, honest_act
from openclaw_hooks.drill.clone import clone_repo
from openclaw_hooks.drill.judge import Result, judge_bad, judge_honest
from openclaw_hooks.drill.layers import list_layers
from openclaw_hooks.drill.play import Field, play_act
from openclaw_hooks.scratch.planted import make_planted
from openclaw_hooks.settings import load_settings
from openclaw_hooks.setup.journal import read_journal
from openclaw_hooks.verdict import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.drill.acts import Act
    from openclaw_hooks.setup.probe import DoctorFacts


class Skipped(NamedTuple):
    """An act that was not tried, and why."""

    act: Act
    why: str


class Plan(NamedTuple):
    """A drill that is about to begin: the field, honest work, the acts to try, and those that are left out."""

    field: Field
    honest: Act
    acts: tuple[Act, ...]
    skipped: tuple[Skipped, ...]


def prepare_drill(facts: DoctorFacts, folder: str) -> Plan:
    """The clone below `folder`, and what is going to be tried in it; raises OpenclawError for a broken policy."""
    settings = load_settings(facts.repo.repo.top)
    ground = choose_ground(settings)
    layers = list_layers(facts, read_journal(facts.repo.repo))
    branch = ground.branch or "drill"
    field = Field(clone_repo(facts.repo, folder, branch), branch, facts.repo, layers)
    off = {*settings.checks.disable, *settings.checks.warn}
    if settings.commands.secret_files is Answer.ALLOW:
        off.add("commands.secret_files")
    chosen: list[Act] = []
    skipped: list[Skipped] = []
    for act in build_acts(make_planted(), ground):
        if act.check in off:
            skipped.append(Skipped(act, f"`{act.check}` is switched off in .openclaw/config.yaml"))
        elif set(act.layers) == {AGENT} and not any(layer.agent for layer in layers):
            skipped.append(Skipped(act, "no agent is set up here"))
        else:
            chosen.append(act)
    return Plan(field, honest_act(ground), tuple(chosen), tuple(skipped))


def run_drill(plan: Plan) -> Iterator[Result]:
    """The judged results: honest work first, then each act as it is played."""
    yield judge_honest(plan.honest, play_act(plan.field, plan.honest))
    for act in plan.acts:
        yield judge_bad(act, play_act(plan.field, act))
