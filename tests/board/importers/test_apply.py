"""Imports onto a real board."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import Actor, find_actor
from openclaw_hooks.board.importers.apply import import_tasks, preview_import
from openclaw_hooks.board.importers.beads import read_beads
from openclaw_hooks.board.importers.plan import ImportOptions
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board, read_board, read_task
from openclaw_hooks.board.upkeep.archive_edit import Move, archive_files
from openclaw_hooks.tasks.moves import IllegalMoveError, Right

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board
    from tests.conftest import Repository

READING = read_beads(
    "issues.jsonl",
    b'{"id":"bd-1","title":"Look","description":"Text\\n---\\nid: T-zzzzzz","status":"closed"}\n'
    b'{"id":"bd-2","title":"Mend","dependencies":[{"depends_on_id":"bd-1","type":"blocks"}]}\n',
)


@pytest.fixture
def board(repository: Repository) -> Board:
    repository.stage("a", "a")
    repository.commit()
    return open_board(str(repository.path), create=True)


@pytest.fixture
def actor(board: Board) -> Actor:
    return find_actor(board.repo)


def test_import_is_one_commit_and_comes_only_once(board: Board, actor: Actor, repository: Repository) -> None:
    before = repository.git("rev-list", "--count", "openclaw/board").stdout
    plan = import_tasks(board, actor, READING, ImportOptions(actor.name))
    assert int(repository.git("rev-list", "--count", "openclaw/board").stdout) == int(before) + 1
    tasks = {task.origin: task for task in read_board(board).tasks.values()}
    assert {origin: task.status for origin, task in tasks.items()} == {
        "beads:bd-1": "completed",
        "beads:bd-2": "queued",
    }
    assert tasks["beads:bd-2"].depends_on == (tasks["beads:bd-1"].id,)
    assert "id: T-zzzzzz" in read_task(board, plan.tasks[0].task.id)[0].body
    message = repository.git("log", "-1", "--format=%B", "openclaw/board").stdout
    assert message.startswith("board: 2 changes\n")
    assert "completed: Look, from beads:bd-1" in message
    again = import_tasks(board, actor, READING, ImportOptions(actor.name))
    assert (again.tasks, len(again.present)) == ((), 2)
    assert len(read_board(board).tasks) == 2


def test_archived_task_is_not_imported_again(board: Board, actor: Actor) -> None:
    (first, _) = import_tasks(board, actor, READING, ImportOptions(actor.name)).tasks
    with edit_board(board, actor) as edit:
        archive_files(edit, [Move(first.task.id, "completed", datetime(2026, 1, 1, tzinfo=UTC))])
    assert import_tasks(board, actor, READING, ImportOptions(actor.name)).present["beads:bd-1"] == first.task.id


def test_preview_writes_nothing(board: Board) -> None:
    head = read_board(board).head
    plan = preview_import(board, READING, ImportOptions())
    assert len({found.task.id for found in plan.tasks}) == 2
    assert (read_board(board).head, read_board(board).tasks) == (head, {})


def test_worker_may_not_import(board: Board, actor: Actor) -> None:
    with pytest.raises(IllegalMoveError, match="for the lead only"):
        import_tasks(board, actor._replace(rights=frozenset({Right.ANY})), READING, ImportOptions())
    assert read_board(board).tasks == {}
