"""What a hook imports: with a warm policy cache nothing that costs milliseconds and is not needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Repository

HEAVY = (
    "typer", "click", "rich", "pydantic", "argparse", "yaml", "detect_secrets", "pathspec", "importlib.metadata",
    "tomllib", "asyncio", "logging", "unittest", "urllib.request", "http.client",
)  # fmt: skip
RUN_AND_LIST = """
import sys
from openclaw_hooks.hook import main
code = main(sys.argv[1:])
import json
print(json.dumps([code, sorted(sys.modules)]))
"""


def modules_after(repository: Repository, *words: str, stdin: str = "") -> set[str]:
    """The modules that are loaded when `openclaw-hook WORDS` has passed."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN_AND_LIST, *words],
        cwd=repository.path,
        env=os.environ,
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
    )
    code, names = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stdout + done.stderr
    return set(names)


@pytest.fixture
def staged(guarded: Repository) -> Repository:
    """A Python project with a Python file staged, in which the policy was compiled before."""
    guarded.stage("pyproject.toml", '[project]\nname = "x"\nversion = "1"\n')
    guarded.commit("build: start")
    guarded.stage("src/module.py", '"""Adds."""\n\n\ndef add(a: int, b: int) -> int:\n    return a + b\n')
    guarded.hook("pre-commit")
    return guarded


def test_pre_commit_on_a_python_file_imports_nothing_heavy(staged: Repository) -> None:
    assert modules_after(staged, "pre-commit") & set(HEAVY) == set()


def test_commit_msg_imports_nothing_heavy(staged: Repository) -> None:
    message = staged.write(".git/COMMIT_EDITMSG", "feat: add two numbers\n")
    assert modules_after(staged, "commit-msg", str(message)) & set(HEAVY) == set()


def test_post_commit_imports_nothing_heavy(staged: Repository) -> None:
    assert modules_after(staged, "post-commit") & set(HEAVY) == set()


def test_pre_push_of_unchecked_commits_imports_nothing_heavy(staged: Repository) -> None:
    staged.commit("feat: add", "--no-verify")
    new, old = staged.git("rev-parse", "HEAD", "HEAD~1").stdout.split()
    line = f"refs/heads/main {new} refs/heads/main {old}\n"
    assert modules_after(staged, "pre-push", "origin", "nowhere", stdin=line) & set(HEAVY) == set()


def test_a_push_with_nothing_to_push_does_not_even_start_a_program(staged: Repository) -> None:
    assert modules_after(staged, "pre-push", "origin", "nowhere") & {*HEAVY, "subprocess"} == set()


def test_the_list_can_fail(staged: Repository) -> None:
    staged.stage("settings.yaml", "a: 1\n")
    assert "yaml" in modules_after(staged, "pre-commit")
