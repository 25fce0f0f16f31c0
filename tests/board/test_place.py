"""Where the board lies, and that nothing git does to the code touches it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.place import BRANCH, BoardError, find_board_folder
from openclaw_hooks.board.store import read_board
from openclaw_hooks.checkout import find_checkout

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.board.conftest import Desk
    from tests.conftest import Repository

    Seat = Callable[[Path], Desk]


def status(where: Path) -> str:
    done = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=where, capture_output=True, text=True, check=True
    )
    return done.stdout


def looked_up(where: Path) -> str:
    checkout = find_checkout(str(where))
    assert checkout is not None
    return find_board_folder(checkout)


def test_a_repository_without_a_board_says_how_to_make_one(started: Repository) -> None:
    with pytest.raises(BoardError, match=r"no board here.*openclaw board attach"):
        open_board(str(started.path))
    assert not (started.path / ".openclaw").exists()


def test_a_board_is_a_clean_worktree_that_the_code_does_not_see(started: Repository, sit_down: Seat) -> None:
    desk = sit_down(started.path)
    task = desk.add()
    assert Path(desk.board.top) == started.path / ".openclaw/board"
    assert desk.path(task).is_file()
    assert status(started.path) == ""
    assert status(Path(desk.board.top)) == ""
    assert started.git("merge-base", "main", BRANCH, check=False).returncode == 1
    assert looked_up(started.path) == desk.board.top


def test_opening_twice_is_the_same_board(started: Repository, sit_down: Seat) -> None:
    assert sit_down(started.path).board.top == sit_down(started.path).board.top
    assert started.git("worktree", "list").stdout.count(f"[{BRANCH}]") == 1


def test_the_board_can_be_opened_from_inside_itself(desk: Desk) -> None:
    assert open_board(desk.board.top).top == desk.board.top
    assert open_board(
        os.path.join(desk.board.top, "tasks") if os.path.isdir(desk.board.top + "/tasks") else desk.board.top
    )
    assert not os.path.lexists(os.path.join(desk.board.top, ".openclaw"))


def test_an_empty_repository_can_have_a_board(repository: Repository, sit_down: Seat) -> None:
    sit_down(repository.path).add("first")
    assert status(repository.path) == ""
    repository.stage("a", "a")
    repository.commit()
    assert sit_down(repository.path).titles() == ["first"]


@pytest.mark.parametrize("name", ["with space", "mit-ümläut-☃", "new\nline", "quo'te\"s", "-dash", "#hash"])
def test_paths_with_odd_characters(make_repository: Callable[..., Repository], sit_down: Seat, name: str) -> None:
    repository = make_repository(name)
    desk = sit_down(repository.path)
    desk.add("first")
    assert sit_down(repository.path).titles() == ["first"]
    assert status(repository.path) == ""
    assert looked_up(repository.path) == desk.board.top
    shutil.rmtree(desk.board.top)
    assert sit_down(repository.path).titles() == ["first"]


def test_git_commands_on_the_code_never_touch_the_board(started: Repository, desk: Desk) -> None:
    started.git("checkout", "-q", "-b", "side")
    started.stage("side.py", "2\n")
    started.commit("feat: side")
    task = desk.add("kept")
    before = desk.path(task).stat().st_mtime_ns
    started.write("untracked.txt", "u")
    started.write("code.py", "changed\n")
    started.git("stash", "-u")
    started.git("stash", "pop")
    started.git("stash", "-u")
    started.git("checkout", "-q", "main")
    started.stage("main.py", "3\n")
    started.commit("feat: main")
    started.git("checkout", "-q", "side")
    started.git("rebase", "-q", "main")
    started.git("bisect", "start", "HEAD", "HEAD~2")
    started.git("bisect", "reset")
    started.git("clean", "-xdf")
    started.git("reset", "-q", "--hard", "HEAD~1")
    started.git("checkout", "-q", "--detach")
    assert desk.titles() == ["kept"]
    assert desk.path(task).stat().st_mtime_ns == before
    assert status(started.path) == ""


def test_what_clean_ffdx_deletes_comes_back_with_the_next_command(
    started: Repository, desk: Desk, sit_down: Seat
) -> None:
    tasks = [desk.add(f"task {number}") for number in range(3)]
    started.git("clean", "-ffdxq")
    assert not os.path.exists(desk.board.top)
    again = sit_down(started.path)
    assert again.titles() == ["task 0", "task 1", "task 2"]
    assert again.path(tasks[0]).is_file()
    assert status(Path(again.board.top)) == ""
    assert again.absorb() == []
    assert started.git("worktree", "list").stdout.count(f"[{BRANCH}]") == 1


def test_stash_all_loses_no_task(started: Repository, desk: Desk, sit_down: Seat) -> None:
    desk.add("kept")
    started.write("new.txt", "new")
    started.git("stash", "--all", check=False)
    assert sit_down(started.path).titles() == ["kept"]
    assert started.git("worktree", "list").stdout.count(f"[{BRANCH}]") == 1


def test_other_worktrees_see_the_board_through_a_link(
    started: Repository, desk: Desk, tmp_path: Path, sit_down: Seat
) -> None:
    started.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    assert looked_up(tmp_path / "other") == desk.board.top
    other = sit_down(tmp_path / "other")
    other.add("from there")
    assert desk.titles() == ["from there"]
    assert os.path.realpath(tmp_path / "other/.openclaw/board") == desk.board.top
    assert status(tmp_path / "other") == ""
    started.git("-C", str(tmp_path / "other"), "clean", "-ffdxq")
    assert sit_down(tmp_path / "other").titles() == ["from there"]
    started.git("worktree", "remove", str(tmp_path / "other"))
    assert sit_down(started.path).titles() == ["from there"]
    assert desk.path(next(iter(read_board(desk.board).tasks))).is_file()


def test_the_board_made_from_another_worktree_lies_in_the_main_one(
    started: Repository, tmp_path: Path, sit_down: Seat
) -> None:
    started.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    assert Path(sit_down(tmp_path / "other").board.top) == started.path / ".openclaw/board"


def test_git_does_not_remove_the_boards_worktree_by_accident(started: Repository, desk: Desk) -> None:
    assert started.git("worktree", "remove", desk.board.top, check=False).returncode != 0
    started.git("worktree", "prune")
    assert desk.titles() == []


def test_a_bare_repository_with_worktrees(
    make_repository: Callable[..., Repository], tmp_path: Path, sit_down: Seat
) -> None:
    source = make_repository("source")
    source.commit("chore: start", "--allow-empty")
    bare = tmp_path / "project" / ".git"
    source.git("clone", "-q", "--bare", str(source.path), str(bare))
    source.git("--git-dir", str(bare), "worktree", "add", "-q", str(tmp_path / "project/main"), "main")
    desk = sit_down(tmp_path / "project/main")
    desk.add("first")
    assert Path(desk.board.top) == bare / "openclaw/board"
    assert sit_down(bare).titles() == ["first"]
    assert status(tmp_path / "project/main") == ""
    assert looked_up(tmp_path / "project/main") == desk.board.top


def test_a_clone_attaches_the_board_of_its_remote(started: Repository, desk: Desk, tmp_path: Path) -> None:
    desk.add("shared")
    started.git("clone", "-q", str(started.path), str(tmp_path / "clone"))
    board = open_board(str(tmp_path / "clone"))
    assert [task.title for task in read_board(board).tasks.values()] == ["shared"]
    config = subprocess.run(
        ["git", "config", f"branch.{BRANCH}.remote"], cwd=tmp_path / "clone", capture_output=True, text=True, check=True
    )
    assert config.stdout == "origin\n"
    assert status(tmp_path / "clone") == ""


def test_a_board_in_the_worktree_that_somebody_chose_is_used_there(
    started: Repository, desk: Desk, tmp_path: Path, sit_down: Seat
) -> None:
    desk.add("kept")
    started.git("worktree", "unlock", desk.board.top)
    started.git("worktree", "move", desk.board.top, str(tmp_path / "elsewhere"))
    moved = sit_down(started.path)
    assert Path(moved.board.top) == tmp_path / "elsewhere"
    assert moved.titles() == ["kept"]
    assert status(started.path) == ""


def test_a_repository_that_was_moved_keeps_its_board(
    started: Repository, desk: Desk, tmp_path: Path, sit_down: Seat
) -> None:
    task = desk.add("kept")
    desk.path(task).write_text(desk.path(task).read_text().replace("title: kept", "title: edited"))
    started.path.rename(tmp_path / "moved")
    moved = sit_down(tmp_path / "moved")
    assert Path(moved.board.top) == tmp_path / "moved/.openclaw/board"
    assert moved.titles() == ["edited"]
    moved.absorb()
    assert status(Path(moved.board.top)) == ""


def test_a_copy_of_a_repository_has_a_board_of_its_own(
    started: Repository, desk: Desk, tmp_path: Path, sit_down: Seat
) -> None:
    desk.add("both")
    shutil.copytree(started.path, tmp_path / "copy", symlinks=True)
    copy = sit_down(tmp_path / "copy")
    copy.add("copy only")
    assert Path(copy.board.top) == tmp_path / "copy/.openclaw/board"
    assert desk.titles() == ["both"]
    assert copy.titles() == ["both", "copy only"]
    assert desk.absorb() == []


def test_a_submodule_has_a_board_of_its_own(
    started: Repository, make_repository: Callable[..., Repository], sit_down: Seat
) -> None:
    library = make_repository("library")
    library.commit("chore: start", "--allow-empty")
    started.git("submodule", "--quiet", "add", str(library.path), "lib")
    started.commit("chore: library")
    inner = sit_down(started.path / "lib")
    outer = sit_down(started.path)
    inner.add("inner")
    outer.add("outer")
    assert Path(inner.board.top) == started.path / "lib/.openclaw/board"
    assert (inner.titles(), outer.titles()) == (["inner"], ["outer"])
    assert status(started.path) == ""


def test_a_separate_git_folder(tmp_path: Path, make_repository: Callable[..., Repository], sit_down: Seat) -> None:
    repository = make_repository("work", "--separate-git-dir", str(tmp_path / "store.git"))
    desk = sit_down(repository.path)
    desk.add("first")
    assert sit_down(repository.path).titles() == ["first"]
    assert status(repository.path) == ""


def test_a_thin_checkout_of_the_code_has_the_whole_board(started: Repository, sit_down: Seat) -> None:
    started.stage("docs/a.md", "a")
    started.commit()
    started.git("sparse-checkout", "set", "docs")
    desk = sit_down(started.path)
    task = desk.add("first")
    shutil.rmtree(desk.board.top)
    again = sit_down(started.path)
    assert again.path(task).is_file()
    assert status(Path(again.board.top)) == ""


def test_settings_that_convert_files_change_nothing_on_the_board(started: Repository, sit_down: Seat) -> None:
    started.git("config", "core.autocrlf", "true")
    started.git("config", "core.eol", "crlf")
    started.git("config", "filter.upper.clean", "tr a-z A-Z")
    started.git("config", "filter.upper.smudge", "tr a-z A-Z")
    attributes = started.path / "global-attributes"
    attributes.write_text("*.md filter=upper ident\n")
    started.git("config", "core.attributesFile", str(attributes))
    desk = sit_down(started.path)
    task = desk.add("first", "line\r\nline $Id$\n")
    content = desk.path(task).read_bytes()
    shutil.rmtree(desk.board.top)
    again = sit_down(started.path)
    assert again.path(task).read_bytes() == content
    assert status(Path(again.board.top)) == ""


def test_no_program_of_the_user_runs(started: Repository, tmp_path: Path, sit_down: Seat) -> None:
    trace = tmp_path / "ran"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    names = ("post-checkout", "pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change")
    for name in (*names, "fsmonitor", "signer"):
        (hooks / name).write_text(f"#!/bin/sh\necho {name} >> '{trace}'\nexit 1\n")
        (hooks / name).chmod(0o755)
    started.git("config", "--global", "core.hooksPath", str(hooks))
    started.git("config", "core.fsmonitor", str(hooks / "fsmonitor"))
    started.git("config", "commit.gpgSign", "true")
    started.git("config", "gpg.program", str(hooks / "signer"))
    trace.unlink(missing_ok=True)
    desk = sit_down(started.path)
    task = desk.add("first")
    desk.put(task, title="second")
    shutil.rmtree(desk.board.top)
    sit_down(started.path)
    assert not trace.exists(), trace.read_text()


def test_no_git_identity_is_needed(started: Repository, monkeypatch: pytest.MonkeyPatch, sit_down: Seat) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    started.git("config", "user.useConfigOnly", "true")
    assert sit_down(started.path).add("first")


def test_a_repository_with_long_object_names(make_repository: Callable[..., Repository], sit_down: Seat) -> None:
    desk = sit_down(make_repository("long", "--object-format=sha256").path)
    task = desk.add("first")
    desk.put(task, title="second")
    assert desk.titles() == ["second"]
    assert len(read_board(desk.board).head) == 64


def test_inside_a_running_hook_the_users_index_stays_as_it_is(
    started: Repository, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    started.stage("staged.py", "1\n")
    index = started.path / ".git/index"
    passing = started.path / ".git/next-index-1.lock"
    shutil.copy(index, passing)
    before = (index.read_bytes(), passing.read_bytes())
    monkeypatch.chdir(started.path)
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_WORK_TREE", ".")
    monkeypatch.setenv("GIT_INDEX_FILE", str(passing))
    monkeypatch.setenv("GIT_PREFIX", "")
    from openclaw_hooks.board.store import edit_board

    board = open_board()
    with edit_board(board, desk.actor) as edit:
        edit.put("conflicts/a.yaml", b"a: 1\n")
    assert (index.read_bytes(), passing.read_bytes()) == before
    monkeypatch.undo()
    assert status(started.path) == "A  staged.py\n"
    assert desk.git("status", "--porcelain") == ""


def test_a_branch_in_the_way_is_named(started: Repository) -> None:
    started.git("branch", "openclaw")
    with pytest.raises(BoardError, match="git branch -m openclaw"):
        open_board(str(started.path), create=True)


def test_a_repository_at_the_boards_place_is_left_alone(started: Repository) -> None:
    started.git("init", "-q", ".openclaw/board")
    with pytest.raises(BoardError, match="a repository of its own"):
        open_board(str(started.path), create=True)


def test_files_at_the_boards_place_are_taken_over_and_none_is_lost(
    started: Repository, desk: Desk, sit_down: Seat
) -> None:
    task = desk.add("kept")
    desk.path(task).write_text(desk.path(task).read_text().replace("title: kept", "title: edited"))
    started.git("worktree", "unlock", desk.board.top)
    os.unlink(os.path.join(desk.board.top, ".git"))
    started.git("worktree", "prune")
    again = sit_down(started.path)
    assert again.titles() == ["edited"]
    again.absorb()
    assert status(Path(again.board.top)) == ""
    assert "edited by hand" in again.subjects()[0]


def test_a_board_in_the_middle_of_a_rebase_says_so(started: Repository, desk: Desk) -> None:
    desk.add("first")
    desk.git("checkout", "-q", "--detach")
    with pytest.raises(BoardError, match=r"not on openclaw/board.*status"):
        open_board(str(started.path))


def test_an_exclude_file_keeps_what_others_wrote(started: Repository, sit_down: Seat) -> None:
    exclude = started.path / ".git/info/exclude"
    exclude.write_bytes(b"*.log\r\n# mine")
    sit_down(started.path)
    text = exclude.read_bytes()
    assert text.startswith(b"*.log\r\n# mine\n")
    assert text.count(b"/.openclaw/board\n") == 1
    sit_down(started.path)
    assert exclude.read_bytes() == text


def in_a_process(act: Callable[[], object]) -> int:
    """The process, leader of a group of its own, that does `act`."""
    pid = os.fork()  # starting another Python takes longer than what is to be tested
    if pid == 0:
        os.setsid()
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return pid


def test_attaching_that_is_killed_anywhere_is_taken_up_again(
    make_repository: Callable[..., Repository], sit_down: Seat
) -> None:
    chance = random.Random(20261122)
    for number in range(20):
        repository = make_repository(f"repo{number}")
        pid = in_a_process(partial(open_board, str(repository.path), create=True))
        time.sleep(chance.random() * 0.05)
        with suppress(ProcessLookupError):  # not yet the leader of its group
            os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        desk = sit_down(repository.path)
        desk.add("first")
        assert desk.titles() == ["first"]
        assert Path(desk.board.top, "README.md").is_file()
        assert (status(repository.path), status(Path(desk.board.top))) == ("", "")
        assert repository.git("worktree", "list").stdout.count(f"[{BRANCH}]") == 1


def test_several_processes_may_attach_at_once(started: Repository, sit_down: Seat) -> None:
    running = [in_a_process(partial(open_board, str(started.path), create=True)) for _ in range(4)]
    assert [os.waitpid(pid, 0)[1] for pid in running] == [0, 0, 0, 0]
    assert sit_down(started.path).subjects() == ["board: start"]
    assert started.git("worktree", "list").stdout.count(f"[{BRANCH}]") == 1


def test_attaching_on_demand_sets_the_merge_driver_up(repository: Repository) -> None:
    repository.commit("chore: start", "--allow-empty")
    open_board(str(repository.path), create=True)
    assert "merge-board" in repository.git("config", "--local", "merge.openclaw-task.driver").stdout
