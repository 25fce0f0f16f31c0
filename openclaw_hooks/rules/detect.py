"""Which frameworks a repo uses, told from marker files and package.json, and which rules that activates.

Looked at: the root, its folders, and the folders of workspaces one level further down (`packages/*`, `apps/*`, and what
package.json names as workspaces). Never more than MAX_FOLDERS folders and MAX_ENTRIES names, in sorted order.
"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.rules.markers import ALIASES, DEPENDENCIES, FILES, FOLDERS, PATTERNS, SKIPPED, WORKSPACES
from openclaw_hooks.rules.model import Tier

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from openclaw_hooks.rules.model import Rule

MAX_FOLDERS: Final = 300
MAX_ENTRIES: Final = 20_000
MAX_PACKAGE_BYTES: Final = 1_000_000


class _Folder(NamedTuple):
    path: str
    files: frozenset[str]
    folders: frozenset[str]


def detect_frameworks(root: str) -> frozenset[str]:
    """The ids of the frameworks that the repo at `root` uses, such as `python`, `react`, `solidity`.

    Never an error: a folder that cannot be read holds nothing, and a package.json that does not parse says nothing.
    """
    found: set[str] = set()
    for folder in _scan(root):
        found.update(_detect_in(folder))
    return frozenset(found)


def active_rules(rules: Iterable[Rule], frameworks: Collection[str], root: str | None = None) -> tuple[Rule, ...]:
    """The `rules` in force where `frameworks` are used; a framework rule needs one of its `detect` signals.

    A signal holds when it is a used framework, a marker of one (`foundry.toml` stands for solidity), or when it exists
    below `root` as a file or folder. Rules of other tiers, and rules without signals, are always in force.
    """
    used = {canonical_framework(name) for name in frameworks}
    return tuple(
        rule
        for rule in rules
        if rule.tier is not Tier.FRAMEWORK
        or not rule.detect
        or any(_holds(signal, used, root) for signal in rule.detect)
    )


def canonical_framework(name: str) -> str:
    """The id that a framework goes by here: `golang` is `go`."""
    return ALIASES.get(name.lower(), name.lower())


def frameworks_of(signal: str) -> frozenset[str]:
    """The frameworks that a `detect` signal stands for: itself, or what it is a marker of; empty when unknown."""
    if (name := canonical_framework(signal)) in known_frameworks():
        return frozenset((name,))
    top = signal.strip("/").split("/")[0]
    named = [FILES.get(signal), FOLDERS.get(signal.strip("/")), FILES.get(top), FOLDERS.get(top)]
    named += [name for pattern, name in PATTERNS.items() if signal == pattern or fnmatchcase(signal, pattern)]
    return frozenset(name for name in named if name)


def known_frameworks() -> frozenset[str]:
    """Every id that `detect_frameworks` can give back."""
    return frozenset((*FILES.values(), *FOLDERS.values(), *PATTERNS.values(), *DEPENDENCIES.values()))


def _holds(signal: str, used: set[str], root: str | None) -> bool:
    if canonical_framework(signal) in used or frameworks_of(signal) & used:
        return True
    if root is None or os.path.isabs(signal) or ".." in signal.split("/"):
        return False
    return os.path.exists(os.path.join(root, signal))


def _scan(root: str) -> Iterator[_Folder]:
    top = _read_folder(root)
    workspaces = WORKSPACES | _declared_workspaces(top)
    entries = len(top.files)
    yield top
    below = [os.path.join(root, name) for name in sorted(top.folders - SKIPPED)]
    for depth in (1, 2):
        deeper: list[str] = []
        for path in below[: MAX_FOLDERS // 2]:
            folder = _read_folder(path)
            yield folder
            entries += len(folder.files) + len(folder.folders)
            if entries > MAX_ENTRIES:
                return
            if depth == 1 and os.path.basename(path) in workspaces:
                deeper += [os.path.join(path, name) for name in sorted(folder.folders - SKIPPED)]
        below = deeper


def _read_folder(path: str) -> _Folder:
    files, folders = set(), set()
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.add(entry.name)
                elif entry.is_file():
                    files.add(entry.name)
    except OSError:
        pass  # unreadable, gone, or no folder at all: then it holds nothing to detect
    return _Folder(path, frozenset(files), frozenset(folders))


def _detect_in(folder: _Folder) -> Iterator[str]:
    yield from (FILES[name] for name in folder.files & FILES.keys())
    yield from (FOLDERS[name] for name in folder.folders & FOLDERS.keys())
    for pattern, framework in PATTERNS.items():
        if any(fnmatchcase(name, pattern) for name in (*folder.files, *folder.folders)):
            yield framework
    if "package.json" in folder.files:
        package = _read_package(folder.path)
        for key in ("dependencies", "devDependencies", "peerDependencies"):
            names = package.get(key)
            if isinstance(names, dict):
                yield from (DEPENDENCIES[name] for name in names if name in DEPENDENCIES)


def _declared_workspaces(top: _Folder) -> frozenset[str]:
    """The first folder of each workspace that the root's package.json declares."""
    if "package.json" not in top.files:
        return frozenset()
    declared = _read_package(top.path).get("workspaces")
    if isinstance(declared, dict):  # the long form of Yarn
        declared = declared.get("packages")
    names: Sequence[Any] = declared if isinstance(declared, list) else ()
    return frozenset(name.removeprefix("./").split("/")[0] for name in names if isinstance(name, str))


def _read_package(folder: str) -> dict[str, Any]:
    import json

    try:
        with open(os.path.join(folder, "package.json"), "rb") as stream:
            package = json.loads(stream.read(MAX_PACKAGE_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return package if isinstance(package, dict) else {}
