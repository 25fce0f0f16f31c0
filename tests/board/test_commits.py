"""Commits on the board's branch, and the files that follow them whatever happens."""

from __future__ import annotations

import os
import random
import runpy
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board import commits
from openclaw_hooks.board.commits import board_head, commit_files, move_board, read_step, recover
from openclaw_hooks.board.disk import replace_file
from openclaw_hooks.board.lock import board_lock
from openclaw_hooks.board.place import REF, BoardError
from openclaw_hooks.board.plumbing import blob_id
from openclaw_hooks.board.store import edit_board, read_board

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.board.conftest import Desk
    from tests.conftest import Repository

    Seat = Callable[[Path], Desk]

WRITER = str(Path(__file__).with_name("writer.py"))
KILLS = 25


def on_disk(desk: Desk, path: str) -> bytes | None:
    file = Path(desk.board.top) / path
    return file.read_bytes() if file.exists() else None


def commit(desk: Desk, changes: dict[str, bytes | None], parents: tuple[str, ...] = ()) -> str:
    with board_lock(desk.board):
        return commit_files(desk.board, changes, "board: test", desk.actor, parents)


def is_clean(desk: Desk) -> bool:
    found = desk.git("status", "--porcelain")
    assert found == ""
    return True


def start_writer(where: str, tasks: list[str], start: int) -> tuple[int, int]:
    """The process, leader of a group of its own, of a writer, and where it says what it has done."""
    said, saying = os.pipe()
    pid = os.fork()  # starting another Python takes longer than what is to be tested
    if pid == 0:
        os.setsid()
        os.dup2(saying, 1)
        sys.stdout = os.fdopen(1, "w")
        try:
            runpy.run_path(WRITER)["write"](where, tasks, start, 1000)
        finally:
            os._exit(1)
    os.close(saying)
    return pid, said


