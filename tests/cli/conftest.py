from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository

SCRIPT = Path(sys.executable).with_name("openclaw")

RULE = """\
---
id: house
version: 1.2.0
tier: project
paths: ["*.py"]
checks:
  - type: forbid
    id: no-print
    pattern: '\\bprint\\('
    message: print in code
    hint: use the log
---
# House rules

- Log, do not print.
"""


class Answer:
    """What a call of `openclaw` left: exit code and both streams."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    def data(self, name: str) -> Any:
        """The data in the JSON envelope, which must be of format `name`."""
        assert self.code == 0, self.err
        envelope = json.loads(self.out)
        assert list(envelope) == ["schema", "data"]
        assert envelope["schema"] == f"openclaw/{name}/1"
        return envelope["data"]


@pytest.fixture
def openclaw(repository: Repository) -> Callable[..., Answer]:
    """Runs the real console script in `repository`, or in a folder below it."""

    def run(*words: str, folder: str = ".", **env: str) -> Answer:
        done = subprocess.run(
            [SCRIPT, *words],
            check=False,
            cwd=repository.path / folder,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return Answer(done)

    return run


@pytest.fixture
def house(repository: Repository) -> Repository:
    """A Python project with a rule of its own."""
    repository.stage(".openclaw/rules/house.md", RULE)
    repository.stage("pyproject.toml", "[project]\nname = 'x'\n")
    repository.stage("src/app.py", "x = 1\n")
    repository.commit("chore: start")
    return repository


class Clerk:
    """Somebody who works with tasks and plans by command, in one repository and without starting a process each time."""

    def __init__(self, repository: Repository, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.repository = repository
        self.patch = patch
        self.capture = capture

    def __call__(self, *words: str, **env: str) -> Answer:
        """What `openclaw WORDS` answers."""
        from openclaw_hooks.cli.app import app
        from openclaw_hooks.cli.boundary import run_guarded

        with self.patch.context() as patch:
            patch.chdir(self.repository.path)
            for name, value in env.items():
                patch.setenv(name, value)
            self.capture.readouterr()
            code = run_guarded(lambda: app(list(words), standalone_mode=False))
        out, err = self.capture.readouterr()
        return Answer(subprocess.CompletedProcess(words, code, out, err))

    def say(self, *words: str, **env: str) -> str:
        """What a command that succeeds prints."""
        answer = self(*words, **env)
        assert answer.code == 0, answer.err
        return answer.out

    def refused(self, *words: str, **env: str) -> str:
        """Why a command gets no for an answer, which is one line on stderr and exit code 1."""
        return self._failed(1, words, env)

    def wrong(self, *words: str, **env: str) -> str:
        """What is wrong with a command, which is one line on stderr and exit code 2."""
        return self._failed(2, words, env)

    def _failed(self, code: int, words: tuple[str, ...], env: dict[str, str]) -> str:
        before = self.board_head()
        answer = self(*words, **env)
        assert (answer.code, answer.out) == (code, ""), answer.out + answer.err
        assert answer.err.startswith("openclaw: ")
        assert answer.err.count("\n") == 1
        assert self.board_head() == before, "a refused command changed the board"
        return answer.err.removeprefix("openclaw: ").rstrip("\n")

    def board_head(self) -> str:
        """The last commit of the board."""
        return self.repository.git("rev-parse", "openclaw/board").stdout.strip()

    def subjects(self) -> list[str]:
        """The subjects of the board's commits, newest first."""
        return self.repository.git("log", "--format=%s", "openclaw/board").stdout.splitlines()

    def add(self, title: str = "Write it", *options: str, **env: str) -> str:
        """The id of a new task."""
        made = self.say("task", "new", title, *options, "--quiet", **env).strip()
        assert re.fullmatch(r"T-[0-9a-hjkmnp-tv-z]{6}", made)
        return made

    def task(self, name: str) -> dict[str, Any]:
        """Everything about a task."""
        found: dict[str, Any] = self("task", "show", name, "--json").data("task")
        return found

    def status(self, name: str) -> str:
        """The status of a task."""
        return str(self.task(name)["status"])

    def listed(self, *options: str) -> list[str]:
        """The titles that `task list` shows, in its order."""
        return [task["title"] for task in self("task", "list", *options, "--json").data("tasks")]

    def plan(self, name: str) -> dict[str, Any]:
        """Everything about a plan."""
        found: dict[str, Any] = self("plan", "show", name, "--json").data("plan")
        return found

    def file(self, name: str) -> Path:
        """Where the file of a task or plan lies."""
        folder, ending = ("tasks", "md") if name.startswith("T-") else ("plans", "yaml")
        return self.repository.path / ".openclaw/board" / folder / f"{name}.{ending}"


class Molds:
    """Repositories with a board, kept the first time that they are made: a board begins with a dozen calls of git."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def cast(self, name: str, repository: Repository) -> bool:
        """Puts the repository kept by `name` in place of an empty one; whether there is one."""
        mold = self.folder / name
        if not mold.exists():
            return False
        shutil.rmtree(repository.path)
        shutil.copytree(mold, repository.path, symlinks=True)
        # The two files by which the board's worktree and its git folder find each other.
        top, git = repository.path / ".openclaw/board", repository.path / ".git/worktrees/board"
        (top / ".git").write_text(f"gitdir: {git}\n")
        (git / "gitdir").write_text(f"{top / '.git'}\n")
        return True

    def keep(self, name: str, repository: Repository) -> None:
        """Keeps a repository as it is now."""
        shutil.copytree(repository.path, self.folder / name, symlinks=True, ignore=shutil.ignore_patterns("*.sample"))


@pytest.fixture(scope="session")
def molds(tmp_path_factory: pytest.TempPathFactory) -> Molds:
    """What the tests of one process share."""
    return Molds(tmp_path_factory.mktemp("molds"))


@pytest.fixture
def clerk(
    repository: Repository, molds: Molds, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Clerk:
    """A person named node-a at the board of a repository with one commit."""
    from openclaw_hooks.board.opening import open_board

    if not molds.cast("clerk", repository):
        repository.stage("src/app.py", "x = 1\n")
        repository.commit("chore: start")
        open_board(str(repository.path), create=True)
        molds.keep("clerk", repository)
    monkeypatch.setenv("OPENCLAW_NODE_ID", "node-a")
    return Clerk(repository, monkeypatch, capfd)
