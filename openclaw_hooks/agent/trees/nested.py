"""Repositories within the worktree: those that an agent made or cloned become plain files, submodules are watched."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent.model import Found
from openclaw_hooks.agent.trees.commit import write_commit
from openclaw_hooks.agent.trees.stage import GITLINK
from openclaw_hooks.board.plumbing import call_store
from openclaw_hooks.files import display_path
from openclaw_hooks.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openclaw_hooks.agent.trees.stage import Entry, Staging

MODULE: Final = "submodule"
NESTED: Final = "nested-repository"
DEEPEST: Final = 20  # repositories within repositories
AUTHOR: Final = "openclaw-hooks <agent@openclaw.invalid>"


class Nested(NamedTuple):
    """What is to be said of repositories within a worktree, and commits of files that would be lost with it."""

    found: tuple[Found, ...] = ()
    kept: tuple[str, ...] = ()


def take_nested(staging: Staging, entries: Mapping[str, Entry]) -> Nested:
    """Takes the files of repositories that the base does not know, and looks into its submodules."""
    links = {path: entry.oid for path, entry in entries.items() if entry.mode == GITLINK}
    if not links:
        return Nested()
    known = _gitlinks(staging)
    found, kept = [], []
    for path, oid in sorted(links.items()):
        if path not in known:
            found.append(_take_files(staging, path))
            continue
        if oid != known[path]:
            found.append(_judge_move(staging, path, oid))
        if lost := _keep_changes(staging, path, oid):
            message = f"changes inside the submodule are no part of the work; they are kept in commit {lost[:12]}"
            found.append(
                Found(
                    MODULE, Severity.ERROR, display_path(path), 0, message, "commit and push them in its own repository"
                )
            )
            kept.append(lost)
    return Nested(tuple(found), tuple(kept))


def _gitlinks(staging: Staging) -> dict[str, str]:
    """The submodules of the commit that the worktree was made at."""
    listing = staging.git(["ls-tree", "-r", "-z", "--full-tree", staging.owner.commit])
    heads = (line.partition(b"\t") for line in listing.split(b"\0") if line.startswith(GITLINK.encode()))
    return {os.fsdecode(path): head.split()[2].decode() for head, _, path in heads}


def _take_files(staging: Staging, path: str) -> Found:
    """Puts the files of the repository at `path` into the index, in place of the link to it."""
    names = list(_list_files(staging, path, 0))
    asked = b"\0".join(map(os.fsencode, names))
    ignored = staging.try_git(["check-ignore", "-z", "--no-index", "--stdin"], asked).stdout if names else b""
    wanted = [name for name in asked.split(b"\0") if name and name not in set(ignored.split(b"\0"))]
    staging.drop([path])
    staging.git(["update-index", "--add", "-z", "--stdin"], b"".join(name + b"\0" for name in wanted))
    message = f"a repository of its own lay here: its {len(wanted)} files were taken, its history was not"
    return Found(NESTED, Severity.WARNING, display_path(path), 0, message)


def _list_files(staging: Staging, path: str, depth: int) -> Iterator[str]:
    """The files below a repository in the worktree that its own rules do not ignore, repositories in it included."""
    inner = staging._replace(top=os.path.join(staging.top, path), index_file=f"{staging.index_file}.none")
    listing = inner.git(["ls-files", "-z", "--others", "--exclude-standard"])
    for name in listing.split(b"\0"):
        place = os.path.join(path, os.fsdecode(name))
        if name.endswith(b"/") and depth < DEEPEST:
            yield from _list_files(staging, place.rstrip("/"), depth + 1)
        elif name:
            yield place


def _judge_move(staging: Staging, path: str, oid: str) -> Found:
    """What is to be said of a submodule that another commit is checked out in."""
    top = os.path.join(staging.top, path)
    inner = staging.repo._replace(common_dir=os.path.join(top, ".git"))
    listed = call_store(inner, ["for-each-ref", "--count=1", f"--contains={oid}", "refs/remotes", "refs/tags"])
    if listed.code == 0 and listed.stdout:
        return Found(MODULE, Severity.WARNING, display_path(path), 0, f"the submodule is at commit {oid[:12]} now")
    message = f"the submodule is at commit {oid[:12]} now, which no remote of it is known to have"
    return Found(MODULE, Severity.ERROR, display_path(path), 0, message, "push it there first")


def _keep_changes(staging: Staging, path: str, oid: str) -> str:
    """A commit of what lies in a submodule's folder where that is not its own commit `oid`; empty otherwise."""
    top = os.path.join(staging.top, path)
    if os.path.islink(top) or not os.path.isdir(top) or not set(os.listdir(top)) - {".git"}:
        return ""
    inner = staging._replace(top=top, index_file=f"{staging.index_file}.module")
    try:
        inner.try_git(["add", "-A", "--ignore-errors", "--", "."])
        tree = inner.write_tree()
    finally:
        inner.close()
    if os.path.lexists(os.path.join(top, ".git")):
        known = call_store(
            staging.repo._replace(common_dir=os.path.join(top, ".git")), ["rev-parse", "--verify", f"{oid}^{{tree}}"]
        )
        if known.stdout.decode().strip() == tree:
            return ""
    return write_commit(staging.repo, tree, [], f"chore: the submodule {display_path(path)} as it lay\n", AUTHOR)
