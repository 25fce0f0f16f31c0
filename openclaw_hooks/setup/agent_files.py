"""The hook file of each agent: where it lies, and what we put into it.

Every command names this machine's interpreter by its absolute path, so the files are kept out of git. Claude Code has a
file made for that, `.claude/settings.local.json`; it is also the one that still loads when Claude Code is started in a
subfolder. A file that the user tracks is left alone: what holds here would be wrong for whoever pulls it.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.agent_hooks.entry import EVENTS, GUARDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.setup.interpreter import HookCommand

# Far above the deadline at which our own hook answers: a host that gives up on a hook lets the act run.
GUARD_TIMEOUT_S = 30
NOTICE_TIMEOUT_S = 20

SHELL_TOOLS = "Bash|PowerShell|Monitor"
FILE_TOOLS = "Write|Edit|MultiEdit|NotebookEdit|Read"
WRITE_TOOLS = "Write|Edit|MultiEdit|NotebookEdit"

# Event -> its groups' matchers; events that are not here have one group for all.
MATCHERS = {"PreToolUse": (SHELL_TOOLS, FILE_TOOLS), "PostToolUse": (WRITE_TOOLS,)}

Fragment = dict[str, Any]


class AgentFile(NamedTuple):
    """The hook file of one agent, by its path from the top; `make` gives our part of it for a way to call a hook.

    `call(event)` is the command line of a hook. `after` is what a person has to do once, or know.
    """

    agent: str
    path: str
    make: Callable[[Callable[[str], str]], Fragment]
    after: str = ""


def show_call(command: HookCommand, agent: str, event: str) -> str:
    """The command line of a hook for a shell.

    Whatever keeps a guard from running (no interpreter, a broken install, a crash) must end in exit code 2: every other
    code lets the act run in most hosts.
    """
    words = shlex.join([command.python, *command.flags, "-m", "openclaw_hooks.hook", agent, event])
    return f"{words} || exit 2" if is_guard(event) else words


def portable_call(agent: str, event: str) -> str:
    """The same by the name on PATH, for a file that is shared with other machines."""
    words = f"openclaw-hook {agent} {event}"
    return f"{words} || exit 2" if is_guard(event) else words


def is_guard(event: str) -> bool:
    """Whether an event, by our or by a host's name, comes before the act and may stop it."""
    from openclaw_hooks.agent_hooks.payload import canonical_event

    return canonical_event(event) in GUARDS


def _claude(call: Callable[[str], str]) -> Fragment:
    hooks: Fragment = {}
    for event in EVENTS:
        handler: Fragment = {"type": "command", "command": call(event), "timeout": _timeout_s(event)}
        if is_guard(event):
            handler["onFailure"] = "block"
        matchers = MATCHERS.get(event)
        groups = [{"matcher": matcher, "hooks": [handler]} for matcher in matchers or ()]
        hooks[event] = groups or [{"hooks": [handler]}]
    return {"hooks": hooks}


def _timeout_s(event: str) -> int:
    return GUARD_TIMEOUT_S if is_guard(event) else NOTICE_TIMEOUT_S


def _one_guard(event: str, timeout: int) -> Callable[[Callable[[str], str]], Fragment]:
    """A file in the shape of Claude Code's with one guard for all tools: which of them matter, the hook itself decides."""

    def make(call: Callable[[str], str]) -> Fragment:
        handler = {"type": "command", "command": call(event), "timeout": timeout}
        return {"hooks": {event: [{"hooks": [handler]}]}}

    return make


def _cursor(call: Callable[[str], str]) -> Fragment:
    events = ("beforeShellExecution", "beforeReadFile")
    shared = {"timeout": GUARD_TIMEOUT_S, "failClosed": True}  # without it Cursor lets the act run when a hook fails
    return {"version": 1, "hooks": {event: [{"command": call(event), **shared}] for event in events}}


def _copilot(call: Callable[[str], str]) -> Fragment:
    handler = {"type": "command", "bash": call("preToolUse"), "timeoutSec": GUARD_TIMEOUT_S}
    return {"version": 1, "hooks": {"preToolUse": [handler]}}


def _windsurf(call: Callable[[str], str]) -> Fragment:
    events = ("pre_run_command", "pre_write_code", "pre_read_code")
    return {"hooks": {event: [{"command": call(event), "show_output": True}] for event in events}}


_CLAUDE_LOCAL = (
    "hooks for Claude Code are in .claude/settings.local.json, since they name this machine's Python; the deny list in "
    ".claude/settings.json is for everybody: each clone and each worktree needs its own `openclaw init`"
)
_CODEX_TRUST = "Codex runs a project's hooks only once you have trusted them: type /hooks in Codex"
_COPILOT_LOCAL = "the Copilot cloud agent does not see it, since it names this machine's Python and is not committed"
_CURSOR_TWICE = "Cursor with third-party hooks switched on also runs those of Claude Code"

AGENT_FILES: tuple[AgentFile, ...] = (
    AgentFile("claude", ".claude/settings.local.json", _claude, _CLAUDE_LOCAL),
    AgentFile("codex", ".codex/hooks.json", _one_guard("PreToolUse", GUARD_TIMEOUT_S), _CODEX_TRUST),
    AgentFile("gemini", ".gemini/settings.json", _one_guard("BeforeTool", GUARD_TIMEOUT_S * 1000)),
    AgentFile("qwen", ".qwen/settings.json", _one_guard("PreToolUse", GUARD_TIMEOUT_S * 1000)),
    AgentFile("copilot", ".github/hooks/openclaw.json", _copilot, _COPILOT_LOCAL),
    AgentFile("cursor", ".cursor/hooks.json", _cursor, _CURSOR_TWICE),
    AgentFile("windsurf", ".windsurf/hooks.json", _windsurf),
)
BY_AGENT = {file.agent: file for file in AGENT_FILES}
BY_PATH = {file.path: file for file in AGENT_FILES}


def make_fragment(file: AgentFile, command: HookCommand) -> Fragment:
    """Our part of `file` on this machine."""
    return file.make(lambda event: show_call(command, file.agent, event))


def make_portable(file: AgentFile) -> Fragment:
    """Our part of `file` for any machine that has `openclaw-hook` on PATH."""
    return file.make(lambda event: portable_call(file.agent, event))
