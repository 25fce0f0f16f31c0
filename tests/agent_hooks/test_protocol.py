"""What every call must hold to, whatever comes: streams, exit codes, crashes, time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import openclaw_hooks
from tests.agent_hooks.conftest import Agent, blocked, silent
from tests.conftest import HOOK_PYTHON, make_aws_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository

BAD_STDIN = {
    "": "nothing came on stdin",
    "   \n": "nothing came on stdin",
    "{": "is not valid JSON",
    '{"a": NaN}': "is not valid JSON",
    '{"hook_event_name": "PreToolUse"} trailing': "is not valid JSON",
    "[]": "is no JSON object",
    '"text"': "is no JSON object",
    "{}": "names no event",
    "[" * 200_000: "nested too deeply",
    "\udcff\udcfe": "is not UTF-8",
}


@pytest.mark.parametrize("stdin", BAD_STDIN, ids=lambda text: repr(text[:12]))
def test_a_guard_that_cannot_read_its_payload_blocks_with_one_line(agent: Agent, stdin: str) -> None:
    words = () if stdin == "{}" else ("PreToolUse",)
    reason = blocked(agent.raw(stdin, "claude", *words))
    assert BAD_STDIN[stdin] in reason
    assert reason.startswith("openclaw: blocked")
    assert reason.count("\n") == 1


@pytest.mark.parametrize("event", ["Stop", "SessionStart", "PostToolUse", "UserPromptSubmit", "SessionEnd"])
def test_a_notice_that_cannot_read_its_payload_lets_work_go_on(agent: Agent, event: str) -> None:
    done = agent.raw("{", "claude", event)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith("work goes on\n")
    assert done.stderr.count("\n") == 1


def test_a_huge_payload_is_blocked_and_a_large_one_is_read(agent: Agent) -> None:
    assert "larger than 32 MB" in blocked(agent.raw(b"x" * (33 << 20), "claude", "PreToolUse"))
    silent(agent.write("big.txt", "a line of text\n" * 200_000))


def test_unknown_events_and_tools_are_let_through_in_silence(agent: Agent) -> None:
    silent(agent.send("SomethingNew", anything=1))
    silent(agent.use("mcp__server__thing", path="/etc/passwd", text="x"))
    silent(agent.use("WebFetch", url="https://example.org", prompt="p"))
    silent(agent.use("Task", prompt="git commit --no-verify"))


def test_a_shell_tool_without_a_command_and_a_writer_without_a_file_are_blocked(agent: Agent) -> None:
    assert "names no command" in blocked(agent.use("Bash", command=["ls", 5]))
    assert "names no command" in blocked(agent.use("Bash"))
    assert "names no file" in blocked(agent.use("Write", content="x"))


def test_a_guard_called_for_another_event_blocks(agent: Agent) -> None:
    payload = json.dumps({"hook_event_name": "SomethingElse", "tool_name": "Bash"})
    assert "called for PreToolUse, but the payload is about SomethingElse" in blocked(
        agent.raw(payload, "claude", "PreToolUse")
    )


def test_the_event_of_the_payload_counts_where_no_argument_is_given(agent: Agent, aws_key: str) -> None:
    payload = {"hook_event_name": "PreToolUse", "tool_name": "Write", "cwd": str(agent.path)}
    payload["tool_input"] = {"file_path": "a.py", "content": f"k = '{aws_key}'\n"}  # type: ignore[assignment]  # JSON
    assert "a.py:1: secrets" in blocked(agent.raw(json.dumps(payload), "claude"))


def test_without_cwd_the_folder_of_the_process_counts(agent: Agent, aws_key: str) -> None:
    payload = {
        "hook_event_name": "PreToolUse",
        "tool_name": "Write",
        "tool_input": {"file_path": ".claude/settings.json"},
    }
    assert "protected" in blocked(agent.raw(json.dumps(payload), "claude"))


def test_outside_a_repository_secrets_are_found_and_nothing_else_is_asked(
    make_agent: Callable[..., Agent], repository: Repository, tmp_path: Path, aws_key: str
) -> None:
    agent = make_agent(repository)
    agent.path = tmp_path
    assert "secrets: AWS" in blocked(agent.write("a.py", f"k = '{aws_key}'\n"))
    silent(agent.write("a.py", "print(1)\n"))
    for event in ("SessionStart", "UserPromptSubmit", "PreCompact", "Stop", "SubagentStart", "SessionEnd"):
        silent(agent.send(event))


def test_a_folder_that_is_gone_is_no_crash(agent: Agent) -> None:
    payload = {"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": "ls"}, "cwd": "/no/such"}
    silent(agent.raw(json.dumps(payload), "claude"))


def test_a_broken_policy_blocks_edits_and_names_the_line(agent: Agent) -> None:
    agent.repository.write(".openclaw/config.yaml", "format: 1\nchecks:\n  disabel: []\n")
    reason = blocked(agent.write("a.py", "x = 1\n"))
    assert ".openclaw/config.yaml:3" in reason
    assert reason.count("\n") == 1
    assert agent.log()[-1]["rules"] == ["crash"]


def test_a_broken_policy_lets_a_notice_go_on_with_one_line(agent: Agent) -> None:
    agent.repository.write(".openclaw/config.yaml", "format: 7\n")
    done = agent.send("SessionStart", source="startup")
    assert (done.returncode, done.stdout) == (0, "")
    assert ".openclaw/config.yaml:1" in done.stderr


def test_a_crash_blocks_with_one_line_and_a_log_and_never_tells_the_content(agent: Agent) -> None:
    content = f"k = '{make_aws_key()}'\n"
    done = agent.use("Write", file_path="a\ud800.py", content=content)  # no file system takes a lone surrogate
    reason = blocked(done)
    assert reason.startswith(
        "openclaw: blocked, because it could not be checked: internal error UnicodeEncodeError; see "
    )
    log = Path(reason.split("see ")[1].strip())
    assert "Traceback" in log.read_text()
    assert make_aws_key() not in reason + log.read_text()


@pytest.fixture
def half_installed(tmp_path: Path) -> Path:
    """A copy of the package in which a module is missing, as after an upgrade that was cut off."""
    copy = tmp_path / "site" / "openclaw_hooks"
    shutil.copytree(Path(openclaw_hooks.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "agent_hooks" / "payload.py").unlink()
    return copy.parent


@pytest.mark.parametrize(("event", "code"), [("PreToolUse", 2), ("ConfigChange", 2), ("Stop", 0), ("SessionStart", 0)])
def test_a_half_installed_package_blocks_guards_and_spares_notices(
    agent: Agent, half_installed: Path, event: str, code: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "openclaw_hooks.hook", "claude", event],
        check=False,
        cwd=agent.path,
        env={**os.environ, "PYTHONPATH": str(half_installed)},
        input="{}",
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert "internal error in claude: ModuleNotFoundError" in done.stderr


@pytest.mark.parametrize(("event", "code"), [("PreToolUse", 2), ("Stop", 0), ("", 2)])
def test_a_host_that_never_closes_stdin_gets_its_answer_at_the_deadline(agent: Agent, event: str, code: int) -> None:
    started = time.monotonic()
    with subprocess.Popen(
        [*HOOK_PYTHON, "claude", *filter(None, [event]), "--deadline", "0.3"],
        cwd=agent.path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.wait(timeout=20) == code
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.read() == ""
        assert "took too long" in running.stderr.read()
    assert 0.3 <= time.monotonic() - started < 5


def test_a_check_that_hangs_is_answered_at_the_deadline_and_logged(agent: Agent, tmp_path: Path, aws_key: str) -> None:
    slow = tmp_path / "bin" / "git"  # is asked whether the file with the secret is ignored
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 20\n")
    slow.chmod(0o755)
    payload = {
        "session_id": agent.session,
        "cwd": str(agent.path),
        "hook_event_name": "PreToolUse",
        "tool_name": "Write",
    }
    payload["tool_input"] = {"file_path": "a.py", "content": f"k = '{aws_key}'\n"}  # type: ignore[assignment]  # JSON
    path = f"{slow.parent}:{os.environ['PATH']}"
    started = time.monotonic()
    done = agent.raw(json.dumps(payload), "claude", OPENCLAW_HOOK_DEADLINE="1.5", PATH=path)
    assert time.monotonic() - started < 10
    assert "took too long" in blocked(done)
    assert agent.log()[-1] | {"time": "", "ms": 0} == {
        "time": "", "host": "claude", "session": agent.session, "event": "PreToolUse", "tool": "Write",
        "decision": "deny", "rules": ["deadline"], "ms": 0,
    }  # fmt: skip


def test_a_reader_that_went_away_does_not_turn_a_block_into_a_pass(agent: Agent, aws_key: str) -> None:
    payload = {"hook_event_name": "PreToolUse", "tool_name": "Write", "cwd": str(agent.path)}
    payload["tool_input"] = {"file_path": "a.py", "content": f"k = '{aws_key}'\n"}  # type: ignore[assignment]  # JSON
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*HOOK_PYTHON, "claude"], check=False, cwd=agent.path, input=json.dumps(payload).encode(), stderr=writing
    )
    os.close(writing)
    assert done.returncode == 2


@pytest.mark.parametrize("closed", ["2>&-", "1>&- 2>&-", "0<&-"])
def test_closed_streams_do_not_turn_a_block_into_a_pass(agent: Agent, aws_key: str, closed: str) -> None:
    payload = {"hook_event_name": "PreToolUse", "tool_name": "Write", "cwd": str(agent.path)}
    payload["tool_input"] = {"file_path": "a.py", "content": f"k = '{aws_key}'\n"}  # type: ignore[assignment]  # JSON
    command = f"'{sys.executable}' -P -m openclaw_hooks.hook claude PreToolUse {closed}"
    done = subprocess.run(command, check=False, shell=True, cwd=agent.path, input=json.dumps(payload).encode())
    assert done.returncode == 2


RUN_AND_LIST = """
import sys
before = set(sys.modules)
from openclaw_hooks.hook import main
code = main(["claude", "PreToolUse"])
print(code, *sorted(set(sys.modules) - before))
"""
HEAVY = {
    "json", "re", "enum", "typing", "msgspec", "subprocess", "signal", "dataclasses", "collections", "functools",
    "contextlib", "typing_extensions", "inspect", "threading", "yaml", "typer", "tempfile", "pathlib", "datetime",
    "openclaw_hooks.git", "openclaw_hooks.settings", "openclaw_hooks.checks", "openclaw_hooks.globs",
}  # fmt: skip


def modules_after(agent: Agent, **tool: object) -> set[str]:
    payload = {"session_id": "s", "cwd": str(agent.path), "hook_event_name": "PreToolUse", **tool}
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN_AND_LIST],
        check=True,
        cwd=agent.path,
        input=json.dumps(payload),
        capture_output=True,
        text=True,
    )
    code, *names = done.stdout.split()
    assert code == "0", done.stderr
    return set(names)


def test_a_command_that_has_nothing_to_do_with_git_imports_nothing_heavy(agent: Agent) -> None:
    names = modules_after(agent, tool_name="Bash", tool_input={"command": "ls -la src && cargo test | tail -3"})
    assert names & HEAVY == set()
    assert agent.log()[-1]["decision"] == "allow"


def test_a_git_command_is_read_in_full_without_the_library_that_reads_settings(agent: Agent) -> None:
    agent.repository.write(".openclaw/config.yaml", "format: 1\n")
    tool = {"tool_name": "Bash", "tool_input": {"command": "git -C . commit -m 'feat: x' && git push origin main"}}
    modules_after(agent, **tool)  # the first call keeps the settings ready
    assert modules_after(agent, **tool) & {"msgspec", "yaml", "subprocess", "openclaw_hooks.settings"} == set()


def test_the_list_of_heavy_modules_can_fail(agent: Agent) -> None:
    names = modules_after(agent, tool_name="Write", tool_input={"file_path": "a.py", "content": "x = 1\n"})
    assert {"msgspec", "re", "typing"} <= names
