"""All that init changes in one repository, as one plan; pure, so that a dry run shows exactly what would be done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.settings import CONFIG_PATH
from openclaw_hooks.setup.agent_plan import plan_agents, plan_exclude
from openclaw_hooks.setup.board_driver import plan_driver
from openclaw_hooks.setup.claude_settings import FRAGMENT, merge_fragment
from openclaw_hooks.setup.edits import Plan
from openclaw_hooks.setup.file_plan import leave_alone, plan_file
from openclaw_hooks.setup.git_shim import plan_shim
from openclaw_hooks.setup.hook_plan import plan_hooks
from openclaw_hooks.setup.json_text import JsonError
from openclaw_hooks.setup.mcp_config import plan_mcp
from openclaw_hooks.setup.pre_commit_config import add_entry
from openclaw_hooks.setup.repo_facts import CLAUDE_SETTINGS, OTHER_PREK_CONFIGS, PRE_COMMIT_CONFIG
from openclaw_hooks.setup.rule_copies import plan_copies
from openclaw_hooks.setup.starter import STARTER_CONFIG

if TYPE_CHECKING:
    from openclaw_hooks.rules.model import Rule
    from openclaw_hooks.setup.pre_commit_source import Source
    from openclaw_hooks.setup.repo_facts import RepoFacts


class InitOptions(NamedTuple):
    """What init is asked to set up: where pre-commit gets us from (None skips it), for which agents, the rules, a board,
    and whether MCP clients are to find the knowledge server.
    """

    source: Source | None = None
    agents: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    with_board: bool = False
    with_mcp: bool = False

    @property
    def with_claude(self) -> bool:
        """Whether Claude Code is among the agents: it also gets a deny list and copies of the rules."""
        return "claude" in self.agents


def plan_init(facts: RepoFacts, options: InitOptions) -> Plan:
    """What is still missing in this repository; empty when all is there."""
    plan = _plan_config(facts).join(plan_exclude(facts, options.agents))
    if options.source is not None:
        plan = plan.join(_plan_pre_commit(facts, options.source))
    if options.with_claude:
        plan = plan.join(_plan_claude_settings(facts)).join(plan_copies(facts, options.rules)).join(plan_shim(facts))
    if options.with_board:
        plan = plan.join(plan_driver(facts))
    if options.with_mcp:
        plan = plan.join(plan_mcp(facts))
    plan = plan.join(plan_agents(facts, options.agents))
    return plan.join(plan_hooks(facts.hooks, facts.command))


def _plan_config(facts: RepoFacts) -> Plan:
    if CONFIG_PATH in facts.contents:
        return Plan()
    return plan_file(facts, CONFIG_PATH, STARTER_CONFIG.encode(), "settings, all optional")


def _plan_pre_commit(facts: RepoFacts, source: Source) -> Plan:
    found = facts.contents.get(PRE_COMMIT_CONFIG)
    other = next((name for name in OTHER_PREK_CONFIGS if name in facts.contents), "")
    if found is None and other:  # a second file would take the place of this one
        return leave_alone(other, "only the format that pre-commit reads is edited", add_entry(None, source).text or "")
    try:
        after = add_entry(None if found is None else found.decode("utf-8"), source)
    except UnicodeDecodeError:
        return Plan(notes=(f"{PRE_COMMIT_CONFIG} is not UTF-8 and was left alone",))
    if after.text is None:
        return leave_alone(PRE_COMMIT_CONFIG, "cannot be edited without touching more than our entry", after.by_hand)
    return plan_file(facts, PRE_COMMIT_CONFIG, after.text.encode("utf-8"), "our hooks for pre-commit and prek")


def _plan_claude_settings(facts: RepoFacts) -> Plan:
    found = facts.contents.get(CLAUDE_SETTINGS)
    try:
        after = merge_fragment((found or b"").decode("utf-8"), FRAGMENT)
    except (JsonError, UnicodeDecodeError) as error:
        reason = error.message if isinstance(error, JsonError) else "not UTF-8"
        return leave_alone(CLAUDE_SETTINGS, reason, json.dumps(FRAGMENT, indent=2))
    why = "keeps Claude Code from bypassing the hooks and reading secrets"
    return plan_file(facts, CLAUDE_SETTINGS, after.encode("utf-8"), why)
