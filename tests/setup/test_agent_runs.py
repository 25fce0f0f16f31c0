"""What doctor and uninstall do about agent runs: interrupted ones can be resumed, and no work in a worktree is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.events import EventLog, RunBegan, RunEnded
from openclaw_hooks.agent.model import Outcome, Provenance, Terms
from openclaw_hooks.agent.run.folders import run_folder
from openclaw_hooks.agent.run.lock import hold_run
from openclaw_hooks.agent.trees.refs import interrupted_refs, set_attempt_ref
from openclaw_hooks.agent.trees.snapshot import Taking, take_snapshot
from openclaw_hooks.agent.trees.spots import Spot, attempt_path
from openclaw_hooks.agent.trees.worktrees import make_worktree
from openclaw_hooks.git import open_repo

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from tests.setup.conftest import Scratch

RUN, TASK = "R-4k2m9x", "T-4kf2mz"
AUTHOR = "Ada <ada@example.org>"


@pytest.fixture
def guarded(scratch: Scratch) -> Scratch:
    """A repository that is guarded, with a commit."""
    scratch.init("--no-pre-commit")
    scratch.commit()
    return scratch


def begin(scratch: Scratch, *, is_over: bool = False) -> tuple[Repo, Path]:
    """A run with a worktree that somebody worked in."""
    repo = open_repo(str(scratch.path))
    log = EventLog(run_folder(repo, RUN))
    Path(log.folder).mkdir(parents=True)
    log.append(
        RunBegan(
            run=RUN,
            task=TASK,
            title="x",
            node="here",
            agent="any",
            provenance=Provenance.MOCK,
            base=repo.head,
            target="main",
            terms=Terms(),
        )
    )
    if is_over:
        log.append(RunEnded(outcome=Outcome.STOPPED))
    path = attempt_path(repo, RUN, 1)
    make_worktree(repo, Spot(RUN, 1, TASK, path), repo.head)
    Path(path, "work.txt").write_text("work\n")
    return repo, Path(path)


def probes(scratch: Scratch, *words: str) -> list[tuple[str, str, str]]:
    """What doctor says of runs."""
    found = json.loads(scratch.openclaw("doctor", "--json", *words).out)["data"]["probes"]
    return [(each["status"], each["evidence"], each["fix"]) for each in found if each["id"] == "agent runs"]


def test_doctor_says_how_to_go_on_with_an_interrupted_run(guarded: Scratch) -> None:
    assert probes(guarded) == []
    repo, path = begin(guarded)
    where = f".openclaw/worktrees/{RUN}-1"
    asked = [("warn", f"run {RUN} was interrupted; in {where}", f"openclaw agent resume {RUN}")]
    assert probes(guarded) == asked
    assert probes(guarded, "--fix") == asked
    assert (path / "work.txt").is_file()
    with hold_run(run_folder(repo, RUN)):
        assert probes(guarded) == [("ok", f"run {RUN} is at work; in {where}", "")]


def test_doctor_cleans_up_after_a_run_that_is_over_and_keeps_what_was_there(guarded: Scratch) -> None:
    repo, path = begin(guarded, is_over=True)
    where = f".openclaw/worktrees/{RUN}-1"
    assert probes(guarded) == [("warn", f"{where} is left of run {RUN}, which is over", "openclaw doctor --fix")]
    done = guarded.openclaw("doctor", "--fix")
    assert f"repaired: what was in {where} is kept as refs/openclaw/attempts/{TASK}/1-interrupted-1" in done.out
    assert not path.exists()
    assert guarded.git("show", f"{interrupted_refs(repo, TASK)['1-interrupted-1']}:work.txt") == "work"
    assert probes(guarded) == []


def test_what_is_kept_already_is_not_kept_twice(guarded: Scratch) -> None:
    repo, path = begin(guarded, is_over=True)
    set_attempt_ref(repo, TASK, "1", take_snapshot(repo, Taking(str(path), repo.head, "x", AUTHOR)).commit)
    assert f"repaired: remove the worktree .openclaw/worktrees/{RUN}-1" in guarded.openclaw("doctor", "--fix").out
    assert interrupted_refs(repo, TASK) == {}


def test_uninstall_takes_worktrees_away_and_loses_nothing(guarded: Scratch) -> None:
    repo, path = begin(guarded)
    where = f".openclaw/worktrees/{RUN}-1"
    planned = guarded.openclaw("uninstall", "--dry-run").out
    assert f"give up run {RUN}, which was interrupted" in planned
    assert f"remove the worktree {where}, its work kept" in planned
    assert path.is_dir()
    done = guarded.openclaw("uninstall")
    assert done.code == 0, done
    ref = f"refs/openclaw/attempts/{TASK}/1-interrupted-1"
    assert f"note: what was in {where} is kept as {ref}" in done.out
    assert "note: what agents tried stays under refs/openclaw/attempts" in done.out
    assert guarded.git("show", f"{ref}:work.txt") == "work"
    assert not (guarded.path / ".openclaw/worktrees").exists()
    assert guarded.git("worktree", "list").count("\n") == 0
    assert not Path(repo.state_dir).exists()


def test_uninstall_waits_for_an_agent_that_is_at_work(guarded: Scratch) -> None:
    repo, path = begin(guarded)
    with hold_run(run_folder(repo, RUN)):
        done = guarded.openclaw("uninstall")
    assert done.code == 1
    assert f"an agent is at work: run {RUN}" in done.err
    assert (path / "work.txt").is_file()
