"""Reading the board from its cache, and changing it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.cache import FILE, VERSION, Cache, load_cache, save_cache
from openclaw_hooks.board.commits import board_head
from openclaw_hooks.board.disk import read_disk
from openclaw_hooks.board.place import Board, BoardError
from openclaw_hooks.board.store import edit_board, read_board, read_task
from openclaw_hooks.board.view import make_entry, read_view
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.board.conftest import Desk
    from tests.conftest import Repository

PLAN = b"format: 1\nid: P-4kf2mz\ntitle: Ship it\nstatus: draft\n"


def replace(path: Path, old: str, new: str) -> None:
    content = path.read_bytes()
    assert old.encode() in content
    path.write_bytes(content.replace(old.encode(), new.encode()))


def settle(desk: Desk) -> None:
    """Reads until every file is older than the cache."""
    time.sleep(0.03)
    read_board(desk.board)
    time.sleep(0.03)
    read_board(desk.board)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are read and parsed from now on."""
    paths: list[str] = []

    def counted(board: Board, path: str) -> bytes | None:
        paths.append(path)
        return read_disk(board, path)

    monkeypatch.setattr("openclaw_hooks.board.view.read_disk", counted)
    return paths


def test_what_is_added_can_be_read(desk: Desk) -> None:
    task = desk.add("Write it", "body\n", labels=("a",))
    found = read_board(desk.board)
    assert found.tasks[task].labels == ("a",)
    assert found.tasks[task].body == ""
    assert desk.task(task).body == "body\n"
    assert found.head == board_head(desk.board)
    assert (found.broken, found.edited) == ((), ())


def test_one_change_is_the_subject_and_many_are_counted(desk: Desk) -> None:
    with edit_board(desk.board, desk.actor) as edit:
        first, second = (
            edit.add_task(TaskHead(id=edit.new_id("T"), title=title, status=Status.QUEUED)) for title in ("a", "b")
        )
    assert desk.git("log", "-1", "--format=%B").strip() == (
        f"board: 2 changes\n\ntask {first} queued: a (node-a)\ntask {second} queued: b (node-a)"
    )
    desk.put(first, status=Status.CLAIMED, owner="node-a")
    assert desk.subjects()[0] == f"task {first} queued -> claimed (node-a)"
    desk.put(first, title="c", labels=("x",))
    assert desk.subjects()[0] == f"task {first} title, labels changed (node-a)"
    with edit_board(desk.board, desk.actor) as edit:
        edit.put_task(first, {"status": Status.RELEASED, "owner": ""}, "went\nhome")
    assert desk.subjects()[0] == f"task {first} claimed -> released (node-a): went home"


def test_a_change_of_nothing_is_no_commit(desk: Desk) -> None:
    task = desk.add("a")
    before = board_head(desk.board)
    desk.put(task, title="a")
    with edit_board(desk.board, desk.actor) as edit:
        edit.put(f"tasks/{task}.md", edit.content(f"tasks/{task}.md"))
        edit.say("something")
    assert edit.commit == ""
    assert board_head(desk.board) == before


def test_an_edit_sees_its_own_changes(desk: Desk) -> None:
    task = desk.add("a")
    with edit_board(desk.board, desk.actor) as edit:
        edit.put_task(task, {"title": "b"})
        edit.put_task(task, {"priority": 3})
        assert edit.snapshot.tasks[task].title == "b"
        other = edit.add_task(TaskHead(id=edit.new_id("T"), title="c", status=Status.QUEUED))
        assert other in edit.snapshot.tasks
        edit.put("plans/P-4kf2mz.yaml", PLAN)
        assert edit.snapshot.plans == {"P-4kf2mz": PLAN}
        edit.put("plans/P-4kf2mz.yaml", None)
        assert edit.snapshot.plans == {}
    assert (desk.task(task).title, desk.task(task).priority) == ("b", 3)
    assert desk.git("status", "--porcelain") == ""


def test_a_task_that_would_not_parse_is_refused(desk: Desk) -> None:
    task = desk.add("a")
    with pytest.raises(DocumentError, match=rf"tasks/{task}\.md:4"), edit_board(desk.board, desk.actor) as edit:
        edit.put(f"tasks/{task}.md", f"---\nid: {task}\ntitle: a\nstatus: banana\n---\n".encode())
    with pytest.raises(OpenclawError), edit_board(desk.board, desk.actor) as edit:
        edit.put_task(task, {"title": "two\nlines"})
    assert desk.titles() == ["a"]


def test_an_id_is_not_used_twice(desk: Desk) -> None:
    task = desk.add("a")
    with pytest.raises(BoardError, match=f"a task {task} already"), edit_board(desk.board, desk.actor) as edit:
        edit.add_task(TaskHead(id=task, title="b", status=Status.QUEUED))


def test_an_id_that_only_a_remote_has_is_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    task = desk.add("a")
    desk.git("update-ref", "refs/remotes/origin/openclaw/board", "HEAD")
    with edit_board(desk.board, desk.actor) as edit:
        edit.put(f"tasks/{task}.md", None)
    letters = iter(task.removeprefix("T-") + "000000")
    monkeypatch.setattr("secrets.choice", lambda _chars: next(letters))
    assert desk.add("b") == "T-000000"


