"""`agent run`, `attempts` and `replay` over real repositories, with an agent that is a shell script."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.cli.agent.options import read_argv

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.agent.conftest import Crew

SECOND_IS_GOOD = (
    "cat > /dev/null",
    'if [ "$OPENCLAW_ATTEMPT" = 1 ]; then echo y > other.py; else echo "x = 2" > src/app.py; fi',
)

# An agent that reads the token of its run's claim from disk.
STEAL = """\
lease="$(git rev-parse --path-format=absolute --git-common-dir)/openclaw/leases/$OPENCLAW_TASK.json"
token="$(sed 's/.*"token":"\\([^"]*\\)".*/\\1/' "$lease")"
if openclaw task complete "$OPENCLAW_TASK" --token "$token" 2>> {said}; then echo x >> {said}; fi
"""
ABSENT = "format: 1\nagents:\n  script:\n    argv: [nowhere-to-be-found]\n    provenance: mock\n"


def test_a_run_into_a_pipe_is_told_as_events_and_what_was_kept_is_the_last_line(crew: Crew) -> None:
    crew.teach(*SECOND_IS_GOOD)
    task = crew.add()
    *events, end = crew.lines("agent", "run", task)
    named = [event["event"] for event in events]
    assert (named[0], named[-1]) == ("run.began", "run.ended")
    assert named.count("attempt.began") == 2
    assert len({event["run"] for event in events}) == 1
    assert [event["judgement"]["verdict"] for event in events if event["event"] == "judged"] == ["discard", "keep"]
    assert end["schema"] == "openclaw/agent-run/1"
    told = end["data"]
    assert (told["outcome"], told["kept"], told["branch"]) == ("completed", [2], f"openclaw/{task}")
    assert told["commit"] == crew.git("rev-parse", f"openclaw/{task}")
    assert (told["provenance"], told["cost_usd"]) == ("mock", None)
    assert "token" not in {key for event in events for key in event}, "who reads the events could end the task"
    assert crew.clerk.status(task) == "completed"
    assert crew.git("status", "--porcelain") == ""


def test_a_run_in_lines_says_what_was_kept_and_where_and_how_to_merge_it(crew: Crew) -> None:
    crew.teach(*SECOND_IS_GOOD, """if [ "$OPENCLAW_ATTEMPT" = 1 ]; then echo y > "$(printf 'od\\033[31md.py')"; fi""")
    task = crew.add()
    told = crew.clerk.say("agent", "run", task, "--plain")
    assert "\x1b" not in told
    assert f"{task} Set x with script (mock)" in told
    assert "script (mock), at most 3 attempts in 30 min\nattempt 1 from " in told
    assert f"  other.py: scope: outside the scope of {task}\n  discarded: violation: " in told
    assert "  metric: passed\n  kept: passed: " in told
    base, branch = crew.git("rev-parse", "HEAD")[:10], f"openclaw/{task}"
    kept = crew.git("rev-parse", branch)[:10]
    assert f"  kept     attempt 2 (1 file +1 -1): commit {kept} on branch {branch}\n" in told
    assert f"  look     git diff {base}..{branch}\n  merge    git switch main && git merge {branch}\n" in told
    crew.git("merge", "-q", "--ff-only", branch)
    assert (crew.top / "src/app.py").read_text() == "x = 2\n"


def test_a_branch_that_was_pushed_is_told_as_pushed(crew: Crew, tmp_path: Path) -> None:
    crew.git("init", "-q", "--bare", str(tmp_path / "server"))
    crew.git("remote", "add", "origin", str(tmp_path / "server"))
    crew.teach("cat > /dev/null", "echo 'x = 2' > src/app.py")
    task = crew.add()
    told = crew.clerk.say("agent", "run", task, "--merge", "branch", "--plain")
    assert f"\npushed: openclaw/{task} was pushed to origin\n" in told
    assert f"\n  pushed   openclaw/{task} was pushed to origin\n" in told


def test_a_run_that_keeps_nothing_ends_with_1_and_the_museum_says_why(crew: Crew) -> None:
    crew.teach("cat > /dev/null", "echo 'x = 3' > src/app.py")
    task = crew.add()
    answer = crew.clerk("agent", "run", task, "--attempts", "1", "--plain")
    assert answer.code == 1, answer.err
    assert "  metric: failed" in answer.out
    assert answer.out.endswith(f"  nothing was kept\n  tried    openclaw agent attempts {task}\n")
    assert crew.clerk.status(task) == "released"
    told = crew.clerk.say("agent", "attempts", task)
    assert told.startswith(f"{task} Set x\n1 attempt in 1 run, 0 kept\n")
    assert "discard (metric failed): 1 file +1 -1, failed" in told
    assert f"refs/openclaw/attempts/{task}/1\n" in told
    assert "+x = 3\n" in crew.clerk.say("agent", "attempts", task, "--diff", "1")
    assert crew.clerk("agent", "attempts", task, "--diff", "0").code == 2
    assert crew.clerk("prompt", "--task", task, "--attempt", "0").code == 2


def test_attempts_as_json_and_as_a_table_for_a_spreadsheet(crew: Crew) -> None:
    crew.teach(*SECOND_IS_GOOD)
    task = crew.add()
    crew.clerk.say("agent", "run", task)
    told = crew.clerk("agent", "attempts", task, "--json").data("attempts")
    assert [one["verdict"] for one in told["attempts"]] == ["discard", "keep"]
    assert [one["findings"][0]["path"] for one in told["attempts"] if one["findings"]] == ["other.py"]
    assert {one["provenance"] for one in told["attempts"]} == {"mock"}
    rows = [line.split("\t") for line in crew.clerk.say("agent", "attempts", task, "--tsv").splitlines()]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert [row[rows[0].index("VERDICT")] for row in rows[1:]] == ["discard", "keep"]
    assert crew.clerk.say("agent", "attempts", task, "--table").splitlines()[2].split()[5:7] == ["passed", "passed"]
    assert "there is no attempt 7" in crew.clerk.wrong("agent", "attempts", task, "--diff", "7")
    assert "exclude each other" in crew.clerk.wrong("agent", "attempts", task, "--tsv", "--json")
    assert "nothing was tried for" in crew.clerk.refused("agent", "attempts", crew.add("Another"))


def test_a_replay_agrees_with_what_was_recorded_until_the_metric_says_something_else(crew: Crew) -> None:
    outside = crew.top.parent / "figure"
    outside.write_text("METRIC score=5\n")
    crew.teach("cat > /dev/null", "echo 'x = 2' > src/app.py")
    task = crew.add(
        metric=f"grep -q 'x = 2' src/app.py && cat {outside} || echo METRIC score=1", measure="score:higher"
    )
    told = crew.lines("agent", "run", task, "--attempts", "1")[-1]["data"]
    assert (told["baseline"]["value"], told["best"]["value"], told["kept"]) == (1, 5, [1])
    again = crew.clerk("agent", "replay", told["run"], "--json").data("agent-replay")
    assert (again["recorded"]["value"], again["again"]["value"], again["agree"]) == (5, 5, True)
    rows = [line.split("\t") for line in crew.clerk.say("agent", "attempts", told["task"], "--tsv").splitlines()]
    assert [row[:1] + row[5:6] for row in rows] == [["N", "VALUE"], ["base", "1"], ["1", "5"]]
    assert {len(row) for row in rows} == {len(rows[0])}
    outside.write_text("METRIC score=4\n")
    answer = crew.clerk("agent", "replay", told["run"])
    assert answer.code == 1, answer.err
    assert (
        "recorded  score 5\n  again     score 4\n  disagree: they are 1 apart, of 5e-09 that are noise\n" in answer.out
    )
    assert crew.git("status", "--porcelain") == ""
    assert not (crew.top / ".openclaw/worktrees").exists() or not any((crew.top / ".openclaw/worktrees").iterdir())


def test_what_cannot_be_replayed(crew: Crew) -> None:
    crew.teach("cat > /dev/null", "echo 'x = 3' > src/app.py")
    run = crew.lines("agent", "run", crew.add(), "--attempts", "1", code=1)[-1]["data"]["run"]
    assert f"{run} has kept nothing" in crew.clerk.refused("agent", "replay", run)
    assert "has no attempt 4" in crew.clerk.refused("agent", "replay", run, "--attempt", "4")
    again = crew.clerk("agent", "replay", run, "--attempt", "1", "--json").data("agent-replay")
    assert (again["again"]["passed"], again["agree"]) == (False, True)
    bare = crew.lines("agent", "run", crew.add(metric=""), "--attempts", "1")[-1]["data"]["run"]
    assert "had no metric" in crew.clerk.refused("agent", "replay", bare)
    assert "there is no run `R-zzz`" in crew.clerk.wrong("agent", "replay", "R-zzz")


def test_bad_input_is_told_before_anything_begins(crew: Crew) -> None:
    task = crew.add()
    assert "there is no agent command `clade`" in crew.clerk.wrong("agent", "run", task, "--agent", "clade")
    assert "exclude each other" in crew.clerk.wrong("agent", "run", task, "--agent", "claude", "--agent-command", "x")
    assert "No closing quotation" in crew.clerk.wrong("agent", "run", task, "--agent-command", "sh -c 'x")
    assert "`nowhere-to-be-found` of agent `any` is not on PATH" in crew.clerk.wrong(
        "agent", "run", task, "--agent-command", "nowhere-to-be-found"
    )
    assert "this is an attempt of run 'R-abc123'" in crew.clerk.refused("agent", "run", task, OPENCLAW_RUN="R-abc123")
    assert "there is no `T-zzzzzz`" in crew.clerk.wrong("agent", "run", "T-zzzzzz")
    crew.repository.write(".openclaw/config.yaml", "format: 1\nagent: {name: script, max_cost_usd: .inf}\n")
    assert "max_cost_usd: inf is no amount" in crew.clerk.wrong("agent", "run", task)
    assert crew.clerk.status(task) == "queued"


@pytest.mark.parametrize("words", [("run", "{}", "--minutes"), ("run", "{}", "--max-cost"), ("work", "--max-cost")])
@pytest.mark.parametrize("amount", ["nan", "inf"])
def test_no_run_begins_with_an_amount_that_its_log_could_not_hold(
    crew: Crew, words: tuple[str, ...], amount: str
) -> None:
    task = crew.add()
    answer = crew.clerk("agent", *(word.format(task) for word in words), amount)
    assert (answer.code, answer.out) == (2, "")
    assert f"{amount} is no amount" in answer.err
    assert crew.clerk.status(task) == "queued"


def test_the_words_of_a_command_of_ones_own(crew: Crew) -> None:
    task = crew.add()
    script = """sh -c 'cat > /dev/null; echo "x = 2" > src/app.py'"""
    assert crew.lines("agent", "run", task, "--agent-command", script)[-1]["data"]["agent"] == "any"


def test_a_path_in_a_command_of_ones_own_is_seen_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_argv("./own.sh --file ./x", "") == (str(tmp_path / "own.sh"), "--file", "./x")
    assert read_argv("~/own.sh", "any") == (os.path.expanduser("~/own.sh"),)
    assert read_argv("own.sh", "") == ("own.sh",)


def test_the_list_of_agents_says_which_are_here(crew: Crew) -> None:
    known = {one["name"]: one for one in crew.clerk("agent", "list", "--json").data("agents")}
    assert {"claude", "codex", "gemini", "opencode", "aider", "any", "script"} <= set(known)
    assert (known["script"]["is_default"], known["script"]["provenance"]) == (True, "mock")
    assert known["script"]["program"].endswith("/sh")
    (crew.top / ".openclaw/agents.yaml").write_text(ABSENT, encoding="utf-8")
    told = crew.clerk.say("agent", "list", "--fast")
    [line] = [line for line in told.splitlines() if line.startswith("script")]
    assert line.split() == ["script", "default,", "mock", "not", "found", "none", ".openclaw/agents.yaml"]


def test_an_agent_cannot_end_the_task_that_its_run_has(crew: Crew) -> None:
    said = crew.top.parent / "said"
    crew.teach(
        "cat > /dev/null",
        f'if openclaw task complete "$OPENCLAW_TASK" 2> {said}; then echo x >> {said}; fi',
        f'if openclaw task release "$OPENCLAW_TASK" --force --reason no 2>> {said}; then echo x >> {said}; fi',
        f'if openclaw agent run "$OPENCLAW_TASK" 2>> {said}; then echo x >> {said}; fi',
    )
    crew.script.write_text(crew.script.read_text() + STEAL.format(said=said))
    task = crew.add()
    path = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
    told = crew.lines("agent", "run", task, "--attempts", "1", code=1, PATH=path)[-1]["data"]
    lines = said.read_text().splitlines()
    assert len(lines) == 4, lines
    assert all(f"worked on by run {told['run']}, which alone may move it" in line for line in lines[:2])
    assert "no other run is begun from it" in lines[2]
    assert f"worked on by run {told['run']}, which alone may move it" in lines[3]
    assert told["outcome"] == "released"
