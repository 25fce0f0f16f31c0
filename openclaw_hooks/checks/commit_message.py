"""Whether a commit message is a conventional commit (https://www.conventionalcommits.org/en/v1.0.0/)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.settings import CommitMessageSettings

CHECK = "commit-message"
PATH = "(commit message)"
SCISSORS = "------------------------ >8 ------------------------"

# What git itself writes: merges, reverts, and the notes to a later `rebase --autosquash`.
_BY_GIT = re.compile(
    r"""Merge\ (?:branch(?:es)?|tag|tags|commit|remote-tracking\ branch(?:es)?|pull\ request|[0-9a-f]{7,64}\ into)\b
    |(?:Revert|Reapply)\ "|(?:fixup|squash|amend)!\ |Initial\ commit$""",
    re.VERBOSE,
)
_HEADER = re.compile(
    r"(?P<type>[^\s():!]+)(?:\((?P<scope>[^()\n]*)\))?(?P<breaking>!)?(?P<colon>:)(?P<space> ?)(?P<text>.*)"
)


def check_commit_message(change: Change, policy: Policy) -> list[Finding]:
    """An error for each way in which the message's first line is not in the agreed form."""
    if not change.message:
        return []
    return [
        Finding(CHECK, Severity.ERROR, PATH, 1, message, hint)
        for message, hint in judge_message(change.message, policy.settings.commit_message)
    ]


def is_by_git(message: str) -> bool:
    """Whether git itself wrote the message: of a merge or a revert, or a note to a later `rebase --autosquash`."""
    return bool(_BY_GIT.match(message.strip("\n").partition("\n")[0]))


def judge_message(message: str, settings: CommitMessageSettings) -> list[tuple[str, str]]:
    """What is wrong with `message` and what to do about it; empty when nothing is."""
    lines = message.strip("\n").split("\n")
    subject = lines[0].rstrip()
    if not subject or _BY_GIT.match(subject):  # git itself refuses an empty message
        return []
    header = _HEADER.fullmatch(subject)
    if header is None:
        return [(f"`{_shorten(subject)}` is not `type(scope): description`", _example(settings))]
    faults = _judge_type(header["type"], settings) + _judge_scope(header["scope"], settings)
    if not header["space"] or not header["text"].strip():
        faults.append(("no description after `:`", _example(settings)))
    if len(subject) > settings.max_subject:
        limit = settings.max_subject
        faults.append(
            (f"first line has {len(subject)} characters, {limit} at most", "move the rest below a blank line")
        )
    if len(lines) > 1 and lines[1].strip():
        faults.append(("second line is not blank", "leave a blank line between the first line and the body"))
    return faults


def _judge_type(kind: str, settings: CommitMessageSettings) -> list[tuple[str, str]]:
    if kind in settings.types:
        return []
    from openclaw_hooks.documents import suggest

    return [(f"unknown type `{kind}`", suggest(kind.lower(), list(settings.types)))]


def _judge_scope(scope: str | None, settings: CommitMessageSettings) -> list[tuple[str, str]]:
    if scope is None:
        return [("no scope", "write `type(scope): description`")] if settings.require_scope else []
    if not scope.strip():
        return [("empty scope `()`", "name a scope or leave the parentheses out")]
    if settings.scopes and scope not in settings.scopes:
        return [(f"unknown scope `{scope}`", f"known: {', '.join(settings.scopes)}")]
    return []


def _example(settings: CommitMessageSettings) -> str:
    return f"for example `{settings.types[0] if settings.types else 'fix'}: say what changes`; types: {', '.join(settings.types)}"


def _shorten(subject: str) -> str:
    return subject if len(subject) <= 60 else subject[:57] + "..."


def clean_message(text: str, comment: str, keeps_comments: bool) -> str:
    """The message that git will record of the file `text`.

    `comment` is the comment prefix (core.commentChar); with `keeps_comments` (no editor was opened, so
    git cleans up white space only) lines that start with it stay. A diff below the scissors is cut.
    """
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith(comment) and SCISSORS in line:
            break
        if keeps_comments or not line.startswith(comment):
            lines.append(line.rstrip())
    return "\n".join(lines).strip("\n")
