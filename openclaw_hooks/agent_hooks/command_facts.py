"""What the rules on commands may ask about the repository; git is started only for an answer that is needed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from openclaw_hooks.agent_hooks.command_settings import read_kept
from openclaw_hooks.checks.command_rules.model import CommandFacts
from openclaw_hooks.verdict import Answer

if TYPE_CHECKING:
    from openclaw_hooks.checkout import Checkout
    from openclaw_hooks.settings import CommandSettings

ALIAS = "alias."


def read_facts(cwd: str, checkout: Checkout | None) -> CommandFacts:
    """The facts for a command that starts in `cwd`; the shipped defaults outside a repository. Raises DocumentError."""
    if checkout is None:
        return CommandFacts()
    kept = read_kept(checkout)
    top = checkout.top
    return CommandFacts(
        settings=cast("CommandSettings", KeptAnswers(kept.answers)),
        protected=kept.protected,
        root=top,
        cwd=os.path.relpath(os.path.realpath(cwd), top),
        branch=lambda: read_branch(checkout),
        is_dirty=lambda: is_dirty(top),
        is_unmerged=lambda branch: is_unmerged(top, branch),
        aliases=lambda: read_aliases(top),
    )


class KeptAnswers:
    """The answers by pack, with the names that `CommandSettings` has."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.__dict__.update({name: Answer(answer) for name, answer in answers.items()})


def read_branch(checkout: Checkout) -> str:
    """The branch that is checked out; empty on a detached head."""
    with open(os.path.join(checkout.git_dir, "HEAD"), encoding="utf-8", errors="surrogateescape") as stream:
        head = stream.read().strip()
    prefix = "ref: refs/heads/"
    return head[len(prefix) :] if head.startswith(prefix) else ""


def is_dirty(top: str) -> bool:
    """Whether tracked files differ from HEAD; an answer that git cannot give counts as yes."""
    from openclaw_hooks import git

    words = ["status", "--porcelain=v1", "--untracked-files=no", "--ignore-submodules=all"]
    done = git.call_git(words, cwd=top, env=git.foreign_env())
    return done.code != 0 or bool(done.stdout.strip())


def is_unmerged(top: str, branch: str) -> bool:
    """Whether the branch holds commits that no other branch, here or remote, has."""
    from openclaw_hooks import git

    ref = f"refs/heads/{branch}"
    others = ["--not", f"--exclude={git.escape_glob(branch)}", "--branches", "--remotes"]
    done = git.call_git(["rev-list", "--max-count=1", ref, *others, "--"], cwd=top, env=git.foreign_env())
    return done.code == 0 and bool(done.stdout.strip())


def read_aliases(top: str) -> dict[str, str]:
    """The aliases of git in force, without their `alias.`."""
    from openclaw_hooks import git

    done = git.call_git(["config", "-z", "--get-regexp", r"^alias\."], cwd=top, env=git.foreign_env())
    entries = (os.fsdecode(entry).partition("\n") for entry in done.stdout.split(b"\0") if entry)
    return {key[len(ALIAS) :]: value for key, _, value in entries}