def wait_for_orphans(group: int) -> None:
    """A git that outlives the writer that was killed may still finish its one step."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        listing = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
        states = [line.split()[1] for line in listing.splitlines() if line.split()[0] == str(group)]
        if all(state.startswith("Z") for state in states):  # ended, and not yet noticed by whoever inherited it
            return
        time.sleep(0.005)
    raise AssertionError("git never ended")


def test_a_commit_brings_branch_files_and_index_in_step(desk: Desk) -> None:
    oid = commit(desk, {"memory/a b/ü.txt": b"1\r\n\x00", "conflicts/x.yaml": b"x: 1\n"})
    assert desk.git("rev-parse", REF).strip() == oid == read_step(desk.board)
    assert on_disk(desk, "memory/a b/ü.txt") == b"1\r\n\x00"
    assert is_clean(desk)
    commit(desk, {"memory/a b/ü.txt": None})
    assert on_disk(desk, "memory/a b/ü.txt") is None
    assert is_clean(desk)


def test_a_commit_says_who_and_when(desk: Desk) -> None:
    commit(desk, {"conflicts/x.yaml": b"x: 1\n"})
    assert (
        desk.git("log", "-1", "--format=%an <%ae>|%cn <%ce>|%s")
        == "Ada <ada@example.org>|Ada <ada@example.org>|board: test\n"
    )
    assert abs(int(desk.git("log", "-1", "--format=%at")) - time.time()) < 60


def test_a_message_cannot_end_early(desk: Desk) -> None:
    with board_lock(desk.board):
        commit_files(desk.board, {"conflicts/x.yaml": b"x: 1\n"}, "a\ndata 3\nD tasks\n\ndone\nü\n", desk.actor)
    assert desk.git("log", "-1", "--format=%B").strip() == "a\ndata 3\nD tasks\n\ndone\nü"


def test_no_change_is_no_commit(desk: Desk) -> None:
    before = board_head(desk.board)
    assert commit(desk, {}) == before


def test_a_merge_has_its_parents(desk: Desk) -> None:
    first = commit(desk, {"conflicts/x.yaml": b"x: 1\n"})
    other = desk.git("commit-tree", "-m", "other root", f"{first}^{{tree}}").strip()
    merged = commit(desk, {"conflicts/y.yaml": b"y: 1\n"}, (first, other))
    assert desk.git("rev-list", "--parents", "-n1", merged).split() == [merged, first, other]
    assert is_clean(desk)


def test_moving_the_branch_on_moves_the_files(desk: Desk) -> None:
    old = commit(desk, {"conflicts/x.yaml": b"x: 1\n"})
    new = commit(desk, {"conflicts/x.yaml": b"x: 2\n", "conflicts/y.yaml": b"y: 1\n"})
    desk.git("reset", "-q", "--hard", old)
    with board_lock(desk.board):
        recover(desk.board)
        move_board(desk.board, new, "from a test")
    assert on_disk(desk, "conflicts/x.yaml") == b"x: 2\n"
    assert on_disk(desk, "conflicts/y.yaml") == b"y: 1\n"
    assert is_clean(desk)


@pytest.mark.parametrize("path", ["../x", "/x", "a//b", ".git/config", "a/.GIT/x", "a/../b", "", "a\0b"])
def test_a_path_outside_the_board_is_refused(desk: Desk, path: str) -> None:
    with pytest.raises(BoardError, match="no path of the board"):
        commit(desk, {path: b"x"})


def test_files_of_a_foreign_commit_stay_inside_the_board(desk: Desk, started: Repository) -> None:
    blob = desk.git("hash-object", "-w", "README.md").strip()
    desk.git("update-index", "--add", "--cacheinfo", f"120000,{blob},tasks/T-000000.md")
    desk.git("update-index", "--add", "--cacheinfo", f"120000,{blob},link")
    desk.git("commit", "-qm", "links")
    with board_lock(desk.board):
        recover(desk.board)
    assert on_disk(desk, "link") is None
    assert read_board(desk.board).tasks == {}


def test_a_folder_that_is_a_link_is_not_written_through(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (Path(desk.board.top) / "memory").symlink_to(tmp_path / "outside")
    with pytest.raises(BoardError, match="is a link"):
        commit(desk, {"memory/x": b"1"})
    assert list((tmp_path / "outside").iterdir()) == []


def test_who_moved_the_branch_meanwhile_wins(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    old = board_head(desk.board)
    new = commit(desk, {"conflicts/x.yaml": b"x: 1\n"})
    monkeypatch.setattr(commits, "board_head", lambda _board: old)
    with pytest.raises(BoardError, match=r"moved under this change.*run it again"):
        commit(desk, {"conflicts/x.yaml": b"x: 2\n"})
    monkeypatch.undo()
    assert board_head(desk.board) == new
    assert on_disk(desk, "conflicts/x.yaml") == b"x: 1\n"


def test_a_lock_that_a_killed_git_left_is_broken(desk: Desk) -> None:
    lock = Path(desk.board.repo.common_dir) / f"{REF}.lock"
    lock.touch()
    commit(desk, {"conflicts/x.yaml": b"x: 1\n"})
    assert on_disk(desk, "conflicts/x.yaml") == b"x: 1\n"
    assert not lock.exists()


def test_an_index_that_somebody_holds_follows_later(desk: Desk) -> None:
    lock = Path(desk.git("rev-parse", "--absolute-git-dir").strip()) / "index.lock"
    lock.touch()
    task = desk.add("first")
    desk.put(task, title="second")
    assert desk.titles() == ["second"]
    lock.unlink()
    desk.put(task, title="third")
    assert is_clean(desk)


def test_commits_that_somebody_makes_with_git_are_followed(desk: Desk) -> None:
    task = desk.add("first")
    desk.path(task).write_text(desk.path(task).read_text().replace("first", "by git"))
    desk.git("commit", "-qam", "by git")
    assert desk.titles() == ["by git"]
    assert desk.absorb() == []
    desk.git("revert", "--no-edit", "HEAD")
    assert desk.titles() == ["first"]
    assert desk.absorb() == []
    assert is_clean(desk)


def test_a_merge_under_way_on_the_board_is_not_disturbed(desk: Desk) -> None:
    git_dir = Path(desk.git("rev-parse", "--absolute-git-dir").strip())
    (git_dir / "MERGE_HEAD").write_text(board_head(desk.board) + "\n")
    with pytest.raises(BoardError, match=r"a merge is under way.*finish or abort it"):
        desk.add()
    (git_dir / "MERGE_HEAD").unlink()
    assert desk.add()


def test_an_edit_made_between_a_commit_and_its_files_is_carried_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = desk.add("first", labels=("a",))
    old = desk.path(task).read_bytes()
    desk.put(task, priority=7)
    step = desk.git("rev-parse", "HEAD~1").strip()
    (Path(desk.board.repo.state_dir) / "board.step").write_text(step + "\n")
    desk.path(task).write_bytes(old.replace(b"first", b"edited"))
    assert desk.absorb() == []
    found = desk.task(task)
    assert (found.title, found.priority) == ("edited", 7)
    assert is_clean(desk)


def test_without_a_known_step_files_come_back_and_edits_stay(desk: Desk) -> None:
    tasks = [desk.add(f"task {number}") for number in range(3)]
    (Path(desk.board.repo.state_dir) / "board.step").unlink()
    desk.path(tasks[0]).unlink()
    desk.path(tasks[1]).write_text(desk.path(tasks[1]).read_text().replace("task 1", "edited"))
    desk.absorb()
    assert desk.titles() == ["edited", "task 0", "task 2"]
    assert is_clean(desk)


@pytest.mark.parametrize("whole_group", [False, True])
def test_a_writer_killed_anywhere_loses_nothing_that_it_said_was_done(
    desk: Desk, started: Repository, whole_group: bool
) -> None:
    tasks = [desk.add(f"task {number}") for number in range(4)]
    chance = random.Random(20261122)
    done = 0
    for _ in range(KILLS):
        pid, said = start_writer(str(started.path), tasks, done + 1)
        with os.fdopen(said) as lines:
            done = int(lines.readline())
            time.sleep(chance.random() * 0.06)
            (os.killpg if whole_group else os.kill)(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            done = max([done, *(int(line) for line in lines if line.endswith("\n"))])
        wait_for_orphans(pid)
        found = read_board(desk.board)
        assert found.broken == ()
        assert len(found.tasks) == len(tasks)
        for task in tasks:  # nothing half-written, nothing lost
            known = desk.task(task)
            assert known.priority in (done, done + 1), (known.priority, done)
            assert known.body == f"{known.priority}\n" * 2000
        assert desk.absorb() == []
        assert is_clean(desk)
        kept = {task.priority for task in read_board(desk.board).tasks.values()}
        assert len(kept) == 1, "a change of several tasks is one change"
        done = kept.pop()
    started.git("fsck", "--connectivity-only")


def test_two_writers_at_once_lose_nothing(desk: Desk, started: Repository) -> None:
    tasks = [desk.add(f"task {number}") for number in range(2)]
    words = [[sys.executable, WRITER, str(started.path), task, "1", "15"] for task in tasks]
    running = [subprocess.Popen(line, stdout=subprocess.DEVNULL) for line in words]
    assert [process.wait(60) for process in running] == [0, 0]
    assert [desk.task(task).priority for task in tasks] == [15, 15]
    assert len(desk.subjects()) == 1 + 2 + 30
    assert is_clean(desk)


def test_who_waits_too_long_is_told_for_whom(desk: Desk) -> None:
    words = [
        "-c",
        "import sys,time; from openclaw_hooks.board.lock import board_lock\n"
        "from openclaw_hooks.board.opening import open_board\n"
        "with board_lock(open_board(sys.argv[1])):\n print('held', flush=True); time.sleep(60)",
    ]
    with subprocess.Popen([sys.executable, *words, desk.board.top], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(BoardError, match=f"being changed by process {holder.pid}"), board_lock(desk.board, 0.1):
            pass
        holder.kill()
    with board_lock(desk.board, 1.0):
        pass


def test_an_exception_commits_nothing(desk: Desk) -> None:
    task = desk.add("first")
    before = board_head(desk.board)

    def fail() -> None:
        with edit_board(desk.board, desk.actor) as edit:
            edit.put_task(task, {"title": "second"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert board_head(desk.board) == before
    assert desk.titles() == ["first"]
    assert is_clean(desk)


def test_a_blob_is_named_as_git_names_it_without_loading_openssl(desk: Desk) -> None:
    contents = [b"", b"x: 1\n", b"\x00\xff" * 5000]
    asked = [
        subprocess.run(["git", "hash-object", "--stdin"], input=content, capture_output=True, check=True)
        for content in contents
    ]
    code = (
        "import sys; from openclaw_hooks.board.plumbing import blob_id; from openclaw_hooks.git import Repo;"
        "print(blob_id(Repo('', '', '', 'sha1', ''), b'x: 1\\n'), 'hashlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [blob_id(desk.board.repo, content) for content in contents] == [one.stdout.decode().strip() for one in asked]
    assert done.stdout.split() == [asked[1].stdout.decode().strip(), "False"]


def test_what_an_editor_saves_in_the_very_moment_of_a_write_comes_back(desk: Desk) -> None:
    path = Path(desk.board.top, "tasks", "T-000001.md")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"ours\n")
    saved: list[bytes] = []
    is_over = threading.Event()

    def save_often() -> None:
        draft = Path(desk.board.top, "draft")
        while not is_over.is_set():
            if path.read_bytes().startswith(b"ours"):  # nothing of the editor's own is overwritten by it
                draft.write_bytes(b"theirs %d\n" % len(saved))
                os.replace(draft, path)
                saved.append(b"theirs %d\n" % len(saved))

    editor = threading.Thread(target=save_often)
    editor.start()
    found = [replace_file(desk.board, "tasks/T-000001.md", b"ours %d\n" % number) for number in range(1500)]
    is_over.set()
    editor.join()
    assert len(saved) > 20
    assert set(saved) - {*found, path.read_bytes()} == set()
    assert [name for name in os.listdir(path.parent) if name.startswith(".T")] == []
