"""What only a whole run can show: that each guard is where it is needed, before what it guards."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.desk import Ending
from openclaw_hooks.agent.model import Cause, Outcome
from openclaw_hooks.agent.run import judging
from openclaw_hooks.agent.run.folders import ROW, find_run
from openclaw_hooks.agent.run.telling import recorded_prompt
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.settings import Merge
from openclaw_hooks.tasks.model import Status
from tests.agent.run.crash import RUNNER, in_child
from tests.agent.run.stage import SOLVE, Watcher, quote
from tests.agent.run.test_runs import causes

if TYPE_CHECKING:
    from openclaw_hooks.agent.events import Event
    from openclaw_hooks.agent.run.state import RunState
    from openclaw_hooks.tasks.model import Task
    from tests.agent.run.stage import Stage

CHECK = "work/check.sh"


def clean_checkout(stage: Stage) -> None:
    """The user has nothing open, so that work can be merged."""
    stage.git("stash", "-q")


def commit(stage: Stage, name: str, text: str) -> None:
    """A file that is there before the run begins, and nothing else of what the user has open."""
    path = stage.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    stage.git("add", "-f", name)
    stage.git("commit", "-qm", f"chore: {path.name}", "--", name)


def test_a_prompt_that_was_changed_since_is_not_what_was_sent(stage: Stage) -> None:
    state = stage.run()
    path = Path(state.folder, "prompt-1.md")
    assert recorded_prompt(stage.repo, stage.task_id, 1) == path.read_bytes()
    path.write_text("Do something else.\n")
    with pytest.raises(OpenclawError, match="is not what was sent"):
        recorded_prompt(stage.repo, stage.task_id, 1)


class Order(Watcher):
    """What had been done already when each event was told of."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.done: dict[str, set[str]] = {}

    def on_event(self, state: RunState, event: Event) -> None:
        """Looks at git, the board and the disk."""
        super().on_event(state, event)
        facts = {
            "worktree": bool(self.stage.worktrees()),
            "work": any((self.stage.path / ".openclaw/worktrees").glob("*/work/answer.txt")),
            "ref": bool(self.stage.attempts()),
            "branch": bool(self.stage.tip_files()),
            "merged": self.stage.git("rev-parse", "main").strip() != state.began.base,
            "over": self.stage.task().status not in (Status.QUEUED, Status.CLAIMED, Status.RUNNING),
        }
        self.done[self.tags[-1]] = {name for name, is_so in facts.items() if is_so}


def test_nothing_is_done_before_the_log_says_that_it_will_be(stage: Stage) -> None:
    clean_checkout(stage)
    order = Order(stage)
    stage.run(watcher=order, merge=Merge.FF)
    done = order.done
    assert "worktree" not in done["attempt.began"]
    assert "work" not in done["agent.starting"] | done["agent.started"]
    assert "ref" not in done["snapshotting"]
    assert "branch" not in done["keeping"] | done["judged"]
    assert "merged" not in done["merging"] | done["kept"]
    assert "over" not in done["closing"]
    assert done["run.ended"] == {"ref", "branch", "merged", "over"}


def test_what_the_agent_says_is_not_in_the_commit_of_its_work(stage: Stage) -> None:
    stage.run(f"{SOLVE}; echo 'feat: spoken by the agent'")
    told = stage.git("log", "-1", "--format=%an %B", f"openclaw/{stage.task_id}")
    assert "spoken" not in told
    assert f"Task: {stage.task_id}\n" in told


def test_what_measures_the_work_is_put_back_where_the_scope_lets_it_change(stage: Stage) -> None:
    commit(stage, CHECK, "test -s work/answer.txt\n")
    stage.change(metric=f"sh {CHECK}")
    assert causes(stage.run(f"echo true > {CHECK}; echo x > work/other.txt", attempts=1)) == [Cause.METRIC_FAILED]


def test_what_is_declared_to_measure_the_work_may_not_change_with_it(stage: Stage) -> None:
    commit(stage, CHECK, "test -s work/answer.txt\n")
    stage.change(metric=f"sh {CHECK}", evaluator=(CHECK,))
    assert causes(stage.run(f"echo true > {CHECK}; {SOLVE}", attempts=1)) == [Cause.VIOLATION]


def test_what_the_metric_changes_around_it_is_found_and_put_back(stage: Stage) -> None:
    stage.change(metric=f"git -C {quote(stage.path)} config evil.x 1; test -s work/answer.txt")
    assert causes(stage.run(attempts=1)) == [Cause.TAMPERED]
    assert "evil" not in (stage.path / ".git/config").read_text()


def test_tampering_is_found_where_there_is_no_metric(stage: Stage) -> None:
    stage.task_id = stage.add(scope=("work/**",))
    assert causes(stage.run(f"{SOLVE}; git config evil.x 1", attempts=1)) == [Cause.TAMPERED]
    assert "evil" not in (stage.path / ".git/config").read_text()


def test_what_an_interrupted_agent_changed_is_put_back(stage: Stage) -> None:
    once = quote(stage.path.parent / "once")
    script = f"if test -e {once}; then {SOLVE}; else touch {once}; git config evil.x 1; kill -9 {RUNNER}; sleep 60; fi"
    assert in_child(lambda: stage.run(script)) < 0
    assert "evil" in (stage.path / ".git/config").read_text()
    state = stage.resume(os.listdir(os.path.join(stage.repo.state_dir, "runs"))[0])
    assert causes(state) == [Cause.PASSED]
    assert "evil" not in (stage.path / ".git/config").read_text()


