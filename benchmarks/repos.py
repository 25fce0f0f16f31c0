"""Repositories to measure in: real ones, with the policy in force and a change staged or committed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.sources import make_files

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTES_REF = "refs/notes/openclaw"
BASE = {
    "pyproject.toml": '[project]\nname = "measured"\nversion = "1.0.0"\n',
    "package.json": '{"name": "measured", "devDependencies": {"typescript": "^5.0.0"}}\n',
    "tsconfig.json": '{"compilerOptions": {"strict": true}}\n',
    ".openclaw/config.yaml": "format: 1\n",
    "lefthook.yml": "pre-commit:\n  commands:\n    nothing:\n      run: 'true'\n",
    ".pre-commit-config.yaml": (
        "repos:\n  - repo: local\n    hooks:\n      - {id: nothing, name: nothing, language: system, entry: 'true',"
        " always_run: true, pass_filenames: false}\n"
    ),
}


class Case(NamedTuple):
    """A repository with a staged change; `runs` is how often it is worth measuring, `budget_ms` over bare Python."""

    name: str
    path: str
    runs: int
    budget_ms: int = 0


class Size(NamedTuple):
    """How large a staged change is; no files means the one huge one. `old_files` are in the repository before it."""

    name: str
    files: int
    lines: int
    runs: int
    budget_ms: int = 0
    old_files: int = 0


SIZES = (
    Size("20 lines in 2 files", 2, 20, 15, 100),
    Size("2,000 lines in 20 files", 20, 2_000, 9, 250),
    Size("50,000 lines in 1,000 files", 1_000, 50_000, 5, 1_500),
    Size("one text file of 50 MB", 0, 0, 3),
    Size("20 lines, repository of 20,000 files", 2, 20, 9, 100, old_files=20_000),
)


def clean_env(home: str) -> dict[str, str]:
    """An environment in which neither the user's settings nor an agent's marks count."""
    kept = {key: os.environ[key] for key in ("PATH", "TMPDIR") if key in os.environ}
    return {**kept, "HOME": home, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


def git(path: str, *words: str, home: str) -> str:
    """The stdout of `git WORDS` in the repository at `path`."""
    command = ["git", "-c", "gc.auto=0", *words]
    done = subprocess.run(command, cwd=path, env=clean_env(home), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write_files(root: str, files: dict[str, str]) -> None:
    """Put `files` below `root`."""
    for name, content in files.items():
        target = Path(root, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")


def make_repo(path: str, home: str, more: dict[str, str] | None = None) -> str:
    """A repository with one commit: the policy, a few hundred lines, and `more`."""
    os.makedirs(path)
    git(path, "init", "--quiet", "--initial-branch=main", home=home)
    git(path, "config", "user.name", "Bench", home=home)
    git(path, "config", "user.email", "bench@example.com", home=home)
    write_files(path, {**BASE, **make_files(20, 800, "base"), **(more or {})})
    git(path, "add", "--all", home=home)
    git(path, "commit", "--quiet", "--no-verify", "-m", "feat: start", home=home)
    return path


def stage(path: str, files: dict[str, str], home: str) -> str:
    """Stage new `files` in the repository at `path`, and give its path back."""
    write_files(path, files)
    git(path, "add", "--all", home=home)
    return path


def make_cases(folder: str, home: str, wanted: str = "") -> Iterator[Case]:
    """The staged changes that are measured, those whose name holds `wanted`; each is made when it is asked for."""
    for number, size in enumerate(SIZES):
        if wanted in size.name:
            base = make_files(size.old_files, size.old_files * 10, "old", 3) if size.old_files else {}
            path = make_repo(os.path.join(folder, f"case{number}"), home, base)
            new = make_files(size.files, size.lines, "new", 2) if size.files else _huge_file()
            yield Case(size.name, stage(path, new, home), size.runs, size.budget_ms)


def _huge_file() -> dict[str, str]:
    text = next(iter(make_files(1, 20_000, "big", 4).values()))
    return {"big/dump.txt": text * (50_000_000 // len(text) + 1)}


def make_unchecked_commits(folder: str, home: str, count: int) -> str:
    """A repository whose last `count` commits carry no receipt, with a server that has none of them."""
    path = make_repo(os.path.join(folder, f"push{count}"), home)
    server = os.path.join(folder, f"server{count}.git")
    git(path, "init", "--quiet", "--bare", "--initial-branch=main", server, home=home)
    git(path, "remote", "add", "origin", server, home=home)
    git(path, "push", "--quiet", "--no-verify", "origin", "main", home=home)
    for number, (name, content) in enumerate(make_files(count, count * 20, "new", 5).items()):
        stage(path, {name: content}, home)
        git(path, "commit", "--quiet", "--no-verify", "-m", f"feat: part {number}", home=home)
    return path
