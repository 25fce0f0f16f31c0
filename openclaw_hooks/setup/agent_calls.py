"""Our hooks called as an agent's host calls them: by the command line in its hook file, with a payload of its shape.

The payloads have the fields that the hosts send (Claude Code 2.1.330 and Codex 0.169.0 recorded; the others by their
documentation), with a session and paths of our own.
"""

from __future__ import annotations

import json
import os
import re
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.process import ProcessError, run_program
from openclaw_hooks.setup.agent_files import BY_AGENT, Fragment
from openclaw_hooks.setup.handlers import Handler, list_handlers
from openclaw_hooks.setup.json_text import parse_json
from openclaw_hooks.setup.repo_facts import CLAUDE_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

SESSION = "00000000-0000-4000-8000-000000000000"
_EXACT_MATCHER = re.compile(r"[A-Za-z0-9_ ,|-]*")  # anything else Claude Code takes for a regex


class ToolCall(NamedTuple):
    """One call of an agent's tool: a shell command, or a file below the top that is written with `content`."""

    command: str = ""
    path: str = ""
    content: str = ""


class Said(NamedTuple):
    """What a hook answered to one call; `fault` is what kept it from answering as its host needs."""

    is_blocked: bool
    reason: str
    ms: float
    fault: str = ""


class Spoken(NamedTuple):
    """How a host names the event before a shell command and before a file is written; no tool: it cannot tell us."""

    shell: tuple[str, str]
    write: tuple[str, str] = ("", "")


HOSTS = {
    "claude": Spoken(("PreToolUse", "Bash"), ("PreToolUse", "Write")),
    "codex": Spoken(("PreToolUse", "Bash")),
    "gemini": Spoken(("BeforeTool", "run_shell_command"), ("BeforeTool", "write_file")),
    "qwen": Spoken(("PreToolUse", "run_shell_command"), ("PreToolUse", "write_file")),
    "copilot": Spoken(("preToolUse", "bash")),
    "cursor": Spoken(("beforeShellExecution", "")),
    "windsurf": Spoken(("pre_run_command", "")),
}


def read_settings(agent: str, contents: Mapping[str, bytes]) -> list[Fragment]:
    """The parsed hook files of `agent` among `contents`, the one with the last word first; raises JsonError."""
    names = [BY_AGENT[agent].path, *([CLAUDE_SETTINGS] if agent == "claude" else [])]
    texts = (contents[name].decode("utf-8-sig", "replace") for name in names if name in contents)
    parsed = [parse_json(text) for text in texts if text.strip()]
    return [settings for settings in parsed if isinstance(settings, dict)]


def hooks_disabled(settings: list[Fragment]) -> bool:
    """Whether settings, the one with the last word first, switch all hooks of Claude Code off."""
    return bool(next((one["disableAllHooks"] for one in settings if "disableAllHooks" in one), False))


def find_handler(agent: str, settings: list[Fragment], call: ToolCall) -> Handler | None:
    """Our handler that the host would run before `call`; None when there is none."""
    event, tool = _spoken(agent, call)
    handlers = [handler for one in settings for handler in list_handlers(one)]
    return next((one for one in handlers if one.event == event and _matches(one.matcher, tool)), None)


def can_ask(agent: str, call: ToolCall) -> bool:
    """Whether this host's hooks see that kind of call, in a payload that we know how to make."""
    return bool(_spoken(agent, call)[0])


def _spoken(agent: str, call: ToolCall) -> tuple[str, str]:
    return HOSTS[agent].write if call.path else HOSTS[agent].shell


def _matches(matcher: str, tool: str) -> bool:
    if matcher in ("", "*"):
        return True
    if _EXACT_MATCHER.fullmatch(matcher):
        return tool in re.split(r"[|,]\s*", matcher)
    return re.search(matcher, tool) is not None


def make_payload(agent: str, call: ToolCall, cwd: str) -> bytes:
    """What the host of `agent` writes to a hook's stdin before `call`."""
    event, tool = _spoken(agent, call)
    asked: dict[str, Any] = {"command": call.command}
    if call.path:
        asked = {"file_path": os.path.join(cwd, *call.path.split("/")), "content": call.content}
    fields: dict[str, Any] = {"session_id": SESSION, "cwd": cwd, "hook_event_name": event}
    match agent:
        case "copilot":
            fields = {"sessionId": SESSION, "timestamp": 0, "cwd": cwd, "toolName": tool, "toolArgs": json.dumps(asked)}
        case "cursor":
            fields = {"conversation_id": SESSION, "hook_event_name": event, "cwd": cwd, **asked}
        case "windsurf":
            told = {"command_line": call.command, "cwd": cwd}
            fields = {"agent_action_name": event, "trajectory_id": SESSION, "tool_info": told}
        case "claude" | "codex":
            fields |= {"transcript_path": os.path.join(cwd, "none.jsonl"), "permission_mode": "default"}
            fields |= {"tool_name": tool, "tool_input": asked, "tool_use_id": "toolu_0"}
        case _:
            fields |= {"tool_name": tool, "tool_input": asked}
    return json.dumps(fields).encode()


def call_handler(agent: str, handler: Handler, call: ToolCall, cwd: str, env: Mapping[str, str]) -> Said:
    """What `handler` says to `call`, run by a shell as hosts do it."""
    start = time.perf_counter()
    limit_s = timeout_s(agent, handler)
    try:
        done = run_program(
            ["sh", "-c", handler.command], cwd=cwd, stdin=make_payload(agent, call, cwd), env=env, timeout_s=limit_s
        )
    except ProcessError as error:  # too slow: the host gives up, and most let the act run
        return Said(False, "", (time.perf_counter() - start) * 1000, str(error))
    ms = (time.perf_counter() - start) * 1000
    reason = done.stderr.decode("utf-8", "replace").strip()
    first = reason.partition("\n")[0]
    # An empty stdout and a reason: Codex takes an exit code of 2 that says nothing for a yes.
    is_blocked = done.code == 2 and bool(reason)
    if is_blocked and "openclaw" not in first:
        return Said(True, first, ms, f"does not start: {reason.splitlines()[-1]}")
    if done.code == 0 and b'"permissionDecision": "ask"' in done.stdout:
        return Said(True, "asks a person first", ms)  # without one it is refused, also in bypass mode (measured)
    if done.code not in (0, 2):
        return Said(False, first, ms, f"exit code {done.code}: {first}")
    return Said(is_blocked, first, ms)


def timeout_s(agent: str, handler: Handler) -> float:
    """The seconds after which the host gives up on `handler`: as configured, else what is the default in most."""
    given = handler.settings.get("timeout", handler.settings.get("timeoutSec"))
    if not isinstance(given, (int, float)) or isinstance(given, bool) or given <= 0:
        return 30.0
    return given / 1000 if agent in ("gemini", "qwen") else float(given)
