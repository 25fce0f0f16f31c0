"""A repository with a board, one task and an agent that is a shell script; and what is left of it all in the end."""

from __future__ import annotations

import os
import shlex
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.agent.records.store import read_rows
from openclaw_hooks.agent.run.folders import read_run, run_folder
from openclaw_hooks.agent.run.local_desk import LocalDesk
from openclaw_hooks.agent.run.progress import Silent
from openclaw_hooks.agent.run.request import Request
from openclaw_hooks.agent.run.resume import resume_run
from openclaw_hooks.agent.run.start import start_run
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board, read_task
from openclaw_hooks.git import open_repo
from openclaw_hooks.tasks.model import Status, Task, TaskHead

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.agent.events import Event
    from openclaw_hooks.agent.run.state import RunState
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.git import Repo

# What an agent does that solves the task of `make_stage` at once.
SOLVE = "echo done > work/answer.txt"


class Watcher(Silent):
    """Remembers what it was told, and does something at an event when it is asked to."""

    def __init__(self, at: str = "", act: Any = None) -> None:
        self.tags: list[str] = []
        self.at, self.act = at, act

    def on_event(self, state: RunState, event: Event) -> None:
        """Notes the event's name."""
        self.tags.append(type(event).__struct_config__.tag)  # type: ignore[arg-type]  # each event has one
        if self.act and self.tags[-1] == self.at:
            act, self.act = self.act, None
            act(state)


class User(NamedTuple):
    """What belongs to the user and must not change: HEAD, its branch, index, stash, and files."""

    head: str
    branch: str
    staged: bytes
    stash: str
    status: str
    files: dict[str, bytes]


class Stage:
    """The repository at `path`, and short words for what the tests do all the time."""

    def __init__(self, path: Path, task_id: str = "") -> None:
        self.path = path
        self.task_id = task_id

    @property
    def repo(self) -> Repo:
        """As git sees it now."""
        return open_repo(str(self.path))

    @property
    def board(self) -> Board:
        """Its board."""
        return open_board(str(self.path))

    def desk(self, agent: str = "sh") -> LocalDesk:
        """A desk at it."""
        return LocalDesk(self.board, find_actor(self.repo), agent)

    def git(self, *words: str) -> str:
        """What git says there."""
        done = subprocess.run(["git", *words], cwd=self.path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stdout + done.stderr)
        return done.stdout

    def agent(self, script: str) -> tuple[str, ...]:
        """The command of an agent that runs `script`, in which `$n` is the number of the attempt."""
        return ("sh", "-c", f"n=$OPENCLAW_ATTEMPT; {script}")

    def run(self, script: str = SOLVE, watcher: Silent | None = None, **wanted: Any) -> RunState:
        """The end of a run whose agent is `script`."""
        request = Request(self.repo, self.task_id, argv=self.agent(script), **wanted)
        return start_run(request, self.desk(), watcher or Silent())

    def resume(self, run: str, watcher: Silent | None = None) -> RunState:
        """The end of a run that is taken up."""
        return resume_run(self.repo, run, self.desk(), watcher or Silent())

    def add(self, title: str = "Answer it", body: str = "", **fields: Any) -> str:
        """The id of a new queued task."""
        with edit_board(self.board, find_actor(self.repo)) as edit:
            head = TaskHead(id=edit.new_id("T"), title=title, status=Status.QUEUED, **fields)
            return edit.add_task(head, body)

    def change(self, **fields: Any) -> None:
        """Changes the task on the board."""
        with edit_board(self.board, find_actor(self.repo)) as edit:
            edit.put_task(self.task_id, fields)

    def task(self) -> Task:
        """The task as the board has it."""
        return read_task(self.board, self.task_id)[0]

    def state(self, run: str) -> RunState:
        """A run as its log has it."""
        return read_run(run_folder(self.repo, run))

    def rows(self) -> int:
        """How many rows of telemetry the board has of the task."""
        return len([row for row in read_rows(self.board).rows if row.task == self.task_id])

    def user(self) -> User:
        """What belongs to the user."""
        listed = self.git("ls-files", "-co", "--exclude-standard").split("\n")
        files = {name: (self.path / name).read_bytes() for name in listed if name and (self.path / name).is_file()}
        index = (self.path / ".git" / "index").read_bytes()
        return User(
            (self.path / ".git" / "HEAD").read_text() + self.git("rev-parse", "HEAD"),
            self.git("for-each-ref", "--format=%(objectname)", "refs/heads/main"),
            index,
            self.git("stash", "list"),
            self.git("status", "--porcelain"),
            files,
        )

    def tip_files(self) -> str:
        """The files of the task's branch with their contents' ids; empty where there is none."""
        with suppress(AssertionError):
            return self.git("ls-tree", "-r", f"openclaw/{self.task_id}")
        return ""

    def attempts(self) -> dict[str, str]:
        """The tree of each ref of an attempt."""
        prefix = f"refs/openclaw/attempts/{self.task_id}/"
        listing = self.git("for-each-ref", "--format=%(refname) %(tree)", prefix)
        pairs = (line.removeprefix(prefix).split(" ") for line in listing.splitlines())
        return {name: tree for name, tree in pairs if name.isdecimal()}

    def worktrees(self) -> list[str]:
        """The worktrees beside the user's and the board's, and folders of any left behind."""
        listed = [
            line for line in self.git("worktree", "list", "--porcelain").splitlines() if line.startswith("worktree ")
        ]
        folder = self.path / ".openclaw" / "worktrees"
        left = [str(path) for path in folder.iterdir()] if folder.is_dir() else []
        return [line for line in listed if "/worktrees/" in line] + left

    def outcome(self, run: str) -> tuple[object, ...]:
        """All that has to be the same however often the run was killed on its way."""
        state, task = self.state(run), self.task()
        verdicts = [
            attempt.judgement and (attempt.judgement.verdict, attempt.judgement.cause) for attempt in state.attempts
        ]
        return (
            state.ended and state.ended.outcome,
            task.status,
            task.reason.replace(self.task_id, "T"),
            self.tip_files(),
            self.attempts(),
            [attempt.number for attempt in state.attempts],
            verdicts,
            self.rows(),
            self.worktrees(),
            os.path.exists(os.path.join(self.repo.state_dir, "leases", f"{self.task_id}.json")),
        )


def make_stage(path: Path, metric: str = "test -s work/answer.txt", **fields: Any) -> Stage:
    """A repository with two files and a task whose scope is `work/`; its user is in the middle of something."""
    path.mkdir(parents=True)
    stage = Stage(path)
    stage.git("init", "-q")
    (path / "work").mkdir()
    (path / "work" / "notes.txt").write_text("first\n")
    (path / "code.txt").write_text("code\n")
    stage.git("add", ".")
    stage.git("commit", "-qm", "chore: start")
    open_board(str(path), create=True)
    stage.task_id = stage.add(scope=("work/**",), metric=metric, **fields)
    (path / "code.txt").write_text("stashed\n")
    stage.git("stash", "-q")
    (path / "staged.txt").write_text("staged\n")
    stage.git("add", "staged.txt")
    (path / "code.txt").write_text("unsaved\n")
    return stage


def quote(path: Path) -> str:
    """`path` for a shell."""
    return shlex.quote(str(path))
