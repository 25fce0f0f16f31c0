"""How our hooks get into the hook files of agents: beside everybody else's, older ones of ours replaced; pure."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from openclaw_hooks.board.exclude import IGNORED, add_block
from openclaw_hooks.setup.agent_files import AGENT_FILES, BY_AGENT, make_fragment, make_portable
from openclaw_hooks.setup.claude_settings import merge_fragment
from openclaw_hooks.setup.edits import FileEdit, Plan
from openclaw_hooks.setup.file_plan import leave_alone, plan_file
from openclaw_hooks.setup.handlers import holds_ours, list_handlers, remove_handlers
from openclaw_hooks.setup.json_text import JsonError, parse_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.setup.agent_files import AgentFile, Fragment
    from openclaw_hooks.setup.handlers import Handler
    from openclaw_hooks.setup.repo_facts import RepoFacts


def plan_agents(facts: RepoFacts, agents: Sequence[str]) -> Plan:
    """What puts our hooks into the file of each of `agents` that has one."""
    plan = Plan()
    for agent in agents:
        if file := BY_AGENT.get(agent):
            plan = plan.join(_plan_agent(facts, file))
    return plan


def _plan_agent(facts: RepoFacts, file: AgentFile) -> Plan:
    portable = json.dumps(make_portable(file), indent=2)
    if file.path in facts.tracked:
        reason = "git tracks it, and our hooks name this machine's Python"
        return leave_alone(file.path, reason, f"{portable}\nand see that `openclaw-hook` is on everybody's PATH")
    found = facts.contents.get(file.path)
    try:
        after = renew_handlers((found or b"").decode("utf-8"), make_fragment(file, facts.command))
    except (JsonError, UnicodeDecodeError) as error:
        reason = error.message if isinstance(error, JsonError) else "not UTF-8"
        return leave_alone(file.path, reason, portable)
    why = f"{file.agent} asks before it acts; this machine only, kept out of git"
    plan = plan_file(facts, file.path, after.encode("utf-8"), why)
    return plan.join(Plan(notes=(file.after,))) if file.after and plan.edits else plan


def renew_handlers(text: str, fragment: Fragment) -> str:
    """The JSON `text` with the handlers of `fragment` and no others of ours; raises JsonError."""
    if not text.strip("\ufeff \t\r\n"):
        return merge_fragment("", fragment)
    found = list_handlers(parse_json(text.removeprefix("\ufeff")))
    if _sort(found) == _sort(list_handlers(fragment)):  # also where somebody put them into groups of their own
        return merge_fragment(text, {key: value for key, value in fragment.items() if key != "hooks"})
    return merge_fragment(remove_handlers(text), fragment)


def _sort(handlers: list[Handler]) -> list[Handler]:
    return sorted(handlers, key=lambda handler: handler[:3])


def wired_agents(facts: RepoFacts) -> tuple[str, ...]:
    """The agents whose hook file holds hooks of ours."""
    texts = ((file, facts.contents.get(file.path, b"").decode("utf-8", "replace")) for file in AGENT_FILES)
    return tuple(file.agent for file, text in texts if holds_ours(text))


def plan_exclude(facts: RepoFacts, agents: Sequence[str]) -> Plan:
    """What keeps state, and the files that name this machine's Python, out of `git status`."""
    chosen = {*agents, *wired_agents(facts)}
    ours = (file.path for file in AGENT_FILES if file.agent in chosen and file.path not in facts.tracked)
    content = add_block(facts.exclude, [*IGNORED, *(f"/{path}" for path in ours)])
    if content == facts.exclude:
        return Plan()
    path = os.path.join(facts.repo.common_dir, "info", "exclude")
    why = "keeps the board and hook files of this machine out of `git status`"
    return Plan(edits=(FileEdit(path, facts.exclude, content, why),))
