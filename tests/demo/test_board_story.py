"""The story of the board as a program: it plays to its end, and notices when something does not come out."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
import typer

from openclaw_hooks.cli import demo_board
from openclaw_hooks.demo.board_steps import ADA, BEN, STEPS, Step
from openclaw_hooks.demo.board_story import judge_boards, judge_step, play_steps, set_up_board
from tests.demo.test_demo import run_demo

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("demo")


def test_the_story_plays_to_its_end_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = run_demo(tmp_path, "--board")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(STEPS)} steps, and both clones and the server hold the same board" in done.stdout
    assert "FAIL" not in done.stdout
    assert [path.name for path in tmp_path.rglob("*") if path.name != "tmp"] == []


def test_a_program_reads_what_was_played(tmp_path: Path) -> None:
    steps = (
        Step("a task", ADA, ("task", "new", "Do it"), keeps=("one", r"(T-\w{6})")),
        Step("not there yet", BEN, ("task", "show", "{one}"), shows="Do it"),
        Step("never reached", ADA, ("task", "list")),
    )
    scratch = set_up_board(str(tmp_path / "story"))
    played = list(play_steps(scratch, steps))
    assert [bool(one.fault) for one in played] == [False, True], "the first fault ends it"
    assert played[1].fault == "exit code 2, not 0"
    assert judge_boards(scratch) == ""


@pytest.mark.parametrize(
    ("step", "code", "output", "fault"),
    [
        (Step("", ADA, ()), 1, "", "exit code 1, not 0"),
        (Step("", ADA, (), 1), 0, "", "exit code 0, not 1"),
        (Step("", ADA, (), shows="{one} done"), 0, "T-2 done", "does not show `T-1 done`"),
        (Step("", ADA, (), keeps=("two", r"P-\w+")), 0, "nothing", "names no two"),
        (Step("", ADA, (), shows="{one} done"), 0, "T-1 done", ""),
    ],
)
def test_a_step_that_comes_out_otherwise_is_a_fault(step: Step, code: int, output: str, fault: str) -> None:
    assert judge_step(step, code, output, {"one": "T-1"}) == fault


@pytest.mark.parametrize(
    ("steps", "ok", "fault"),
    [(STEPS[:2], True, ""), ((STEPS[0], Step("no", BEN, ("task", "show", "T-4kf2mz"))), False, "exit code 2, not 0")],
)
def test_json_says_the_same(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    steps: tuple[Step, ...],
    ok: bool,
    fault: str,
) -> None:
    monkeypatch.setattr(demo_board, "STEPS", steps)  # how the rest of the story comes out is seen above
    with nullcontext() if ok else pytest.raises(typer.Exit) as ended:
        demo_board.show_board_story(str(tmp_path / "story"), as_json=True)
    values = json.loads(capsys.readouterr().out)["data"]
    assert (values["ok"], values["fault"], len(values["steps"])) == (ok, fault, len(steps))
    assert [step["title"] for step in values["steps"]] == [step.title for step in steps]
    assert ended is None or ended.value.exit_code == 1


def test_the_board_has_no_hook_to_leave_out(tmp_path: Path) -> None:
    done = run_demo(tmp_path, "--board", "--without", "pre-commit")
    assert done.returncode == 2
    assert "--board and --without exclude each other" in done.stderr
