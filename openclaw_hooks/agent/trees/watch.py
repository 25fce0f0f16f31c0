"""What is remembered of a repository before an agent begins: its refs, its settings, its hooks."""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks.agent.trees.moved_places import read_places
from openclaw_hooks.agent.trees.spots import OWNER
from openclaw_hooks.board.plumbing import ask_store, board_env, call_store
from openclaw_hooks.git import call_git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openclaw_hooks.git import Repo

MAX_BYTES: Final = 2_000_000  # of a file that is remembered
MAX_FILES: Final = 500  # of hooks
UNREADABLE: Final = "/0/0"  # in place of where a link leads; see `remember`
STASH: Final = "refs/stash"


class Remembered(Struct, frozen=True, omit_defaults=True):
    """A file as it was: its content and mode, or where a link led. Neither: there was none."""

    content: bytes | None = None
    mode: int = 0
    link: str = ""

    @property
    def is_absent(self) -> bool:
        """Whether there was nothing."""
        return self.content is None and not self.link


class Watch(Struct, frozen=True, omit_defaults=True):
    """A repository before an agent begins; `mark` is the mail address that the agent commits with.

    `refs` are all refs with what they point to, `files` what git reads and runs, by absolute path, `folders` those of which every
    file is run, `heads` the HEAD of each checkout, `stash` the stash's log, `places` the folders that worktrees lie in.
    """

    mark: str
    at: float
    refs: dict[str, str]
    files: dict[str, Remembered]
    heads: dict[str, str]
    folders: tuple[str, ...] = ()
    stash: bytes = b""
    places: dict[str, tuple[int, int]] = {}


def watch_repository(repo: Repo, mark: str = "") -> Watch:
    """What has to be as it is when the agent has ended. Raises OSError where a setting cannot be read."""
    folders = (*hooks_folders(repo), os.path.join(repo.state_dir, "bin"))
    paths = dict.fromkeys((*_setting_files(repo), *_list_files(folders)))
    return Watch(
        mark=mark,
        at=time.time(),
        refs=list_refs(repo),
        files={path: remember(path) for path in paths},
        heads=read_heads(repo),
        folders=folders,
        stash=remember(stash_log(repo)).content or b"",
        places=read_places(repo),
    )


def list_refs(repo: Repo) -> dict[str, str]:
    """All refs that worktrees share, and what each points to."""
    listing = ask_store(repo, ["for-each-ref", "--format=%(objectname) %(refname)"])
    lines = (line.decode("utf-8", "backslashreplace").split(" ", 1) for line in listing.splitlines())
    return {ref: oid for oid, ref in lines}


def read_heads(repo: Repo) -> dict[str, str]:
    """The HEAD of the main checkout and of each linked one, by the folder it lies in; those of attempts left out."""
    found = {}
    for folder in checkout_folders(repo):
        with suppress(OSError), open(os.path.join(folder, "HEAD"), "rb") as stream:
            found[folder] = os.fsdecode(stream.read(8192).strip())
    return found


def checkout_folders(repo: Repo) -> list[str]:
    """The folders in which git keeps what belongs to one checkout of a person, or to the board."""
    parent = os.path.join(repo.common_dir, "worktrees")
    try:
        linked = [os.path.join(parent, name) for name in sorted(os.listdir(parent))]
    except OSError:
        linked = []
    return [repo.common_dir, *(folder for folder in linked if not os.path.lexists(os.path.join(folder, OWNER)))]


def stash_log(repo: Repo) -> str:
    """The file that lists what is stashed."""
    return os.path.join(repo.common_dir, "logs", STASH)


def settings_changed(repo: Repo, watch: Watch) -> bool:
    """Whether any file that git reads or runs is not as it was."""
    return bool(changed_files(watch))


def changed_files(watch: Watch) -> dict[str, Remembered]:
    """What git reads or runs and is not as it was, as it is now; hooks that were not there before among it."""
    paths = dict.fromkeys((*watch.files, *_list_files(watch.folders)))
    now = {path: remember(path) for path in paths}
    absent = Remembered()
    return {path: found for path, found in now.items() if found != watch.files.get(path, absent)}


def remember(path: str) -> Remembered:
    """The file at `path` as it is; what is neither file nor link, or too large, counts as its kind alone."""
    try:
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            return Remembered(link=os.readlink(path))
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
            return Remembered(link=f"/{stat.S_IFMT(found.st_mode):o}/{found.st_size}")
        with open(path, "rb") as stream:
            return Remembered(stream.read(), stat.S_IMODE(found.st_mode))
    except (FileNotFoundError, NotADirectoryError):
        return Remembered()
    except PermissionError:
        return Remembered(link=UNREADABLE)


def hooks_folders(repo: Repo) -> tuple[str, ...]:
    """The folders of the hooks that git runs: its own, and the one that is set, which can be one of the user's files."""
    asked = [f"--git-dir={repo.common_dir}", "config", "--type=path", "--get", "core.hooksPath"]
    path = os.fsdecode(call_git(asked, env=board_env()).stdout.rstrip(b"\n"))  # not by call_store, which sets it
    own = os.path.join(repo.common_dir, "hooks")
    if not path or path == os.devnull:
        return (own,)
    return own, os.path.normpath(os.path.join(repo.top or repo.git_dir, path))


def _setting_files(repo: Repo) -> Iterator[str]:
    for folder in checkout_folders(repo):
        yield os.path.join(folder, "config.worktree")
    for name in ("config", "shallow", "objects/info/alternates", "info/exclude", "info/attributes", "info/grafts"):
        yield os.path.join(repo.common_dir, name)
    home = os.path.expanduser("~")
    own = os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "git")
    yield os.environ.get("GIT_CONFIG_GLOBAL") or os.path.join(home, ".gitconfig")
    yield from (os.path.join(own, name) for name in ("config", "ignore", "attributes"))
    listing = call_store(repo, ["config", "--list", "-z", "--name-only", "--show-origin"]).stdout
    for origin in dict.fromkeys(listing.split(b"\0")[::2]):
        path = os.fsdecode(origin.removeprefix(b"file:"))
        if origin.startswith(b"file:") and os.path.isabs(path):
            yield path


def _list_files(folders: Iterable[str]) -> Iterator[str]:
    for folder in folders:
        with suppress(OSError):
            yield from (os.path.join(folder, name) for name in sorted(os.listdir(folder))[:MAX_FILES])
