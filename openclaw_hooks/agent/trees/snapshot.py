"""What an attempt left, as a commit: every file that git does not ignore, whatever the agent did to git's own state."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from openclaw_hooks.agent.filters import filter_names
from openclaw_hooks.agent.model import Found, Snapshot, Stat
from openclaw_hooks.agent.trees.commit import write_commit
from openclaw_hooks.agent.trees.moved_refs import made_commits
from openclaw_hooks.agent.trees.nested import take_nested
from openclaw_hooks.agent.trees.own_commits import find_own_commits, parents_of
from openclaw_hooks.agent.trees.spots import find_owner
from openclaw_hooks.agent.trees.stage import LINK, Entry, Staging, open_staging
from openclaw_hooks.agent.trees.watch import settings_changed
from openclaw_hooks.board.plumbing import ask_store
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.agent.trees.spots import Owner
    from openclaw_hooks.agent.trees.watch import Watch
    from openclaw_hooks.git import Repo

CHECK: Final = "snapshot"
MAX_PATHS: Final = 50
MAX_PARENTS: Final = 64


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
    try:
        staging = open_staging(repo, _without_planted_filters(repo, owner, taking), taking.base)
        try:
            tree, found, kept = _stage(staging, taking.base)
        finally:
            staging.close()
    except OSError as error:
        raise OpenclawError(f"the files of {display_path(owner.path)} cannot be taken: {error}") from error
    head, tips = _own_tips(repo, owner, taking)
    parents = list(dict.fromkeys((taking.base, *tips, *kept)))
    commit = write_commit(repo, tree, parents, taking.message, taking.author)
    stat = measure_change(repo, taking.base, tree)
    return Snapshot(commit, tree, taking.base, head, not stat.files, stat, tuple(found))


def _own_tips(repo: Repo, owner: Owner, taking: Taking) -> tuple[str, list[str]]:
    """The agent's own last commit, and the tips of all that it committed: on HEAD, on branches, on the stash."""
    watch = taking.watch
    own = find_own_commits(repo, owner, taking.base, watch.refs.values() if watch else ())
    tips = list(own.tips)
    if watch:
        tips += made_commits(repo, watch, own.tips)
    return own.head, tips[:MAX_PARENTS]


def holds_work(repo: Repo, snapshot: Snapshot) -> bool:
    """Whether a snapshot has anything that its base does not: files, or commits that the agent made and left anywhere."""
    return not snapshot.is_empty or parents_of(repo, snapshot.commit) != (snapshot.base,)


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
    return _without_filters(repo, owner)


def _without_filters(repo: Repo, owner: Owner) -> Owner:
    names = filter_names(repo.common_dir)
    return msgspec.structs.replace(owner, raw=tuple(dict.fromkeys((*owner.raw, *names))))


def _stage(staging: Staging, base: str) -> tuple[str, list[Found], tuple[str, ...]]:
    """The tree of all files; what could not be taken as it lay there; commits that keep what of it would be lost."""
    found = []
    if why := staging.owner.raw_why:
        found.append(_warn(f"filters did not work, files lie as git stores them: {why}"))
    if staging.add():
        _make_readable(staging.top)
        staging.restart(base)
        if complaint := staging.add():
            found.append(_refuse(f"not all files could be taken as they lay: {complaint}"))
            staging = staging._replace(owner=_without_filters(staging.repo, staging.owner))
            staging.restart(base)
            staging.add()
    entries = staging.entries()
    if links := [name for name in staging.owner.shared if name in entries and entries[name].mode == LINK]:
        staging.drop(links)  # a rule that ignores a folder does not ignore a link in its place
    if _take_forced(staging, entries):
        entries = staging.entries()
    nested = take_nested(staging, entries)
    return staging.write_tree(), [*found, *nested.found], nested.kept


def _warn(message: str) -> Found:
    return Found(CHECK, Severity.WARNING, "", 0, message)


def _refuse(message: str) -> Found:
    return Found(CHECK, Severity.ERROR, "", 0, message)


def _make_readable(top: str) -> None:
    """Gives us back what the agent took the rights to read from."""
    for folder, folders, files in os.walk(top):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            wanted = os.R_OK | os.X_OK if name in folders else os.R_OK
            if not os.path.islink(path) and not os.access(path, wanted):
                os.chmod(path, os.stat(path).st_mode | 0o600 | (0o100 if name in folders else 0))


def _take_forced(staging: Staging, entries: Mapping[str, Entry]) -> bool:
    """Whether there are ignored files that the agent has added in spite of that, to its index or in a commit; takes them."""
    theirs = staging._replace(index_file=os.path.join(staging.owner.admin, "index"))
    done = theirs.try_git(["ls-files", "-z", "--cached"])
    if done.code != 0:
        return False  # broken, or gone with the worktree
    extra = {os.fsdecode(path) for path in done.stdout.split(b"\0") if path} - entries.keys()
    wanted = [path for path in sorted(extra.difference(staging.owner.shared)) if _is_file_within(staging.top, path)]
    if wanted:
        words = ["add", "-f", "--sparse", "--ignore-errors", "--pathspec-from-file=-", "--pathspec-file-nul"]
        staging.try_git(words, b"\0".join(map(os.fsencode, wanted)), GIT_LITERAL_PATHSPECS="1")
    return bool(wanted)


def _is_file_within(top: str, path: str) -> bool:
    """Whether there is a file at `path`, and no link on the way to it."""
    place = os.path.join(top, path)
    if os.path.isdir(place) and not os.path.islink(place):
        return False
    return os.path.lexists(place) and os.path.realpath(os.path.dirname(place)) == os.path.dirname(place)
