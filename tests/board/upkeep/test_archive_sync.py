"""The archive of two clones that share a board: moves arrive as moves, and nothing is lost or comes twice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from openclaw_hooks.board.actor import Actor, find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.sharing.sync import sync_board
from openclaw_hooks.board.store import edit_board, read_board
from openclaw_hooks.board.upkeep.archive import find_shadowed, index_archive, list_archive
from openclaw_hooks.board.upkeep.archive_edit import Move, archive_files, unarchive_file
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board
    from tests.conftest import Repository

NAME = "T-00000a"
ARCHIVED = f"archive/2026/completed/{NAME}.md"
LIVE = f"tasks/{NAME}.md"


class Clone(NamedTuple):
    """One of two clones, and short words for what is done there."""

    board: Board
    actor: Actor

    def archive(self) -> None:
        with edit_board(self.board, self.actor) as edit:
            archive_files(edit, [Move(NAME, "completed", datetime(2026, 1, 1, tzinfo=UTC))])

    def unarchive(self) -> None:
        with edit_board(self.board, self.actor) as edit:
            unarchive_file(edit, NAME)

    def note(self, text: str) -> None:
        with edit_board(self.board, self.actor) as edit:
            edit.put_task(NAME, {"body": f"{text}\n"})

    def sync(self) -> None:
        sync_board(self.board, self.actor)

    def files(self) -> list[str]:
        top = Path(self.board.top)
        return sorted(str(path.relative_to(top)) for path in top.rglob(f"{NAME}*"))


@pytest.fixture
def clones(repository: Repository, tmp_path: Path) -> tuple[Clone, Clone]:
    repository.stage("a", "a")
    repository.commit()
    repository.git("clone", "-q", "--bare", str(repository.path), str(tmp_path / "server.git"))
    made = []
    for name in ("one", "two"):
        repository.git("clone", "-q", str(tmp_path / "server.git"), str(tmp_path / name))
        board = open_board(str(tmp_path / name), create=True)
        made.append(Clone(board, find_actor(board.repo)))
        if name == "one":
            with edit_board(board, made[0].actor) as edit:
                edit.add_task(TaskHead(id=NAME, title="A", status=Status.COMPLETED))
                edit.add_task(TaskHead(id="T-00000b", title="B", status=Status.QUEUED))
        made[-1].sync()
    return made[0], made[1]


def settle(*clones: Clone) -> None:
    for _ in range(2):
        for clone in clones:
            clone.sync()


def test_archiving_and_taking_out_arrive_in_the_other_clone(clones: tuple[Clone, Clone]) -> None:
    one, two = clones
    assert two.files() == [LIVE]
    one.archive()
    settle(one, two)
    assert (one.files(), two.files()) == ([ARCHIVED], [ARCHIVED])
    two.unarchive()
    settle(one, two)
    assert (one.files(), two.files()) == ([LIVE], [LIVE])


def test_both_may_archive_at_once(clones: tuple[Clone, Clone]) -> None:
    one, two = clones
    one.archive()
    two.archive()
    settle(one, two)
    assert (one.files(), two.files()) == ([ARCHIVED], [ARCHIVED])


@pytest.mark.parametrize("first", [0, 1])
def test_task_that_was_worked_on_meanwhile_stays_and_counts(clones: tuple[Clone, Clone], first: int) -> None:
    one, two = clones
    one.archive()
    two.note("wait, there is more")
    settle(clones[first], clones[1 - first])
    for clone in clones:
        assert LIVE in clone.files()
        assert b"there is more" in Path(clone.board.top, LIVE).read_bytes()
        assert index_archive(list_archive(clone.board.top), read_board(clone.board).tasks) == {}
        assert find_shadowed(list_archive(clone.board.top), [NAME]) == [ARCHIVED]
    two.archive()
    settle(one, two)
    for clone in clones:
        assert clone.files() == [ARCHIVED]
        assert b"there is more" in Path(clone.board.top, ARCHIVED).read_bytes()
