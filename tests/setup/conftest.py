"""Repositories to set up, with home and git configuration kept away from the machine's own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


SOURCE = "https://example.org/openclaw-hooks@v1.0.0"


class Ran(NamedTuple):
    """What a program left."""

    code: int
    out: str
    err: str


@contextmanager
def _environment(env: Mapping[str, str]) -> Iterator[None]:
    """Nothing but `env` in the environment, as a program that is started with it has it."""
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(env)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Scratch:
    """A git repository in a temporary folder, driven by real programs."""

    def __init__(self, path: Path, env: dict[str, str]) -> None:
        self.path = path
        self.env = env

    def run(
        self, *argv: str | Path, stdin: str = "", cwd: Path | None = None, env: dict[str, str] | None = None
    ) -> Ran:
        done = subprocess.run(
            argv,
            cwd=cwd or self.path,
            input=stdin,
            env={**self.env, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def git(self, *words: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
        done = self.run("git", *words, cwd=cwd, env=env)
        assert done.code == 0, (words, done)
        return done.out.rstrip("\n")

    def openclaw(self, *words: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> Ran:
        """What `openclaw WORDS` does, without starting a process each time."""
        from openclaw_hooks.cli.app import app
        from openclaw_hooks.cli.boundary import run_guarded

        out, err = io.StringIO(), io.StringIO()
        place, streams = _environment({**self.env, **(env or {})}), (redirect_stdout(out), redirect_stderr(err))
        with place, chdir(cwd or self.path), streams[0], streams[1]:
            code = run_guarded(lambda: app(list(words), standalone_mode=False))
        return Ran(code, out.getvalue(), err.getvalue())

    def program(self, *words: str) -> Ran:
        """What `openclaw WORDS` does in a process of its own, as users start it."""
        code = "from openclaw_hooks.cli.app import main; main()"
        return self.run(sys.executable, "-I", "-c", code, *words)

    def init(self, *words: str, cwd: Path | None = None) -> Ran:
        # A fixed source: the checkout under test may get a commit while a test runs.
        source = () if {"--source", "--no-pre-commit"} & set(words) else ("--source", SOURCE)
        done = self.openclaw("init", *source, *words, cwd=cwd)
        assert done.code == 0, done
        return done

    def write(self, name: str, content: str | bytes, *, executable: bool = False) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if executable:
            path.chmod(0o755)
        return path

    def hook(self, name: str, content: str, folder: str = ".git/hooks", *, executable: bool = True) -> Path:
        return self.write(f"{folder}/{name}", f"#!/bin/sh\n{content}\n", executable=executable)

    def commit(
        self,
        name: str = "a.txt",
        content: str = "one\n",
        message: str = "feat: change a file",
        env: dict[str, str] | None = None,
    ) -> Ran:
        """What `git commit` of one file does, hooks and all."""
        self.write(name, content)
        self.git("add", "--", name)
        return self.run("git", "commit", "-m", message, env=env)

    def commits(self) -> int:
        done = self.run("git", "rev-list", "--count", "HEAD")
        return int(done.out) if done.code == 0 else 0

    def kept(self) -> dict[str, tuple[object, ...]]:
        """The snapshot without git's objects: those that nothing leads to stay until git collects them."""
        return {name: value for name, value in self.snapshot().items() if not name.startswith(".git/objects")}

    def snapshot(self, *, times: bool = False) -> dict[str, tuple[object, ...]]:
        """Every file and folder below the repository, .git included: kind, mode and content; times on request."""
        found: dict[str, tuple[object, ...]] = {}
        for parent, folders, names in os.walk(self.path):
            for name in (*folders, *names):
                full = os.path.join(parent, name)
                status = os.lstat(full)
                content: object = os.readlink(full) if os.path.islink(full) else None
                if content is None and os.path.isfile(full):
                    with open(full, "rb") as stream:
                        content = stream.read()
                stamp = (status.st_mtime_ns,) if times else ()
                found[os.path.relpath(full, self.path)] = (status.st_mode, content, *stamp)
        return found


@pytest.fixture
def secret() -> str:
    """A line with a key in the format that AWS documents; it never was one."""
    return "aws_key = 'AKIA" + "Z7QK3M5R2T4W6Y2X'\n"


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment whose home, cache and git configuration lie in the test's folder."""
    home = tmp_path / "home"
    home.mkdir()
    for name in list(os.environ):
        if name.startswith(
            ("GIT_", "PRE_COMMIT", "CLAUDE", "OPENCLAW", "AI_AGENT", "CODEX", "LEFTHOOK", "HUSKY", "XDG_")
        ):
            monkeypatch.delenv(name)
    settings = "[user]\n\tname = Test\n\temail = test@example.org\n[init]\n\tdefaultBranch = main\n"
    (home / ".gitconfig").write_text(settings + '[protocol "file"]\n\tallow = always\n')
    for name, value in (("HOME", home), ("GIT_CONFIG_GLOBAL", home / ".gitconfig"), ("XDG_CACHE_HOME", home / "cache")):
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return dict(os.environ)


@pytest.fixture
def scratch(tmp_path: Path, env: dict[str, str]) -> Scratch:
    """An empty repository."""
    path = tmp_path / "repo"
    path.mkdir()
    made = Scratch(path, env)
    made.git("init", "-q")
    return made
