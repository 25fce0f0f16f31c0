"""commit-msg: the message's form, and secrets in it."""

from __future__ import annotations

import os

import msgspec

from openclaw_hooks import git
from openclaw_hooks.checks.change import Change
from openclaw_hooks.checks.commit_message import clean_message
from openclaw_hooks.checks.policy import load_policy
from openclaw_hooks.checks.report import format_verdict
from openclaw_hooks.checks.run import run_checks
from openclaw_hooks.checks.table import MESSAGE, checks_for
from openclaw_hooks.errors import EXIT_FINDINGS, EXIT_OK, OpenclawError
from openclaw_hooks.receipts import hash_message, judge_outcomes, keep_pending, take_pending


def run(arguments: list[str]) -> int:
    """1 when the message in the file `arguments[0]` is refused."""
    if not arguments:
        raise OpenclawError("commit-msg needs the file of the message", "git passes it; see `git help hooks`")
    with open(arguments[0], "rb") as stream:
        text = stream.read().decode("utf-8", "replace")
    repo = git.open_repo()
    policy = load_policy(repo.top, repo.state_dir)
    message = clean_message(text, comment_prefix(text), keeps_comments=os.environ.get("GIT_EDITOR") == ":")
    change = Change((), lambda files: {}, frozenset, message)
    verdict = run_checks(change, policy, checks_for(MESSAGE))
    if findings := format_verdict(verdict):
        print(findings)
    if verdict.blocks:
        print(f"the message is kept in {arguments[0]}")
        return EXIT_FINDINGS
    if receipt := take_pending(repo):
        checks = {**receipt.checks, **judge_outcomes(verdict)}
        keep_pending(repo, msgspec.structs.replace(receipt, message=hash_message(message), checks=checks))
    return EXIT_OK


def comment_prefix(text: str) -> str:
    """What starts a comment line in a message: core.commentString or core.commentChar, `#` by default.

    With `auto` git picks a sign that starts no line of the message; the scissors line or git's own last
    block of comments shows which.
    """
    prefix = git.config_value("core.commentString") or git.config_value("core.commentChar") or "#"
    if prefix != "auto":
        return prefix
    last = text.rstrip("\n").rpartition("\n")[2]
    return last[:1] if last[:1] in set("#;@!$%^&|:") else "#"
