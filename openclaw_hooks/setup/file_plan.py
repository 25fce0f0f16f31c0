"""What init does with one file of the worktree: write it, or leave it alone and say why; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.setup.edits import FileEdit, Plan

if TYPE_CHECKING:
    from openclaw_hooks.setup.repo_facts import RepoFacts


def plan_file(facts: RepoFacts, name: str, content: bytes, why: str) -> Plan:
    """The edit that gives the file `name` this content; none when it has it, or lies outside the repository."""
    found = facts.contents.get(name)
    if content == found:
        return Plan()
    if name in facts.outside:
        return Plan(notes=(f"{name} is a link out of the repository and was left alone",))
    return Plan(edits=(FileEdit(facts.path(name), found, content, why),))


def leave_alone(name: str, reason: str, snippet: str) -> Plan:
    """A note that `name` was not edited, with what a person can add to it."""
    return Plan(notes=(f"{name} was left alone ({reason}); add this by hand:\n{snippet.rstrip()}",))
