"""A task, a plan, people and keys to approve with; the keys are real and made on the spot."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.actor import Actor
from openclaw_hooks.board.approving.approvals import Subject
from openclaw_hooks.board.approving.content_hash import Kind
from openclaw_hooks.board.approving.signers import SIGNERS_PATH
from openclaw_hooks.board.approving.signing import NAMESPACE
from openclaw_hooks.git import open_repo

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.git import Repo
    from openclaw_hooks.tasks.model import Approval
    from tests.conftest import Repository

TASK = b"---\nid: T-abc123\ntitle: Pay out\nstatus: pending_review\nowner: node-1\nmetric: make test\n---\n## Result\nDone.\n"
PLAN = b"id: P-abc123\nstatus: draft\nsubtasks:\n- id: build\n  metric: make\n"
ADA = Actor("ada", "", frozenset(), "Ada <ada@example.org>")
MALLORY = Actor("mallory", "", frozenset(), "Mallory <mallory@example.org>")


class Key(NamedTuple):
    path: Path
    public: str

    def line(self, name: str = "ada@example.org", options: str = "") -> str:
        return " ".join(part for part in (name, options, self.public) if part) + "\n"


def task(content: bytes = TASK, task_id: str = "T-abc123") -> Subject:
    return Subject(Kind.TASK, task_id, content)


def make_key(folder: Path, name: str, passphrase: str = "") -> Key:
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", path], check=True)
    return Key(path, path.with_suffix(".pub").read_text().strip())


def set_policy(repository: Repository, signers: str) -> Repo:
    repository.stage(".openclaw/config.yaml", "format: 1\napprovals: signed\n")
    repository.stage(SIGNERS_PATH, signers)
    repository.commit()
    return open_repo(str(repository.path))


def sign_by_hand(key: Key, payload: bytes, namespace: str = NAMESPACE) -> str:
    words = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(key.path)]
    armoured = subprocess.run(words, input=payload, capture_output=True, check=True).stdout.decode()
    return "".join(armoured.splitlines()[1:-1])


def payload_of(subject: Subject, approval: Approval) -> bytes:
    lines = ("openclaw approval 1", f"kind {subject.kind}", f"id {subject.id}", f"content {approval.hash}")
    return "\n".join((*lines, f"at {approval.at}")).encode() + b"\n"
