"""Changes from where they come: the index, a commit, or files on disk."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from openclaw_hooks import git
from openclaw_hooks.checks.change import SUBMODULE, SYMLINK, AddedLines, Change, ChangedFile, added_lines, parse_diff
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

SKIPPED_FOLDERS = {".git", "node_modules", "__pycache__", ".venv", ".hg", ".svn"}


def staged_change(repo: git.Repo, message: str = "") -> Change:
    """What the next commit would change; in a merge, only what differs from every parent.

    What a merge brings in unchanged was checked where it was written, or is checked before it is pushed.
    """
    files = parse_diff(git.staged_diff(repo))
    for other in git.merge_heads(repo):
        own = git.changed_names(repo, other)
        files = [file for file in files if file.path in own]
    return Change(tuple(files), _read_blobs, cache(lambda: frozenset(git.list_index())), message, is_staged=True)


def commit_change(repo: git.Repo, commit: str) -> Change:
    """What `commit` changed against its first parent; a merge as in `staged_change`."""
    parents = git.commit_parents(commit)
    files = parse_diff(git.tree_diff(repo, parents[0] if parents else "", commit))
    for other in parents[1:]:
        own = git.changed_names(repo, other, commit)
        files = [file for file in files if file.path in own]
    paths = cache(lambda: frozenset(git.list_tree(commit)))
    return Change(tuple(files), _read_blobs, paths, git.commit_message(commit))


def range_change(repo: git.Repo, old: str, new: str) -> Change:
    """What leads from commit `old` to commit `new` as one change, without messages."""
    files = tuple(parse_diff(git.tree_diff(repo, old, new)))
    return Change(files, _read_blobs, cache(lambda: frozenset(git.list_tree(new))))


def _read_blobs(files: Iterable[ChangedFile]) -> dict[str, bytes]:
    wanted = {file.path: file.oid for file in files if file.is_regular}
    blobs = git.read_blobs(wanted.values())
    return {path: blobs[oid] for path, oid in wanted.items()}


def disk_change(root: str, paths: Sequence[str]) -> Change:
    """The files and folders `paths` as they lie on disk, every line of them counted as added.

    A named file is always read; a folder gives its tracked and untracked files, ignored ones left out.
    Paths in the change are relative to `root` where they lie below it. Raises OpenclawError for a
    path that does not exist.
    """
    named: dict[str, None] = {}
    for path in paths:
        if os.path.isdir(path) and not os.path.islink(path):
            named.update(dict.fromkeys(os.path.join(path, name) for name in _files_below(path)))
        elif os.path.lexists(path):
            named[path] = None
        else:
            raise OpenclawError(f"no such file or folder: {path}", "check the spelling; paths are relative to here")
    located = {_relative(path, root): path for path in named}
    files = tuple(file for name, path in located.items() if (file := _disk_file(name, path)))
    return Change(files, _disk_reader(located), cache(lambda: frozenset(_files_below(root))))


def _relative(path: str, root: str) -> str:
    real = os.path.join(os.path.realpath(os.path.dirname(path) or "."), os.path.basename(path))
    relative = os.path.relpath(real, os.path.realpath(root))
    return (path if relative.startswith("..") else relative).replace(os.sep, "/")


def _files_below(folder: str) -> list[str]:
    try:
        return [name for name in git.list_worktree(folder) if os.path.lexists(os.path.join(folder, name))]
    except OpenclawError:  # outside a repository
        return _walk(folder)


def _walk(folder: str) -> list[str]:
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - SKIPPED_FOLDERS)
        found += [os.path.relpath(os.path.join(parent, name), folder).replace(os.sep, "/") for name in sorted(names)]
    return found


def _disk_file(name: str, path: str) -> ChangedFile | None:
    if os.path.islink(path):
        return ChangedFile(name, "A", SYMLINK, "", AddedLines(os.readlink(path), (0,), (1,)))
    if os.path.isdir(path):  # a submodule, or a folder listed as one path
        return ChangedFile(name, "A", SUBMODULE, "", AddedLines())
    if not os.path.isfile(path):  # a socket, a pipe: nothing that git would take
        return None
    with open(path, "rb") as stream:
        content = stream.read()
    lines = content.removesuffix(b"\n").split(b"\n") if content else []
    added, is_binary = added_lines([(1, lines)] if lines else [])
    return ChangedFile(name, "A", "100644", "", added, is_binary=is_binary)


def _disk_reader(located: dict[str, str]) -> Callable[[Iterable[ChangedFile]], Mapping[str, bytes]]:
    def read(files: Iterable[ChangedFile]) -> dict[str, bytes]:
        contents = {}
        for file in files:
            if file.is_regular:
                with open(located[file.path], "rb") as stream:
                    contents[file.path] = stream.read()
        return contents

    return read
