"""Payloads of every host, written from their documentation: the same acts, the same answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.agent_hooks.answer import ask, tell
from openclaw_hooks.agent_hooks.payload import Payload, parse_payload
from openclaw_hooks.hook import AGENTS
from tests.agent_hooks.conftest import Agent, blocked, silent

if TYPE_CHECKING:
    from collections.abc import Callable


def claude_like(event: str, tool: str) -> Callable[[str, str], dict[str, Any]]:
    return lambda cwd, command: {
        "session_id": "s-1", "cwd": cwd, "hook_event_name": event, "tool_name": tool, "tool_input": {"command": command},
    }  # fmt: skip


def copilot(cwd: str, command: str) -> dict[str, Any]:
    return {"sessionId": "s-1", "timestamp": 1, "cwd": cwd, "toolName": "bash", "toolArgs": {"command": command}}


def copilot_as_text(cwd: str, command: str) -> dict[str, Any]:
    return {**copilot(cwd, command), "toolArgs": json.dumps({"command": command})}


def cursor(cwd: str, command: str) -> dict[str, Any]:
    return {
        "conversation_id": "s-1", "generation_id": "g", "hook_event_name": "beforeShellExecution", "command": command,
        "cwd": "", "workspace_roots": [cwd],
    }  # fmt: skip


def windsurf(cwd: str, command: str) -> dict[str, Any]:
    tool_info = {"command_line": command, "cwd": cwd}
    return {"agent_action_name": "pre_run_command", "trajectory_id": "s-1", "tool_info": tool_info}


def codex_as_list(cwd: str, command: str) -> dict[str, Any]:
    payload = claude_like("PreToolUse", "local_shell")(cwd, command)
    return {**payload, "tool_input": {"command": ["bash", "-lc", command]}}


# name -> host, the event as the configuration names it, the payload of a shell command
SHELLS: dict[str, tuple[str, str, Callable[[str, str], dict[str, Any]]]] = {
    "claude": ("claude", "PreToolUse", claude_like("PreToolUse", "Bash")),
    "codex": ("codex", "PreToolUse", claude_like("PreToolUse", "Bash")),
    "codex, a list of words": ("codex", "PreToolUse", codex_as_list),
    "gemini": ("gemini", "BeforeTool", claude_like("BeforeTool", "run_shell_command")),
    "qwen": ("qwen", "PreToolUse", claude_like("PreToolUse", "run_shell_command")),
    "copilot": ("copilot", "preToolUse", copilot),
    "copilot, arguments as text": ("copilot", "preToolUse", copilot_as_text),
    "copilot, no event in the configuration": ("copilot", "", copilot),
    "copilot reading Claude's settings": ("claude", "PreToolUse", copilot),
    "cursor": ("cursor", "beforeShellExecution", cursor),
    "cursor, preToolUse": ("cursor", "preToolUse", claude_like("preToolUse", "Shell")),
    "windsurf": ("windsurf", "pre_run_command", windsurf),
    "vs code": ("agent", "PreToolUse", claude_like("PreToolUse", "run_in_terminal")),
    "droid": ("agent", "PreToolUse", claude_like("PreToolUse", "Execute")),
    "a tool that nobody knows": ("agent", "PreToolUse", claude_like("PreToolUse", "mcp__box__sh")),
}


@pytest.mark.parametrize("name", SHELLS)
def test_a_harmless_command_is_let_through_in_silence(agent: Agent, name: str) -> None:
    host, event, make = SHELLS[name]
    silent(agent.raw(json.dumps(make(str(agent.path), "ls -la")), host, *filter(None, [event])))
    [line] = agent.log()
    assert (line["host"], line["session"], line["event"]) == (host, "s-1", "PreToolUse")


@pytest.mark.parametrize("name", SHELLS)
def test_the_command_is_found_where_the_host_puts_it(name: str) -> None:
    host, event, make = SHELLS[name]
    payload = parse_payload(json.dumps(make("/w", "git commit -n -m 'it''s'")).encode(), host, event)
    expected = "git commit -n -m 'it''s'"
    if name == "codex, a list of words":
        expected = "'bash' '-lc' 'git commit -n -m '\\''it'\\'''\\''s'\\'''"
    assert (payload.event, payload.command, payload.cwd) == ("PreToolUse", expected, "/w")


WRITES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "codex": ("codex", "PreToolUse", {
        "hook_event_name": "PreToolUse", "tool_name": "apply_patch",
        "tool_input": {"command": "*** Begin Patch\n*** Add File: a.py\n+TEXT\n*** End Patch"},
    }),
    "gemini": ("gemini", "BeforeTool", {
        "hook_event_name": "BeforeTool", "tool_name": "write_file", "tool_input": {"file_path": "a.py", "content": "TEXT"},
    }),
    "gemini, replace": ("gemini", "BeforeTool", {
        "hook_event_name": "BeforeTool", "tool_name": "replace",
        "tool_input": {"file_path": "a.py", "old_string": "", "new_string": "TEXT"},
    }),
    "copilot": ("copilot", "preToolUse", {
        "toolName": "create", "toolArgs": json.dumps({"path": "a.py", "file_text": "TEXT"}),
    }),
    "copilot, str_replace": ("copilot", "preToolUse", {
        "toolName": "edit", "toolArgs": {"path": "a.py", "old_str": "x", "new_str": "TEXT"},
    }),
    "windsurf": ("windsurf", "pre_write_code", {
        "agent_action_name": "pre_write_code",
        "tool_info": {"file_path": "a.py", "edits": [{"old_string": "x", "new_string": "TEXT"}]},
    }),
    "vs code": ("agent", "PreToolUse", {
        "hook_event_name": "PreToolUse", "tool_name": "create_file", "tool_input": {"filePath": "a.py", "content": "TEXT"},
    }),
    "a sub-command tool": ("agent", "PreToolUse", {
        "hook_event_name": "PreToolUse", "tool_name": "str_replace_based_edit_tool",
        "tool_input": {"command": "create", "path": "a.py", "file_text": "TEXT"},
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITES)
def test_a_secret_is_stopped_whichever_host_writes_it(agent: Agent, aws_key: str, name: str) -> None:
    host, event, payload = WRITES[name]
    text = json.dumps({"cwd": str(agent.path), **payload})
    assert "a.py:1: secrets" in blocked(agent.raw(text.replace("TEXT", f"k = {aws_key}"), host, event))
    silent(agent.raw(text.replace("TEXT", "k = 1"), host, event))


def test_a_tool_that_edits_by_sub_commands_may_view(agent: Agent) -> None:
    silent(agent.use("str_replace_based_edit_tool", command="view", path="README.md"))


def test_cursor_is_told_after_an_edit_what_does_not_parse(agent: Agent) -> None:
    agent.repository.write("a.json", "{")
    payload = {"hook_event_name": "afterFileEdit", "file_path": str(agent.path / "a.json"), "edits": []}
    done = agent.raw(json.dumps({**payload, "workspace_roots": [str(agent.path)]}), "cursor", "afterFileEdit")
    assert "a.json:1: structured-files" in blocked(done)


@pytest.mark.parametrize("host", AGENTS)
def test_only_a_host_that_can_ask_is_asked_and_elsewhere_the_act_is_blocked(host: str) -> None:
    answer = ask(Payload(host, ("PreToolUse", ""), {}), "why")
    if host == "claude":
        assert (answer.code, answer.stderr, answer.decision) == (0, "", "ask")
        assert json.loads(answer.stdout)["hookSpecificOutput"] == {
            "hookEventName": "PreToolUse", "permissionDecision": "ask", "permissionDecisionReason": "why",
        }  # fmt: skip
    else:
        assert (answer.code, answer.stdout, answer.decision) == (2, "", "deny")
        assert answer.stderr.startswith("why\nThis needs a person's consent")


def test_context_is_cut_before_the_host_cuts_it() -> None:
    answer = tell(Payload("claude", ("SessionStart", ""), {}), "é" * 20_000)
    assert len(json.loads(answer.stdout)["hookSpecificOutput"]["additionalContext"]) < 10_000
