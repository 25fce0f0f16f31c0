"""The scripted agent does what its script says, in the real launcher, and says everywhere that it is a mock."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.commands import agent_env, fill_argv, make_parser
from openclaw_hooks.agent.commands.fill import Places
from openclaw_hooks.agent.launch import Launch, launch_agent
from openclaw_hooks.agent.model import Provenance, Report
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.scratch.fake_agent import fake_command
from openclaw_hooks.scratch.fake_script import load_script, pick_acts

if TYPE_CHECKING:
    from pathlib import Path


def play(folder: Path, acts: str, attempt: int = 1, timeout_s: float = 30) -> Report:
    script = folder.parent / "script.yaml"
    script.write_text(f"attempts:\n  '{attempt}':\n" + "".join(f"    - {line}\n" for line in acts.strip().splitlines()))
    command = fake_command(str(script))
    env = agent_env(command, {"PATH": "/usr/bin:/bin"}, {"OPENCLAW_ATTEMPT": str(attempt)})
    launch = Launch(
        fill_argv(command, Places("", "do it", str(folder))), str(folder), env, b"do it", "", 1 << 20, timeout_s
    )
    parser = make_parser(command.events, command.fail_if)
    return launch_agent(launch, parser, lambda _pid: None, lambda: "", lambda _seconds, _call: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "worktree"
    found.mkdir()
    return found


def test_it_writes_says_and_reports_as_its_script_says(folder: Path) -> None:
    (folder / "old.txt").write_text("gone\n")
    report = play(
        folder,
        """
say: I will try
write: {path: src/new.py, text: "x = 1\\n"}
write: {path: src/new.py, text: "2", old: "1"}
write: {path: src/new.py, text: "y = 3\\n", append: true}
delete: old.txt
run: [sh, -c, "pwd > where"]
deny: {tool: Bash, command: curl https://example.com}
figures: {cost_usd: 0.25, turns: 4, tokens_in: 500, tokens_out: 60}
""",
    )
    assert (folder / "src/new.py").read_text() == "x = 2\ny = 3\n"
    assert not (folder / "old.txt").exists()
    assert (folder / "where").read_text() == f"{folder}\n"
    assert (report.code, report.failure, report.killed) == (0, "", "")
    assert (report.cost_usd, report.turns, report.tokens_in, report.tokens_out) == (0.25, 4, 500, 60)
    assert report.denied == ("Bash: curl https://example.com",)
    assert "I will try" in report.text
    assert report.calls[-1] == "Bash: curl https://example.com"


def test_it_says_that_it_is_a_mock(folder: Path) -> None:
    report = play(folder, "say: hello")
    assert fake_command("x").provenance is Provenance.MOCK
    assert report.model == "mock"
    assert report.session == "mock-session-1"
    assert report.text.startswith("mock: a script speaks here, no model was asked")


def test_failure_is_told_though_the_exit_code_is_zero_and_the_other_way_round(folder: Path) -> None:
    assert play(folder, "fail: the model is overloaded").failure == "error: the model is overloaded"
    bad_code = play(folder, "exit: 1")
    assert (bad_code.code, bad_code.failure) == (1, "exit code 1")
    assert play(folder, "silent: true").failure == "it ended without saying how its work did"


def test_a_planted_secret_is_one_and_is_in_no_output(folder: Path) -> None:
    report = play(folder, "plant: {path: config.py}")
    planted = (folder / "config.py").read_text()
    assert planted.startswith('ACCESS_KEY = "AKIA')
    assert planted.split('"')[1] not in f"{report.text}{report.calls}"


def test_it_commits_past_the_hooks(folder: Path) -> None:
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    hook = folder / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    play(folder, 'write: {path: a, text: "1"}\ncommit: "mine"')
    log = subprocess.run(["git", "log", "--format=%an %s"], cwd=folder, capture_output=True, text=True, check=True)
    assert log.stdout == "mock mine\n"


def test_a_script_with_two_keys_in_an_act_or_no_acts_for_the_attempt_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    path.write_text("attempts:\n  '1':\n    - say: a\n      exit: 1\n")
    with pytest.raises(OpenclawError, match=r"script\.yaml:3: an act has exactly one key"):
        load_script(str(path))
    path.write_text("attempts:\n  '1':\n    - say: a\n")
    with pytest.raises(OpenclawError, match="no acts for attempt 2"):
        pick_acts(load_script(str(path)), "2")


def test_a_script_that_cannot_be_played_is_no_success(folder: Path) -> None:
    report = play(folder, 'write: {path: a, text: b, old: "not there"}')
    assert report.code == 70
    assert "the script cannot be played" in report.failure
