"""Commands and reads before they happen, through the real command; the verdicts themselves have tests of their own."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent_hooks.shell_command import format_finding
from openclaw_hooks.checks.command_rules.model import CommandFinding
from openclaw_hooks.verdict import Answer
from tests.agent_hooks.conftest import Agent, blocked, silent
from tests.agent_hooks.test_hosts import SHELLS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Repository

BYPASSES = (
    "git commit -n -m 'feat: x'",
    "git commit --no-veri -m 'feat: x'",
    "git -c core.hooksPath=/dev/null commit -m 'feat: x'",
    "bash -c 'git commit --no-verify -m x'",
    "rm -rf .git/hooks",
    "echo '{}' > .claude/settings.json",
    "git push --force origin main",
)
INNOCENT = (
    "git commit -m 'feat: x'",
    "git add . && git commit -m 'feat: mention --no-verify'",
    "git -C . commit -am 'feat: x'",
    "git log --oneline -n 5",
    "git commit -m \"$(cat <<'EOF'\nfix: never use git commit --no-verify\nEOF\n)\"",
    "grep -rn 'core.hooksPath' docs",
    "echo 'git push --force'",
)


@pytest.mark.parametrize("command", BYPASSES)
def test_a_bypass_is_blocked_with_the_rule_the_word_and_the_accepted_way(agent: Agent, command: str) -> None:
    reason = blocked(agent.use("Bash", command=command))
    assert reason.startswith("openclaw: blocked Bash: ")
    [line] = agent.log()
    assert (line["decision"], line["tool"]) == ("deny", "Bash")
    assert line["rules"]
    assert line["rules"][0].startswith("commands/")
    assert line["rules"][0].removeprefix("commands/") in reason
    assert line["where"] in reason


def test_a_block_reads_as_rule_word_and_what_to_do_instead(agent: Agent) -> None:
    first, second, third = blocked(agent.use("Bash", command="git commit -n -m 'feat: x'")).splitlines()
    assert first == "openclaw: blocked Bash: nothing was run"
    assert second.startswith("`-n` ")
    assert second.endswith(" [commands/no-verify]")
    assert third.startswith("    instead: ")


@pytest.mark.parametrize("command", INNOCENT)
def test_what_only_looks_like_one_is_let_through(agent: Agent, command: str) -> None:
    silent(agent.use("Bash", command=command))


@pytest.mark.parametrize("name", SHELLS)
def test_a_bypass_is_blocked_whichever_host_runs_it(agent: Agent, name: str) -> None:
    host, event, make = SHELLS[name]
    payload = json.dumps(make(str(agent.path), "git commit --no-verify -m x"))
    assert "--no-verify" in blocked(agent.raw(payload, host, *filter(None, [event])))


def test_the_log_never_holds_the_command(agent: Agent, aws_key: str) -> None:
    blocked(agent.use("Bash", command=f"AWS_ACCESS_KEY_ID={aws_key} git commit --no-verify -m 'private words'"))
    text = json.dumps(agent.log())
    assert aws_key not in text
    assert "private words" not in text


def test_a_word_with_a_secret_is_not_repeated(aws_key: str) -> None:
    word = f"KEY={aws_key}"
    shown = format_finding(CommandFinding("rule", Answer.DENY, word, f"`{word}` goes nowhere", "do without"))
    assert aws_key not in shown
    assert shown == "`(a word with a secret in it)` goes nowhere [commands/rule]\n    instead: do without"


def test_outside_a_repository_commands_are_judged_by_the_shipped_defaults(
    make_agent: Callable[..., Agent], repository: Repository, tmp_path: Path
) -> None:
    agent = make_agent(repository)
    agent.path = tmp_path
    blocked(agent.use("Bash", command="git -C repo commit --no-verify -m x"))
    silent(agent.use("Bash", command="git clone https://example.org/x.git"))


def test_a_broken_policy_blocks_git_commands_and_not_the_others(agent: Agent) -> None:
    agent.repository.write(".openclaw/config.yaml", "format: 7\n")
    assert ".openclaw/config.yaml:1" in blocked(agent.use("Bash", command="git push"))
    silent(agent.use("Bash", command="ls -la"))


def test_a_secret_that_is_staged_and_committed_in_one_command_is_stopped_by_the_git_hook(
    agent: Agent, aws_key: str
) -> None:
    """When the tool call is judged nothing is staged yet, so the two layers need each other."""
    agent.repository.install()
    agent.repository.write("a.py", f"key = '{aws_key}'\n")
    for command in ("git add . && git commit -m 'feat: a'", "git add a.py; git -C . commit -am 'feat: a'"):
        silent(agent.use("Bash", command=command))
        done = subprocess.run(command, check=False, shell=True, cwd=agent.path, capture_output=True, text=True)
        assert done.returncode != 0
        assert "a.py:1: secrets" in done.stdout + done.stderr


def test_a_clean_commit_passes_every_layer(agent: Agent) -> None:
    agent.repository.install()
    agent.repository.write("a.py", "x = 1\n")
    command = "git add a.py && git commit -q -m 'feat: a'"
    silent(agent.use("Bash", command=command))
    env = {**os.environ, "CLAUDECODE": "1"}
    assert subprocess.run(command, check=False, shell=True, cwd=agent.path, env=env).returncode == 0


@pytest.mark.parametrize("name", [".env", "deploy/.env.production", "keys/id_rsa", ".aws/credentials"])
def test_a_file_full_of_secrets_is_not_read_into_the_conversation(agent: Agent, name: str) -> None:
    agent.repository.write(name, "X=1\n")
    reason = blocked(agent.use("Read", file_path=str(agent.path / name)))
    assert reason.startswith("openclaw: blocked Read: ")
    assert agent.log()[-1]["rules"][0].startswith("commands/")


def test_a_link_to_secrets_and_a_search_in_them_are_reads_too(agent: Agent) -> None:
    agent.repository.write(".env", "X=1\n")
    (agent.path / "notes.txt").symlink_to(".env")
    blocked(agent.use("Read", file_path=str(agent.path / "notes.txt")))
    blocked(agent.use("Grep", pattern=".", path=str(agent.path / ".env"), output_mode="content"))
    silent(agent.use("Grep", pattern="env"))
    blocked(agent.send("PreToolUse", "gemini", tool_name="read_many_files", tool_input={"paths": ["a.py", ".env"]}))


@pytest.mark.parametrize("name", ["README.md", ".env.example", "it's a 'name'.txt", "src/environment.py"])
def test_other_files_may_be_read(agent: Agent, name: str) -> None:
    silent(agent.use("Read", file_path=str(agent.path / name)))


def test_what_a_person_decides_is_asked_where_that_is_possible_and_blocked_elsewhere(agent: Agent) -> None:
    done = agent.use("Bash", command="terraform destroy -auto-approve")
    assert (done.returncode, done.stderr) == (0, "")
    asked = json.loads(done.stdout)["hookSpecificOutput"]
    assert asked["permissionDecision"] == "ask"
    assert "terraform" in asked["permissionDecisionReason"]
    assert agent.log()[-1]["decision"] == "ask"
    tool = {"tool_name": "Bash", "tool_input": {"command": "terraform destroy -auto-approve"}}
    assert "needs a person's consent" in blocked(agent.send("PreToolUse", "codex", **tool))


def test_what_is_said_about_a_pack_is_a_setting(agent: Agent) -> None:
    agent.repository.write(".openclaw/config.yaml", "format: 1\ncommands:\n  cloud: deny\n  secret_files: allow\n")
    blocked(agent.use("Bash", command="terraform destroy -auto-approve"))
    silent(agent.use("Read", file_path=str(agent.path / ".env")))
