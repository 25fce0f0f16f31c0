"""The settings of the merge driver that git uses for the board's branch: planned like everything else that init writes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.board.merge.driver import FLAGS, SECTION, TITLE, driver_command
from openclaw_hooks.git import call_git
from openclaw_hooks.setup.edits import ConfigChange, Plan

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.setup.interpreter import HookCommand
    from openclaw_hooks.setup.repo_facts import RepoFacts


def read_driver(repo: Repo) -> tuple[tuple[str, str], ...]:
    """The settings of the driver in the repository's own configuration: key and value, in the order of the file."""
    words = ["config", "--file", config_path(repo), "--null", "--get-regexp", f"^{SECTION}\\."]
    entries = (os.fsdecode(entry).partition("\n") for entry in call_git(words).stdout.split(b"\0") if entry)
    return tuple((key.removeprefix(f"{SECTION}."), value) for key, _, value in entries)


def config_path(repo: Repo) -> str:
    """The configuration that all worktrees share."""
    return os.path.join(repo.common_dir, "config")


def wanted_driver(command: HookCommand) -> dict[str, str]:
    """The settings as they should be."""
    return {"name": TITLE, "driver": driver_command((command.python, *FLAGS))}


def plan_driver(facts: RepoFacts) -> Plan:
    """What sets the driver up, or brings it up to date."""
    found, file = dict(facts.driver), config_path(facts.repo)
    why = "`git merge` of the board's branch goes field by field"
    changes = (
        ConfigChange(file, f"{SECTION}.{key}", found.get(key), value, why)
        for key, value in wanted_driver(facts.command).items()
        if found.get(key) != value
    )
    return Plan(config=tuple(changes))


def plan_driver_removal(facts: RepoFacts) -> Plan:
    """What takes the driver out again."""
    file, why = config_path(facts.repo), "the board's merge driver"
    keys = dict.fromkeys(key for key, _ in facts.driver)
    found = dict(facts.driver)
    return Plan(config=tuple(ConfigChange(file, f"{SECTION}.{key}", found[key], None, why) for key in keys))
