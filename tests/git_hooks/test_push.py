from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Repository


@pytest.fixture
def shared(guarded: Repository, make_repository: Callable[..., Repository]) -> Repository:
    """A guarded repository with a bare remote `origin` that has its first commits."""
    remote = make_repository("remote.git", "--bare")
    guarded.git("remote", "add", "origin", str(remote.path))
    guarded.git("push", "-q", "-u", "origin", "main")
    return guarded


def add_commit(repository: Repository, name: str, content: str = "x = 1\n", *words: str) -> None:
    repository.stage(name, content)
    repository.commit(f"feat: add {name}", *words)


def note(repository: Repository, commit: str = "HEAD") -> dict[str, object]:
    shown = repository.git("notes", "--ref=openclaw", "show", commit).stdout
    values: dict[str, object] = json.loads(shown)
    return values


def test_a_checked_commit_carries_a_receipt_bound_to_its_tree(guarded: Repository) -> None:
    add_commit(guarded, "a.py")
    receipt = note(guarded)
    assert receipt["tree"] == guarded.git("rev-parse", "HEAD^{tree}").stdout.strip()
    assert {"secrets", "structured-files", "commit-message"} <= set(receipt["checks"])  # type: ignore[call-overload]  # JSON
    assert {"id": "security", "version": "1.0.0"} in receipt["rules"]  # type: ignore[operator]  # JSON


def test_receipts_travel_with_the_push_and_join_those_of_others(
    shared: Repository, make_repository: Callable[..., Repository]
) -> None:
    add_commit(shared, "a.py")
    shared.git("push", "-q")
    remote = shared.git("remote", "get-url", "origin").stdout.strip()
    other = make_repository("other")
    other.git("pull", "-q", remote, "main")
    other.git("remote", "add", "origin", remote)
    other.install()
    add_commit(other, "b.py")
    other.git("push", "-q", "origin", "HEAD:refs/heads/topic")
    other.git("fetch", "-q", "origin", "refs/notes/openclaw:refs/notes/theirs")
    noted = other.git("notes", "--ref=theirs", "list").stdout
    assert shared.head() in noted
    assert other.head() in noted


def test_deleting_and_force_pushing_a_protected_branch_is_refused(shared: Repository) -> None:
    add_commit(shared, "a.py")
    shared.git("push", "-q")
    deleted = shared.git("push", "origin", ":main", check=False)
    assert "push: deletes the protected branch `main`" in deleted.stderr + deleted.stdout
    shared.git("reset", "-q", "--hard", "HEAD^")
    forced = shared.git("push", "--force", check=False)
    assert "push: rewrites the protected branch `main` (force-push)" in forced.stderr + forced.stdout
    both = shared.git("push", "origin", "HEAD:refs/heads/topic", "+HEAD:main", check=False)
    assert both.returncode != 0
    assert shared.git("push", "--force", "origin", "HEAD:refs/heads/topic").returncode == 0
    assert shared.git("push", "origin", ":topic").returncode == 0


def test_a_rewind_of_which_nothing_is_known_here_is_refused(
    shared: Repository, make_repository: Callable[..., Repository]
) -> None:
    remote = shared.git("remote", "get-url", "origin").stdout.strip()
    other = make_repository("other")
    other.git("pull", "-q", remote, "main")
    add_commit(other, "theirs.py")
    other.git("push", "-q", remote, "HEAD:main")
    add_commit(shared, "mine.py")
    done = shared.git("push", "--force", check=False)
    assert "rewrites the protected branch" in done.stderr + done.stdout


def test_a_commit_that_skipped_the_hooks_is_stopped_when_pushed(shared: Repository, aws_key: str) -> None:
    add_commit(shared, "a.py", f"key = '{aws_key}'\n", "--no-verify")
    done = shared.git("push", check=False)
    assert done.returncode != 0
    assert f"a.py:1: secrets: in commit {shared.head()[:10]}" in done.stderr + done.stdout
    assert aws_key not in done.stderr + done.stdout


def test_a_secret_that_a_later_commit_takes_out_again_is_still_stopped(shared: Repository, aws_key: str) -> None:
    add_commit(shared, "a.py", f"key = '{aws_key}'\n", "--no-verify")
    add_commit(shared, "a.py", "key = None\n")
    assert shared.git("push", check=False).returncode != 0


def test_a_bad_message_that_skipped_the_hook_is_stopped_when_pushed(shared: Repository) -> None:
    shared.stage("a.py", "a = 1\n")
    shared.commit("whatever", "--no-verify")
    done = shared.git("push", check=False)
    assert "commit-message" in done.stderr + done.stdout
    assert done.returncode != 0


