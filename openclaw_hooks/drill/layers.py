"""Which layers there are in the user's repository, and what keeps each from working, before anything is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.drill.acts import AGENT, COMMIT_MSG, PRE_COMMIT, PRE_PUSH, RECEIPTS, SHIM
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.setup.agent_calls import read_settings
from openclaw_hooks.setup.agent_state import inspect_agent, used_agents
from openclaw_hooks.setup.handlers import list_handlers
from openclaw_hooks.setup.probe import Status
from openclaw_hooks.setup.probe_hooks import probe_hooks_path, probe_stages
from openclaw_hooks.setup.probe_tools import probe_command

if TYPE_CHECKING:
    from openclaw_hooks.setup.journal import Journal
    from openclaw_hooks.setup.probe import DoctorFacts
    from openclaw_hooks.setup.repo_facts import RepoFacts


class Layer(NamedTuple):
    """One layer: its name (`agent claude`, `pre-commit`, ...), why it cannot work, and what might keep it from it."""

    name: str
    inert: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What an act names this layer by."""
        return AGENT if self.agent else self.name

    @property
    def agent(self) -> str:
        """The agent whose hook this is; empty for a layer of git."""
        return self.name.removeprefix(f"{AGENT} ") if self.name.startswith(f"{AGENT} ") else ""


def list_layers(facts: DoctorFacts, journal: Journal) -> tuple[Layer, ...]:
    """Every layer that should be there: an agent's where it was set up or is in use, and those of git always."""
    states = (inspect_agent(facts.repo, agent) for agent in used_agents(facts.repo, journal))
    agents = (Layer(f"{AGENT} {state.agent}", state.inert, state.warnings) for state in states)
    return (*agents, *_inspect_shim(facts.repo, journal), *_inspect_git(facts))


def _inspect_shim(facts: RepoFacts, journal: Journal) -> list[Layer]:
    if "claude" not in used_agents(facts, journal):
        return []
    if facts.shim is None:
        return [Layer(SHIM, "init has not made it, or somebody took it away")]
    try:
        handlers = [handler for one in read_settings("claude", facts.contents) for handler in list_handlers(one)]
    except OpenclawError as error:
        return [Layer(SHIM, f"no session is given it: {error.message}")]
    is_offered = any(handler.event == "SessionStart" for handler in handlers)
    return [Layer(SHIM, "" if is_offered else "no session is given it: our hook of the session's start is not wired")]


def _inspect_git(facts: DoctorFacts) -> list[Layer]:
    moved = next((probe.evidence for probe in probe_hooks_path(facts) if probe.status is Status.FAIL), "")
    stages = {probe.id.removeprefix("hook "): probe for probe in probe_stages(facts)}
    layers = []
    for stage in (PRE_COMMIT, COMMIT_MSG, PRE_PUSH):
        probe = stages[stage]
        is_dead = probe.status is Status.FAIL
        warnings = (probe.evidence,) if probe.status is Status.WARN else ()
        layers.append(Layer(stage, moved or (probe.evidence if is_dead else ""), warnings))
    post = stages["post-commit"]
    lacking = moved or (post.evidence if post.status is Status.FAIL else "")
    receipts = f"no commit gets a receipt: {lacking}" if lacking else ""
    foreign = tuple(probe.evidence for probe in probe_command(facts) if probe.status is Status.WARN)
    return [*layers, Layer(RECEIPTS, receipts, foreign)]
