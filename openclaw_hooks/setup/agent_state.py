"""Which agents are guarded here, and what keeps their hooks from running, as far as their files tell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agent_hooks.deadline import choose_deadline
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.setup.agent_calls import ToolCall, find_handler, hooks_disabled, read_settings, timeout_s
from openclaw_hooks.setup.agent_files import AGENT_FILES, BY_AGENT
from openclaw_hooks.setup.agent_plan import wired_agents

if TYPE_CHECKING:
    from openclaw_hooks.setup.handlers import Handler
    from openclaw_hooks.setup.journal import Journal
    from openclaw_hooks.setup.repo_facts import RepoFacts

SHELL_CALL = ToolCall("true")


class AgentState(NamedTuple):
    """How the hooks of one agent stand: why they cannot run at all (empty: they can), and what may keep them from it."""

    agent: str
    inert: str = ""
    warnings: tuple[str, ...] = ()


def used_agents(facts: RepoFacts, journal: Journal) -> tuple[str, ...]:
    """The agents that were set up here, whatever became of it, and those whose files are here."""
    done = {name.rpartition(":")[2] for name in journal.files}
    known = {*wired_agents(facts), *(file.agent for file in AGENT_FILES if file.path in done)}
    if facts.has_claude:
        known.add("claude")
    return tuple(agent for agent in BY_AGENT if agent in known)


def inspect_agent(facts: RepoFacts, agent: str) -> AgentState:
    """How the hooks of `agent` stand, by what its files say."""
    try:
        settings = read_settings(agent, facts.contents)
    except OpenclawError as error:
        return AgentState(agent, f"{BY_AGENT[agent].path} or a file beside it does not parse: {error.message}")
    if agent == "claude" and hooks_disabled(settings):
        return AgentState(agent, "disableAllHooks is set: no hook of Claude Code runs")
    handler = find_handler(agent, settings, SHELL_CALL)
    if handler is None:
        return AgentState(agent, f"no hook of ours before shell commands in {BY_AGENT[agent].path}")
    return AgentState(agent, "", tuple(_weaknesses(agent, handler)))


def _weaknesses(agent: str, handler: Handler) -> list[str]:
    """What would let an act through on a bad day."""
    found = []
    deadline, given = choose_deadline("", "PreToolUse"), timeout_s(agent, handler)
    if given <= deadline:
        found.append(f"its timeout of {given:g} s is not above the {deadline:g} s in which the hook answers for sure")
    if agent == "claude" and handler.settings.get("onFailure") != "block":
        found.append('it lacks `"onFailure": "block"`: a hook that fails lets the act run')
    if agent == "cursor" and handler.settings.get("failClosed") is not True:
        found.append('it lacks `"failClosed": true`: a hook that fails lets the act run')
    late = [key for key in ("if", "async") if handler.settings.get(key)]
    found += [f"`{key}` is set: it does not judge every command before it runs" for key in late]
    if handler.words and not os.path.isabs(handler.words[0]):
        found.append(f"it calls {handler.words[0]} by name: whoever comes first on PATH answers")
    return found
