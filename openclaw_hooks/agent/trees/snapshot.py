"""What an attempt left, as a commit: every file that git does not ignore, whatever the agent did to git's own state."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from openclaw_hooks.agent.model import Found, Snapshot, Stat
from openclaw_hooks.agent.trees.checkout import filter_names
from openclaw_hooks.agent.trees.commit import write_commit
from openclaw_hooks.agent.trees.nested import take_nested
from openclaw_hooks.agent.trees.own_commits import find_own_commits
from openclaw_hooks.agent.trees.spots import find_owner
from openclaw_hooks.agent.trees.stage import Staging, open_staging
from openclaw_hooks.agent.trees.watch import settings_changed
from openclaw_hooks.board.plumbing import ask_store
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.verdict import Severity

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.spots import Owner
    from openclaw_hooks.agent.trees.watch import Watch
    from openclaw_hooks.git import Repo

CHECK: Final = "snapshot"
MAX_PATHS: Final = 50


class Taking(NamedTuple):
    """A snapshot to be taken of a worktree, on `base`, by `author` (`Name <mail>`); `watch` is what was seen before the agent."""

    worktree: str
    base: str
    message: str
    author: str
    watch: Watch | None = None


def take_snapshot(repo: Repo, taking: Taking) -> Snapshot:
    """A commit of what lies in a worktree, written but under no ref yet; the worktree and its index stay as they are.

    Raises OpenclawError where no run has made a worktree there.
    """
    owner = find_owner(repo, taking.worktree)
    if owner is None:
        raise OpenclawError(f"{display_path(taking.worktree)} is no worktree of a run")
    staging = open_staging(repo, _without_planted_filters(repo, owner, taking), taking.base)
    try:
        found, kept = _stage(staging)
        tree = staging.write_tree()
    finally:
        staging.close()
    before = taking.watch.refs.values() if taking.watch else ()
    own = find_own_commits(repo, owner, taking.base, before)
    parents = list(dict.fromkeys((taking.base, *own.tips, *kept)))
    commit = write_commit(repo, tree, parents, taking.message, taking.author)
    stat = measure_change(repo, taking.base, tree)
    return Snapshot(commit, tree, taking.base, own.head, not stat.files, stat, tuple(found))


def measure_change(repo: Repo, old: str, new: str) -> Stat:
    """How much leads from one tree-ish to another."""
    words = ["diff-tree", "-r", "-z", "--numstat", "--no-renames", "--no-ext-diff", "--no-textconv", old, new, "--"]
    added = removed = 0
    paths = []
    for line in ask_store(repo, words).split(b"\0"):
        plus, _, rest = line.partition(b"\t")
        minus, _, path = rest.partition(b"\t")
        if path:
            added += int(plus) if plus.isdigit() else 0
            removed += int(minus) if minus.isdigit() else 0
            paths.append(os.fsdecode(path))
    return Stat(len(paths), added, removed, tuple(display_path(path) for path in paths[:MAX_PATHS]))


def _without_planted_filters(repo: Repo, owner: Owner, taking: Taking) -> Owner:
    """The owner of files that no filter touches, where the settings are not those that were seen before the agent began."""
    if taking.watch is None or not settings_changed(repo, taking.watch):
        return owner
    names = filter_names(repo.common_dir)
    return msgspec.structs.replace(owner, raw=tuple(dict.fromkeys((*owner.raw, *names))))


def _stage(staging: Staging) -> tuple[list[Found], list[str]]:
    """Takes all files into the index; what could not be taken as it lay there, and commits that keep the rest."""
    found = []
    if complaint := staging.add():
        _make_readable(staging.top)
        complaint = staging.add()
    if complaint:
        last = display_path(complaint.splitlines()[-1])[:300]
        found.append(Found(CHECK, Severity.ERROR, "", 0, f"not all files could be taken: {last}"))
    _take_forced(staging)
    nested = take_nested(staging)
    return [*found, *nested.found], list(nested.kept)


def _make_readable(top: str) -> None:
    """Gives us back what the agent took the rights to read from."""
    for folder, folders, files in os.walk(top):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            if not os.path.islink(path) and not os.access(path, os.R_OK):
                os.chmod(path, os.stat(path).st_mode | 0o600 | (0o100 if name in folders else 0))


def _take_forced(staging: Staging) -> None:
    """Takes ignored files that the agent has added in spite of that, to its index or in a commit."""
    theirs = staging._replace(index_file=os.path.join(staging.owner.admin, "index"))
    done = theirs.try_git(["ls-files", "-z", "--cached"])
    if done.code != 0:
        return  # broken, or gone with the worktree
    ours = staging.git(["ls-files", "-z", "--cached"])
    extra = set(done.stdout.split(b"\0")) - set(ours.split(b"\0"))
    shared = {os.fsencode(name) for name in staging.owner.shared}
    top = os.fsencode(staging.top)
    wanted = [path for path in sorted(extra - shared) if path and _is_file_within(top, path)]
    if wanted:
        words = ["add", "-f", "--sparse", "--ignore-errors", "--pathspec-from-file=-", "--pathspec-file-nul"]
        staging.try_git(words, b"\0".join(wanted), GIT_LITERAL_PATHSPECS="1")


def _is_file_within(top: bytes, path: bytes) -> bool:
    """Whether there is a file at `path`, and no link on the way to it."""
    place = os.path.join(top, path)
    if os.path.isdir(place) and not os.path.islink(place):
        return False
    return os.path.lexists(place) and os.path.realpath(os.path.dirname(place)) == os.path.dirname(place)
