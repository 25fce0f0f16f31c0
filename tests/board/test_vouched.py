"""Files that are on disk before they are committed: taken over in their own words, never judged, never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.lock import board_lock
from openclaw_hooks.board.plumbing import make_commit
from openclaw_hooks.board.store import commit_waiting, edit_board, read_board
from openclaw_hooks.board.vouched import JOURNAL, Vouched, is_vouched, write_vouched
from openclaw_hooks.tasks.markdown import edit_task
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.board.plumbing import Commit, Written
    from openclaw_hooks.git import Repo
    from tests.board.conftest import Desk


def claim(desk: Desk, task_id: str, owner: str = "w1") -> bytes:
    """Puts a claim on disk as a mirror does; the content."""
    path = desk.path(task_id)
    content = edit_task(path.read_bytes(), {"status": Status.CLAIMED, "owner": owner})
    vouch(desk, task_id, content, f"task {task_id} queued -> claimed ({owner})")
    return content


def vouch(desk: Desk, task_id: str, content: bytes, line: str = "") -> None:
    """Puts a content on disk as a mirror does."""
    with board_lock(desk.board):
        write_vouched(desk.board, [Vouched(f"tasks/{task_id}.md", content, line)])


def test_readers_see_the_file_at_once_and_the_next_command_commits_it_in_its_own_words(desk: Desk) -> None:
    task_id = desk.add()
    content = claim(desk, task_id)
    assert read_board(desk.board).tasks[task_id].owner == "w1"
    assert is_vouched(desk.board)
    assert desk.absorb() == []
    assert desk.subjects()[0] == f"task {task_id} queued -> claimed (w1)"
    assert desk.path(task_id).read_bytes() == content
    assert not is_vouched(desk.board)
    assert desk.git("status", "--porcelain") == ""


def test_several_changes_of_a_file_are_one_commit_that_tells_of_each(desk: Desk) -> None:
    task_id = desk.add()
    content = claim(desk, task_id)
    vouch(desk, task_id, edit_task(content, {"status": Status.RUNNING}), f"task {task_id} claimed -> running (w1)")
    desk.absorb()
    said = desk.git("log", "-1", "--format=%B")
    assert f"task {task_id} queued -> claimed (w1)\ntask {task_id} claimed -> running (w1)" in said
    assert desk.task(task_id).status is Status.RUNNING


def test_a_hand_edit_on_top_is_judged_against_what_was_vouched_for(desk: Desk) -> None:
    task_id = desk.add("Write it")
    content = claim(desk, task_id)
    edited = edit_task(content, {"title": "Write it well", "status": Status.COMPLETED})
    desk.path(task_id).write_bytes(edited)
    reports = desk.absorb()
    assert any("claimed -> completed is put back" in report for report in reports), reports
    task = desk.task(task_id)
    assert (task.title, task.status, task.owner) == ("Write it well", Status.CLAIMED, "w1")
    assert f"task {task_id} queued -> claimed (w1)" in desk.git("log", "-1", "--format=%B")


def test_a_file_broken_by_hand_keeps_its_text_while_what_was_vouched_for_is_committed(desk: Desk) -> None:
    task_id = desk.add()
    claim(desk, task_id)
    desk.path(task_id).write_bytes(b"---\ntitle: [\n")
    assert any("not committed until it is mended" in report for report in desk.absorb())
    assert desk.path(task_id).read_bytes() == b"---\ntitle: [\n"
    assert "owner: w1" in desk.git("show", f"HEAD:tasks/{task_id}.md")


def test_a_file_that_vanished_comes_back_as_it_was_vouched_for(desk: Desk) -> None:
    task_id = desk.add()
    content = claim(desk, task_id)
    desk.path(task_id).unlink()
    assert desk.absorb() == [f"tasks/{task_id}.md was missing and is restored"]
    assert desk.path(task_id).read_bytes() == content


def test_a_command_builds_on_what_is_not_committed_yet(desk: Desk) -> None:
    task_id = desk.add()
    claim(desk, task_id)
    desk.put(task_id, priority=7)
    task = desk.task(task_id)
    assert (task.status, task.owner, task.priority) == (Status.CLAIMED, "w1", 7)
    assert desk.git("status", "--porcelain") == ""


def test_a_new_file_is_committed_as_new(desk: Desk) -> None:
    task_id = desk.add()
    other = desk.path(task_id).read_bytes().replace(task_id.encode(), b"T-4kf2mz")
    vouch(desk, "T-4kf2mz", other, "task T-4kf2mz queued: Write it (w2)")
    desk.absorb()
    assert desk.subjects()[0] == "task T-4kf2mz queued: Write it (w2)"
    assert desk.git("show", "HEAD:tasks/T-4kf2mz.md").encode() == other


def test_what_was_committed_before_a_crash_is_not_vouched_for_again(desk: Desk) -> None:
    task_id = desk.add()
    claimed = claim(desk, task_id)
    journal = os.path.join(desk.board.repo.state_dir, JOURNAL)
    with open(journal, "rb") as stream:
        left = stream.read()
    desk.absorb()
    desk.put(task_id, status=Status.QUEUED, owner="")
    with open(journal, "wb") as stream:
        stream.write(left)  # as a crash behind the commit leaves it
    desk.absorb()
    desk.path(task_id).write_bytes(claimed)
    assert any("put back" in report for report in desk.absorb())
    assert desk.task(task_id).status is Status.QUEUED


def test_a_journal_that_was_cut_short_vouches_for_the_rest(desk: Desk) -> None:
    first, second = desk.add("One"), desk.add("Two")
    claim(desk, first)
    claim(desk, second)
    journal = os.path.join(desk.board.repo.state_dir, JOURNAL)
    with open(journal, "rb+") as stream:
        stream.truncate(os.path.getsize(journal) - 20)
    assert any("put back" in report for report in desk.absorb())
    assert desk.task(first).status is Status.CLAIMED
    assert desk.task(second).status is Status.QUEUED


def test_a_secret_that_others_have_on_their_boards_does_not_stop_commands_here(desk: Desk) -> None:
    task_id = desk.add()
    secret = "AKIA" + "Z7QH4NVR2LKD8WSX"
    content = desk.path(task_id).read_bytes() + f"\nkey: {secret}\n".encode()
    vouch(desk, task_id, content, f"task {task_id} text changed (w1)")
    with edit_board(desk.board, desk.actor) as edit:
        edit.put_task(task_id, {"priority": 3})
    assert desk.task(task_id).priority == 3


WRITER = """
import sys
from openclaw_hooks.board.lock import board_lock
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.vouched import Vouched, write_vouched
from openclaw_hooks.tasks.markdown import edit_task
board = open_board(sys.argv[1])
path = "tasks/" + sys.argv[2] + ".md"
content = open(board.top + "/" + path, "rb").read()
for count in range(1, 100_000):
    content = edit_task(content, {"priority": count % 999, "status": "claimed", "owner": "w%d" % count})
    with board_lock(board):
        write_vouched(board, [Vouched(path, content, "change %d" % count)])
    print(count, flush=True)
