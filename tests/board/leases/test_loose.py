"""Refs and blobs in files of their own: git and this program see the same, and what is unclear is left to git."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks import git, process
from openclaw_hooks.board.leases.lease import Lease
from openclaw_hooks.board.leases.loose import look_blob, look_ref, put_blob
from openclaw_hooks.board.leases.refs import PREFIX, RefValue, read_ref, swap_ref, write_blob
from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.git import open_repo
from openclaw_hooks.mesh.mirror.claims import record_claim
from openclaw_hooks.tasks.markdown import new_task_text, parse_task
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TASK = "T-4kf2mz"
NAME = f"{PREFIX}{TASK}"


def ask(folder: Path, *words: str, text: bytes = b"") -> str:
    """What git says."""
    done = subprocess.run(["git", "-C", str(folder), *words], input=text, capture_output=True, check=True)
    return done.stdout.decode().strip()


@pytest.fixture(params=["sha1", "sha256"])
def repo(tmp_path: Path, request: pytest.FixtureRequest) -> git.Repo:
    """An empty repository."""
    ask(tmp_path, "init", "-q", f"--object-format={request.param}")
    return open_repo(str(tmp_path))


def test_git_reads_a_blob_that_was_put_into_a_file(repo: git.Repo, tmp_path: Path) -> None:
    oid = put_blob(repo, b"some words")
    assert ask(tmp_path, "cat-file", "blob", oid) == "some words"
    assert ask(tmp_path, "hash-object", "--stdin", text=b"some words") == oid
    assert put_blob(repo, b"some words") == oid
    assert ask(tmp_path, "fsck", "--strict", "--no-dangling") == ""


def test_a_ref_is_read_alike_while_it_is_loose_packed_and_gone(repo: git.Repo, tmp_path: Path) -> None:
    oid = write_blob(repo, b"held")
    assert read_ref(repo, TASK) == RefValue()
    assert swap_ref(repo, TASK, oid, "")
    assert (look_ref(repo, NAME), look_blob(repo, oid)) == (oid, b"held")
    assert read_ref(repo, TASK) == RefValue(oid, b"held")
    ask(tmp_path, "pack-refs", "--all")
    ask(tmp_path, "repack", "-adq")
    assert (look_ref(repo, NAME), look_blob(repo, oid)) == (None, None)
    assert read_ref(repo, TASK) == RefValue(oid, b"held")
    ask(tmp_path, "update-ref", "-d", NAME)
    assert read_ref(repo, TASK) == RefValue()


def test_a_spoilt_blob_is_left_to_git(repo: git.Repo, tmp_path: Path) -> None:
    oid, other = put_blob(repo, b"held"), put_blob(repo, b"another")
    path = tmp_path / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes((tmp_path / ".git/objects" / other[:2] / other[2:]).read_bytes())
    assert look_blob(repo, oid) is None


def test_a_folder_of_objects_is_as_open_as_the_one_above(repo: git.Repo, tmp_path: Path) -> None:
    (tmp_path / ".git/objects").chmod(0o2775)
    oid = put_blob(repo, b"shared")
    assert (tmp_path / ".git/objects" / oid[:2]).stat().st_mode & 0o7777 == 0o2775


def test_where_no_file_can_be_made_git_stores_the_blob_or_says_why(repo: git.Repo, tmp_path: Path) -> None:
    oid = ask(tmp_path, "hash-object", "--stdin", text=b"held")
    (tmp_path / ".git/objects" / oid[:2]).write_bytes(b"in the way")
    assert put_blob(repo, b"held") == ""
    with pytest.raises(Exception, match="git cannot store the claim"):
        write_blob(repo, b"held")


def test_a_granted_claim_is_written_down_by_one_process_of_git(repo: git.Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Sequence[str]] = []
    run = process.run_program

    def count(words: Sequence[str], **named: object) -> process.Completed:
        started.append(words)
        return run(words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(git, "run_program", count)
    head = TaskHead(id=TASK, title="Write it", status=Status.QUEUED)
    task = parse_task(task_path(TASK), new_task_text(head, ""))
    lease = Lease(TASK, "boss", "1-0123abcd", "2099-01-01T00:00:00Z")
    record_claim(repo, task, lease)
    assert ["update-ref" in words for words in started] == [True]
    record_claim(repo, task, lease)
    assert len(started) == 1
    assert b'"1-0123abcd"' in read_ref(repo, TASK).content
