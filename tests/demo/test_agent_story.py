"""The story of an agent's run as a program: six attempts, one kept, all of it labelled; and what is not so is noticed."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
import typer

from openclaw_hooks.agent.model import Cause, Verdict
from openclaw_hooks.cli import demo_agent
from openclaw_hooks.demo.agent_steps import ATTEMPTS, LEFT_BEHIND, WANTED, AgentStep, Wanted, make_script
from openclaw_hooks.demo.agent_story import judge_attempts, judge_rest, read_attempts, set_up_agent, user_state
from openclaw_hooks.demo.board_steps import ADA, Step
from openclaw_hooks.scratch.fake_script import load_script
from tests.demo.test_demo import run_demo

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("demo")


def test_the_story_plays_to_its_end_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = run_demo(tmp_path, "--agent", OPENCLAW_RUN="R-abcdef", OPENCLAW_ATTEMPT="9")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 attempts, 1 kept, all of them in git, nothing of the user's touched, no process left" in done.stdout
    assert "FAIL" not in done.stdout
    assert done.stdout.startswith("mock: the agent is a script")
    assert "with scripted (mock), at most 6 attempts" in done.stdout
    for want in WANTED:
        assert f"{want.title}  " in done.stdout
    assert [path.name for path in tmp_path.rglob("*") if path.name != "tmp"] == []


def test_the_script_can_be_played_and_tells_costs(tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(make_script(str(tmp_path)))
    assert list(load_script(str(path)).attempts) == [str(number + 1) for number in range(ATTEMPTS)]
    assert [want.verdict for want in WANTED].count(Verdict.KEEP) == 1


def attempt(number: int, **changes: Any) -> dict[str, Any]:
    told = {"n": number, "verdict": "discard", "cause": "no gain", "why": "comparisons 1 -> 2", "provenance": "mock"}
    return {**told, **changes}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, ""),
        ({"verdict": "keep", "cause": "gain"}, "keep (gain), not discard (no gain)"),
        ({"cause": "violation"}, "discard (violation), not discard (no gain)"),
        ({"provenance": "real"}, "does not say that it is a mock"),
        ({"why": "so"}, "does not tell of `comparisons`"),
        ({"n": 2}, "not judged (), not discard (no gain)"),
    ],
)
def test_an_attempt_that_came_out_otherwise_is_a_fault(changes: dict[str, Any], fault: str) -> None:
    want = Wanted("worse", Verdict.DISCARD, Cause.NO_GAIN, "comparisons")
    assert [one.fault for one in judge_attempts([attempt(1, **changes)], (want,))] == [fault]


def test_what_a_run_that_never_was_leaves_is_a_fault(tmp_path: Path) -> None:
    scratch = set_up_agent(str(tmp_path / "story"))
    before = user_state(scratch)
    assert read_attempts(scratch, "T-abcdef") == []
    assert judge_rest(scratch, "T-abcdef", before) == "0 attempts lie in git, not 6"
    scratch.ask("branch", "openclaw/T-abcdef")
    for number in range(ATTEMPTS):
        scratch.ask("update-ref", f"refs/openclaw/attempts/T-abcdef/{number}", "HEAD")
    assert judge_rest(scratch, "T-abcdef", before) == "0 commits were kept, not one"
    tree, parent = scratch.ask("mktree", "--missing"), scratch.ref("HEAD")
    scratch.ask("update-ref", "refs/heads/openclaw/T-abcdef", scratch.ask("commit-tree", tree, "-p", parent, "-m", "x"))
    assert judge_rest(scratch, "T-abcdef", before).startswith("what was kept changes .openclaw/agents.yaml")


def test_a_process_or_a_change_that_is_left_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = set_up_agent(str(tmp_path / "story"))
    scratch.ask("switch", "--quiet", "--create", "openclaw/T-abcdef")
    scratch.write("src/search.py", "# faster\n")
    scratch.ask("commit", "--quiet", "--message", "perf: find faster", "src/search.py")
    scratch.ask("switch", "--quiet", "main")
    for number in range(ATTEMPTS):
        scratch.ask("update-ref", f"refs/openclaw/attempts/T-abcdef/{number}", "HEAD")
    before = user_state(scratch)
    left = tmp_path / "story" / LEFT_BEHIND
    assert "did not leave a process behind" in judge_rest(scratch, "T-abcdef", before)
    left.write_text(f"{os.getpid()}\n")
    assert judge_rest(scratch, "T-abcdef", before) == f"process {os.getpid()} of the last attempt is still there"
    left.write_text("")
    assert judge_rest(scratch, "T-abcdef", before) == ""
    scratch.write("README.md", "# Mine no more\n")
    assert judge_rest(scratch, "T-abcdef", before) == "the user's branch, index or files are not what they were"


def test_a_step_that_fails_ends_the_story_for_people_and_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = (AgentStep(Step("no", ADA, ("agent", "attempts", "T-abcdef"))), AgentStep(Step("never", ADA, ("version",))))
    monkeypatch.setattr(demo_agent, "agent_steps", lambda: steps)
    with pytest.raises(typer.Exit) as ended:
        demo_agent.show_agent_story(str(tmp_path / "story"), as_json=True)
    values = json.loads(capsys.readouterr().out)["data"]
    assert ended.value.exit_code == 1
    assert (values["ok"], values["fault"], values["provenance"]) == (False, "exit code 1, not 0", "mock")
    assert len(values["steps"]) == 1


def test_stories_exclude_each_other(tmp_path: Path) -> None:
    done = run_demo(tmp_path, "--agent", "--board")
    assert done.returncode != 0
    assert "--board and --agent exclude each other" in done.stderr
