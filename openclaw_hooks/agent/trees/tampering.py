"""A guard: what an agent changed in the repository around its worktree, found and put back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agent.trees.config_change import is_harmless
from openclaw_hooks.agent.trees.moved_heads import find_moved_heads, put_back_head
from openclaw_hooks.agent.trees.moved_places import find_moved_places, put_back_place
from openclaw_hooks.agent.trees.moved_refs import find_moved_refs
from openclaw_hooks.agent.trees.own_commits import parents_of
from openclaw_hooks.agent.trees.putting_back import keep_found, put_back_file, put_back_ref
from openclaw_hooks.agent.trees.reflog import read_log
from openclaw_hooks.agent.trees.spots import main_top
from openclaw_hooks.agent.trees.stash import find_stash_change, put_back_stash
from openclaw_hooks.agent.trees.watch import Remembered, changed_files, read_heads
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.agent.model import Snapshot
    from openclaw_hooks.agent.trees.moved_refs import RefMove
    from openclaw_hooks.agent.trees.watch import Watch
    from openclaw_hooks.git import Repo


class Tampering(NamedTuple):
    """What an agent changed around its worktree, a sentence each, and what puts it back.

    `undo` can be called again after a crash; it says what it could not put back.
    """

    findings: tuple[str, ...]
    undo: Callable[[], tuple[str, ...]]


def find_tampering(repo: Repo, watch: Watch, snapshot: Snapshot) -> Tampering:
    """What is not as `watch` has it and cannot be somebody else's doing; nothing is changed before `undo`."""
    files = changed_files(watch)
    harmless = {path for path in files if is_harmless(repo, watch, path, files[path])}
    moves = find_moved_refs(repo, watch, parents_of(repo, snapshot.commit)[1:])
    stash = find_stash_change(repo, watch)
    heads = find_moved_heads(repo, watch)
    findings = [
        *(_tell_file(repo, watch, path, files[path]) for path in sorted(files) if path not in harmless),
        *(_tell_ref(move) for move in moves),
        *([f"the stash was changed: {stash.why}"] if stash else []),
        *(head.tell() for head in heads),
        *_tell_worktrees(repo, watch),
    ]
    places = find_moved_places(watch)
    findings += [f"{display_path(path)} was replaced by a link" for path in places]
    undone = [path for path in sorted(files) if path not in harmless]

    def undo() -> tuple[str, ...]:
        said = [put_back_place(watch, path) for path in places]
        said += [put_back_file(path, watch.files.get(path, Remembered())) for path in undone]
        said += [
            put_back_head(repo, head, _top_of(repo, head.folder)) for head in heads
        ]  # they stand on what goes next
        said += [put_back_ref(repo, move, _checkout_of(repo, watch, move.ref)) for move in moves]
        if stash:
            said.append(put_back_stash(repo, watch, stash))
        return tuple(text for text in said if text)

    return Tampering(tuple(findings), undo)


def _tell_file(repo: Repo, watch: Watch, path: str, found: Remembered) -> str:
    shown = display_path(path)
    is_new = watch.files.get(path, Remembered()).is_absent
    what = "was made" if is_new else "was deleted" if found.is_absent else "was changed"
    kept = keep_found(repo, found)
    return f"{shown} {what}{f'; what it said: git cat-file -p {kept[:16]}' if kept else ''}"


def _tell_ref(move: RefMove) -> str:
    way = f"{move.old[:12] or 'nothing'} to {move.new[:12] or 'nothing'}"
    return f"{display_path(move.ref)} {move.why} ({way})"


def _tell_worktrees(repo: Repo, watch: Watch) -> list[str]:
    """Worktrees that the agent has made; what lies in them may be somebody's by now."""
    told = []
    for folder in read_heads(repo):
        first = read_log(folder, "HEAD")[:1]
        if folder not in watch.heads and first and watch.mark and first[0].mail == watch.mark:
            top = display_path(_top_of(repo, folder))
            told.append(f"{top} was made a worktree of this repository: git worktree remove --force {top}")
    return told


def _checkout_of(repo: Repo, watch: Watch, ref: str) -> str:
    """The folder with the files of a branch that is checked out; empty where it is not."""
    for folder, head in read_heads(repo).items():
        if head == f"ref: {ref}" and folder in watch.heads:
            return _top_of(repo, folder)
    return ""


def _top_of(repo: Repo, folder: str) -> str:
    if folder == repo.common_dir:
        return main_top(repo)
    try:
        with open(os.path.join(folder, "gitdir"), "rb") as stream:
            return os.path.dirname(os.path.join(folder, os.fsdecode(stream.read(8192).rstrip(b"\n"))))
    except OSError:
        return ""
