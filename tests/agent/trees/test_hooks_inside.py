"""An agent commits in its worktree as a person would: guarded by the repository's hooks, held to its task's scope."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.leases.claims import Terms, claim_task
from openclaw_hooks.board.leases.held import held_lease
from openclaw_hooks.tasks.model import Status, TaskHead
from tests.agent.trees.conftest import RUN, TASK, Field

if TYPE_CHECKING:
    from tests.conftest import Repository


@pytest.fixture
def claimed(guarded: Repository) -> Field:
    """An attempt at a task that may change `src/` alone, in a repository with hooks."""
    field = Field(guarded)
    task = TaskHead(id=TASK, title="Write it", status=Status.QUEUED, scope=("src/",))
    claim_task(field.repo, task, "ada", Terms(120, run=RUN))
    held = held_lease(field.repo.state_dir, TASK)
    assert held is not None
    assert held.run == RUN
    return field.begin()


def commit(field: Field, path: str, content: str, message: str = "feat: write") -> subprocess.CompletedProcess[str]:
    """What `git commit` of one file says in the worktree."""
    field.agent(
        f"mkdir -p \"$(dirname '{path}')\"; printf '%s' \"$CONTENT\" > '{path}'; git add -f '{path}'", CONTENT=content
    )
    env = {**os.environ, "OPENCLAW_TASK": TASK, "OPENCLAW_AGENT": "any", "OPENCLAW_RUN": RUN}
    return subprocess.run(
        ["git", "commit", "-m", message], check=False, cwd=field.path, env=env, capture_output=True, text=True
    )


def test_a_commit_within_the_scope_is_made_and_names_the_task(claimed: Field) -> None:
    done = commit(claimed, "src/new.py", "new = 1\n")
    assert done.returncode == 0, done.stderr
    assert claimed.agent("git log -1 --format=%B") == f"feat: write\n\nTask: {TASK}"
    assert claimed.agent("git notes --ref=openclaw show HEAD").startswith('{"schema":"openclaw/receipt/1"')
    found = claimed.tampering()
    assert found.findings == ()
    assert claimed.snapshot().own_head == claimed.agent("git rev-parse HEAD")
    assert claimed.user.git("status", "--porcelain").stdout == ""


def test_a_commit_out_of_scope_with_a_secret_or_an_odd_message_is_refused(claimed: Field, aws_key: str) -> None:
    outside = commit(claimed, "other.py", "other = 1\n")
    assert outside.returncode != 0
    assert "other.py" in outside.stdout + outside.stderr
    assert TASK in outside.stdout + outside.stderr
    claimed.agent("git rm -q --cached other.py; rm other.py")
    secret = commit(claimed, "src/key.py", f'key = "{aws_key}"\n')
    assert secret.returncode != 0
    assert "src/key.py:1" in secret.stdout + secret.stderr
    assert commit(claimed, "src/key.py", "key = 1\n", "did things").returncode != 0
    assert claimed.agent("git rev-parse HEAD") == claimed.base


def test_a_person_is_not_held_to_the_scope_of_a_run(claimed: Field) -> None:
    claimed.user.stage("elsewhere.py", "x = 1\n")
    claimed.user.commit("feat: elsewhere")
    assert claimed.user.git("log", "-1", "--format=%B").stdout.strip() == "feat: elsewhere"


def test_hooks_lie_where_they_do_for_everybody(claimed: Field) -> None:
    there = claimed.agent("git rev-parse --path-format=absolute --git-path hooks")
    assert there == str(claimed.user.path / ".git/hooks")
