"""An index of our own over the files of a worktree: what the agent did to its own index hides nothing."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent.trees.calls import call_tree
from openclaw_hooks.agent.trees.checkout import checkout_options, last_complaint
from openclaw_hooks.agent.trees.spots import Owner, index_path
from openclaw_hooks.process import require_success

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openclaw_hooks.git import Repo
    from openclaw_hooks.process import Completed

UNREADABLE: Final = b"could not open directory"  # for git no more than a warning
GITLINK: Final = "160000"
LINK: Final = "120000"
# A file that was changed within a second and has its old size and time again is seen by the time of its inode.
_SETTINGS: Final = ("core.bare=false", "core.trustctime=true", "core.checkStat=default")


class Entry(NamedTuple):
    """What the index says of a path."""

    mode: str
    oid: str


class Staging(NamedTuple):
    """Files below `top`, an index for them, and whose worktree it is."""

    repo: Repo
    owner: Owner
    top: str
    index_file: str

    def try_git(self, words: Sequence[str], stdin: bytes | None = None, **more: str) -> Completed:
        """The outcome of a git command about the files, with the repository's settings and our index."""
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        settings += ["-c", f"core.ignoreCase={'true' if ignores_case(self.top) else 'false'}"]
        where = [f"--git-dir={self.repo.common_dir}", f"--work-tree={self.top}"]
        line = [*checkout_options(self.owner), *settings, *where, *words]
        return call_tree(self.top, line, stdin=stdin, more={"GIT_INDEX_FILE": self.index_file, **more})

    def git(self, words: Sequence[str], stdin: bytes | None = None, **more: str) -> bytes:
        """The stdout of a git command about the files; raises ProcessError."""
        return require_success(["git", *words], self.try_git(words, stdin, **more))

    def add(self) -> str:
        """Takes all files that are not ignored, and what of the index is gone; what git complains of, empty when of nothing."""
        done = self.try_git(["add", "-A", "--sparse", "--ignore-errors", "--", "."])
        return "" if done.code == 0 and UNREADABLE not in done.stderr else last_complaint(done)

    def restart(self, base: str) -> None:
        """Begins the index anew, at `base`: every file is then compared by its content."""
        self.close()
        self.git(["read-tree", base])

    def drop(self, paths: Iterable[str]) -> None:
        """Takes paths out of the index, whether their files are there or not."""
        self.git(
            ["update-index", "--force-remove", "-z", "--stdin"], b"".join(os.fsencode(path) + b"\0" for path in paths)
        )

    def entries(self) -> dict[str, Entry]:
        """What is in the index."""
        found = {}
        for line in self.git(["ls-files", "-z", "--stage"]).split(b"\0"):
            head, _, path = line.partition(b"\t")
            words = head.decode().split()
            if len(words) == 3:
                found[os.fsdecode(path)] = Entry(words[0], words[1])
        return found

    def write_tree(self) -> str:
        """The tree of the index."""
        return self.git(["write-tree"]).decode().strip()

    def close(self) -> None:
        """Removes the index."""
        for path in (self.index_file, f"{self.index_file}.lock"):
            with suppress(OSError):
                os.unlink(path)


def open_staging(repo: Repo, owner: Owner, base: str) -> Staging:
    """An index at `base` for a worktree, with the times that its files had when they were checked out.

    Where the worktree is gone, or something else lies there, its files are those of an empty folder: all are deleted.
    """
    top = owner.path
    if os.path.islink(top) or not os.path.isdir(top):
        top = os.path.join(repo.state_dir, "nothing")
        os.makedirs(top, exist_ok=True)
    elif not os.access(top, os.R_OK | os.W_OK | os.X_OK):
        os.chmod(top, 0o700)
    index = os.path.join(repo.state_dir, f"{os.path.basename(owner.path)}.{os.getpid()}.index")
    staging = Staging(repo, owner, top, index)
    staging.close()
    saved = index_path(repo, owner.path)
    if owner.commit == base and os.path.isfile(saved):
        shutil.copy2(saved, index)  # with its time: what was written in the same second is compared by content
    else:
        staging.restart(base)
    return staging


def ignores_case(folder: str) -> bool:
    """Whether names that differ in case only are one to the file system, as it is and not as a setting copied along says."""
    name = os.path.join(folder, ".git")
    try:
        return os.path.samefile(name, os.path.join(folder, ".GIT"))
    except OSError:
        return False
