"""Runs that are stopped, lost, taken up, or refused."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.model import Cause, Outcome
from openclaw_hooks.agent.run.lock import hold_run, is_alive
from openclaw_hooks.agent.run.progress import Silent
from openclaw_hooks.agent.run.request import Request
from openclaw_hooks.agent.run.start import start_run
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.claims import LostError
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.plans import verbs
from openclaw_hooks.plans.work import open_work
from openclaw_hooks.settings import Merge
from openclaw_hooks.tasks.model import Delegation, Mode, Status
from tests.agent.run.crash import Moment, in_child, kill_after, name_moments, read_log
from tests.agent.run.stage import SOLVE

if TYPE_CHECKING:
    from openclaw_hooks.board.leases.lease import Lease
    from tests.agent.run.stage import Stage


class Impatient(Silent):
    """Does something as soon as the agent is at work."""

    def __init__(self, act: object) -> None:
        self.act = act

    def on_progress(self, elapsed_s: float, last_call: str) -> None:
        """The first time: does it."""
        act, self.act = self.act, None
        if callable(act):
            act()


def take_away(stage: Stage) -> None:
    """Somebody gives the task free by force, and claims it on another machine."""
    actor = find_actor(stage.repo)
    with open_work(stage.board, actor) as work:
        verbs.release(work, stage.task_id, "taken away", by_force=True)
    with open_work(stage.board, actor._replace(name="node-b")) as work:
        verbs.claim(work, stage.task_id)


def leave(stage: Stage, after: str, script: str = SOLVE) -> str:
    """The id of a run whose process was killed after its first event of that name."""

    def begin() -> None:
        kill_after([Moment(after, n, 1) for n in (0, 1)])
        stage.run(script)

    assert in_child(begin) == -signal.SIGKILL
    return os.listdir(os.path.join(stage.repo.state_dir, "runs"))[0]


def test_an_interrupt_kills_the_agent_keeps_what_it_did_and_gives_the_task_back(stage: Stage) -> None:
    before = stage.user()
    interrupt = Impatient(lambda: os.kill(os.getpid(), signal.SIGINT))
    state = stage.run(f"{SOLVE}; sleep 60", interrupt, attempts=3)
    assert state.ended
    assert state.ended.outcome is Outcome.STOPPED
    assert stage.task().status is Status.RELEASED
    assert "stopped by SIGINT" in stage.task().reason
    assert list(stage.attempts()) == ["1"]
    assert stage.tip_files() == ""
    assert stage.worktrees() == []
    assert stage.rows() == 1
    assert stage.user() == before
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_lost_lease_kills_the_agent_and_its_zombie_completes_nothing(stage: Stage) -> None:
    before = stage.user()
    tokens: list[str] = []

    def lose() -> None:
        tokens.append(stage.state(os.listdir(os.path.join(stage.repo.state_dir, "runs"))[0]).token)
        take_away(stage)

    state = stage.run(f"{SOLVE}; sleep 0.2", Impatient(lose))
    assert state.ended
    assert state.ended.outcome is Outcome.LOST
    assert "is lost: node-b" in state.ended.why
    assert stage.task().status is Status.CLAIMED
    assert stage.task().owner == "node-b"
    assert list(stage.attempts()) == ["1"]
    assert stage.tip_files() == ""
    assert stage.worktrees() == []
    assert stage.user() == before
    with pytest.raises(LostError), open_work(stage.board, find_actor(stage.repo)) as work:
        verbs.complete(work, stage.task_id, "done", True, tokens[0])


@pytest.fixture
def signs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens of each sign of life, of which there are ten a second."""
    from openclaw_hooks.agent.run.local_desk import LocalDesk

    told: list[str] = []
    beat = LocalDesk.heartbeat

    def count(desk: LocalDesk, task_id: str, token: str, _minutes: int) -> Lease:
        told.append(token)
        return beat(desk, task_id, token, 10)

    monkeypatch.setattr("openclaw_hooks.agent.run.loop.LEASE_MINUTES", 0.005)
    monkeypatch.setattr(LocalDesk, "heartbeat", count)
    return told


def test_the_heart_kills_the_agent_of_a_lost_lease(stage: Stage, signs: list[str]) -> None:
    state = stage.run(f"{SOLVE}; sleep 60", Impatient(lambda: take_away(stage)))
    assert state.ended
    assert state.ended.outcome is Outcome.LOST
    assert state.attempts[0].report
    assert state.attempts[0].report.killed == "lost"
    assert list(stage.attempts()) == ["1"]
    assert signs


def test_a_lease_is_kept_alive_while_the_agent_works(stage: Stage, signs: list[str]) -> None:
    stage.run(f"{SOLVE}; sleep 0.6")
    assert len(signs) >= 3


def test_a_run_whose_lease_went_elsewhere_meanwhile_ends_as_lost(stage: Stage) -> None:
    before = stage.user()
    run = leave(stage, "checked")
    take_away(stage)
    state = stage.resume(run)
    assert state.ended
    assert state.ended.outcome is Outcome.LOST
    assert stage.task().owner == "node-b"
    assert stage.worktrees() == []
    assert list(stage.attempts()) == ["1"]
    assert stage.user() == before


