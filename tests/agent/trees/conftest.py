"""A repository, a run in it, and an agent's hands."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.trees.identity import attempt_identity, mark_of
from openclaw_hooks.agent.trees.snapshot import Taking, take_snapshot
from openclaw_hooks.agent.trees.spots import Spot, attempt_path, find_owner
from openclaw_hooks.agent.trees.tampering import find_tampering
from openclaw_hooks.agent.trees.watch import watch_repository
from openclaw_hooks.agent.trees.worktrees import make_worktree
from openclaw_hooks.git import open_repo

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.agent.model import Snapshot
    from openclaw_hooks.agent.trees.spots import Owner
    from openclaw_hooks.agent.trees.tampering import Tampering
    from openclaw_hooks.agent.trees.watch import Watch
    from openclaw_hooks.git import Repo
    from tests.conftest import Repository

RUN = "R-4k2m9x"
TASK = "T-4kf2mz"
AUTHOR = "Ada <ada@example.org>"


class Field:
    """An attempt in a repository: its worktree, what is done there, what becomes of it."""

    def __init__(self, repository: Repository) -> None:
        self.user = repository
        self.repo: Repo = open_repo(str(repository.path))
        self.base = self.repo.head
        self.path = attempt_path(self.repo, RUN, 1)
        self.watch: Watch | None = None

    def begin(self, share: tuple[str, ...] = ()) -> Field:
        """Makes the worktree and looks at what is around it."""
        make_worktree(self.repo, Spot(RUN, 1, TASK, self.path, share), self.base)
        self.watch = watch_repository(self.repo, mark_of(RUN, 1))
        return self

    def agent(self, script: str, cwd: str = "", **env: str) -> str:
        """Runs a shell script as the agent would."""
        done = subprocess.run(
            ["sh", "-ec", script],
            check=False,
            cwd=cwd or self.path,
            env={**os.environ, **attempt_identity(AUTHOR, RUN, 1), "USER_REPO": str(self.user.path), **env},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def owner(self) -> Owner:
        """Whose the worktree is."""
        found = find_owner(self.repo, self.path)
        assert found is not None
        return found

    def snapshot(self, base: str = "") -> Snapshot:
        """What lies in the worktree now."""
        return take_snapshot(self.repo, Taking(self.path, base or self.base, "chore: attempt\n", AUTHOR, self.watch))

    def tampering(self) -> Tampering:
        """What the agent changed around its worktree."""
        assert self.watch is not None
        return find_tampering(self.repo, self.watch, self.snapshot())

    def files(self, commit: str) -> dict[str, str]:
        """The files in a commit: path -> mode and content."""
        listing = self.user.git("ls-tree", "-r", "-z", commit).stdout
        entries = (entry.split("\t", 1) for entry in listing.split("\0") if entry)
        return {path: f"{head.split()[0]} {self.text(head.split()[2])}" for head, path in entries}

    def text(self, oid: str) -> str:
        """The content of a blob; a submodule's commit as it is."""
        done = self.user.git("cat-file", "blob", oid, check=False)
        return done.stdout if done.returncode == 0 else oid

    def parents(self, commit: str) -> list[str]:
        """The parents of a commit."""
        return self.user.git("rev-parse", f"{commit}^@").stdout.split()

    def refs(self) -> str:
        """All refs and what they point to."""
        return self.user.git("for-each-ref").stdout


class Picture:
    """What of the user's repository nothing may change, byte for byte."""

    def __init__(self, path: Path) -> None:
        self.names = ("HEAD", "config", "index", "logs/HEAD", "refs/stash", "logs/refs/stash", "info/attributes")
        self.git = {name: self._read(path / ".git" / name) for name in self.names}
        self.files = {
            str(file.relative_to(path)): (file.lstat().st_mode, file.lstat().st_mtime_ns, self._read(file))
            for file in sorted(path.rglob("*"))
            if not {".git", "worktrees"} & set(file.relative_to(path).parts)
        }

    @staticmethod
    def _read(path: Path) -> bytes | None:
        return path.read_bytes() if path.is_file() else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and (self.git, self._plain()) == (other.git, other._plain())

    def _plain(self) -> dict[str, tuple[int, int, bytes | None]]:
        return {name: found for name, found in self.files.items() if name != ".openclaw"}

    __hash__ = None  # type: ignore[assignment]  # pictures are compared, not collected


@pytest.fixture
def field(repository: Repository) -> Field:
    """An attempt about to begin in a repository with a few files and something stashed."""
    repository.write("README.md", "# Field\n")
    repository.write("src/app.py", "print('one')\n")
    repository.write("src/old.py", "old = 1\n")
    repository.write("run.sh", "echo run\n")
    repository.write(".gitignore", "*.log\nbuild/\nlinked/\n")
    repository.git("add", "-A")
    repository.commit("chore: start")
    repository.write("README.md", "# Field, stashed\n")
    repository.git("stash", "-q")
    return Field(repository)


def picture(field: Field) -> Picture:
    """How the user's repository looks."""
    return Picture(field.user.path)
