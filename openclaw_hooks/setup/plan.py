"""All that init changes in one repository, as one plan; pure, so that a dry run shows exactly what would be done."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.settings import CONFIG_PATH
from openclaw_hooks.setup.edits import FileEdit, Plan
from openclaw_hooks.setup.hook_plan import plan_hooks
from openclaw_hooks.setup.starter import STARTER_CONFIG, add_block

if TYPE_CHECKING:
    from openclaw_hooks.setup.repo_facts import RepoFacts


class InitOptions(NamedTuple):
    """What the user asked of init."""

    agents: tuple[str, ...] = ()


def plan_init(facts: RepoFacts, options: InitOptions) -> Plan:
    """What is still missing in this repository; empty when all is there."""
    plan = _plan_config(facts).join(_plan_exclude(facts))
    return plan.join(plan_hooks(facts.hooks, facts.command))


def _plan_config(facts: RepoFacts) -> Plan:
    if CONFIG_PATH in facts.contents:
        return Plan()
    if CONFIG_PATH in facts.outside:
        return Plan(notes=(f"{CONFIG_PATH} is a link out of the repository and was left alone",))
    return Plan(edits=(FileEdit(facts.path(CONFIG_PATH), None, STARTER_CONFIG.encode(), "settings, all optional"),))


def _plan_exclude(facts: RepoFacts) -> Plan:
    content = add_block(facts.exclude)
    if content == facts.exclude:
        return Plan()
    path = os.path.join(facts.repo.common_dir, "info", "exclude")
    return Plan(edits=(FileEdit(path, facts.exclude, content, "keeps the board out of `git status`"),))
