"""Agents and disks that do their worst: nothing that was worked on is lost, and a run still comes to an end."""

from __future__ import annotations

import errno
import os
import resource
import shutil
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.events import FILE, EventLog, Resumed, read_events
from openclaw_hooks.agent.model import Cause, Outcome
from openclaw_hooks.agent.run.folders import list_runs
from openclaw_hooks.agent.trees.worktrees import list_worktrees
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import Status
from tests.agent.run.stage import SOLVE, Stage, Watcher, quote

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openclaw_hooks.agent.run.state import RunState


def obstacle(stage: Stage, state: RunState) -> str:
    """A folder in place of the file in which a snapshot is put together: as on a full disk, none can be taken."""
    name = os.path.basename(state.attempt.worktree)
    return os.path.join(stage.repo.state_dir, f"{name}.{os.getpid()}.index")


def test_work_that_no_snapshot_can_be_taken_of_stays_where_it_lies(stage: Stage) -> None:
    before = stage.user()
    watcher = Watcher("agent.ended", lambda state: os.makedirs(obstacle(stage, state)))
    ended = stage.run(SOLVE, watcher, attempts=1)
    assert ended.attempt.judgement
    assert ended.attempt.judgement.cause is Cause.AGENT_FAILED
    assert ended.ended
    assert ended.ended.outcome is Outcome.RELEASED
    (left,) = list_worktrees(stage.repo)
    with open(os.path.join(left.path, "work", "answer.txt"), encoding="utf-8") as stream:
        assert stream.read() == "done\n"
    assert stage.user() == before


def test_work_that_can_be_taken_in_the_end_is_kept_under_a_ref(stage: Stage) -> None:
    def block(state: RunState) -> None:
        os.makedirs(obstacle(stage, state))
        watcher.at, watcher.act = "judged", lambda state: shutil.rmtree(obstacle(stage, state))

    watcher = Watcher("agent.ended", block)
    stage.run(SOLVE, watcher, attempts=1)
    kept = f"refs/openclaw/attempts/{stage.task_id}/1-interrupted-1"
    assert stage.git("show", f"{kept}:work/answer.txt") == "done\n"
    assert stage.worktrees() == []


@pytest.mark.parametrize("name", ["", "/1/x"])
def test_refs_in_the_way_of_a_snapshot_are_tampering_and_go(stage: Stage, name: str) -> None:
    planted = f"refs/openclaw/attempts/{stage.task_id}{name}"
    ended = stage.run(f"{SOLVE}; git update-ref {planted} HEAD", attempts=1)
    assert ended.attempt.judgement
    assert ended.attempt.judgement.cause is Cause.TAMPERED
    assert list(stage.attempts()) == ["1"]
    assert stage.git("show", f"refs/openclaw/attempts/{stage.task_id}/1:work/answer.txt") == "done\n"
    assert stage.worktrees() == []


def test_what_a_killed_runner_was_putting_together_goes_with_its_worktree(stage: Stage) -> None:
    def kill(state: RunState) -> None:
        name = os.path.basename(state.attempt.worktree)
        for end in ("index", "index.lock", "index.module"):
            with open(os.path.join(stage.repo.state_dir, f"{name}.1.{end}"), "wb"):
                pass

    stage.run(SOLVE, Watcher("agent.ended", kill), attempts=1)
    assert [name for name in os.listdir(stage.repo.state_dir) if ".index" in name] == []


def _pipe(path: str) -> None:
    os.unlink(path)
    os.mkfifo(path)


def _folder(path: str) -> None:
    os.unlink(path)
    os.mkdir(path)


@pytest.mark.parametrize("replace", [_pipe, _folder])
def test_a_log_that_is_no_file_keeps_nobody_waiting(stage: Stage, replace: Callable[[str], None]) -> None:
    run = stage.run(attempts=1)
    path = os.path.join(run.folder, FILE)
    replace(path)
    with pytest.raises(OpenclawError, match=r"is no file|cannot be read"):
        read_events(path)
    assert list_runs(stage.repo) == []
    with pytest.raises(OpenclawError, match="cannot be written"):
        EventLog(run.folder).append(Resumed(pid=1))


