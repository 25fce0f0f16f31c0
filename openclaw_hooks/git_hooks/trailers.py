"""The trailer `Task: T-...` in the message of a commit that is made under a claim."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks import git
from openclaw_hooks.checks.change import parse_diff
from openclaw_hooks.checks.commit_message import clean_message, is_by_git
from openclaw_hooks.git_hooks.claims import named_tasks
from openclaw_hooks.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.board.leases.held import Held

# What git is in the middle of when a commit continues older work, which may have been another task's.
UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")
COMMENT_SIGNS = "#;@!$%^&|:"
SIGNED_OFF = "signed-off-by:"


def add_trailers(repo: git.Repo, claims: Sequence[Held], content: bytes, comment: str) -> bytes:
    """The message file `content` with a trailer for each claim that the commit is for; unchanged where none belongs.

    None for what git writes itself or continues, for a message that names a task already, and for an empty one, with
    which the commit is called off. `comment` starts a comment line; empty when comments are kept as text.
    """
    text = content.decode("utf-8", "replace")
    message = clean_message(text, comment or _unused_sign(text), keeps_comments=not comment)
    if is_by_git(message) or named_tasks(message) or _is_called_off(message) or _is_under_way(repo):
        return content
    tasks = _tasks_of_commit(repo, claims)
    if not tasks:
        return content
    trailers = [word for task in tasks for word in ("--trailer", f"Task: {task}")]
    settings = ["-c", "trailer.separators=:", "-c", f"core.commentChar={comment or _unused_sign(text)}"]
    how = ["--no-divider", "--where", "end", "--if-exists", "addIfDifferent", "--if-missing", "add"]
    return git.ask_git([*settings, "interpret-trailers", *how, *trailers], stdin=content)


def _tasks_of_commit(repo: git.Repo, claims: Sequence[Held]) -> list[str]:
    """The one claimed task; of several those in whose scope anything is staged."""
    if len(claims) == 1:
        return [claims[0].task]
    paths = [file.path for file in parse_diff(git.staged_diff(repo))]
    return [held.task for held in claims if not held.scope or any(map(compile_globs(held.scope).matches, paths))]


def _is_called_off(message: str) -> bool:
    """Whether git will not commit: nothing is written but what was signed off, or the template was left as it is."""
    lines = [line for line in message.splitlines() if line.strip()]
    if all(line.lower().startswith(SIGNED_OFF) for line in lines):
        return True
    template = git.config_value("commit.template")
    if not template:
        return False
    try:
        with open(os.path.expanduser(template), encoding="utf-8", errors="replace") as stream:
            return message.split() == clean_message(stream.read(), "#", keeps_comments=False).split()
    except OSError:
        return False


def _is_under_way(repo: git.Repo) -> bool:
    return any(os.path.exists(os.path.join(repo.git_dir, name)) for name in UNDER_WAY)


def _unused_sign(text: str) -> str:
    """A sign that no line begins with, so that git takes no line for a comment."""
    used = {line[:1] for line in text.splitlines()}
    return next((sign for sign in COMMENT_SIGNS if sign not in used), "#")
