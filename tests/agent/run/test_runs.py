"""Whole runs: what they leave on the board, in git and on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent.model import Cause, Outcome, Verdict
from openclaw_hooks.board.store import edit_board
from openclaw_hooks.settings import Merge
from openclaw_hooks.tasks.model import Direction, Measure, Status
from tests.agent.run.stage import SOLVE, Watcher

if TYPE_CHECKING:
    from openclaw_hooks.agent.run.state import RunState
    from tests.agent.run.stage import Stage


def causes(state: RunState) -> list[Cause]:
    """Why each attempt was kept or discarded."""
    return [attempt.judgement.cause for attempt in state.attempts if attempt.judgement]


def test_work_that_its_metric_passes_is_kept_and_completes_the_task(stage: Stage) -> None:
    before = stage.user()
    state = stage.run()
    assert state.ended
    assert (state.ended.outcome, stage.task().status) == (Outcome.COMPLETED, Status.COMPLETED), state.ended
    assert "work/answer.txt" in stage.tip_files()
    assert stage.git("log", "-1", "--format=%P", f"openclaw/{stage.task_id}").split() == [state.began.base]
    assert list(stage.attempts()) == ["1"]
    assert stage.rows() == 1
    assert stage.worktrees() == []
    assert stage.user() == before
    assert "## Attempts" in stage.task().body


def test_work_that_fails_is_never_merged_and_the_task_goes_back(stage: Stage) -> None:
    before = stage.user()
    state = stage.run("echo $n > work/other.txt", attempts=2, merge=Merge.FF)
    assert state.ended
    assert (state.ended.outcome, stage.task().status) == (Outcome.RELEASED, Status.RELEASED)
    assert causes(state) == [Cause.METRIC_FAILED, Cause.METRIC_FAILED]
    assert stage.task().reason.startswith("failed: no attempt is left; 2 attempts, none kept")
    assert stage.tip_files() == ""
    assert list(stage.attempts()) == ["1", "2"]
    assert stage.worktrees() == []
    assert stage.user() == before


def test_each_attempt_begins_at_the_base_and_not_at_what_was_discarded(stage: Stage) -> None:
    state = stage.run("ls work > work/seen-$n.txt", attempts=3)
    files = [
        stage.git("ls-tree", "-r", "--name-only", attempt.snapshot.commit)
        for attempt in state.attempts
        if attempt.snapshot
    ]
    assert len(files) == 3
    assert all(listing.count("seen-") == 1 for listing in files)


def test_attempts_of_a_second_run_are_counted_on(stage: Stage) -> None:
    stage.run("echo no > work/other.txt", attempts=2)
    state = stage.run("test $n = 4 && echo yes > work/answer.txt; echo $n > work/n.txt", attempts=3)
    assert [attempt.number for attempt in state.attempts] == [3, 4]
    assert list(stage.attempts()) == ["1", "2", "3", "4"]
    assert stage.rows() == 2
    assert stage.task().status is Status.COMPLETED


def test_files_outside_the_scope_discard_and_the_reason_says_so(stage: Stage) -> None:
    state = stage.run("echo x > code.txt; echo yes > work/answer.txt", attempts=1)
    assert causes(state) == [Cause.VIOLATION]
    assert stage.task().reason.startswith("scope violation: ")
    assert stage.tip_files() == ""


def test_done_without_a_diff_is_not_done(stage: Stage) -> None:
    state = stage.run("echo all done", attempts=1)
    assert causes(state) == [Cause.NO_CHANGE]
    assert stage.task().status is Status.RELEASED


def test_an_agent_that_fails_is_kept_only_where_a_metric_vouches(stage: Stage) -> None:
    assert causes(stage.run(f"{SOLVE}; exit 1")) == [Cause.PASSED]
    stage.task_id = stage.add(scope=("work/**",))
    assert causes(stage.run(f"{SOLVE}; exit 1", attempts=1)) == [Cause.AGENT_FAILED]


def test_work_without_a_metric_waits_for_a_person(stage: Stage) -> None:
    stage.task_id = stage.add(scope=("work/**",))
    state = stage.run(merge=Merge.FF)
    assert state.ended
    assert state.ended.outcome is Outcome.REVIEW
    assert stage.task().status is Status.PENDING_REVIEW
    assert state.history.merged
    assert not state.history.merged.done
    assert stage.git("rev-parse", "main").strip() == state.began.base


def test_an_agent_that_takes_too_long_is_killed_and_over_budget(stage: Stage) -> None:
    state = stage.run(f"{SOLVE}; sleep 60 & sleep 60", minutes=0.02, attempts=5)
    assert state.ended
    assert state.ended.outcome is Outcome.OVER_BUDGET
    assert causes(state) == [Cause.OVER_BUDGET]
    assert stage.task().reason.startswith("over budget: ")
    assert list(stage.attempts()) == ["1"]


def test_work_for_a_task_that_was_changed_meanwhile_is_looked_at_by_a_person(stage: Stage) -> None:
    change = Watcher("agent.started", lambda _state: stage.change(metric="true"))
    state = stage.run(watcher=change, merge=Merge.FF)
    assert state.ended
    assert state.ended.outcome is Outcome.REVIEW
    assert stage.task().status is Status.PENDING_REVIEW
    assert "metric" in state.ended.why
    assert stage.git("rev-parse", "main").strip() == state.began.base


def test_a_metric_keeps_gains_and_only_gains(stage: Stage) -> None:
    """Attempts print 5, 3, 8, 8 where the base has 4: two are gains, and the branch has both."""
    stage.path.joinpath("work", "score.txt").write_text("4\n")
    stage.git("add", "work")
    stage.git("commit", "-qm", "chore: score", "--", "work")
    measure = Measure(name="score", direction=Direction.HIGHER, min_gain=0.5)
    stage.task_id = stage.add(scope=("work/**",), metric='echo "METRIC score=$(cat work/score.txt)"', measure=measure)
    before = stage.user()
    script = "set -- 5 3 8 8; shift $((n-1)); echo $1 > work/score.txt; echo $n >> work/log.txt"
    state = stage.run(script, attempts=4)
    assert causes(state) == [Cause.GAIN, Cause.NO_GAIN, Cause.GAIN, Cause.NO_GAIN]
    assert state.history.baseline
    assert state.history.baseline.value == 4
    assert state.best
    assert state.best.value == 8
    assert stage.git("show", f"openclaw/{stage.task_id}:work/log.txt") == "1\n3\n"
    assert stage.git("rev-list", "--count", f"main..openclaw/{stage.task_id}").strip() == "2"
    assert stage.task().status is Status.COMPLETED
    assert stage.user() == before


def test_a_target_ends_the_search(stage: Stage) -> None:
    measure = Measure(name="size", direction=Direction.LOWER, target=2)
    stage.task_id = stage.add(
        scope=("work/**",), metric='echo "METRIC size=$(cat work/*.txt | wc -c)"', measure=measure
    )
    state = stage.run("echo > work/notes.txt", attempts=5)
    assert causes(state) == [Cause.GAIN]
    assert state.ended
    assert state.ended.why.startswith("the target is reached")


def test_a_metric_that_says_no_number_ends_the_run_before_an_agent_begins(stage: Stage) -> None:
    measure = Measure(name="size")
    stage.task_id = stage.add(scope=("work/**",), metric="true", measure=measure)
    state = stage.run(attempts=5)
    assert state.attempts == ()
    assert stage.task().status is Status.RELEASED
    assert "the base cannot be measured" in stage.task().reason


def test_an_agents_own_commits_are_kept_and_its_moved_branch_is_put_back(stage: Stage) -> None:
    before = stage.user()
    script = f"{SOLVE}; git add -A; git commit -qm 'feat: mine'; git update-ref refs/heads/main HEAD"
    state = stage.run(script, attempts=1)
    assert causes(state) == [Cause.TAMPERED]
    assert stage.user() == before
    snapshot = state.attempts[0].snapshot
    assert snapshot
    assert snapshot.own_head
    assert (
        stage.git("merge-base", "--is-ancestor", snapshot.own_head, f"refs/openclaw/attempts/{stage.task_id}/1") == ""
    )


def test_an_agent_that_deletes_its_worktree_has_what_it_changed_around_it_put_back(stage: Stage) -> None:
    before, config = stage.user(), (stage.path / ".git" / "config").read_bytes()
    state = stage.run('git config core.pager evil; d=$(git rev-parse --git-dir); rm -rf "$PWD" "$d"', attempts=1)
    assert state.attempts[0].judgement
    assert state.attempts[0].judgement.verdict is Verdict.DISCARD
    assert (stage.path / ".git" / "config").read_bytes() == config
    assert stage.worktrees() == []
    assert stage.user() == before


def test_own_commits_alone_are_work_like_any_other(stage: Stage) -> None:
    state = stage.run(f"{SOLVE}; git add -A; git commit -qm 'feat: mine'")
    assert causes(state) == [Cause.PASSED]
    assert "mine" not in stage.git("log", "--format=%s", f"main..openclaw/{stage.task_id}")


def test_a_fast_forward_moves_the_target_when_nobody_has_it_in_the_way(stage: Stage) -> None:
    stage.git("stash", "-q")
    stage.git("checkout", "-q", "--detach")
    state = stage.run(f"{SOLVE}", merge=Merge.FF)
    assert state.ended
    assert state.ended.outcome is Outcome.REVIEW  # no branch to merge into: HEAD is detached
    stage.git("checkout", "-q", "main")
    stage.task_id = stage.add(scope=("work/**",), metric="test -s work/two.txt")
    state = stage.run("echo 2 > work/two.txt", merge=Merge.FF)
    assert state.history.merged == state.history.merged
    assert state.history.merged
    assert state.history.merged.done, state.history.merged.why
    assert stage.git("rev-parse", "main") == stage.git("rev-parse", f"openclaw/{stage.task_id}")
    assert stage.task().status is Status.COMPLETED


def test_what_cannot_be_merged_stays_on_its_branch_for_a_person(stage: Stage) -> None:
    before = stage.user()
    state = stage.run(merge=Merge.FF)  # the user's checkout of main is dirty
    assert state.ended
    assert state.ended.outcome is Outcome.REVIEW
    assert stage.task().status is Status.PENDING_REVIEW
    assert "not merged" in state.ended.why
    assert stage.tip_files()
    assert stage.user() == before


def test_a_branch_that_somebody_else_has_moved_is_kept_aside(stage: Stage) -> None:
    stage.git("branch", f"openclaw/{stage.task_id}", "main")
    commit = stage.git("commit-tree", "-p", "main", "-m", "theirs", "main^{tree}").strip()
    stage.git("update-ref", f"refs/heads/openclaw/{stage.task_id}", commit)
    state = stage.run()
    assert causes(state) == [Cause.PASSED]
    assert (
        stage.git("for-each-ref", "--format=%(objectname)", f"refs/openclaw/superseded/{stage.task_id}").strip()
        == commit
    )


def test_a_task_that_is_cancelled_meanwhile_ends_the_run_with_nothing_completed(stage: Stage) -> None:
    from openclaw_hooks.board.actor import find_actor
    from openclaw_hooks.plans import verbs
    from openclaw_hooks.plans.work import open_work

    def cancel(_state: RunState) -> None:
        with open_work(stage.board, find_actor(stage.repo)) as work:
            verbs.cancel(work, stage.task_id, "not wanted")

    state = stage.run(watcher=Watcher("judged", cancel))
    assert state.ended
    assert state.ended.outcome is Outcome.LOST
    assert stage.task().status is Status.CANCELLED
    assert stage.tip_files() == ""
    assert list(stage.attempts()) == ["1"]
    assert stage.worktrees() == []


def test_the_agent_is_told_who_it_is_and_holds_no_token(stage: Stage) -> None:
    state = stage.run(f"env > work/answer.txt; {SOLVE.replace('>', '>>')}")
    env = stage.git("show", f"openclaw/{stage.task_id}:work/answer.txt")
    assert f"OPENCLAW_TASK={stage.task_id}" in env
    assert f"OPENCLAW_RUN={state.run}" in env
    assert state.token not in env
    assert "OPENCLAW_NODE_ID" not in env


def test_no_verdict_is_without_its_evidence(stage: Stage) -> None:
    state = stage.run("echo no > work/other.txt", attempts=1)
    attempt = state.attempts[0]
    assert attempt.judgement
    assert attempt.judgement.verdict is Verdict.DISCARD
    assert attempt.measured
    assert attempt.measured.passed is False
    assert attempt.prompt_sha256
    with edit_board(stage.board, stage.desk()._actor) as edit:
        assert stage.task_id in edit.snapshot.tasks