def test_a_log_that_leads_elsewhere_is_not_written(stage: Stage, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine\n")
    os.symlink(precious, tmp_path / FILE)
    with pytest.raises(OpenclawError, match="cannot be written"):
        EventLog(str(tmp_path)).append(Resumed(pid=1))
    assert precious.read_text() == "mine\n"


def test_an_event_that_the_disk_has_no_room_for_did_not_happen(tmp_path: Path) -> None:
    log = EventLog(str(tmp_path))
    first = log.append(Resumed(pid=1))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(log.path) + 10, hard))
    try:
        with pytest.raises(OpenclawError, match="cannot be written"):
            log.append(Resumed(pid=2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert log.read() == [first]
    third = log.append(Resumed(pid=3))
    assert log.read() == [first, third]


LOG = "$(git rev-parse --git-common-dir)/openclaw/runs/$OPENCLAW_RUN/events.jsonl"


@pytest.mark.parametrize(
    "script",
    [
        f"tail -n 1 {LOG} >> {LOG}",
        f": > {LOG}",
        f"rm {LOG}; mkfifo {LOG}",
        f"rm {LOG}; mkdir {LOG}",
        f"mv {LOG} {LOG}.old; ln -s {LOG}.old {LOG}",
        f"rm -rf $(dirname {LOG})",
    ],
)
def test_a_log_that_an_agent_changed_is_put_back_and_discards(stage: Stage, script: str) -> None:
    ended = stage.run(f"{SOLVE}; if [ $n = 1 ]; then {script}; fi", attempts=2)
    first, second = ended.attempts
    assert first.judgement
    assert second.judgement
    assert (first.judgement.cause, second.judgement.cause) == (Cause.TAMPERED, Cause.PASSED)
    assert "log of the run" in first.judgement.why
    assert stage.state(ended.run).attempts == ended.attempts


def test_a_run_that_a_full_disk_cut_off_says_so_and_goes_on(stage: Stage) -> None:
    def fill(state: RunState) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), state.folder)

    with pytest.raises(OpenclawError, match="No space left") as caught:
        stage.run(SOLVE, Watcher("judged", fill))
    (left,) = list_runs(stage.repo)
    assert left.run in caught.value.hint
    assert stage.resume(left.run).ended
    assert stage.task().status is Status.COMPLETED


@pytest.mark.parametrize("name", [".openclaw", ".openclaw/worktrees"])
def test_a_folder_of_worktrees_that_an_agent_moved_away_is_put_back(stage: Stage, tmp_path: Path, name: str) -> None:
    before, place, away = stage.user(), quote(stage.path / name), quote(tmp_path / "away")
    ended = stage.run(f"{SOLVE}; if [ $n = 1 ]; then mv {place} {away}; ln -s {away} {place}; fi", attempts=2)
    assert [attempt.judgement and attempt.judgement.cause for attempt in ended.attempts] == [
        Cause.TAMPERED,
        Cause.PASSED,
    ]
    assert not (stage.path / name).is_symlink()
    assert stage.worktrees() == []
    assert stage.user() == before
    assert stage.task().status is Status.COMPLETED


def test_what_a_planted_link_leads_to_stays_there(stage: Stage, tmp_path: Path) -> None:
    place, mine = quote(stage.path / ".openclaw" / "worktrees"), tmp_path / "mine"
    (mine / "deep").mkdir(parents=True)
    stage.run(f"{SOLVE}; mv {place} {place}.old; ln -s {quote(mine)} {place}; rm -rf {place}.old", attempts=1)
    assert (mine / "deep").is_dir()
    assert not (stage.path / ".openclaw" / "worktrees").is_symlink()
