"""Whose list of signers and whose settings count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.approving.approvals import (
    make_approval,
    verify_approval,
)
from openclaw_hooks.board.approving.content_hash import Kind, content_hash
from openclaw_hooks.board.approving.signers import SIGNERS_PATH, read_signers
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.git import open_repo
from openclaw_hooks.tasks.model import Approval
from tests.board.approving.samples import (
    ADA,
    MALLORY,
    TASK,
    Key,
    set_policy,
    task,
)

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.git import Repo
    from tests.conftest import Repository


def test_signer_that_is_only_on_disk_is_refused(signed: Repo, repository: Repository, ada: Key, mallory: Key) -> None:
    repository.write(SIGNERS_PATH, ada.line() + mallory.line("mallory@example.org"))
    for staged in (False, True):
        if staged:
            repository.git("add", "-A")
        with pytest.raises(RefusedError, match="allowed_signers on disk is not what is committed") as caught:
            make_approval(signed, task(), MALLORY, str(mallory.path))
        assert "git diff HEAD" in caught.value.hint


@pytest.mark.parametrize("form", ["gone", "link"])
def test_list_of_signers_that_was_taken_away_or_linked_is_refused(
    signed: Repo, repository: Repository, ada: Key, tmp_path: Path, form: str
) -> None:
    path = repository.path / SIGNERS_PATH
    path.unlink()
    if form == "link":
        (tmp_path / "elsewhere").write_text(ada.line())
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedError, match="on disk is not what is committed"):
        read_signers(signed)


def test_line_ends_and_comments_on_disk_make_no_difference(signed: Repo, repository: Repository, ada: Key) -> None:
    repository.write(SIGNERS_PATH, "# people\r\n" + ada.line().replace("\n", "\r\n"))
    assert read_signers(signed) == ada.line().encode()


def test_carriage_return_inside_a_line_makes_no_second_signer(repository: Repository, ada: Key, mallory: Key) -> None:
    repo = set_policy(repository, ada.line().rstrip() + " comment\r" + mallory.line("mallory@example.org"))
    assert read_signers(repo).count(b"\n") == 1


def test_no_signers_at_all_says_how_to_name_one(repository: Repository, ada: Key) -> None:
    repo = set_policy(repository, "# nobody yet\n")
    with pytest.raises(RefusedError, match="names nobody who may sign approvals") as caught:
        make_approval(repo, task(), ADA, str(ada.path))
    assert "ssh-ed25519" in caught.value.hint


def test_signer_committed_on_the_branch_of_a_worktree_does_not_count(
    signed: Repo, repository: Repository, ada: Key, mallory: Key, tmp_path: Path
) -> None:
    tree = tmp_path / "attempt"
    repository.git("worktree", "add", "-q", "-b", "attempt", str(tree))
    (tree / SIGNERS_PATH).write_text(ada.line() + mallory.line("mallory@example.org"))
    repository.git("-C", str(tree), "commit", "-q", "-am", "chore: let me in")
    inside = open_repo(str(tree))
    assert mallory.public.encode() not in read_signers(inside)
    with pytest.raises(RefusedError, match="the key is not in the list of signers"):
        make_approval(inside, task(), MALLORY, str(mallory.path))
    assert make_approval(inside, task(), ADA, str(ada.path)).signature


def test_policy_loosened_on_a_branch_or_on_disk_still_asks_for_a_signature(
    signed: Repo, repository: Repository, tmp_path: Path
) -> None:
    forged = Approval("ada", "2026-01-01T00:00:00Z", content_hash(Kind.TASK, TASK))
    repository.write(".openclaw/config.yaml", "approvals: unsigned\n")
    assert "is not signed" in verify_approval(signed, task(), forged).reason
    repository.git("checkout", "-q", "--", ".")
    tree = tmp_path / "attempt"
    repository.git("worktree", "add", "-q", "-b", "attempt", str(tree))
    (tree / ".openclaw/config.yaml").write_text("approvals: unsigned\n")
    repository.git("-C", str(tree), "commit", "-q", "-am", "chore: loosen")
    assert "is not signed" in verify_approval(open_repo(str(tree)), task(), forged).reason


@pytest.mark.parametrize("default", ["main", "master"])
def test_without_a_remote_a_branch_alone_neither_loosens_the_policy_nor_adds_a_signer(
    signed: Repo, repository: Repository, ada: Key, mallory: Key, default: str
) -> None:
    repository.git("branch", "-M", default)
    repository.git("checkout", "-q", "-b", "mine")
    repository.stage(".openclaw/config.yaml", "format: 1\n")
    repository.stage(SIGNERS_PATH, ada.line() + mallory.line("mallory@example.org"))
    repository.commit()
    assert read_signers(signed) == ada.line().encode()
    unsigned = Approval(by="mallory", at="2026-01-01T00:00:00Z", hash=content_hash(Kind.TASK, TASK))
    assert "approvals: signed" in verify_approval(signed, task(), unsigned).reason
    repository.git("branch", "-f", default, "mine")
    assert verify_approval(signed, task(), unsigned).ok


def test_signer_counts_once_it_stands_on_the_remotes_default_branch(
    signed: Repo, repository: Repository, ada: Key, mallory: Key, tmp_path: Path
) -> None:
    repository.git("init", "-q", "--bare", str(tmp_path / "server.git"))
    repository.git("remote", "add", "origin", str(tmp_path / "server.git"))
    with pytest.raises(RefusedError, match="default branch of origin is not known here") as caught:
        read_signers(signed)
    assert "git remote set-head origin --auto" in caught.value.hint
    repository.git("push", "-q", "origin", "main")
    assert read_signers(signed) == ada.line().encode()
    repo = set_policy(repository, mallory.line("mallory@example.org"))
    with pytest.raises(RefusedError, match=r"no line of .openclaw/allowed_signers also stands on origin/main"):
        read_signers(repo)
    repository.git("push", "-q", "origin", "main")
    assert read_signers(repo) == mallory.line("mallory@example.org").encode()


def test_config_that_cannot_be_read_approves_nothing(unsigned: Repo, repository: Repository) -> None:
    approval = make_approval(unsigned, task(), ADA)
    repository.write(".openclaw/config.yaml", "approvals: perhaps\n")
    with pytest.raises(DocumentError, match="unknown value `perhaps`"):
        verify_approval(unsigned, task(), approval)
