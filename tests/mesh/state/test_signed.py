"""Signed approvals over the mesh: made with the person's key on their machine, verified by the lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.approving.approvals import Subject, make_approval
from openclaw_hooks.board.approving.content_hash import Kind
from openclaw_hooks.board.approving.signers import read_policy
from openclaw_hooks.tasks.model import Approval, Status
from tests.board.approving.samples import make_key, set_policy
from tests.mesh.state.desk import Desk, code, said

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Repository


class Office(Desk):
    """A desk whose settings ask for signatures, and the key of the one person who may sign."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        ada = make_key(folder, "ada")
        self.repo = set_policy(repository, ada.line())
        super().__init__(repository.path, policy=read_policy(self.repo))
        self.key = str(ada.path)

    def sign(self, task: str) -> dict[str, str]:
        """What the person's machine sends."""
        subject = Subject(Kind.TASK, task, self.state.content(task) or b"")
        built = msgspec.to_builtins(make_approval(self.repo, subject, find_actor(self.repo), self.key))
        return {name: str(value) for name, value in built.items()}


@pytest.fixture
def office(repository: Repository, tmp_path: Path) -> Office:
    return Office(repository, tmp_path)


def test_a_signature_of_the_person_counts_and_stays_as_it_is(office: Office) -> None:
    task = office.add(status=Status.PENDING_REVIEW, requires_review=True)
    given = office.sign(task)
    assert office.ask("ada", "approve", task, approval=given).ok
    assert office.task(task).approval == msgspec.convert(given, Approval)


def test_without_a_signature_that_fits_nothing_is_approved(office: Office) -> None:
    task = office.add(1, status=Status.PENDING_REVIEW, requires_review=True)
    other = office.add(2, status=Status.PENDING_REVIEW, requires_review=True)
    given, elsewhere = office.sign(task), office.sign(other)
    bad = {
        "is not signed": {**given, "signature": ""},
        "changed since": elsewhere,
        "does not count": {**given, "by": "bob@example.org"},
    }
    for told, approval in bad.items():
        answer = office.ask("ada", "approve", task, approval=approval)
        assert code(answer) == "refused"
        assert told in said(answer)
    forged = {**given, "at": "2020-01-01T00:00:00Z"}
    assert code(office.ask("boss", "approve", task, approval=forged)) == "refused"
    assert office.status(task) == "pending_review"


def test_a_worker_that_got_hold_of_a_signature_still_approves_nothing(office: Office) -> None:
    task = office.add(status=Status.PENDING_REVIEW, requires_review=True)
    assert code(office.ask("w1", "approve", task, approval=office.sign(task))) == "illegal"