def test_a_second_read_parses_nothing(desk: Desk, parsed: list[str]) -> None:
    for number in range(5):
        desk.add(f"task {number}")
    settle(desk)
    parsed.clear()
    assert len(read_board(desk.board).tasks) == 5
    assert parsed == []


def test_only_what_changed_is_parsed_again(desk: Desk, parsed: list[str]) -> None:
    tasks = [desk.add(f"task {number}") for number in range(5)]
    settle(desk)
    parsed.clear()
    replace(desk.path(tasks[2]), "task 2", "edited")
    assert "edited" in desk.titles()
    assert set(parsed) == {f"tasks/{tasks[2]}.md"}


def test_a_file_written_twice_in_one_tick_is_not_taken_for_the_same(desk: Desk) -> None:
    task = desk.add("aaaa")
    path = desk.path(task)
    for number in range(60):  # same size, same inode, often the same time
        replace(path, desk.task(task).title, f"{number:04}")
        assert desk.titles() == [f"{number:04}"]


@pytest.mark.parametrize("content", [b"", b"\xc1", b"garbage", b"\x93\xa1x\xa1y\x80"])
def test_a_cache_that_cannot_be_read_is_made_again(desk: Desk, content: bytes) -> None:
    desk.add("a")
    Path(desk.board.repo.state_dir, FILE).write_bytes(content)
    assert desk.titles() == ["a"]
    assert len(load_cache(desk.board)[0].entries) == 1


def test_a_cache_cut_short_anywhere_is_made_again(desk: Desk) -> None:
    desk.add("ä")
    path = Path(desk.board.repo.state_dir, FILE)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert desk.titles() == ["ä"]


def test_reading_needs_no_cache_at_all(desk: Desk) -> None:
    task = desk.add("a")
    path = Path(desk.board.repo.state_dir, FILE)
    path.unlink()
    path.mkdir()
    assert desk.titles() == ["a"]
    assert desk.task(task).title == "a"
    path.rmdir()


def test_edits_by_hand_show_at_once_and_are_committed_by_the_next_change(desk: Desk) -> None:
    first, second = desk.add("a"), desk.add("b")
    replace(desk.path(first), "title: a", "title: edited  # by me")
    found = read_board(desk.board)
    assert (found.tasks[first].title, found.edited) == ("edited", (f"tasks/{first}.md",))
    desk.put(second, priority=1)
    assert desk.git("show", f"HEAD:tasks/{first}.md") == desk.path(first).read_text()
    assert "title: edited  # by me" in desk.path(first).read_text()
    assert f"task {first} edited by hand (node-a)" in desk.git("log", "-1", "--format=%B")
    assert read_board(desk.board).edited == ()


def test_an_edit_and_a_change_of_the_same_task_both_stand(desk: Desk) -> None:
    task = desk.add("a")
    replace(desk.path(task), "title: a", "title: edited")
    desk.put(task, priority=4)
    assert (desk.task(task).title, desk.task(task).priority) == ("edited", 4)
    assert desk.git("status", "--porcelain") == ""


def test_what_may_not_be_edited_is_put_back_on_disk_and_reported_once(desk: Desk) -> None:
    task = desk.add("a", labels=("x",))
    replace(desk.path(task), "status: queued", "status: running\nowner: me")
    replace(desk.path(task), "labels: [x]\n", "")
    reports = desk.absorb()
    assert [report.split(" is ")[0].split(" had ")[0] for report in reports] == [
        f"tasks/{task}.md: key `labels`",
        f"tasks/{task}.md: queued -> running",
    ]
    assert (desk.task(task).status, desk.task(task).owner, desk.task(task).labels) == (Status.QUEUED, "", ("x",))
    assert desk.git("status", "--porcelain") == ""
    assert desk.absorb() == []


def test_a_broken_file_is_reported_and_its_last_good_version_counts(desk: Desk) -> None:
    task, other = desk.add("a"), desk.add("b")
    desk.path(task).write_text("---\nid: nothing\n---\n")
    found = read_board(desk.board)
    assert found.tasks[task].title == "a"
    assert [error.path for error in found.broken] == [f"tasks/{task}.md"]
    assert read_task(desk.board, task)[0].title == "a"
    desk.put(other, priority=1)
    assert desk.path(task).read_text() == "---\nid: nothing\n---\n"
    assert "title: a" in desk.git("show", f"HEAD:tasks/{task}.md")
    with pytest.raises(DocumentError, match=rf"tasks/{task}\.md"):
        desk.put(task, priority=1)
    desk.path(task).write_text(f"---\nid: {task}\ntitle: mended\nstatus: queued\n---\n")
    desk.put(task, priority=1)
    assert desk.task(task).title == "mended"


