"""commit-msg: the message's form, secrets in it, and the claim that the commit is made under."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks import git
from openclaw_hooks.board.leases.held import current_claims
from openclaw_hooks.checks.change import Change
from openclaw_hooks.checks.commit_message import SCISSORS, clean_message
from openclaw_hooks.checks.policy import load_policy
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.checks.run import run_checks
from openclaw_hooks.checks.table import MESSAGE, checks_for
from openclaw_hooks.errors import EXIT_FINDINGS, EXIT_OK, OpenclawError
from openclaw_hooks.git_hooks.claims import judge_held
from openclaw_hooks.git_hooks.telling import tell_verdict
from openclaw_hooks.receipts import hash_message, judge_outcomes, keep_pending, take_pending
from openclaw_hooks.verdict import fold_findings

if TYPE_CHECKING:
    from openclaw_hooks.board.leases.held import Held


def run(arguments: list[str]) -> int:
    """1 when the message in the file `arguments[0]` is refused, or the claim that the commit is made under is lost."""
    if not arguments:
        raise OpenclawError("commit-msg needs the file of the message", "git passes it; see `git help hooks`")
    with open(arguments[0], "rb") as stream:
        content = stream.read()
    repo = git.open_repo()
    policy = load_policy(repo.top, repo.state_dir)
    comment = comment_prefix(content.decode("utf-8", "replace"))
    message = _clean(content, comment)
    change = Change((), lambda files: {}, frozenset, message)
    verdict = run_checks(change, policy, checks_for(MESSAGE))
    claims = current_claims(repo)
    if claims:
        findings = judge_held(repo, policy, claims)
        verdict = fold_findings([*verdict.findings, *findings], verdict.checks)
    tell_verdict(verdict)
    if verdict.blocks:
        print(f"the message is kept in {arguments[0]}")
        return EXIT_FINDINGS
    if claims and policy.settings.board.trailers:
        message = _name_tasks(repo, claims, (arguments[0], content), comment)
    if receipt := take_pending(repo):
        checks = {**receipt.checks, **judge_outcomes(verdict)}
        keep_pending(repo, msgspec.structs.replace(receipt, message=hash_message(message), checks=checks))
    return EXIT_OK


def _keeps_comments() -> bool:
    return os.environ.get("GIT_EDITOR") == ":"  # no editor was opened: git cleans up blanks only


def _clean(content: bytes, comment: str) -> str:
    return clean_message(content.decode("utf-8", "replace"), comment, keeps_comments=_keeps_comments())


def _name_tasks(repo: git.Repo, claims: list[Held], file: tuple[str, bytes], comment: str) -> str:
    """The message as git will record it, once the file of it names the claimed tasks; a notice where that fails."""
    from openclaw_hooks.git_hooks.trailers import add_trailers

    path, content = file
    try:
        added = add_trailers(repo, claims, content, "" if _keeps_comments() else comment)
        if added != content:
            with open(path, "wb") as stream:
                stream.write(added)
    except (OpenclawError, OSError) as error:
        print(f"openclaw-hooks: the message names no task: {one_line(str(error))}", file=sys.stderr)
        return _clean(content, comment)
    return _clean(added, comment)


def comment_prefix(text: str) -> str:
    """What starts a comment line in a message: core.commentString or core.commentChar, `#` by default.

    With `auto` git picks a sign that starts no line of the message; the scissors line or git's own last
    block of comments shows which.
    """
    prefix = git.config_value("core.commentString") or git.config_value("core.commentChar") or "#"
    if prefix != "auto":
        return prefix
    lines = text.rstrip("\n").split("\n")
    line = next((line for line in lines if line[1:] == f" {SCISSORS}"), lines[-1])
    return line[:1] if line[:1] in set("#;@!$%^&|:") else "#"
