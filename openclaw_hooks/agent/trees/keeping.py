"""The commit of kept work: an attempt's files on its base, described by the task and by nothing that the agent said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from openclaw_hooks.agent.trees.commit import write_commit
from openclaw_hooks.checks.commit_message import judge_message
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.verdict import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.agent.model import Found, Snapshot
    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.git import Repo
    from openclaw_hooks.settings import CommitMessageSettings

PREFERRED: Final = ("feat", "chore", "fix")
NO_TITLE: Final = "do the task"


class Credit(NamedTuple):
    """Which task an attempt was at, in which run and as which number, and who the commit is by (`Name <mail>`)."""

    task: str
    title: str
    run: str
    n: int
    author: str


def make_kept_commit(repo: Repo, snapshot: Snapshot, credit: Credit, settings: CommitMessageSettings) -> str:
    """A commit with the files of `snapshot` and its base as only parent: what the agent committed by itself is one change."""
    message = kept_message(credit, settings)
    return write_commit(repo, snapshot.tree, [snapshot.base], message, credit.author)


def kept_message(credit: Credit, settings: CommitMessageSettings) -> str:
    """The message of the commit: the task's title in the form that the repository's own check wants, and trailers."""
    trailers = f"Task: {credit.task}\nRun: {credit.run}\nAttempt: {credit.n}\n"
    return f"{_subject(credit.title, settings)}\n\n{trailers}"


def keep_receipt(commit: str, policy: Policy, found: Sequence[Found]) -> None:
    """Attaches a receipt to kept work: its files passed the checks of `policy`, with what was `found` in them.

    They are the snapshot's, on the same parent. The process has to stand in the repository; raises OpenclawError.
    """
    from msgspec.structs import replace

    from openclaw_hooks.checks.table import FILES, checks_for
    from openclaw_hooks.receipts import hash_message, make_receipt, read_commits, write_receipts

    ran = tuple(check for check in checks_for(FILES) if check not in policy.settings.checks.disable)
    if any(each.is_error for each in found):
        raise OpenclawError(f"{commit[:10]} did not pass: it gets no receipt")
    verdict = Verdict(tuple(Finding(*msgspec.structs.astuple(each)) for each in found), ran)
    facts = next(iter(read_commits([commit])))
    receipt = make_receipt(facts.tree, facts.parents, policy, verdict)
    write_receipts({commit: replace(receipt, message=hash_message(facts.message))})


def _subject(title: str, settings: CommitMessageSettings) -> str:
    plain = " ".join("".join(char if char.isprintable() else " " for char in title).split()) or NO_TITLE
    is_fit = ":" in plain and not judge_message(plain, settings)
    if is_fit and plain.partition(":")[0].partition("(")[0].rstrip("!") in settings.types:
        return plain
    kind = next((name for name in PREFERRED if name in settings.types), next(iter(settings.types), "chore"))
    scope = f"({settings.scopes[0] if settings.scopes else 'agent'})" if settings.require_scope else ""
    return _shorten(f"{kind}{scope}: {plain}", settings.max_subject)


def _shorten(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…" if " " in text[10 : length - 1] else text[:length]