"""


@pytest.mark.parametrize("pause", [0.0, 0.001, 0.004, 0.009, 0.02, 0.05])
def test_a_writer_killed_at_any_moment_leaves_nothing_to_put_back(
    desk: Desk, started: object, tmp_path: Path, pause: float
) -> None:
    task_id = desk.add()
    words = [sys.executable, "-P", "-c", WRITER, desk.board.repo.top, task_id]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(pause)
        os.kill(writer.pid, signal.SIGKILL)
        counts = [1, *map(int, writer.stdout.read().split())]
    on_disk = desk.path(task_id).read_bytes()
    assert desk.absorb() == []
    assert desk.path(task_id).read_bytes() == on_disk
    task = desk.task(task_id)
    assert task.owner in (f"w{counts[-1]}", f"w{counts[-1] + 1}")
    told = desk.git("log", "-1", "--format=%B").split()
    assert len(told) == len(set(told)) or told.count("change") == len({word for word in told if word.isdecimal()})
    assert desk.git("status", "--porcelain") == ""


def test_an_edit_saved_while_its_file_is_committed_stands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    other, task_id = desk.add(), "T-4kf2mz"
    content = desk.path(other).read_bytes().replace(other.encode(), task_id.encode()) + b"\n## Notes\n\nfirst\n"
    vouch(desk, task_id, content)
    edited = content + b"one more line\n"

    def commit_slowly(repo: Repo, commit: Commit) -> Written:
        written = make_commit(repo, commit)
        desk.path(task_id).write_bytes(edited)
        return written

    monkeypatch.setattr("openclaw_hooks.board.commits.make_commit", commit_slowly)
    desk.absorb()
    monkeypatch.undo()
    assert desk.path(task_id).read_bytes() == edited
    assert not (desk.path(task_id).parent.parent / "conflicts").exists()
    assert desk.absorb() == []
    assert desk.git("show", f"openclaw/board:tasks/{task_id}.md").endswith("one more line\n")


def wait_for_commit(desk: Desk, monkeypatch: pytest.MonkeyPatch, count: int) -> dict[str, bytes]:
    """Files on disk that no commit has, of which one commit takes over two; by their ids."""
    monkeypatch.setattr("openclaw_hooks.board.vouched.SLICE", 2)
    first = desk.add()
    content = desk.path(first).read_bytes()
    made = {f"T-4kf2m{number}": content.replace(first.encode(), b"T-4kf2m%d" % number) for number in range(count)}
    for task_id, text in made.items():
        vouch(desk, task_id, text, f"task {task_id} came")
    return made


def test_many_files_are_committed_in_slices_and_readers_see_all_of_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = wait_for_commit(desk, monkeypatch, 5)
    desk.absorb()
    assert "2 changes" in desk.subjects()[0]
    assert len(desk.git("status", "--porcelain").splitlines()) == 3
    assert made.keys() < read_board(desk.board).tasks.keys()
    assert is_vouched(desk.board)
    assert commit_waiting(desk.board, desk.actor).reports == []
    assert not is_vouched(desk.board)
    assert desk.git("status", "--porcelain") == ""
    assert {task_id: desk.git("show", f"HEAD:tasks/{task_id}.md").encode() for task_id in made} == made
    assert all(desk.git("log", "--format=%B").count(f"task {task_id} came") == 1 for task_id in made)


def test_a_change_of_a_file_that_was_left_for_later_builds_on_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_for_commit(desk, monkeypatch, 5)
    desk.put("T-4kf2m4", priority=7)
    assert "priority: 7" in desk.git("show", "HEAD:tasks/T-4kf2m4.md")
    assert "task T-4kf2m4 came" in desk.git("log", "-1", "--format=%B")
    assert desk.task("T-4kf2m4").priority == 7
    commit_waiting(desk.board, desk.actor)
    assert desk.task("T-4kf2m4").priority == 7
    assert desk.git("log", "--format=%B").count("task T-4kf2m4 came") == 1


def test_an_edit_between_slices_is_judged_against_what_was_vouched_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = wait_for_commit(desk, monkeypatch, 5)
    desk.absorb()
    desk.path("T-4kf2m4").write_bytes(edit_task(made["T-4kf2m4"], {"title": "Better", "created_by": "mallory"}))
    reports = commit_waiting(desk.board, desk.actor).reports
    assert any("`created_by` is not edited by hand" in report for report in reports), reports
    assert desk.task("T-4kf2m4").title == "Better"
    assert b"mallory" not in desk.path("T-4kf2m4").read_bytes()
    assert desk.git("status", "--porcelain") == ""


def test_a_slice_whose_end_was_never_noted_is_not_committed_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = wait_for_commit(desk, monkeypatch, 5)
    journal = os.path.join(desk.board.repo.state_dir, JOURNAL)
    with open(journal, "rb") as stream:
        whole = stream.read()
    desk.absorb()
    with open(journal, "wb") as stream:
        stream.write(whole)  # as who is killed behind the first commit leaves it
    assert commit_waiting(desk.board, desk.actor).reports == []
    assert all(desk.git("log", "--format=%B").count(f"task {task_id} came") == 1 for task_id in made)
    assert desk.git("status", "--porcelain") == ""


COMMITTER = """
import sys
from openclaw_hooks.board import vouched
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import commit_waiting
vouched.SLICE = 2
board = open_board(sys.argv[1])
print("ready", flush=True)
commit_waiting(board, find_actor(board.repo))
"""


@pytest.mark.parametrize("pause", [0.005, 0.03, 0.08, 0.15])
def test_a_committer_killed_between_slices_leaves_the_rest_to_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, pause: float
) -> None:
    made = wait_for_commit(desk, monkeypatch, 9)
    words = [sys.executable, "-P", "-c", COMMITTER, desk.board.repo.top]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as committer:
        assert committer.stdout is not None
        committer.stdout.readline()
        time.sleep(pause)
        os.kill(committer.pid, signal.SIGKILL)
    assert commit_waiting(desk.board, desk.actor).reports == []
    assert {task_id: desk.git("show", f"HEAD:tasks/{task_id}.md").encode() for task_id in made} == made
    assert desk.git("status", "--porcelain") == ""
