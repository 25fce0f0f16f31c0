"""A repository with a board, and somebody who works on it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from openclaw_hooks.board.actor import Actor, find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board, read_board, read_task
from openclaw_hooks.tasks.model import Status, Task, TaskHead

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.board.place import Board
    from tests.conftest import Repository


class Desk(NamedTuple):
    """Somebody at a board: short words for what the tests do all the time."""

    board: Board
    actor: Actor

    def add(self, title: str = "Write it", body: str = "", **fields: object) -> str:
        """The id of a new queued task."""
        with edit_board(self.board, self.actor) as edit:
            head = TaskHead(id=edit.new_id("T"), title=title, status=Status.QUEUED, **fields)  # type: ignore[arg-type]
            return edit.add_task(head, body)

    def put(self, task_id: str, **changes: object) -> None:
        """Changes a task."""
        with edit_board(self.board, self.actor) as edit:
            edit.put_task(task_id, changes)

    def absorb(self) -> list[str]:
        """What taking over edits by hand reports."""
        with edit_board(self.board, self.actor) as edit:
            pass
        return edit.reports

    def task(self, task_id: str) -> Task:
        """The task with its body."""
        return read_task(self.board, task_id)[0]

    def titles(self) -> list[str]:
        """The titles on the board."""
        return sorted(task.title for task in read_board(self.board).tasks.values())

    def path(self, task_id: str) -> Path:
        """Where the file of a task lies."""
        return Path(self.board.top) / "tasks" / f"{task_id}.md"

    def git(self, *words: str) -> str:
        """What git says inside the board's worktree."""
        done = subprocess.run(["git", *words], cwd=self.board.top, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def subjects(self) -> list[str]:
        """The first lines of the board's commits, newest first."""
        return self.git("log", "--format=%s").splitlines()


def _sit_down(where: Path) -> Desk:
    """A desk at the board of the repository at `where`, made when there is none."""
    board = open_board(str(where), create=True)
    return Desk(board, find_actor(board.repo))


@pytest.fixture
def sit_down() -> Callable[[Path], Desk]:
    """Takes a seat at the board of the repository at a path."""
    return _sit_down


@pytest.fixture
def started(repository: Repository) -> Repository:
    """A repository with one commit."""
    repository.stage("code.py", "print(1)\n")
    repository.commit("chore: start")
    return repository


@pytest.fixture
def desk(started: Repository, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk at the board of a repository with one commit."""
    monkeypatch.setenv("OPENCLAW_NODE_ID", "node-a")
    return _sit_down(started.path)
