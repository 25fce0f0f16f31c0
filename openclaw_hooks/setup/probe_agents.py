"""Do agents really ask before they act? Their hooks called by the command lines in their files, in a scratch repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.board.exclude import WORKTREES
from openclaw_hooks.board.place import REF
from openclaw_hooks.git import ask_git, call_git, foreign_env
from openclaw_hooks.setup.agent_calls import ToolCall, call_handler, find_handler, read_settings
from openclaw_hooks.setup.agent_files import BY_AGENT, make_fragment
from openclaw_hooks.setup.agent_plan import renew_handlers
from openclaw_hooks.setup.agent_state import inspect_agent, used_agents
from openclaw_hooks.setup.apply import read_file
from openclaw_hooks.setup.git_shim import plan_shim
from openclaw_hooks.setup.handlers import holds_ours
from openclaw_hooks.setup.journal import read_journal
from openclaw_hooks.setup.probe import FIX, Probe, fail, ok, warn

if TYPE_CHECKING:
    from openclaw_hooks.setup.probe import DoctorFacts

HARMLESS = ToolCall("ls -la")
BYPASS = ToolCall("git commit --no-verify -m x")


def probe_agents(facts: DoctorFacts) -> list[Probe]:
    """Each agent that was set up or is in use here."""
    agents = used_agents(facts.repo, read_journal(facts.repo.repo))
    return [probe for agent in agents for probe in _probe_agent(facts, agent)]


def _probe_agent(facts: DoctorFacts, agent: str) -> list[Probe]:
    layer, mend = f"agent {agent}", f"openclaw init --agents {agent}"
    state = inspect_agent(facts.repo, agent)
    if state.inert:
        return [fail(layer, state.inert, mend)]
    found = [warn(layer, warning, mend) for warning in state.warnings]
    if agent == "claude":
        found += _probe_reach(facts)
        if not plan_shim(facts.repo).is_empty:
            found.append(warn(layer, "the `git` for its shells is missing, or not as this version would write it", FIX))
    if not found and not _is_current(facts, agent):
        found.append(warn(layer, f"{BY_AGENT[agent].path} is not as this version would write it", FIX))
    return [_probe_answers(facts, agent), *found]


def _is_current(facts: DoctorFacts, agent: str) -> bool:
    file = BY_AGENT[agent]
    content = facts.repo.contents.get(file.path)
    if content is None or file.path in facts.repo.tracked:
        return True
    text = content.decode("utf-8")
    return renew_handlers(text, make_fragment(file, facts.repo.command)) == text


def _probe_answers(facts: DoctorFacts, agent: str) -> Probe:
    """The proof: a harmless command passes and a bypass is refused; a hook that refuses everything proves nothing."""
    import tempfile

    layer = f"agent {agent}"
    handler = find_handler(agent, read_settings(agent, facts.repo.contents), HARMLESS)
    if handler is None:
        return fail(layer, "no hook of ours before shell commands", f"openclaw init --agents {agent}")
    with tempfile.TemporaryDirectory(prefix="openclaw-doctor-") as folder:
        env = {key: value for key, value in foreign_env().items() if not key.startswith(("GIT_CONFIG", "OPENCLAW_"))}
        call_git(["init", "-q", folder], env=env)
        env |= {"PATH": facts.path}
        harmless, bypass = (call_handler(agent, handler, call, folder, env) for call in (HARMLESS, BYPASS))
    if harmless.fault or harmless.is_blocked:
        return fail(layer, f"`{HARMLESS.command}` was refused: {harmless.fault or harmless.reason}")
    if not bypass.is_blocked:
        return fail(layer, f"`{BYPASS.command}` was let through{f': {bypass.fault}' if bypass.fault else ''}")
    shown = f"{BY_AGENT[agent].path}: `{HARMLESS.command}` passed in {harmless.ms:.0f} ms"
    return ok(layer, f"{shown}, `{BYPASS.command}` was refused")


def _probe_reach(facts: DoctorFacts) -> list[Probe]:
    """Whether Claude Code finds the hooks wherever it is started in this repository."""
    layer, path, repo = "agent claude", BY_AGENT["claude"].path, facts.repo
    if not _holds_ours(repo.contents.get(path)):
        evidence = f"the hooks are not in {path}: started in a subfolder, Claude Code does not load them"
        return [warn(layer, evidence, "openclaw init --agents claude")]
    tops = _list_worktrees(repo.repo.top)
    others = [top for top in tops if os.path.isdir(top) and os.path.realpath(top) != os.path.realpath(repo.repo.top)]
    bare = [top for top in others if not _holds_ours(read_file(os.path.join(top, *path.split("/"))))]
    if not bare:
        return []
    return [warn(layer, f"worktrees without hooks: {', '.join(bare)}", "run `openclaw init --agents claude` there")]


def _list_worktrees(top: str) -> list[str]:
    """The folders that people check code out in: no bare repository's inside, nor the board, nor an agent run's attempt."""
    records = ask_git(["worktree", "list", "--porcelain", "-z"], cwd=top).split(b"\0\0")
    lines = [record.split(b"\0") for record in records if record]
    board = f"branch {REF}".encode()
    code = [words for words in lines if b"bare" not in words and board not in words]
    tops = [os.fsdecode(words[0].removeprefix(b"worktree ")) for words in code]
    return [top for top in tops if WORKTREES not in f"{top}/"]


def _holds_ours(content: bytes | None) -> bool:
    return holds_ours((content or b"").decode("utf-8", "replace"))
