"""A disk that is full or read-only, files that it has spoilt, and variables that say nonsense."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.commits import board_head, read_step
from openclaw_hooks.board.lock import board_lock
from openclaw_hooks.board.place import REF, BoardError
from openclaw_hooks.board.store import read_board

if TYPE_CHECKING:
    from tests.board.conftest import Desk


@pytest.mark.parametrize("zone", ["ABC+25", "UTC-14:59", "X-99", "", "Foo/Bar", "XYZ1:23:45"])
def test_an_odd_time_zone_stops_no_change(desk: Desk, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        desk.add("Under an odd zone")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert desk.titles() == ["Under an odd zone"]


def test_dates_in_the_environment_stop_no_change(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "nonsense")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "nonsense")
    desk.add("Write it")
    assert desk.titles() == ["Write it"]


def test_a_commit_that_git_cannot_make_says_why_and_leaves_nothing_behind(desk: Desk) -> None:
    packs = Path(desk.board.repo.common_dir) / "objects" / "pack"
    packs.rmdir()
    packs.touch()
    before = sorted(os.listdir(desk.board.repo.common_dir))
    with pytest.raises(BoardError, match=r"cannot be made, nothing was done: .*tmp_pack") as caught:
        desk.add("Write it")
    assert "crash report" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [name for name in sorted(os.listdir(desk.board.repo.common_dir)) if name not in before] == []
    packs.unlink()
    packs.mkdir()
    assert desk.titles() == []


def test_a_file_that_cannot_be_written_is_one_clear_line(desk: Desk) -> None:
    step = Path(desk.board.repo.state_dir) / "board.step"
    desk.add("Before")
    step.unlink()
    step.mkdir()
    (step / "x").touch()
    with pytest.raises(BoardError, match=r"board\.step.*: Is a directory .*the next command writes the rest"):
        desk.add("Write it")
    (step / "x").unlink()
    step.rmdir()
    desk.absorb()
    assert read_step(desk.board) == board_head(desk.board)
    assert desk.git("status", "--porcelain") == ""


@pytest.mark.parametrize("trouble", [BrokenPipeError, TimeoutError, ConnectionRefusedError])
def test_what_is_no_trouble_of_the_disk_is_not_told_as_one(desk: Desk, trouble: type[OSError]) -> None:
    with pytest.raises(trouble), board_lock(desk.board):
        raise trouble


def test_who_shares_the_repository_can_take_the_lock_too(desk: Desk) -> None:
    lock = Path(desk.board.repo.state_dir) / "board.lock"
    lock.unlink()
    old = os.umask(0o002)
    try:
        desk.absorb()
    finally:
        os.umask(old)
    assert lock.stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize("content", [b"", b"DIRC", os.urandom(200), None], ids=["empty", "short", "garbage", "gone"])
def test_an_index_that_the_disk_has_spoilt_is_made_again(desk: Desk, content: bytes | None) -> None:
    desk.add("Before")
    index = Path(desk.git("rev-parse", "--absolute-git-dir").strip()) / "index"
    if content is None:
        index.unlink()
    else:
        index.write_bytes(content)
    desk.add("After")
    assert desk.git("status", "--porcelain") == ""
    assert read_step(desk.board) == board_head(desk.board)


@pytest.mark.parametrize("content", [b"", b"\0" * 41, None], ids=["empty", "zeros", "deleted"])
def test_a_lost_branch_comes_back_by_what_the_error_says(desk: Desk, content: bytes | None) -> None:
    task = desk.add("Before")
    ref = Path(desk.board.repo.common_dir) / REF
    if content is None:
        desk.git("update-ref", "-d", REF)
    else:
        ref.write_bytes(content)
    with pytest.raises(BoardError, match="bring it back: ") as caught:
        read_board(desk.board)
    command = caught.value.hint.partition("bring it back: ")[2]
    subprocess.run(command, shell=True, cwd=desk.board.top, check=True)
    assert desk.task(task).title == "Before"
    desk.add("After")
    assert desk.titles() == ["After", "Before"]
    assert desk.git("status", "--porcelain") == ""