def test_a_cherry_pick_without_hooks_is_checked_and_gets_its_receipt_at_the_push(shared: Repository) -> None:
    shared.git("switch", "-q", "-c", "side")
    add_commit(shared, "side.py")
    picked = shared.head()
    shared.git("switch", "-q", "main")
    add_commit(shared, "main.py")
    shared.git("cherry-pick", picked)
    assert shared.git("notes", "--ref=openclaw", "show", "HEAD", check=False).returncode != 0
    shared.git("push", "-q")
    assert note(shared)["tree"] == shared.git("rev-parse", "HEAD^{tree}").stdout.strip()


def test_a_receipt_copied_to_a_rewritten_commit_does_not_count(shared: Repository, aws_key: str) -> None:
    add_commit(shared, "a.py")
    old = shared.head()
    shared.stage("a.py", f"key = '{aws_key}'\n")
    shared.git("commit", "--amend", "--no-edit", "--no-verify")
    shared.git("notes", "--ref=openclaw", "copy", "-f", old, "HEAD")
    assert shared.git("push", check=False).returncode != 0


def test_a_commit_cannot_take_itself_out_by_deleting_the_policy(shared: Repository) -> None:
    shared.git("rm", "-q", ".openclaw/config.yaml")
    shared.commit("whatever", "--no-verify")
    done = shared.git("push", check=False)
    assert "commit-message" in done.stderr + done.stdout


def test_history_from_before_the_guard_is_only_searched_for_secrets(
    repository: Repository, make_repository: Callable[..., Repository], aws_key: str
) -> None:
    remote = make_repository("remote.git", "--bare")
    repository.git("remote", "add", "origin", str(remote.path))
    repository.stage("old.json", "{")
    repository.commit("Old style message")
    repository.stage(".openclaw/config.yaml", "format: 1\n")
    repository.commit("chore: guard")
    repository.install()
    assert repository.git("push", "-q", "origin", "main").returncode == 0
    repository.git("switch", "-q", "--orphan", "older")
    repository.stage("old.py", f"key = '{aws_key}'\n")
    repository.commit("Old style message", "--no-verify")
    assert repository.git("push", "-q", "origin", "older", check=False).returncode != 0


def test_a_push_from_a_bare_repository_protects_branches(
    shared: Repository, make_repository: Callable[..., Repository]
) -> None:
    remote = shared.git("remote", "get-url", "origin").stdout.strip()
    bare = make_repository("mirror.git", "--bare")
    bare.git("fetch", "-q", remote, "main:main")
    bare.git("remote", "add", "origin", remote)
    bare.install("pre-push")
    done = bare.git("push", "origin", ":main", check=False)
    assert "deletes the protected branch" in done.stderr + done.stdout


def test_nothing_to_push_is_fine_and_garbage_on_stdin_blocks(shared: Repository) -> None:
    assert shared.hook("pre-push", "origin", "url").returncode == 0
    done = shared.hook("pre-push", "origin", "url", stdin="garbage\n")
    assert done.returncode == 2
    assert "not a line of a pre-push hook" in done.stderr


def test_receipts_are_reported_for_a_range(shared: Repository) -> None:
    import subprocess
    import sys

    add_commit(shared, "a.py")
    command = [sys.executable, "-P", "-c", "from openclaw_hooks.cli.app import main; main()"]
    words = ["check", "--from", "HEAD^", "--receipts"]
    fine = subprocess.run([*command, *words], cwd=shared.path, capture_output=True, text=True, check=False)
    assert fine.returncode == 0, fine.stderr
    add_commit(shared, "b.py", "b = 1\n", "--no-verify")
    lacking = subprocess.run([*command, *words], cwd=shared.path, capture_output=True, text=True, check=False)
    assert lacking.returncode == 1
    assert f"{shared.head()[:10]}: receipts: no valid receipt: feat: add b.py" in lacking.stdout


def test_a_merge_gets_its_receipt_at_once(shared: Repository) -> None:
    shared.git("switch", "-q", "-c", "side")
    add_commit(shared, "side.py")
    shared.git("switch", "-q", "main")
    add_commit(shared, "main.py")
    shared.git("merge", "-q", "--no-edit", "side")
    parents = shared.git("rev-parse", "HEAD^1", "HEAD^2").stdout.split()
    assert note(shared)["parents"] == sorted(parents)


def test_a_module_that_ends_the_interpreter_does_not_end_the_guard(guarded: Repository, tmp_path: Path) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit(0)\n")
    done = guarded.hook("pre-commit", PYTHONPATH=str(tmp_path))
    assert done.returncode == 3
    assert "pre-commit blocks because it could not check" in done.stderr
