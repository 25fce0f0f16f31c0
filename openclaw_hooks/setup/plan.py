"""All that init changes in one repository, as one plan; pure, so that a dry run shows exactly what would be done."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.settings import CONFIG_PATH
from openclaw_hooks.setup.claude_settings import FRAGMENT, merge_fragment
from openclaw_hooks.setup.edits import FileEdit, Plan
from openclaw_hooks.setup.hook_plan import plan_hooks
from openclaw_hooks.setup.json_text import JsonError
from openclaw_hooks.setup.pre_commit_config import add_entry
from openclaw_hooks.setup.repo_facts import CLAUDE_SETTINGS, OTHER_PREK_CONFIGS, PRE_COMMIT_CONFIG
from openclaw_hooks.setup.rule_copies import plan_copies
from openclaw_hooks.setup.starter import STARTER_CONFIG, add_block

if TYPE_CHECKING:
    from openclaw_hooks.rules.model import Rule
    from openclaw_hooks.setup.pre_commit_source import Source
    from openclaw_hooks.setup.repo_facts import RepoFacts


class InitOptions(NamedTuple):
    """What init is asked to set up: where pre-commit gets us from (None skips it), for Claude Code or not, the rules."""

    source: Source | None = None
    with_claude: bool = False
    rules: tuple[Rule, ...] = ()


def plan_init(facts: RepoFacts, options: InitOptions) -> Plan:
    """What is still missing in this repository; empty when all is there."""
    plan = _plan_config(facts).join(_plan_exclude(facts))
    if options.source is not None:
        plan = plan.join(_plan_pre_commit(facts, options.source))
    if options.with_claude:
        plan = plan.join(_plan_claude_settings(facts)).join(plan_copies(facts, options.rules))
    return plan.join(plan_hooks(facts.hooks, facts.command))


def _plan_config(facts: RepoFacts) -> Plan:
    if CONFIG_PATH in facts.contents:
        return Plan()
    return _plan_file(facts, CONFIG_PATH, STARTER_CONFIG.encode(), "settings, all optional")


def _plan_exclude(facts: RepoFacts) -> Plan:
    content = add_block(facts.exclude)
    if content == facts.exclude:
        return Plan()
    path = os.path.join(facts.repo.common_dir, "info", "exclude")
    return Plan(edits=(FileEdit(path, facts.exclude, content, "keeps the board out of `git status`"),))


def _plan_pre_commit(facts: RepoFacts, source: Source) -> Plan:
    found = facts.contents.get(PRE_COMMIT_CONFIG)
    other = next((name for name in OTHER_PREK_CONFIGS if name in facts.contents), "")
    if found is None and other:  # a second file would take the place of this one
        return _leave(other, "only the format that pre-commit reads is edited", add_entry(None, source).text or "")
    try:
        after = add_entry(None if found is None else found.decode("utf-8"), source)
    except UnicodeDecodeError:
        return Plan(notes=(f"{PRE_COMMIT_CONFIG} is not UTF-8 and was left alone",))
    if after.text is None:
        return _leave(PRE_COMMIT_CONFIG, "cannot be edited without touching more than our entry", after.by_hand)
    return _plan_file(facts, PRE_COMMIT_CONFIG, after.text.encode("utf-8"), "our hooks for pre-commit and prek")


def _plan_claude_settings(facts: RepoFacts) -> Plan:
    found = facts.contents.get(CLAUDE_SETTINGS)
    try:
        after = merge_fragment((found or b"").decode("utf-8"), FRAGMENT)
    except (JsonError, UnicodeDecodeError) as error:
        reason = error.message if isinstance(error, JsonError) else "not UTF-8"
        return _leave(CLAUDE_SETTINGS, reason, json.dumps(FRAGMENT, indent=2))
    why = "keeps Claude Code from bypassing the hooks and reading secrets"
    return _plan_file(facts, CLAUDE_SETTINGS, after.encode("utf-8"), why)


def _plan_file(facts: RepoFacts, name: str, content: bytes, why: str) -> Plan:
    found = facts.contents.get(name)
    if content == found:
        return Plan()
    if name in facts.outside:
        return Plan(notes=(f"{name} is a link out of the repository and was left alone",))
    return Plan(edits=(FileEdit(facts.path(name), found, content, why),))


def _leave(name: str, reason: str, snippet: str) -> Plan:
    return Plan(notes=(f"{name} was left alone ({reason}); add this by hand:\n{snippet.rstrip()}",))