def test_a_run_that_is_alive_or_over_is_not_taken_up(stage: Stage) -> None:
    run = leave(stage, "prompted")
    folder = stage.state(run).folder
    assert not is_alive(folder)
    with hold_run(folder):
        assert is_alive(folder)
        in_time = pytest.raises(RefusedError, match=f"run {run} is gone on with by")
        with in_time:
            stage.resume(run)
        with pytest.raises(RefusedError, match=f"{stage.task_id} is worked on by run {run}"):
            stage.run()
    with pytest.raises(RefusedError, match=f"held by run {run}, whose process is gone"):
        stage.run()
    stage.resume(run)
    with pytest.raises(RefusedError, match=f"{run} has ended, completed"):
        stage.resume(run)


def test_what_was_told_to_the_board_is_not_told_twice(stage: Stage) -> None:
    run = leave(stage, "closing")
    stage.resume(run)
    events = read_log(stage, run)
    assert stage.rows() == 1
    assert stage.task().body.count("### Run") == 1
    assert name_moments(events)[-1].event == "run.ended"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"delegation": Delegation(mode=Mode.HUMAN)}, "is for a person"),
        ({"status": Status.PROPOSED}, "is proposed and cannot be worked on"),
        ({"status": Status.COMPLETED}, "is completed and cannot be worked on"),
        ({"depends_on": ("T-zzzzzz",)}, "is blocked"),
        ({"role": "nobody"}, "nobody"),
    ],
)
def test_a_task_that_no_agent_may_begin_is_refused_in_one_line(
    stage: Stage, change: dict[str, object], message: str
) -> None:
    stage.change(**change)
    with pytest.raises(OpenclawError, match=message) as refused:
        stage.run()
    assert "\n" not in str(refused.value)
    assert not os.path.isdir(os.path.join(stage.repo.state_dir, "runs")) or not os.listdir(
        os.path.join(stage.repo.state_dir, "runs")
    )
    assert stage.worktrees() == []


def test_a_task_that_somebody_has_claimed_is_refused(stage: Stage) -> None:
    with open_work(stage.board, find_actor(stage.repo)._replace(name="node-b")) as work:
        verbs.claim(work, stage.task_id)
    with pytest.raises(RefusedError, match="claimed"):
        stage.run()
    assert stage.task().owner == "node-b"


def test_a_program_that_is_not_there_is_named_before_anything_is_claimed(stage: Stage) -> None:
    with pytest.raises(OpenclawError, match="`no-such-agent` of agent `any` is not on PATH"):
        start_run(Request(stage.repo, stage.task_id, argv=("no-such-agent",)), stage.desk(), Silent())
    with pytest.raises(OpenclawError, match=r"`code\.txt/x` of agent `any` is no program that can be run"):
        start_run(Request(stage.repo, stage.task_id, argv=("code.txt/x",)), stage.desk(), Silent())
    with pytest.raises(OpenclawError, match="no agent is named"):
        start_run(Request(stage.repo, stage.task_id), stage.desk(), Silent())
    assert stage.task().status is Status.QUEUED


def test_a_remote_that_is_not_there_is_named_before_anything_is_claimed(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(OpenclawError, match="there is no remote `origin` that kept work could be pushed to"):
        stage.run(merge=Merge.BRANCH)
    assert stage.task().status is Status.QUEUED
    stage.git("init", "-q", "--bare", str(tmp_path / "server"))
    stage.git("remote", "add", "origin", str(tmp_path / "server"))
    state = stage.run(merge=Merge.BRANCH)
    assert state.history.merged
    assert state.history.merged.done


@pytest.mark.parametrize("program", ["./agent.sh", "~/agent.sh"])
def test_a_program_that_is_a_path_is_looked_for_from_the_top_of_the_repository(stage: Stage, program: str) -> None:
    found = Path(os.path.expanduser(program)) if program[0] == "~" else stage.path / program
    found.write_text(f"#!/bin/sh\n{SOLVE}\n")
    found.chmod(0o755)
    agents = stage.path / ".openclaw/agents.yaml"
    agents.parent.mkdir(exist_ok=True)
    agents.write_text(f"format: 1\nagents:\n  own:\n    argv: ['{program}']\n")
    state = start_run(Request(stage.repo, stage.task_id, agent="own"), stage.desk(), Silent())
    assert [attempt.judgement and attempt.judgement.cause for attempt in state.attempts] == [Cause.PASSED]


def test_a_repository_without_a_commit_is_refused(stage: Stage) -> None:
    stage.git("checkout", "-q", "--orphan", "empty")
    with pytest.raises(OpenclawError, match="nothing is committed"):
        stage.run()


def test_a_branch_that_is_checked_out_is_not_moved(stage: Stage) -> None:
    stage.git("branch", f"openclaw/{stage.task_id}")
    stage.git("worktree", "add", "-q", str(stage.path.parent / "theirs"), f"openclaw/{stage.task_id}")
    with pytest.raises(RefusedError, match=r"is checked out in .*theirs"):
        stage.run()


def test_a_policy_that_is_broken_where_the_work_begins_gives_the_task_back(stage: Stage) -> None:
    config = stage.path / ".openclaw" / "config.yaml"
    config.write_text("nonsense: 1\n")
    stage.git("add", "-f", ".openclaw/config.yaml")
    stage.git("commit", "-qm", "chore: broken", "--", ".openclaw/config.yaml")
    config.write_text("format: 1\n")
    state = stage.run()
    assert state.ended
    assert state.ended.outcome is Outcome.RELEASED
    assert stage.task().reason.startswith("failed: .openclaw/config.yaml:1: ")
    assert stage.worktrees() == []
    assert stage.attempts() == {}
