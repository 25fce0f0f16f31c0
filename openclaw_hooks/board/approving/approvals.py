"""Approvals of tasks and plans by a person, signed where the policy asks for it, void once what they approve changes.

A signed approval is an SSH signature over kind, id, hash of the content and time. So it cannot be moved to another task
or plan, nor to an earlier or later content, and an agent that holds no key of a person can make none, whatever it
writes into files or its environment. Whoever can use the person's key can approve: keep it behind a passphrase, an
agent that asks (`ssh-add -c`), or a token.

An unsigned approval says only that no agent's environment was seen; its hash still voids it when the content changes.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agents import detect_agent
from openclaw_hooks.board.approving.content_hash import Kind, content_hash
from openclaw_hooks.board.approving.signers import Policy, read_policy
from openclaw_hooks.board.approving.signing import check_signature, find_key, find_principals, sign
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.settings import Approvals
from openclaw_hooks.tasks.model import PLAN_ID_PATTERN, TASK_ID_PATTERN, Approval

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.git import Repo

TIME_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"
MAX_CLOCK_SKEW: Final = timedelta(minutes=5)
ID_PATTERNS: Final = {Kind.TASK: TASK_ID_PATTERN, Kind.PLAN: PLAN_ID_PATTERN}
WILDCARDS: Final = frozenset("*?!")


class Subject(NamedTuple):
    """What is approved: a task or a plan, and the content of its file."""

    kind: Kind
    id: str
    content: bytes


class Verified(NamedTuple):
    """Whether an approval counts, if not why, and who gave it."""

    ok: bool
    reason: str = ""
    principal: str = ""


def make_approval(repo: Repo, subject: Subject, actor: Actor, key: str = "") -> Approval:
    """The approval of `subject` by the person at work: signed when the policy asks for it or `key` names a key.

    Raises RefusedError for an agent, and when a signature is due and cannot be made or would not count;
    DocumentError when the content does not parse.
    """
    if agent := actor.agent or detect_agent():
        hint = "a person runs this command in their own shell"
        raise RefusedError(f"{subject.id}: approving is for a person, and an agent ({agent}) is at work here", hint)
    digest = content_hash(subject.kind, subject.content, subject.id)
    now = datetime.now(UTC).replace(microsecond=0)
    approval = Approval(by=actor.name, at=now.strftime(TIME_FORMAT), hash=digest)
    policy = read_policy(repo)
    if not key and policy.mode is not Approvals.SIGNED:
        return approval
    signers = policy.require_signers()
    payload = _statement(subject, digest, approval.at)
    signature = sign(repo, payload, find_key(repo, key))
    names = _possible_names(actor, find_principals(signature, signers))
    reason = "the key is not in the list of signers"
    for name in names:
        checked = check_signature(payload, signature, signers, name, now)
        if checked.ok:
            return Approval(by=name, at=approval.at, hash=digest, signature=signature)
        reason = checked.reason
    raise RefusedError(f"{subject.id}: this signature would not count: {reason}", "see .openclaw/allowed_signers")


def take_approval(
    repo: Repo, subject: Subject, actor: Actor, given: Approval, policy: Policy | None = None
) -> Approval:
    """What `given`, made on the machine of the person who is `actor`, counts as here; raises RefusedError if nothing.

    Whoever it names besides, without a signature it is that of the node it came from.
    """
    policy = policy or read_policy(repo)
    now = datetime.now(UTC)
    verified = verify_approval(repo, subject, given, accepted_at=now, policy=policy)
    if not verified.ok:
        raise RefusedError(f"{subject.id}: this approval does not count: {verified.reason}", "approve it once more")
    if policy.mode is Approvals.SIGNED or (given.signature and _is_signed(repo, subject, given, policy)):
        return given
    return Approval(by=actor.name, at=given.at, hash=given.hash)


def _is_signed(repo: Repo, subject: Subject, given: Approval, policy: Policy) -> bool:
    """Whether a signature that nobody asked for is good."""
    try:
        return verify_approval(repo, subject, given, policy=policy._replace(mode=Approvals.SIGNED)).ok
    except OpenclawError:
        return False


def verify_approval(
    repo: Repo,
    subject: Subject,
    approval: Approval | None,
    *,
    accepted_at: datetime | None = None,
    policy: Policy | None = None,
) -> Verified:
    """Whether `approval` counts for `subject` under the policy of `repo`; `policy` is that policy, read before.

    A signer's key must have been valid when the approval says that it was given, so that old approvals outlive keys;
    and at `accepted_at` too, for one that is new here. Raises RefusedError when the signers cannot be told, and
    OpenclawError without ssh-keygen.
    """
    if approval is None:
        return Verified(False, f"{subject.id} has no approval")
    if not approval.by or not approval.by.isprintable():
        return Verified(False, "the approval names nobody")
    if reason := _judge_content(subject, approval) or _judge_time(approval.at):
        return Verified(False, reason)
    policy = policy or read_policy(repo)
    if policy.mode is not Approvals.SIGNED:
        return Verified(True, principal=approval.by)
    if not approval.signature:
        return Verified(False, "the approval is not signed, and the settings say `approvals: signed`")
    signers = policy.require_signers()
    payload = _statement(subject, approval.hash, approval.at)
    for when in filter(None, (_parse_time(approval.at), accepted_at)):
        checked = check_signature(payload, approval.signature, signers, approval.by, when)
        if not checked.ok:
            return Verified(False, checked.reason)
    return Verified(True, principal=approval.by)


def require_approval(repo: Repo, subject: Subject, approval: Approval | None) -> str:
    """Who approved `subject`; raises RefusedError with the reason when no approval counts."""
    verified = verify_approval(repo, subject, approval)
    if not verified.ok:
        command = "openclaw task approve" if subject.kind is Kind.TASK else "openclaw plan approve"
        raise RefusedError(
            f"{subject.id} is not approved: {verified.reason}", f"a person runs `{command} {subject.id}`"
        )
    return verified.principal


def _judge_content(subject: Subject, approval: Approval) -> str:
    try:
        digest = content_hash(subject.kind, subject.content, subject.id)
    except DocumentError as error:
        return str(error)
    return "" if digest == approval.hash else "the content has changed since it was approved"


def _judge_time(text: str) -> str:
    given = _parse_time(text)
    if given is None:
        return f"the approval's time {text!r} is none"
    return "the approval's time lies in the future" if given > datetime.now(UTC) + MAX_CLOCK_SKEW else ""


def _parse_time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def _statement(subject: Subject, digest: str, at: str) -> bytes:
    """What is signed: one line each, none of which can hold a line end."""
    if not re.fullmatch(ID_PATTERNS[subject.kind].strip("^$"), subject.id):
        raise OpenclawError(f"{subject.id!r} is no id of a {subject.kind}")
    lines = ("openclaw approval 1", f"kind {subject.kind}", f"id {subject.id}", f"content {digest}", f"at {at}")
    return "\n".join(lines).encode() + b"\n"


def _possible_names(actor: Actor, principals: list[str]) -> list[str]:
    """The names under which a key may sign: the person's mail address first, since a list may hold patterns."""
    mail = actor.author.rpartition("<")[2].rstrip(">").strip()
    plain = [name for name in principals if not WILDCARDS & set(name)]
    return list(dict.fromkeys(name for name in (mail, *plain) if name))
