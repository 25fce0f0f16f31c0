"""The refs of a task's attempts, and its branch: moved only from where they are known to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.plumbing import ask_store, call_store, read_ref
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.process import require_success

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo

ATTEMPTS: Final = "refs/openclaw/attempts"
BRANCHES: Final = "openclaw/"  # of kept work, and the task's id
_TASK = re.compile(r"T-[0-9a-z]{6}")
_NAME = re.compile(r"[1-9][0-9]{0,8}(-interrupted-[1-9][0-9]{0,8})?")


def task_branch(task: str) -> str:
    """The branch that work on a task is kept on."""
    return f"{BRANCHES}{_checked(_TASK, task)}"


def attempt_ref(task: str, name: str) -> str:
    """The ref of an attempt: its number, or `<number>-interrupted-<count>`."""
    return f"{ATTEMPTS}/{_checked(_TASK, task)}/{_checked(_NAME, name)}"


def is_attempt_ref(ref: str) -> bool:
    """Whether a ref below those of attempts has the name of one; any other would be in their way."""
    task, _, name = ref.removeprefix(f"{ATTEMPTS}/").partition("/")
    return bool(_TASK.fullmatch(task) and _NAME.fullmatch(name))


def set_attempt_ref(repo: Repo, task: str, name: str, commit: str) -> None:
    """Keep `commit` as what an attempt left; raises OpenclawError where the ref keeps another one: none is ever overwritten."""
    ref = attempt_ref(task, name)
    if read_ref(repo, ref) != commit:
        _move(repo, ref, "", commit, "openclaw: attempt")


def attempt_refs(repo: Repo, task: str) -> dict[int, str]:
    """What the attempts at a task left: number -> commit, in their order."""
    found = _list_refs(repo, task)
    return {int(name): found[name] for name in sorted((name for name in found if name.isdecimal()), key=int)}


def interrupted_refs(repo: Repo, task: str) -> dict[str, str]:
    """What attempts left that were interrupted: `<number>-interrupted-<count>` -> commit."""
    return {name: commit for name, commit in _list_refs(repo, task).items() if not name.isdecimal()}


def move_branch(repo: Repo, branch: str, old: str, new: str) -> None:
    """Move a branch from `old` (empty: it is made) to `new`; that it is there already is no error.

    Raises OpenclawError where it is anywhere else: somebody else has moved it.
    """
    ref = f"refs/heads/{branch}"
    if read_ref(repo, ref) != new:
        _move(repo, ref, old, new, "openclaw: work kept")


def _move(repo: Repo, ref: str, old: str, new: str, why: str) -> None:
    before = old or "0" * len(new)
    done = call_store(repo, ["update-ref", "--create-reflog", "-m", why, ref, new, before])
    if done.code == 0 or read_ref(repo, ref) == new:
        return
    now = read_ref(repo, ref)
    if now != old:
        at = f"is at {now[:10]}" if now else "is gone"
        raise OpenclawError(f"{ref} {at}, and was {old[:10] if old else 'not there'}: somebody else has moved it")
    require_success(["git", "update-ref", ref], done)


def _list_refs(repo: Repo, task: str) -> dict[str, str]:
    prefix = f"{ATTEMPTS}/{_checked(_TASK, task)}/"
    listing = ask_store(repo, ["for-each-ref", "--format=%(refname) %(objectname)", prefix]).decode()
    pairs = (line.removeprefix(prefix).split(" ") for line in listing.splitlines())
    return {name: commit for name, commit in pairs if _NAME.fullmatch(name)}


def _checked(pattern: re.Pattern[str], word: str) -> str:
    if not pattern.fullmatch(word):
        raise OpenclawError(f"{word[:80]!a} cannot be part of the name of a ref")
    return word
