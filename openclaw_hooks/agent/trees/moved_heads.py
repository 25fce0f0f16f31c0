"""Checkouts of a person that an agent has switched, or run git in: what their HEAD says, and the log of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agent.trees.calls import call_tree
from openclaw_hooks.agent.trees.reflog import read_log
from openclaw_hooks.agent.trees.watch import read_heads
from openclaw_hooks.board.plumbing import call_store
from openclaw_hooks.files import atomic_write, display_path

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.watch import Watch
    from openclaw_hooks.git import Repo


class HeadMove(NamedTuple):
    """A checkout, by git's folder of it, whose HEAD said `old` and says `new`; `has_files`: they were switched with it."""

    folder: str
    old: str
    new: str
    has_files: bool

    def tell(self) -> str:
        """What was done, for a person."""
        way = f"was moved from {self.old} to {self.new}"
        return (
            f"the checkout of {display_path(self.folder)} {way if self.old != self.new else 'was reset by the agent'}"
        )


def find_moved_heads(repo: Repo, watch: Watch) -> list[HeadMove]:
    """The checkouts that the agent has switched or reset; what a person does is in the log under their own name."""
    found = []
    for folder, head in read_heads(repo).items():
        before = watch.heads.get(folder)
        if before is None:
            continue
        log = read_log(folder, "HEAD")
        own = [move for move in log if watch.mark and move.mail == watch.mark]
        if head != before:
            is_own = bool(own) and log[-1:] == own[-1:]
            if is_own or _was_written(folder, watch):
                found.append(HeadMove(folder, before, head, is_own))
        elif any(move.old == move.new and move.why.startswith("reset:") for move in own):
            found.append(HeadMove(folder, head, head, False))
    return found


def put_back_head(repo: Repo, move: HeadMove, top: str) -> str:
    """Has a checkout stand where it stood, with what was staged and changed there; why that was not done, empty where it was."""
    if move.old == move.new or read_heads(repo).get(move.folder) != move.new:
        return ""
    here, there = _resolve(repo, move.new), _resolve(repo, move.old)
    if move.has_files and here and here != there:
        done = call_tree(top, ["read-tree", "-m", "-u", here, there]) if top and there else None
        if done is None or done.code != 0:
            return f"the checkout of {display_path(move.folder)} stands at {move.new}: move it back to {move.old}"
    try:
        atomic_write(os.path.join(move.folder, "HEAD"), os.fsencode(move.old) + b"\n")
    except OSError as error:
        return f"the HEAD of {display_path(move.folder)} cannot be put back: {error.strerror}"
    return ""


def _was_written(folder: str, watch: Watch) -> bool:
    """Whether a HEAD was changed with no word in its log, as git would have left it."""
    try:
        return os.stat(os.path.join(folder, "logs", "HEAD")).st_mtime < watch.at
    except OSError:
        return False


def _resolve(repo: Repo, head: str) -> str:
    asked = ["rev-parse", "--verify", "--quiet", f"{head.removeprefix('ref: ')}^{{commit}}"]
    return call_store(repo, asked).stdout.decode().strip()
