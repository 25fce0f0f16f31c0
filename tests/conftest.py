"""What every test gets: a home of its own, no agent around it, and repositories to work in."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from msgspec.structs import replace

from openclaw_hooks.agents import MARKS
from openclaw_hooks.checks import policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# How fast a busy machine makes up examples says nothing about the code under test.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")

HOMES = itertools.count()
HOOK_PYTHON = [sys.executable, "-P", "-m", "openclaw_hooks.hook"]

# A shell that starts the suite in the background has it ignore interrupts, and so would each program that is interrupted
# here to see it end.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def isolated_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home and git configuration; nothing that git or an agent left in the environment."""
    # Counted here and in a folder of their own: pytest would read the folder of all of them to number the next one.
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(HOMES))
    home.mkdir(parents=True)
    for key in [key for key in os.environ if key.startswith(("GIT_", "OPENCLAW_", "PRE_COMMIT"))]:
        monkeypatch.delenv(key)
    for key in (*MARKS, "AI_AGENT"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("HOME", str(home))
    for key in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(key, str(home / key.lower()))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    # Every commit and push would start two more programs to see whether the few objects have to be packed.
    (home / ".gitconfig").write_text(
        "[maintenance]\n\tauto = false\n[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n"
        '[protocol "file"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n'
    )
    yield home
    assert not (home / ".openclaw").exists(), "something wrote ~/.openclaw, which belongs to another program"


compile_policy = cache(policy.compile_policy)


def keep_policy(repository: Repository, like: Path) -> None:
    """Has the policy of a repository lie ready, as it does after a first commit.

    Otherwise the first hook in each of a thousand repositories would read all rules again, which takes longer than the
    hook. `like` has the same policy files; a test that changes one of its own has the policy read anew.
    """
    with patch.object(policy, "compile_policy", lambda root: replace(compile_policy(str(like)), root=root)):
        policy.load_policy(str(repository.path), str(repository.path / ".git" / "openclaw"))


class Repository:
    """A git repository to work in; every call is the real git."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *words: str | bytes, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Runs git here; output is text with odd bytes as surrogates."""
        done = subprocess.run(
            ["git", *words],
            check=False,
            cwd=self.path,
            env={**os.environ, **env},
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def write(self, name: str | bytes, content: str | bytes) -> Path:
        """Writes a file, folders included."""
        path = self.path / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def stage(self, name: str | bytes, content: str | bytes) -> None:
        """Writes a file and stages it, whatever the ignore rules say."""
        self.write(name, content)
        self.git("add", "-f", "--", name)

    def commit(
        self, message: str = "chore: change", *words: str, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Commits what is staged."""
        return self.git("commit", "-m", message, *words, check=check)

    def head(self) -> str:
        """The id of HEAD."""
        return self.git("rev-parse", "HEAD").stdout.strip()

    def hook(self, *words: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """Runs `openclaw-hook WORDS` here, as git would."""
        return subprocess.run(
            [*HOOK_PYTHON, *words],
            check=False,
            cwd=self.path,
            env={**os.environ, **env},
            input=stdin,
            capture_output=True,
            text=True,
            errors="surrogateescape",
        )

    def install(self, *stages: str) -> None:
        """Plain git hooks that call this package, for tests of the hooks themselves."""
        folder = Path(self.git("rev-parse", "--path-format=absolute", "--git-path", "hooks").stdout.strip())
        folder.mkdir(exist_ok=True)
        for stage in stages or (
            "pre-commit",
            "commit-msg",
            "post-commit",
            "pre-push",
            "pre-merge-commit",
            "post-merge",
        ):
            command = " ".join(f"'{word}'" for word in HOOK_PYTHON)
            (folder / stage).write_text(f'#!/bin/sh\nexec {command} {stage} "$@"\n')
            (folder / stage).chmod(0o755)


@pytest.fixture
def make_repository(tmp_path: Path) -> Callable[..., Repository]:
    """Makes a repository below `tmp_path`."""

    def make(name: str = "repo", *words: str) -> Repository:
        path = tmp_path / name
        path.mkdir(parents=True)
        repository = Repository(path)
        repository.git("init", "-q", *words)
        return repository

    return make


@pytest.fixture
def repository(make_repository: Callable[..., Repository]) -> Repository:
    """An empty repository on branch main."""
    return make_repository()


@pytest.fixture(scope="session")
def plain_policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose policy is that of a repository without policy files, or with a config file that says nothing."""
    return tmp_path_factory.mktemp("policy")


@pytest.fixture
def guarded(repository: Repository, plain_policy: Path) -> Repository:
    """A repository with one commit, a config file, and our hooks installed."""
    repository.stage(".openclaw/config.yaml", "format: 1\n")
    repository.commit("chore: start")
    repository.install()
    keep_policy(repository, plain_policy)
    return repository


def make_aws_key() -> str:
    """A key that looks real and is none; assembled, so that this file holds no secret."""
    return "AKIA" + "Q3EGRWXJ5MZKT2PV"


@pytest.fixture
def aws_key() -> str:
    """An AWS access key id that a scanner must find."""
    return make_aws_key()
