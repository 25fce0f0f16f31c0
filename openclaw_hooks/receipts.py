"""Receipts: a git note on each checked commit that says what was checked, by which rules, with what result.

The note lies under refs/notes/openclaw as one line of JSON. It is bound to the commit's tree, parents and message,
so a note that was copied to a rewritten commit does not count. It makes a bypassed check visible; it is no proof
against somebody who forges notes: for that, run the checks again where nobody can interfere (CI).
"""

from __future__ import annotations

import os
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct

from openclaw_hooks import __version__, git
from openclaw_hooks.checks.policy import RuleVersion
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.verdict import Verdict

NOTES_REF = "refs/notes/openclaw"
PENDING = "openclaw-pending.json"
RETRIES = 5


class Outcome(StrEnum):
    """How a check came out; what it refuses gets no receipt."""

    PASSED = "passed"
    WARNED = "warned"


class Receipt(Struct, frozen=True, kw_only=True):
    """What a receipt says; `message` is the SHA-256 of the message's words, `tree` the commit's tree.

    `parents`, in the order of their ids, are what the change was held against: the same tree on other parents is
    another change.
    `checks` says how each check came out, `rules` which rules were in force in which version.
    """

    schema: str = "openclaw/receipt/1"
    tree: str
    parents: tuple[str, ...] = ()
    message: str = ""
    tool: str = f"openclaw-hooks {__version__}"
    rules: tuple[RuleVersion, ...] = ()
    checks: dict[str, Outcome] = {}
    role: str = ""
    scope: tuple[str, ...] = ()
    agent: str = ""


class CommitFacts(NamedTuple):
    """A commit with what a receipt is held against."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    message: str
    notes: str


def make_receipt(tree: str, parents: Iterable[str], policy: Policy, verdict: Verdict) -> Receipt:
    """The receipt of a change that passed; its message is not known yet."""
    return Receipt(
        tree=tree,
        parents=tuple(sorted(parents)),
        rules=policy.rules,
        checks=judge_outcomes(verdict),
        role=policy.role.id if policy.role else "",
        scope=policy.scope,
        agent=policy.agent,
    )


def judge_outcomes(verdict: Verdict) -> dict[str, Outcome]:
    """How each check that ran came out, for a verdict that does not block."""
    warned = {finding.check for finding in verdict.warnings}
    return {check: Outcome.WARNED if check in warned else Outcome.PASSED for check in verdict.checks}


def hash_message(message: str) -> str:
    """The SHA-256 of a message's words: git's clean-up of blanks and line ends does not change it."""
    import hashlib  # 4 ms, and only the hooks that see a message need it

    return hashlib.sha256(" ".join(message.split()).encode("utf-8", "surrogatepass")).hexdigest()


def find_receipt(commit: CommitFacts) -> Receipt | None:
    """The receipt among the commit's notes that fits it."""
    for line in commit.notes.split("\n"):
        with suppress(msgspec.MsgspecError, RecursionError):
            receipt = msgspec.json.decode(line, type=Receipt)
            if fits(receipt, commit):
                return receipt
    return None


def fits(receipt: Receipt, commit: CommitFacts) -> bool:
    """Whether `receipt` is about this tree, on these parents, with this message."""
    bound = (receipt.tree, receipt.parents, receipt.message)
    return bound == (commit.tree, commit.parents, hash_message(commit.message))


def read_commits(oids: Sequence[str]) -> Iterator[CommitFacts]:
    """Tree, parents, message and notes of each of `oids`, in their order, by one git process per 500."""
    for start in range(0, len(oids), 500):
        batch = "\n".join(oids[start : start + 500]).encode() + b"\n"
        words = ["log", "--no-walk=unsorted", "--stdin", "-z", f"--notes={NOTES_REF}", "--encoding=UTF-8"]
        output = git.ask_git([*words, "--format=tformat:%H%x00%T%x00%P%x00%B%x00%N"], stdin=batch)
        fields = output.decode("utf-8", "replace").split("\0")
        for at in range(0, len(fields) - 4, 5):
            oid, tree, parents, message, notes = fields[at : at + 5]
            yield CommitFacts(oid, tree, tuple(sorted(parents.split())), message, notes)


def keep_pending(repo: git.Repo, receipt: Receipt) -> None:
    """Keep the receipt of a commit that is about to be made until its id is known."""
    from openclaw_hooks.files import atomic_write

    with suppress(OSError):  # without it the commit only lacks a receipt, and is checked when pushed
        atomic_write(os.path.join(repo.git_dir, PENDING), msgspec.json.encode(receipt))


def take_pending(repo: git.Repo) -> Receipt | None:
    """The kept receipt, if there is a readable one."""
    with (
        suppress(OSError, msgspec.MsgspecError, RecursionError),
        open(os.path.join(repo.git_dir, PENDING), "rb") as stream,
    ):
        return msgspec.json.decode(stream.read(), type=Receipt)
    return None


def drop_pending(repo: git.Repo) -> None:
    """Forget the kept receipt."""
    with suppress(OSError):
        os.unlink(os.path.join(repo.git_dir, PENDING))


def write_receipts(receipts: Mapping[str, Receipt]) -> None:
    """Attach each receipt to its commit, all in one commit of the notes ref; raises OpenclawError.

    Other processes may write notes at the same moment, so a lost race is tried again.
    """
    if not receipts:
        return
    ident = git.ask_git(["var", "GIT_COMMITTER_IDENT"]).strip()
    for attempt in range(RETRIES):
        parent = git.call_git(["rev-parse", "--verify", "--quiet", NOTES_REF]).stdout.strip()
        done = git.call_git(
            ["fast-import", "--quiet", "--date-format=raw"], stdin=_import_stream(ident, parent, receipts)
        )
        if done.code == 0:
            return
        import time

        time.sleep(0.02 * 2**attempt)
    reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
    raise OpenclawError(f"the receipts could not be written: {reason[0] if reason else 'git fast-import failed'}")


def _import_stream(ident: bytes, parent: bytes, receipts: Mapping[str, Receipt]) -> bytes:
    subject = b"Notes added by openclaw-hooks\n"
    lines = [b"commit " + NOTES_REF.encode(), b"committer " + ident, b"data %d" % len(subject), subject]
    if parent:
        lines.append(b"from " + parent)
    for oid, receipt in receipts.items():
        note = msgspec.json.encode(receipt) + b"\n"
        lines += [b"N inline " + oid.encode(), b"data %d" % len(note), note]
    return b"\n".join([*lines, b""])


def send_receipts(remote: str) -> None:
    """Push the receipts to `remote`, joined with those it has; raises OpenclawError when it does not take them."""
    if git.call_git(["rev-parse", "--verify", "--quiet", NOTES_REF]).code != 0:
        return
    push = ["push", "--no-verify", "--quiet", remote, f"{NOTES_REF}:{NOTES_REF}"]
    if git.call_git(push).code == 0:
        return
    incoming = f"{NOTES_REF}-incoming"
    fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"]
    git.ask_git([*fetch, remote, f"+{NOTES_REF}:{incoming}"])
    try:
        git.ask_git(["notes", f"--ref={NOTES_REF}", "merge", "--quiet", "--strategy=cat_sort_uniq", incoming])
    finally:
        git.call_git(["update-ref", "-d", incoming])  # a push of everything would send it along
    git.ask_git(push)


def lacking_receipts(oids: Iterable[str]) -> list[CommitFacts]:
    """Those of the commits `oids` that carry no valid receipt."""
    return [commit for commit in read_commits(list(oids)) if find_receipt(commit) is None]
