"""The board pushed by hand: its commits are searched for secrets, and asked for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.claims import Terms, claim_task
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.place import BRANCH, Board
from openclaw_hooks.board.store import edit_board
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository

ID = "T-4kf2mz"


@pytest.fixture
def shared(guarded: Repository, make_repository: Callable[..., Repository]) -> Repository:
    """A guarded repository with a board that has one task, and a bare remote `origin` that has neither."""
    remote = make_repository("remote.git", "--bare")
    guarded.git("remote", "add", "origin", str(remote.path))
    board = open_board(str(guarded.path), create=True)
    with edit_board(board, find_actor(board.repo)) as edit:
        edit.add_task(TaskHead(id=ID, title="Mend the door", status=Status.QUEUED), "## Notes\n\nOne.\n")
    return guarded


def change_task(repository: Repository, body: str) -> Board:
    board = open_board(str(repository.path))
    with edit_board(board, find_actor(board.repo)) as edit:
        edit.put_task(ID, {"body": body})
    return board


def commit_past_the_hooks(repository: Repository, text: str) -> None:
    path = repository.path / ".openclaw/board/tasks" / f"{ID}.md"
    path.write_text(path.read_text() + text)
    repository.git("-C", ".openclaw/board", "commit", "-q", "--no-verify", "-am", "whatever")


def test_the_board_is_pushed_without_receipts_and_whatever_its_messages(shared: Repository) -> None:
    commit_past_the_hooks(shared, "More.\n")
    done = shared.git("push", "origin", BRANCH)
    assert "error" not in done.stdout + done.stderr
    assert shared.git("ls-remote", "origin", f"refs/heads/{BRANCH}").stdout
    assert shared.git("notes", "--ref=openclaw", "list", check=False).stdout == ""


def test_a_secret_in_any_commit_of_the_board_is_stopped(shared: Repository, aws_key: str) -> None:
    commit_past_the_hooks(shared, f"key = '{aws_key}'\n")
    path = shared.path / ".openclaw/board/tasks" / f"{ID}.md"
    path.write_text(path.read_text().replace(aws_key, "gone"))
    shared.git("-C", ".openclaw/board", "commit", "-q", "--no-verify", "-am", "take it out")
    done = shared.git("push", "origin", BRANCH, check=False)
    assert done.returncode != 0
    assert f"tasks/{ID}.md:" in done.stdout + done.stderr
    assert "secrets" in done.stdout + done.stderr
    assert aws_key not in done.stdout + done.stderr


def test_a_secret_that_a_merge_brings_in_is_stopped(shared: Repository, aws_key: str) -> None:
    board = shared.path / ".openclaw/board"
    shared.git("-C", str(board), "push", "-q", "origin", BRANCH)
    tree = shared.git("-C", str(board), "rev-parse", "HEAD^{tree}").stdout.strip()
    other = shared.git("commit-tree", "-m", "other", tree).stdout.strip()
    shared.git(
        "-C", str(board), "merge", "-q", "--no-commit", "--no-verify", "--allow-unrelated-histories", other, check=False
    )
    path = board / "tasks" / f"{ID}.md"
    path.write_text(path.read_text() + f"key = '{aws_key}'\n")
    shared.git("-C", str(board), "commit", "-q", "--no-verify", "-am", "merge")
    assert len(shared.git("-C", str(board), "log", "-1", "--format=%P").stdout.split()) == 2
    done = shared.git("push", "origin", BRANCH, check=False)
    assert done.returncode != 0
    assert f"tasks/{ID}.md:" in done.stdout + done.stderr


def test_the_board_is_neither_deleted_nor_rewritten_on_the_remote(shared: Repository) -> None:
    shared.git("push", "-q", "origin", BRANCH)
    deleted = shared.git("push", "origin", f":{BRANCH}", check=False)
    assert f"deletes the protected branch `{BRANCH}`" in deleted.stdout + deleted.stderr
    forced = shared.git("push", "--force", "origin", f"main:{BRANCH}", check=False)
    assert f"rewrites the protected branch `{BRANCH}`" in forced.stdout + forced.stderr
    assert "openclaw board sync" in forced.stdout + forced.stderr
    shared.git("update-ref", f"refs/openclaw/claims/{ID}", "HEAD:.openclaw/config.yaml")
    shared.git("push", "-q", "origin", f"refs/openclaw/claims/{ID}")
    gone = shared.git("push", "origin", f":refs/openclaw/claims/{ID}", check=False)
    assert f"deletes the protected claim of {ID}" in gone.stdout + gone.stderr


def test_code_under_the_name_of_the_board_is_checked_as_code(shared: Repository) -> None:
    shared.stage("a.py", "a = 1\n")
    shared.commit("whatever", "--no-verify")
    done = shared.git("push", "origin", f"main:{BRANCH}", check=False)
    assert done.returncode != 0
    assert "commit-message" in done.stdout + done.stderr


def test_a_long_history_of_the_board_is_read_by_few_processes(shared: Repository) -> None:
    import resource
    import subprocess

    stream = ["reset refs/heads/openclaw/board", "from refs/heads/openclaw/board^0", ""]
    for number in range(600):
        text = f"---\nid: {ID}\ntitle: Mend door {number}\nstatus: queued\n---\n"
        stream += ["commit refs/heads/openclaw/board", "committer A <a@b> 1700000000 +0000", "data 4", "move"]
        stream += [f"M 100644 inline tasks/{ID}.md", f"data {len(text)}", text]
    subprocess.run(
        ["git", "fast-import", "--quiet", "--force"],
        cwd=shared.path,
        input="\n".join(stream) + "\n",
        text=True,
        check=True,
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    shared.git("push", "-q", "origin", BRANCH)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Six processes of git for each commit, as code has them, would take more than 10 seconds.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 4.0


def test_claims_go_along_with_a_mirror_and_their_tokens_are_no_secrets(shared: Repository, aws_key: str) -> None:
    board = open_board(str(shared.path))
    task = TaskHead(id=ID, title="Mend the door", status=Status.QUEUED)
    lease = claim_task(board.repo, task, "ada", Terms(120))
    ref = f"refs/openclaw/claims/{ID}"
    shared.git("push", "origin", f"{ref}:{ref}")
    assert shared.git("ls-remote", "origin", ref).stdout
    forged = msgspec.json.encode(msgspec.structs.replace(lease, node=f"key = '{aws_key}'"))
    (shared.path / "forged").write_bytes(forged)
    oid = shared.git("hash-object", "-w", "forged").stdout.strip()
    done = shared.git("push", "origin", f"{oid}:refs/openclaw/claims/T-000000", check=False)
    assert done.returncode != 0
    assert "secrets" in done.stdout + done.stderr
