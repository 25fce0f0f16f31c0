"""The index of the board's worktree, kept in step so that git commands in there show what is the case."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.plumbing import SETTINGS, board_env
from openclaw_hooks.checkout import find_checkout
from openclaw_hooks.git import call_git

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openclaw_hooks.board.place import Board
    from openclaw_hooks.process import Completed

OWN_LOCK: Final = b"openclaw-hooks\n"
TRIES: Final = 10
FATAL: Final = 128  # git's exit code when it gave up
OLD_S: Final = 900  # `git commit` holds the lock while its editor is open


def follow_index(board: Board, head: str, paths: Iterable[str]) -> bool:
    """Whether the index says of `paths` what is on disk now; not while a git command of somebody holds it.

    One that is gone, or that a bad disk has spoilt, becomes that of `head` first: git would show every file as deleted.
    """
    found = find_checkout(board.top)
    if found is None or not os.path.exists(os.path.join(found.git_dir, "index")):
        return reset_index(board, head)
    listing = b"".join(os.fsencode(path) + b"\0" for path in paths)
    done = _change_index(board, ["update-index", "-z", "--add", "--remove", "--stdin"], listing)
    if done is not None and done.code == FATAL:
        return reset_index(board, head)
    return done is not None and done.code == 0


def reset_index(board: Board, head: str) -> bool:
    """Whether the index is the tree of `head` now, with what the files on disk look like."""
    steps = (["read-tree", head], ["update-index", "-q", "--refresh"])
    return all((done := _change_index(board, words)) is not None and done.code == 0 for words in steps)


def _change_index(board: Board, words: Sequence[str], stdin: bytes | None = None) -> Completed | None:
    """Runs a git command on a copy of the index and puts that in its place; None when somebody holds the index.

    The lock is git's own file, but with words of ours in it: left by a command that was killed, it is known as such
    by the next one, which holds the lock of the board and so is the only one that could have put it there.
    """
    found = find_checkout(board.top)
    if found is None:
        return None
    index = os.path.join(found.git_dir, "index")
    passing = f"{index}.openclaw.{os.getpid()}"  # a git that outlives its killed command must not meet ours
    if not _take(f"{index}.lock", passing):
        return None
    try:
        with suppress(FileNotFoundError), open(index, "rb") as old, open(passing, "wb") as new:
            new.write(old.read())
        env = {**board_env(), "GIT_INDEX_FILE": passing}
        done = call_git([*SETTINGS, *words], cwd=board.top, stdin=stdin, env=env)
        # update-index fails for one file and has done the others
        if done.code == 0 or (words[0] == "update-index" and done.code != FATAL):
            os.replace(passing, index)
        return done
    finally:
        for path in (passing, f"{passing}.lock", f"{index}.lock"):
            with suppress(OSError):
                os.unlink(path)


def _take(lock: str, passing: str) -> bool:
    for attempt in range(TRIES):
        if _place(lock, passing):
            return True
        with suppress(OSError):
            if _is_ours(lock) or time.time() - os.lstat(lock).st_mtime > OLD_S:
                _sweep(os.path.dirname(lock))
                os.unlink(lock)
                continue
        time.sleep(0.01 * attempt)
    return False


def _sweep(git_dir: str) -> None:
    """Takes away the copies of the index that killed commands left."""
    for name in os.listdir(git_dir):
        if name.startswith("index.openclaw."):
            os.unlink(os.path.join(git_dir, name))


def _place(lock: str, passing: str) -> bool:
    """Whether the lock file is there now and ours; it appears with its content in it."""
    try:
        with open(passing, "wb") as stream:
            stream.write(OWN_LOCK)
        os.link(passing, lock)
    except OSError:
        return False
    finally:
        with suppress(OSError):
            os.unlink(passing)
    return True


def _is_ours(lock: str) -> bool:
    with open(lock, "rb") as stream:
        return stream.read(len(OWN_LOCK) + 1) == OWN_LOCK
