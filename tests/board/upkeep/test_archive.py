"""The archive: what may go there, and that nothing of it is ever lost or taken for new."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import Actor, find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.place import Board, BoardError
from openclaw_hooks.board.store import edit_board, read_board
from openclaw_hooks.board.upkeep.archive import (
    ArchiveOptions,
    PlanFacts,
    archive_path,
    find_archived_dependencies,
    find_shadowed,
    index_archive,
    list_archive,
    plan_archive,
    read_path,
    require_closed,
)
from openclaw_hooks.board.upkeep.archive_edit import (
    Move,
    archive_files,
    read_archived,
    read_touched_at,
    unarchive_file,
)
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.tasks.graph import judge_task
from openclaw_hooks.tasks.markdown import new_task_text
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from tests.conftest import Repository

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)
LIMIT = NOW - timedelta(days=30)
PLAN = b"id: P-aaaaaa\ntitle: Ship\nstatus: completed # at last\nsubtasks:\n- {id: a, title: A}\n"


def head(name: str, status: Status = Status.COMPLETED, **fields: object) -> TaskHead:
    return TaskHead(id=f"T-{name:0>6}", title=name, status=status, **fields)  # type: ignore[arg-type]  # of any field


def choose(*tasks: TaskHead, young: str = "", keep: str = "", plans: dict[str, PlanFacts] | None = None) -> list[str]:
    closed_at = {task.id: NOW if task.id == young else LONG_AGO for task in tasks}
    options = ArchiveOptions(LIMIT, {keep}, plans or {})
    return [
        name.removeprefix("T-").lstrip("0")
        for name in plan_archive({task.id: task for task in tasks}, closed_at, options)
    ]


# What goes


@pytest.mark.parametrize("status", Status)
def test_only_what_is_closed_goes(status: Status) -> None:
    closed = status in {Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.REJECTED}
    assert choose(head("a", status)) == (["a"] if closed else [])


def test_young_and_kept_ones_stay() -> None:
    assert choose(head("a"), head("b"), head("c"), young="T-00000a", keep="T-00000b") == ["c"]


def test_task_whose_end_is_not_known_stays() -> None:
    assert plan_archive({"T-00000a": head("a")}, {}, ArchiveOptions(LIMIT)) == ()


def test_what_open_tasks_need_stays() -> None:
    tasks = (
        head("a"),
        head("b", Status.FAILED),
        head("c"),
        head("d", Status.PROPOSED, depends_on=("T-00000a",), recovers="T-00000b"),
        head("e", depends_on=("T-00000c",)),
    )
    assert choose(*tasks) == ["c", "e"]


def test_plan_goes_with_all_its_tasks_or_not_at_all() -> None:
    tasks = (head("a", plan="P-aaaaaa"), head("b", plan="P-aaaaaa"))
    ended = {"P-aaaaaa": PlanFacts("completed", LONG_AGO)}
    assert choose(*tasks, plans=ended) == ["a", "b", "P-aaaaaa"]
    assert choose(*tasks, plans={"P-aaaaaa": PlanFacts()}) == []
    assert choose(*tasks, plans={"P-aaaaaa": PlanFacts("completed", NOW)}) == []
    assert choose(*tasks, plans=ended, young="T-00000b") == []
    assert choose(*tasks, plans=ended, keep="P-aaaaaa") == []
    assert choose(*tasks, head("c", Status.QUEUED, depends_on=("T-00000a",)), plans=ended) == []


def test_plan_without_tasks_goes_when_it_has_ended() -> None:
    assert choose(plans={"P-aaaaaa": PlanFacts("aborted", LONG_AGO)}) == ["P-aaaaaa"]


def test_task_of_a_plan_that_is_not_there_goes_alone() -> None:
    assert choose(head("a", plan="P-aaaaaa")) == ["a"]


def test_archiving_by_name_is_refused_for_what_is_open_or_needed() -> None:
    open_one = head("b", Status.QUEUED, depends_on=("T-00000a",))
    tasks = {task.id: task for task in (head("a"), open_one)}
    with pytest.raises(RefusedError, match="T-00000b is queued; only what is closed"):
        require_closed(open_one, tasks)
    with pytest.raises(RefusedError, match="T-00000a is needed by T-00000b"):
        require_closed(tasks["T-00000a"], tasks)


# What a path tells


def test_path_tells_id_status_and_year() -> None:
    path = archive_path("T-4k2m9x", "completed", LONG_AGO)
    assert path == "archive/2026/completed/T-4k2m9x.md"
    assert read_path(path) == ("T-4k2m9x", path, "completed", 2026)
    assert archive_path("P-aaaaaa", "aborted", LONG_AGO) == "archive/2026/aborted/P-aaaaaa.yaml"


@pytest.mark.parametrize(
    "path",
    [
        "archive/2026/queued/T-4k2m9x.md",
        "archive/2026/banana/T-4k2m9x.md",
        "archive/2026/completed/T-4k2m9x.md.orig",
        "archive/2026/completed/T-4k2m9x.md\n",
        "archive/2026/T-4k2m9x.md",
        "tasks/T-4k2m9x.md",
    ],
)
def test_other_files_are_no_archived_tasks(path: str) -> None:
    assert read_path(path) is None


def test_live_task_counts_and_of_two_archived_ones_the_later() -> None:
    paths = [f"archive/{year}/completed/T-4k2m9x.md" for year in (2024, 2026, 2025)]
    assert index_archive(paths)["T-4k2m9x"].year == 2026
    assert index_archive(paths, {"T-4k2m9x"}) == {}
    assert find_shadowed(paths, ["T-4k2m9x"]) == paths
    assert find_shadowed(paths, ["T-other0"]) == []


def test_dependency_on_an_archived_completed_task_is_met() -> None:
    waiting = head("b", Status.QUEUED, depends_on=("T-00000a", "T-00000c", "T-00000d"))
    tasks = {waiting.id: waiting}
    paths = ["archive/2025/completed/T-00000a.md", "archive/2025/cancelled/T-00000c.md"]
    found = find_archived_dependencies(tasks, lambda: paths)
    assert judge_task(waiting, {**tasks, **found}).reason == "T-00000d does not exist; T-00000c is cancelled"
    done = head("b", Status.QUEUED, depends_on=("T-00000a",))
    assert judge_task(done, {done.id: done, **found}).ready


def test_archive_is_not_even_listed_when_nobody_asks_for_it() -> None:
    tasks = {task.id: task for task in (head("a"), head("b", Status.QUEUED, depends_on=("T-00000a",)))}
    assert find_archived_dependencies(tasks, lambda: pytest.fail("listed")) == {}


# On a board


@pytest.fixture
def board(repository: Repository) -> Board:
    repository.stage("a", "a")
    repository.commit()
    return open_board(str(repository.path), create=True)


@pytest.fixture
def actor(board: Board) -> Actor:
    return find_actor(board.repo)


def put(board: Board, actor: Actor, *tasks: TaskHead, plan: bytes = b"") -> None:
    with edit_board(board, actor) as edit:
        for task in tasks:
            content = new_task_text(task, "Body \r\n\u2028 with odd ends  ")
            edit.put(f"tasks/{task.id}.md", content.replace(b"---\ntitle", b"---\n# mine\nx-tool: 1\ntitle"))
        if plan:
            edit.put("plans/P-aaaaaa.yaml", plan)


def archive(board: Board, actor: Actor, *names: str) -> list[str]:
    with edit_board(board, actor) as edit:
        return archive_files(edit, [Move(name, "completed", LONG_AGO) for name in names])


def test_archived_file_is_the_same_file_and_comes_back_byte_for_byte(board: Board, actor: Actor) -> None:
    put(board, actor, head("a"), plan=PLAN)
    path = Path(board.top, "tasks/T-00000a.md")
    before = path.read_bytes()
    assert archive(board, actor, "T-00000a", "P-aaaaaa") == [
        "archive/2026/completed/T-00000a.md",
        "archive/2026/completed/P-aaaaaa.yaml",
    ]
    moved = Path(board.top, "archive/2026/completed/T-00000a.md")
    assert moved.read_bytes() == before
    assert not path.exists()
    snapshot = read_board(board)
    assert (snapshot.tasks, snapshot.plans, snapshot.edited) == ({}, {}, ())
    for name in ("T-00000a", "P-aaaaaa"):
        with edit_board(board, actor) as edit:
            unarchive_file(edit, name)
            assert edit.reports == []
    assert path.read_bytes() == before
    assert Path(board.top, "plans/P-aaaaaa.yaml").read_bytes() == PLAN
    assert not moved.exists()
    assert list_archive(board.top) == []
    assert list(read_board(board).tasks) == ["T-00000a"]


def test_next_commands_find_nothing_to_mend(board: Board, actor: Actor, repository: Repository) -> None:
    put(board, actor, head("a"), head("b"))
    archive(board, actor, "T-00000a")
    for _ in range(2):
        with edit_board(board, actor) as edit:
            edit.put_task("T-00000b", {"priority": edit.snapshot.tasks["T-00000b"].priority + 1})
        assert edit.reports == []
    assert list(read_board(board).tasks) == ["T-00000b"]
    assert repository.git("-C", board.top, "status", "--porcelain").stdout == ""
    log = repository.git("log", "--format=%s", "openclaw/board").stdout.splitlines()
    assert "task T-00000a archived: completed" in log[2]


def test_id_of_an_archived_task_is_never_given_again(
    board: Board, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(board, actor, head("a"))
    archive(board, actor, "T-00000a")
    letters = iter("00000a" + "00000b")
    monkeypatch.setattr("secrets.choice", lambda _: next(letters))
    with edit_board(board, actor) as edit:
        assert edit.new_id("T") == "T-00000b"


def test_archived_tasks_are_read_with_their_bodies(board: Board, actor: Actor) -> None:
    put(board, actor, head("a", origin="beads:bd-1"), plan=PLAN)
    archive(board, actor, "T-00000a", "P-aaaaaa")
    Path(board.top, "archive/2026/completed/T-00000c.md").write_text("broken")
    tasks, broken = read_archived(board)
    assert [(task.id, task.origin) for task in tasks] == [("T-00000a", "beads:bd-1")]
    assert tasks[0].body.startswith("Body")
    assert [error.path for error in broken] == ["archive/2026/completed/T-00000c.md"]


def test_taking_out_what_is_not_archived_or_is_there_is_refused(board: Board, actor: Actor) -> None:
    put(board, actor, head("a"))
    with edit_board(board, actor) as edit, pytest.raises(OpenclawError, match="T-00000b is not archived"):
        unarchive_file(edit, "T-00000b")
    archive(board, actor, "T-00000a")
    put(board, actor, head("a"))
    with edit_board(board, actor) as edit, pytest.raises(BoardError, match="on the board already"):
        unarchive_file(edit, "T-00000a")


def test_time_of_the_last_change_comes_from_the_history(
    board: Board, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("a", 1_700_000_000), ("b", 1_700_000_100)):
        monkeypatch.setattr("time.time", lambda seconds=seconds: seconds)
        put(board, actor, head(name))
    found = read_touched_at(board)
    assert found["T-00000a"] == datetime.fromtimestamp(1_700_000_000, UTC)
    assert found["T-00000b"] == datetime.fromtimestamp(1_700_000_100, UTC)


def test_long_archive_is_listed_quickly(tmp_path: Path) -> None:
    folder = tmp_path / "archive" / "2025" / "completed"
    folder.mkdir(parents=True)
    for number in range(5000):
        (folder / f"T-{number:06}.md").touch()
    start = os.times()
    index = index_archive(list_archive(str(tmp_path)))
    used = os.times().user + os.times().system - start.user - start.system
    assert len(index) == 5000
    assert used < 0.5
