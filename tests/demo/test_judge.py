"""The judgement of an act: a success that only looks like one is a fault."""

from __future__ import annotations

from openclaw_hooks.demo.acts import Act, Expected
from openclaw_hooks.demo.judge import Outcome, judge_act
from openclaw_hooks.scratch.hook_runs import HookRun, find_line

BLOCKED = Act("leak", "a leak", Expected("pre-commit", "secrets", "src/a.py"), (("src/a.py", ""),), "feat: a")
ALLOWED = Act("clean", "clean", Expected("", "secrets"), (("src/a.py", ""),), "feat: a")
FINDING = "src/a.py:1: secrets: AWS access key id: AKIA**** [aws-access-key-id]"
REFUSED = Outcome(1, f"{FINDING}\n1 error, 0 warnings", (HookRun("pre-commit", 1, 90.0),), has_moved=False)
DONE = Outcome(0, "", (HookRun("pre-commit", 0, 90.0),), has_moved=True, receipt_checks=("secrets", "rules"))


def test_an_act_stopped_by_the_right_hook_with_the_right_finding_has_no_fault() -> None:
    result = judge_act(BLOCKED, REFUSED)
    assert (result.fault, result.finding) == ("", FINDING)


def test_going_through_is_a_fault_of_a_bad_act() -> None:
    assert judge_act(BLOCKED, DONE).fault == "went through; pre-commit should have stopped it"


def test_a_failure_that_changed_something_counts_as_going_through() -> None:
    assert "went through" in judge_act(BLOCKED, REFUSED._replace(has_moved=True)).fault


def test_being_stopped_by_another_layer_is_a_fault() -> None:
    later = REFUSED._replace(hooks=(HookRun("pre-commit", 0, 1.0), HookRun("commit-msg", 1, 1.0)))
    assert judge_act(BLOCKED, later).fault == "stopped by commit-msg, not by pre-commit"


def test_a_failure_of_git_itself_is_no_success_of_the_guard() -> None:
    assert judge_act(BLOCKED, Outcome(128, FINDING, (), False)).fault == "stopped by git itself, not by pre-commit"


def test_a_non_zero_exit_without_the_expected_finding_is_a_fault() -> None:
    crash = REFUSED._replace(output="openclaw-hooks: internal error in pre-commit: secrets: src/a.py")
    assert "no secrets finding shows `src/a.py`" in judge_act(BLOCKED, crash).fault


def test_a_finding_of_another_check_does_not_count() -> None:
    other = REFUSED._replace(output="src/a.py:1: rules: no secrets: please")
    assert "no secrets finding" in judge_act(BLOCKED, other).fault


def test_an_honest_act_needs_success_an_effect_and_a_receipt() -> None:
    assert judge_act(ALLOWED, DONE).fault == ""
    assert "stopped by pre-commit" in judge_act(ALLOWED, REFUSED).fault
    assert judge_act(ALLOWED, DONE._replace(has_moved=False)).fault == "git said yes and did nothing"
    assert "without a receipt" in judge_act(ALLOWED, DONE._replace(receipt_checks=("rules",))).fault


def test_a_warning_is_not_taken_for_the_finding() -> None:
    assert find_line("src/a.py:1: secrets (warning): maybe a key", "secrets", "src/a.py") == ""
