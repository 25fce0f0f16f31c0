"""The stash, which all worktrees share: what an agent put on it or took off it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agent.trees.reflog import parse_move
from openclaw_hooks.agent.trees.watch import STASH, remember, stash_log
from openclaw_hooks.board.plumbing import call_store, read_ref
from openclaw_hooks.files import atomic_write

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.watch import Watch
    from openclaw_hooks.git import Repo


class StashChange(NamedTuple):
    """What was done to the stash, and the log that it gets: what was there, and what others have stashed since."""

    why: str
    now: str
    log: bytes


def find_stash_change(repo: Repo, watch: Watch) -> StashChange | None:
    """What of the stash is gone, or is the agent's; None where it is as it was but for what a person stashed."""
    log = remember(stash_log(repo)).content or b""
    if log == watch.stash:
        return None
    before, after = _stashed(watch.stash), _stashed(log)
    gone = [oid for oid in before if oid not in after]
    added = {oid: line for oid, line in after.items() if oid not in before}
    theirs = [oid for oid, line in added.items() if _is_marked(line, watch.mark)]
    if not gone and not theirs:
        return None
    why = ", ".join(
        [f"{oid[:12]} is gone" for oid in gone] + [f"{oid[:12]} was put on it by the agent" for oid in theirs]
    )
    kept = [*before.items(), *((oid, line) for oid, line in added.items() if oid not in theirs)]
    return StashChange(why, read_ref(repo, STASH), _chain(kept, watch.refs.get(STASH, "")))


def put_back_stash(repo: Repo, watch: Watch, change: StashChange) -> str:
    """Gives the stash what it had; why that was not done, empty where it was."""
    last = change.log.rstrip(b"\n").rpartition(b"\n")[2].split(b" ")[1:2]
    wanted = last[0].decode() if last else ""
    now = read_ref(repo, STASH)
    if now not in (change.now, wanted):
        return "the stash was changed on by somebody: it is left as it is"
    if not wanted:
        call_store(repo, ["update-ref", "-d", STASH, *([now] if now else [])])
        with suppress(OSError):
            os.unlink(stash_log(repo))
        return ""
    done = call_store(repo, ["update-ref", "--create-reflog", STASH, wanted, now or "0" * len(wanted)])
    if done.code != 0:
        return f"the stash cannot be put back: {done.stderr.decode('utf-8', 'replace').strip()[:200]}"
    atomic_write(stash_log(repo), change.log)
    return ""


def _stashed(log: bytes) -> dict[str, bytes]:
    """What is stashed, oldest first: commit -> its line of the log."""
    lines = ((move.new, line) for line in log.split(b"\n") if (move := parse_move(line)))
    return dict(lines)


def _is_marked(line: bytes, mark: str) -> bool:
    move = parse_move(line)
    return bool(mark) and move is not None and move.mail == mark


def _chain(kept: list[tuple[str, bytes]], like: str) -> bytes:
    """The lines of a log, each leading from what the one above leads to."""
    old, lines = "", []
    for oid, line in kept:
        lines.append(f"{old or '0' * len(oid)}".encode() + line[len(oid) :] + b"\n")
        old = oid
    return b"".join(lines)