def test_a_broken_plan_is_reported_and_its_last_good_version_counts(desk: Desk) -> None:
    with edit_board(desk.board, desk.actor) as edit:
        edit.put("plans/P-4kf2mz.yaml", PLAN)
    Path(desk.board.top, "plans/P-4kf2mz.yaml").write_text("a: [")
    found = read_board(desk.board)
    assert found.plans == {"P-4kf2mz": PLAN}
    assert [error.path for error in found.broken] == ["plans/P-4kf2mz.yaml"]
    assert len(desk.absorb()) == 1


def test_a_missing_file_is_restored_and_reported(desk: Desk) -> None:
    task = desk.add("a")
    desk.path(task).unlink()
    assert desk.titles() == ["a"]
    assert desk.absorb() == [f"tasks/{task}.md was missing and is restored"]
    assert desk.path(task).is_file()


def test_an_emptied_file_is_restored(desk: Desk) -> None:
    task = desk.add("a")
    desk.path(task).write_bytes(b"")
    assert desk.absorb() == [f"tasks/{task}.md was missing and is restored"]
    assert desk.titles() == ["a"]


def test_many_missing_files_halt_everything_and_the_hint_helps(desk: Desk) -> None:
    tasks = [desk.add(f"task {number}") for number in range(8)]
    shutil.rmtree(Path(desk.board.top, "tasks"))
    assert len(desk.titles()) == 8
    with pytest.raises(BoardError, match="8 of the board's 8 files are missing") as raised:
        desk.put(tasks[0], priority=1)
    command = raised.value.hint.partition(" brings")[0]
    subprocess.run(command, shell=True, check=True)  # as a person would paste it
    desk.put(tasks[0], priority=1)
    assert desk.task(tasks[0]).priority == 1


def test_a_new_file_made_by_hand_becomes_a_task(desk: Desk) -> None:
    path = Path(desk.board.top, "tasks/T-000000.md")
    path.parent.mkdir(exist_ok=True)
    path.write_text("---\nid: T-000000\ntitle: by hand\nstatus: queued\n---\n")
    Path(desk.board.top, "tasks/.T-000000.md.swp").write_text("editor")
    Path(desk.board.top, "tasks/T-000000.md~").write_text("editor")
    assert desk.titles() == ["by hand"]
    assert desk.absorb() == []
    assert desk.git("ls-files", "tasks") == "tasks/T-000000.md\n"


def test_text_that_looks_like_another_task_stays_text(desk: Desk) -> None:
    body = "---\nid: T-000000\nstatus: completed\n---\n## Result\n\x07\u2028🎉\r\nend"
    task = desk.add("a: b # c - [d]", body)
    assert desk.task(task).body == body
    assert list(read_board(desk.board).tasks) == [task]
    assert desk.task(task).title == "a: b # c - [d]"


def test_a_link_among_the_tasks_is_not_followed(desk: Desk, tmp_path: Path) -> None:
    task = desk.add("a")
    secret = tmp_path / "secret"
    secret.write_text("---\nid: T-000000\ntitle: secret\nstatus: queued\n---\n")
    Path(desk.board.top, "tasks/T-000000.md").symlink_to(secret)
    assert desk.titles() == ["a"]
    desk.put(task, priority=1)
    assert "T-000000" not in desk.git("ls-files")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_board_that_cannot_be_written_can_be_read(desk: Desk, started: Repository) -> None:
    task = desk.add("a")
    Path(desk.board.repo.state_dir).chmod(0o555)
    try:
        assert desk.titles() == ["a"]
        with pytest.raises(BoardError, match="cannot be changed"):
            desk.put(task, priority=1)
    finally:
        Path(desk.board.repo.state_dir).chmod(0o755)


def test_an_edit_made_while_its_file_is_committed_is_found_by_the_next_command(desk: Desk) -> None:
    task = desk.add()
    path = Path(desk.board.top, "tasks", f"{task}.md")
    committed = path.read_bytes()
    path.write_bytes(committed + b"\nmeanwhile\n")
    entry = make_entry(desk.board, f"tasks/{task}.md", committed, None)
    view = read_view(desk.board)
    save_cache(desk.board, Cache(VERSION, view.head, {**view.entries, f"tasks/{task}.md": entry}))
    with edit_board(desk.board, desk.actor) as edit:
        assert edit.changes == {f"tasks/{task}.md": path.read_bytes()}


def test_thousands_of_tasks_are_read_and_changed_at_once(started: Repository, sit_down: Callable[[Path], Desk]) -> None:
    desk = sit_down(started.path)
    with edit_board(desk.board, desk.actor) as edit:
        tasks = [
            edit.add_task(TaskHead(id=edit.new_id("T"), title=f"task {number}", status=Status.QUEUED), "text\n" * 40)
            for number in range(2000)
        ]
    settle(desk)
    reading = min(seconds(lambda: read_board(desk.board)) for _ in range(5))
    changing = min(seconds(partial(desk.put, task, priority=1)) for task in tasks[:5])
    assert reading < 0.15, reading  # 15 ms on a quiet machine
    assert changing < 0.3, changing  # 35 ms on a quiet machine


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
