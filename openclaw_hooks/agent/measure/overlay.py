"""The tree that a metric runs in: what the attempt left, with what measures the work as it was at the base."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.plumbing import ask_store, read_contents
from openclaw_hooks.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from openclaw_hooks.agent.model import Frozen
    from openclaw_hooks.git import Repo

SYMLINK: Final = "120000"


class Entry(NamedTuple):
    """What a path is in a tree: mode in octal digits, and the id of its content."""

    mode: str
    oid: str


Entries = dict[str, Entry]


def list_entries(repo: Repo, treeish: str) -> Entries:
    """The files, links and submodules in a tree."""
    entries: Entries = {}
    for line in ask_store(repo, ["ls-tree", "-r", "-z", "--full-tree", treeish]).split(b"\0"):
        head, _, path = line.partition(b"\t")
        words = head.decode().split()
        if len(words) == 3:
            entries[os.fsdecode(path)] = Entry(words[0], words[2])
    return entries


def lay_over(attempt: Mapping[str, Entry], base: Mapping[str, Entry], frozen: Frozen, shared: Sequence[str]) -> Entries:
    """The entries of `attempt` with all that is frozen exactly as in `base`.

    What `base` has comes back, changed or deleted or in the way of something else; what it does not have goes where new files
    count. Nothing of the attempt lies at or below the paths in `shared`, which links will take.
    """
    known, strict = compile_globs(frozen.globs), compile_globs(frozen.strict)
    restored = {path: entry for path, entry in base.items() if known.matches(path)}
    folders = {parent for path in restored for parent in _parents(path)}
    laid: Entries = dict(restored)
    for path, entry in attempt.items():
        if path in base:  # in nobody's way: the base has both
            laid.setdefault(path, entry)
        elif not (strict.matches(path) or path in folders or any(parent in restored for parent in _parents(path))):
            laid[path] = entry
    return {path: entry for path, entry in laid.items() if not _lies_at(path, shared)} if shared else laid


def drop_leaving_links(repo: Repo, laid: Entries, base: Mapping[str, Entry]) -> Entries:
    """`laid` without the links that an attempt brings and that leave the tree: what lies outside is not measured."""
    links = {path: entry.oid for path, entry in laid.items() if entry.mode == SYMLINK and base.get(path) != entry}
    targets = read_contents(repo, links.values())
    leaving = {path for path, oid in links.items() if leaves_tree(path, os.fsdecode(targets.get(oid, b"/")))}
    return {path: entry for path, entry in laid.items() if path not in leaving}


def leaves_tree(path: str, target: str) -> bool:
    """Whether a link at `path` to `target` may lead out of the tree.

    Parents may only stand in front: behind a name, which can be a link itself, nobody knows where `..` leads.
    """
    if target.startswith("/") or "\0" in target:
        return True
    names = [name for name in target.split("/") if name not in ("", ".")]
    ups = 0
    while ups < len(names) and names[ups] == "..":
        ups += 1
    return ups > path.count("/") or ".." in names[ups:]


def index_lines(entries: Mapping[str, Entry]) -> bytes:
    """`entries` as `git update-index -z --index-info` takes them."""
    return b"".join(
        f"{entry.mode} {entry.oid} 0\t".encode() + os.fsencode(path) + b"\0" for path, entry in sorted(entries.items())
    )


def _parents(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def _lies_at(path: str, places: Iterable[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") or place.startswith(f"{path}/") for place in places)
