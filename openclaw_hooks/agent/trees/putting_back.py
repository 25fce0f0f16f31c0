"""Putting back what an agent changed around its worktree; what was found there is kept as an object of git."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.trees.calls import tree_env
from openclaw_hooks.agent.trees.watch import remember
from openclaw_hooks.board.plumbing import call_store, read_ref
from openclaw_hooks.files import atomic_write, display_path
from openclaw_hooks.git import call_git

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.moved_refs import RefMove
    from openclaw_hooks.agent.trees.watch import Remembered
    from openclaw_hooks.git import Repo

NO_HOOKS: Final = ("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false")


def put_back_file(path: str, before: Remembered) -> str:
    """Makes the file at `path` what it was; why that is not possible, empty where it was done."""
    try:
        if before.link.startswith("/") and before.link.count("/") == 2 and before.link[1:].replace("/", "").isdecimal():
            return f"{display_path(path)} was too large to be remembered"
        if remember(path) == before:
            return ""
        if before.is_absent or before.link or os.path.islink(path):
            os.unlink(path) if not os.path.isdir(path) or os.path.islink(path) else os.rmdir(path)
        if before.link:
            os.symlink(before.link, path)
        elif before.content is not None:
            atomic_write(path, before.content, before.mode)
    except OSError as error:
        return f"{display_path(path)} cannot be put back: {error.strerror}"
    return ""


def put_back_ref(repo: Repo, move: RefMove, folder: str) -> str:
    """Moves a ref to where it was, unless somebody has moved it on; why that was not done, empty where it was.

    Where `folder`, a checkout of it, has the new commit's files, these go back first; what a person staged or changed stays.
    """
    is_planted = _drop_link(repo, move.ref)
    now = read_ref(repo, move.ref)
    if now == move.old:
        return ""
    if now != move.new and not is_planted:
        return f"{display_path(move.ref)} was moved on by somebody: it was at {move.old[:12] or 'nothing'} before the agent"
    if folder and not move.old:
        return f"{display_path(move.ref)} is checked out in {display_path(folder)}: it stays"
    if folder and move.old and now and _has_files_of(folder, move):
        call_git([*NO_HOOKS, "read-tree", "-m", "-u", move.new, move.old], cwd=folder, env=tree_env())
    words = [move.ref, move.old, now or "0" * len(move.old)] if move.old else ["-d", move.ref, now]
    done = call_store(repo, ["update-ref", "-m", "openclaw: put back", *words])
    if done.code == 0:
        return ""
    reason = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
    return f"{display_path(move.ref)} cannot be put back: {reason[:200]}"


def _drop_link(repo: Repo, ref: str) -> bool:
    """Whether a link lay in place of the ref's file, which is gone now: git would write where it leads."""
    path = os.path.join(repo.common_dir, ref)
    with suppress(OSError):
        if os.path.islink(path):
            os.unlink(path)
            return True
    return False


def _has_files_of(folder: str, move: RefMove) -> bool:
    """Whether the index of a checkout has what the new commit changed: the agent then made or merged it there."""

    def names(*words: str) -> set[bytes]:
        line = [*NO_HOOKS, *words, "-z", "--name-only", "--no-renames", "--ignore-submodules=none"]
        return set(call_git(line, cwd=folder, env=tree_env()).stdout.split(b"\0")) - {b""}

    changed = names("diff-tree", "-r", move.old, move.new)
    return bool(changed) and not changed & names("diff-index", "--cached", move.new)


def keep_found(repo: Repo, found: Remembered) -> str:
    """The id of a blob with what was found in place of a file; empty where there was no content."""
    if not found.content:
        return ""
    with suppress(OSError):
        done = call_store(repo, ["hash-object", "-w", "--stdin"], stdin=found.content)
        return done.stdout.decode().strip() if done.code == 0 else ""
    return ""