def test_what_an_attempt_is_judged_by_is_not_read_where_its_agent_can_reach(stage: Stage) -> None:
    """Whether it is there at all does not matter to a runner that has not been killed."""
    folder = f"{quote(stage.path)}/.git/openclaw/runs/$OPENCLAW_RUN"
    state = stage.run(f"{SOLVE}; rm {folder}/ground-1.json {folder}/watch-1.json", attempts=1)
    assert causes(state) == [Cause.PASSED]


def test_what_cannot_be_looked_at_has_not_passed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("no idea")

    monkeypatch.setattr(judging, "judge_evaluator", crash)
    state = stage.run(attempts=1)
    assert causes(state) == [Cause.VIOLATION]
    assert "could not be checked: no idea" in state.attempts[0].findings[0].message


def test_lines_that_the_agent_excused_are_for_a_person_to_look_at(stage: Stage) -> None:
    rule = "checks: [{type: forbid, id: no-print, pattern: 'print', message: print}]"
    commit(stage, ".openclaw/rules/house.md", f"---\nid: house\nversion: 1.0.0\ntier: project\n{rule}\n---\n# House\n")
    state = stage.run(f"{SOLVE}; echo 'print(1)  # openclaw: allow house -- it is quicker' > work/a.py")
    assert state.ended
    assert state.ended.outcome is Outcome.REVIEW
    assert stage.task().status is Status.PENDING_REVIEW
    assert "excused lines" in state.ended.why


def test_work_for_a_task_that_asks_for_something_else_by_now_is_not_merged(stage: Stage) -> None:
    clean_checkout(stage)
    change = Watcher("agent.started", lambda _state: stage.change(title="Ask it"))
    state = stage.run(watcher=change, merge=Merge.FF)
    assert stage.task().status is Status.PENDING_REVIEW
    assert stage.git("rev-parse", "main").strip() == state.began.base
    assert state.history.merged
    assert state.history.merged.why.endswith("the task was changed while it was worked on: title")


def test_nothing_but_the_word_of_an_agent_is_not_enough(stage: Stage) -> None:
    stage.task_id = stage.add(scope=("work/**",))
    state = stage.run()
    assert state.ended
    assert stage.task().status is Status.PENDING_REVIEW
    assert "an agent's own word is not enough" in state.ended.why


def test_work_that_a_person_has_to_look_at_is_not_merged(stage: Stage) -> None:
    clean_checkout(stage)
    stage.task_id = stage.add(scope=("work/**",))
    state = stage.run(merge=Merge.FF)
    assert state.history.merged
    assert not state.history.merged.done
    assert stage.git("rev-parse", "main").strip() == state.began.base


def test_a_branch_that_is_checked_out_is_refused_before_the_task_is_claimed(stage: Stage) -> None:
    stage.git("branch", f"openclaw/{stage.task_id}")
    stage.git("worktree", "add", "-q", str(stage.path.parent / "theirs"), f"openclaw/{stage.task_id}")
    with pytest.raises(RefusedError, match="is checked out in"):
        stage.run()
    assert stage.task().status is Status.QUEUED


def test_a_branch_that_is_checked_out_meanwhile_is_not_moved(stage: Stage) -> None:
    branch = f"openclaw/{stage.task_id}"

    def check_out(_state: RunState) -> None:
        stage.git("worktree", "add", "-q", "-b", branch, str(stage.path.parent / "theirs"))

    with pytest.raises(RefusedError, match="is checked out in"):
        stage.run(watcher=Watcher("judged", check_out))
    assert stage.git("rev-parse", branch) == stage.git("rev-parse", "main")


def test_a_metric_that_changes_while_the_board_is_told_is_not_the_one_that_was_run(stage: Stage) -> None:
    """Between the look at the task and the change of it, somebody is faster."""
    state = stage.run("echo no > work/other.txt", attempts=1)
    row = Path(state.folder, ROW).read_bytes()
    task_id = stage.add(scope=("work/**",), metric="test -s work/answer.txt")
    desk = stage.desk()
    lease = desk.claim(task_id, "R-000001", 10)
    desk.start(task_id, lease.token)
    seen: Task = desk.find(task_id)
    stage.task_id = task_id
    stage.change(metric="false")
    told = row.replace(state.run.encode(), b"R-000001").replace(state.task.encode(), task_id.encode())
    assert seen.metric == "test -s work/answer.txt"
    status, why = desk.complete(task_id, lease.token, Ending("done", told, is_measured=True))
    assert (status, stage.task().status) == (Status.PENDING_REVIEW, Status.PENDING_REVIEW), why


def test_a_run_that_the_board_was_told_of_is_over_for_it(stage: Stage) -> None:
    state = stage.run()
    row = Path(state.folder, ROW).read_bytes()
    body = stage.task().body
    assert stage.desk().complete(stage.task_id, state.token, Ending("again", row))[0] is Status.COMPLETED
    assert stage.task().body == body
    assert stage.rows() == 1


def test_no_name_of_a_run_leads_anywhere_else(stage: Stage) -> None:
    run = stage.run().run
    assert find_run(stage.repo, run.upper()) == run
    for name in ("../..", "R-../../..", "/", "", "R-", "*", "\0", f"{run}/../{run}"):
        with pytest.raises(OpenclawError):
            find_run(stage.repo, name)


def test_variables_that_tie_git_to_another_index_are_left_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    other = stage.path.parent / "other-index"
    monkeypatch.setenv("GIT_INDEX_FILE", str(other))
    seen: list[str] = []
    look = Watcher("snapshotting", lambda _state: seen.append(os.environ.get("GIT_INDEX_FILE", "")))
    assert causes(stage.run(watcher=look)) == [Cause.PASSED]
    assert seen == [""]
    assert not other.exists()
    assert os.environ["GIT_INDEX_FILE"] == str(other)
