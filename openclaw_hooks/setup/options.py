"""What the arguments of init mean in this repository: agents, the source for pre-commit, the rules in force."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.agents import MARKS
from openclaw_hooks.documents import suggest
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.setup.agent_files import BY_AGENT
from openclaw_hooks.setup.agent_plan import wired_agents
from openclaw_hooks.setup.plan import InitOptions
from openclaw_hooks.setup.pre_commit_source import find_source, parse_source

if TYPE_CHECKING:
    from openclaw_hooks.rules.model import Rule
    from openclaw_hooks.setup.repo_facts import RepoFacts

KNOWN_AGENTS = tuple(sorted({*MARKS.values(), *BY_AGENT} - {"openclaw"}))


def choose_options(
    facts: RepoFacts, agents: str, source: str, no_pre_commit: bool
) -> tuple[InitOptions, tuple[str, ...]]:
    """The options, and what the user should know about them; raises OpenclawError for what does not exist."""
    named = parse_agents(agents)
    used = ("claude",) if facts.has_claude else ()
    chosen_agents = tuple(dict.fromkeys((*used, *wired_agents(facts)))) if named is None else named
    chosen = None
    if not no_pre_commit:
        chosen = parse_source(source) if source else find_source()
    notes = []
    if not no_pre_commit and chosen is None:
        notes.append(
            "nothing was written into .pre-commit-config.yaml: this installation does not say where others get it from; "
            "name that with `--source URL@REV`, or `--source local@VERSION` for a release that pip can find"
        )
    if others := [name for name in named or () if name not in BY_AGENT]:
        notes.append(f"{', '.join(others)}: no hook file that we could write; the git hooks hold whoever commits")
    if chosen and not source and os.path.isabs(chosen.url):
        notes.append(
            f"the pre-commit entry names {chosen.url}, which is on this machine only; `--source URL@REV` names another"
        )
    if facts.command.is_in_cache:
        notes.append(f"{facts.command.python} lies in a cache and may vanish; install openclaw-hooks for good")
    rules = read_active_rules(facts.repo.top) if "claude" in chosen_agents else ()
    return InitOptions(chosen, chosen_agents, rules), tuple(notes)


def parse_agents(text: str) -> tuple[str, ...] | None:
    """The agents that `--agents` names; None when it says nothing; raises OpenclawError with the nearest name."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in (*KNOWN_AGENTS, "none"):
            raise OpenclawError(f"no agent `{name}`", suggest(name, list(KNOWN_AGENTS)))
    return tuple(name for name in names if name != "none") if names else None


def read_active_rules(top: str) -> tuple[Rule, ...]:
    """The rules in force in the repository at `top`, those that its config disables left out; raises DocumentError."""
    from openclaw_hooks.rules.detect import active_rules, detect_frameworks
    from openclaw_hooks.rules.load import load_rules
    from openclaw_hooks.settings import load_settings

    settings = load_settings(top).rules
    frameworks = detect_frameworks(top) if settings.frameworks is None else frozenset(settings.frameworks)
    return tuple(rule for rule in active_rules(load_rules(top), frameworks, top) if rule.id not in settings.disable)
