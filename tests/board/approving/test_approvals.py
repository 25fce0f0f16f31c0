"""Who may approve, what an approval counts for, and what voids it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import Actor
from openclaw_hooks.board.approving.approvals import (
    Subject,
    make_approval,
    require_approval,
    verify_approval,
)
from openclaw_hooks.board.approving.content_hash import Kind, content_hash
from openclaw_hooks.board.approving.signing import NAMESPACE
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.tasks.model import Approval
from tests.board.approving.samples import (
    ADA,
    MALLORY,
    PLAN,
    TASK,
    Key,
    payload_of,
    set_policy,
    sign_by_hand,
    task,
)

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from tests.conftest import Repository


def test_unsigned_approval_counts_until_the_content_changes(unsigned: Repo) -> None:
    approval = make_approval(unsigned, task(), ADA)
    assert (approval.by, approval.signature) == ("ada", "")
    assert verify_approval(unsigned, task(), approval) == (True, "", "ada")
    moved = task(TASK.replace(b"pending_review", b"completed"))
    assert verify_approval(unsigned, moved, approval).ok
    changed = verify_approval(unsigned, task(TASK.replace(b"make test", b"true")), approval)
    assert changed == (False, "the content has changed since it was approved", "")


def test_an_agent_cannot_approve(unsigned: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDECODE", "1")
    with pytest.raises(RefusedError) as caught:
        make_approval(unsigned, task(), ADA)
    assert caught.value.message == "T-abc123: approving is for a person, and an agent (claude) is at work here"
    assert "own shell" in caught.value.hint


def test_an_agent_cannot_use_the_persons_key_either(signed: Repo, ada: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDECODE", "1")
    with pytest.raises(RefusedError, match="an agent \\(claude\\)"):
        make_approval(signed, task(), ADA, str(ada.path))


def test_missing_approval_is_refused_with_the_command_to_run(unsigned: Repo) -> None:
    with pytest.raises(RefusedError) as caught:
        require_approval(unsigned, Subject(Kind.PLAN, "P-abc123", PLAN), None)
    assert "P-abc123 is not approved" in caught.value.message
    assert "openclaw plan approve P-abc123" in caught.value.hint


def test_broken_file_has_no_approval_that_counts(unsigned: Repo) -> None:
    approval = make_approval(unsigned, task(), ADA)
    verified = verify_approval(unsigned, task(b"---\nid: [\n---\n"), approval)
    assert not verified.ok
    assert "not valid YAML" in verified.reason


@pytest.mark.parametrize("at", ["", "yesterday", "2026-11-22", "2026-11-22T10:00:00Z\n"])
def test_approval_without_a_time_does_not_count(unsigned: Repo, at: str) -> None:
    approval = Approval("ada", at, content_hash(Kind.TASK, TASK))
    assert "is none" in verify_approval(unsigned, task(), approval).reason


def test_approval_from_the_future_does_not_count(unsigned: Repo) -> None:
    at = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    verified = verify_approval(unsigned, task(), Approval("ada", at, content_hash(Kind.TASK, TASK)))
    assert verified.reason == "the approval's time lies in the future"


# Signed


def test_signed_approval_names_the_principal(signed: Repo, ada: Key) -> None:
    approval = make_approval(signed, task(), ADA, str(ada.path))
    assert approval.by == "ada@example.org"
    assert "\n" not in approval.signature
    assert verify_approval(signed, task(), approval) == (True, "", "ada@example.org")
    assert require_approval(signed, task(), approval) == "ada@example.org"


def test_signed_approval_of_a_plan_survives_its_run(signed: Repo, ada: Key) -> None:
    approval = make_approval(signed, Subject(Kind.PLAN, "P-abc123", PLAN), ADA, str(ada.path))
    running = PLAN.replace(b"draft", b"executing") + b"tasks: {build: T-abc123}\n"
    assert verify_approval(signed, Subject(Kind.PLAN, "P-abc123", running), approval).ok


def test_an_agent_may_verify(signed: Repo, ada: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    approval = make_approval(signed, task(), ADA, str(ada.path))
    monkeypatch.setenv("CLAUDECODE", "1")
    assert verify_approval(signed, task(), approval).ok


def test_unsigned_approval_does_not_count_where_signatures_are_due(signed: Repo) -> None:
    approval = Approval("ada@example.org", "2026-01-01T00:00:00Z", content_hash(Kind.TASK, TASK))
    assert "not signed" in verify_approval(signed, task(), approval).reason


def test_signature_of_another_task_or_plan_is_refused(signed: Repo, ada: Key) -> None:
    other = task(TASK.replace(b"T-abc123", b"T-zzzzzz"), "T-zzzzzz")
    stolen = make_approval(signed, other, ADA, str(ada.path))
    assert verify_approval(signed, task(), stolen).reason == "the content has changed since it was approved"
    forged = Approval(stolen.by, stolen.at, content_hash(Kind.TASK, TASK), stolen.signature)
    assert verify_approval(signed, task(), forged).reason == "the signature is not of this content"


def test_same_bytes_under_another_id_or_kind_are_refused(signed: Repo, ada: Key) -> None:
    both = b"---\n" + PLAN + b"---\n"
    approval = make_approval(signed, task(both), ADA, str(ada.path))
    assert verify_approval(signed, task(both, "T-zzzzzz"), approval).reason == "the signature is not of this content"


def test_signature_of_an_earlier_content_is_refused(signed: Repo, ada: Key) -> None:
    earlier = make_approval(signed, task(), ADA, str(ada.path))
    changed = task(TASK.replace(b"make test", b"true"))
    forged = Approval(earlier.by, earlier.at, content_hash(Kind.TASK, changed.content), earlier.signature)
    assert verify_approval(signed, changed, forged).reason == "the signature is not of this content"


def test_time_and_name_of_a_signed_approval_cannot_be_changed(signed: Repo, ada: Key) -> None:
    approval = make_approval(signed, task(), ADA, str(ada.path))
    later = Approval(approval.by, "2026-01-01T00:00:00Z", approval.hash, approval.signature)
    assert verify_approval(signed, task(), later).reason == "the signature is not of this content"
    renamed = Approval("bob@example.org", approval.at, approval.hash, approval.signature)
    reason = verify_approval(signed, task(), renamed).reason
    assert reason == "the key belongs to ada@example.org, not to bob@example.org"


@pytest.mark.parametrize("signature", ["AAAA", "not base64!", "U1NIU0lH", "A" * 20_000, "U1NIU0lH\nU1NIU0lH"])
def test_what_is_no_signature_is_refused(signed: Repo, signature: str) -> None:
    approval = Approval("ada@example.org", "2026-01-01T00:00:00Z", content_hash(Kind.TASK, TASK), signature)
    assert not verify_approval(signed, task(), approval).ok


def test_signature_for_another_purpose_is_refused(signed: Repo, ada: Key) -> None:
    bare = Approval("ada@example.org", "2026-01-01T00:00:00Z", content_hash(Kind.TASK, TASK))
    for namespace, reason in ((NAMESPACE, ""), ("git", "the signature was made for another purpose")):
        signature = sign_by_hand(ada, payload_of(task(), bare), namespace)
        approval = Approval(bare.by, bare.at, bare.hash, signature)
        assert verify_approval(signed, task(), approval).reason == reason


def test_unknown_key_is_refused_when_signing_and_when_verifying(signed: Repo, mallory: Key) -> None:
    with pytest.raises(RefusedError, match="would not count: the key is not in the list of signers"):
        make_approval(signed, task(), MALLORY, str(mallory.path))
    bare = Approval("ada@example.org", "2026-01-01T00:00:00Z", content_hash(Kind.TASK, TASK))
    forged = Approval(bare.by, bare.at, bare.hash, sign_by_hand(mallory, payload_of(task(), bare)))
    assert verify_approval(signed, task(), forged).reason == "the key is not in the list of signers"


def test_key_that_was_taken_off_the_list_voids_its_approvals(
    signed: Repo, repository: Repository, ada: Key, mallory: Key
) -> None:
    approval = make_approval(signed, task(), ADA, str(ada.path))
    repo = set_policy(repository, mallory.line("bob@example.org"))
    assert verify_approval(repo, task(), approval).reason == "the key is not in the list of signers"


def test_expired_key_signs_nothing_new_and_keeps_what_it_signed(repository: Repository, ada: Key) -> None:
    repo = set_policy(repository, ada.line(options='valid-before="20260201"'))
    with pytest.raises(RefusedError, match="would not count: the key's time in the list of signers is over"):
        make_approval(repo, task(), ADA, str(ada.path))
    bare = Approval("ada@example.org", "2026-01-15T00:00:00Z", content_hash(Kind.TASK, TASK))
    old = Approval(bare.by, bare.at, bare.hash, sign_by_hand(ada, payload_of(task(), bare)))
    assert verify_approval(repo, task(), old).ok
    fresh = verify_approval(repo, task(), old, accepted_at=datetime.now(UTC))
    assert fresh.reason == "the key's time in the list of signers is over"


def test_key_for_other_namespaces_is_refused(repository: Repository, ada: Key) -> None:
    repo = set_policy(repository, ada.line(options='namespaces="git"'))
    with pytest.raises(RefusedError, match="keeps this key to other namespaces"):
        make_approval(repo, task(), ADA, str(ada.path))


def test_pattern_of_names_takes_the_persons_mail_address(repository: Repository, ada: Key) -> None:
    repo = set_policy(repository, ada.line("*@example.org"))
    approval = make_approval(repo, task(), ADA, str(ada.path))
    assert approval.by == "ada@example.org"
    assert verify_approval(repo, task(), approval).ok
    stranger = Actor("eve", "", frozenset(), "Eve <eve@elsewhere.org>")
    with pytest.raises(RefusedError, match=r"belongs to \*@example.org, not to eve@elsewhere.org"):
        make_approval(repo, task(), stranger, str(ada.path))


def test_person_listed_under_another_name_than_their_mail_address_signs_as_that(
    repository: Repository, ada: Key
) -> None:
    repo = set_policy(repository, ada.line("ada-at-work"))
    assert make_approval(repo, task(), ADA, str(ada.path)).by == "ada-at-work"
