"""What a remote's commit makes of this board: decided path by path, before anything is written.

Tasks and plans that are missing on one side were not deleted, unless that side has them in its archive; nor was telemetry.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.disk import path_is_odd
from openclaw_hooks.board.merge.reconcile import reconcile_file
from openclaw_hooks.board.merge.records import write_record
from openclaw_hooks.board.merge.telemetry import FOLDER, is_telemetry
from openclaw_hooks.board.place import BoardError
from openclaw_hooks.board.plumbing import REGULAR, ask_store, call_store, read_contents
from openclaw_hooks.board.sharing.quarantine import Blob, Places, judge_content, judge_entry, judge_path
from openclaw_hooks.files import display_path
from openclaw_hooks.git import split_paths

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo

GUARDED: Final = ("tasks/", "plans/", f"{FOLDER}/")
ARCHIVE: Final = "archive"
EXECUTABLE: Final = "100755"


class Heads(NamedTuple):
    """Three commits: what both sides come from (empty: nothing), this board's, the remote's."""

    base: str
    local: str
    remote: str


class Outcome(NamedTuple):
    """What leads from the local tree to the merged one, and what there is to tell, as paths and lines.

    `is_whole`: the merged tree is the remote's, entry by entry.
    """

    changes: dict[str, bytes | None]
    taken: tuple[str, ...]
    merged: tuple[str, ...]
    records: tuple[str, ...]
    restored: tuple[str, ...]
    refused: tuple[str, ...]
    is_whole: bool


class _Versions(NamedTuple):
    """One path in the three trees; None where it has no regular file."""

    base: Blob | None
    local: Blob | None
    remote: Blob | None


def judge_incoming(repo: Repo, heads: Heads) -> Outcome:
    """What merging the remote's commit comes to; raises BoardError when git cannot read its tree."""
    return _Judge(repo, heads).run()


class _Judge:
    """One merge while it is being decided."""

    def __init__(self, repo: Repo, heads: Heads) -> None:
        self.repo = repo
        self.heads = heads
        self.changes: dict[str, bytes | None] = {}
        self.told: dict[str, list[str]] = {"taken": [], "merged": [], "records": [], "restored": [], "refused": []}
        self.is_whole = True
        self._archived: dict[str, set[str]] = {}

    def run(self) -> Outcome:
        versions = _read_versions(self.repo, self.heads)
        wanted = {path: found for path, found in versions.items() if self._is_wanted(path, found)}
        fit = self._refuse_entries(wanted)
        contents = self._read(fit.values())
        for path, found in fit.items():
            self._take(path, [contents.get(blob.oid) if blob else None for blob in found])
        lines = {name: tuple(told) for name, told in self.told.items()}
        return Outcome(self.changes, is_whole=self.is_whole, **lines)

    def _is_wanted(self, path: str, found: _Versions) -> bool:
        """Whether there is something to take from the remote; what is missing on a side is settled here."""
        base, local, remote = found
        if remote is None:
            self._settle_missing(path, found)
            return False
        if local is None and base is not None and remote == base:  # gone here, unchanged there
            guarded = _is_guarded(path) and not self._is_archived(path, self.heads.local)
            if guarded:
                self.told["restored"].append(path)
            self.is_whole = self.is_whole and guarded
            return guarded
        if local == remote:
            return False
        if remote == base or (local and local.oid == remote.oid and remote.mode != REGULAR):
            self.is_whole = False
            return False
        return True

    def _settle_missing(self, path: str, found: _Versions) -> None:
        base, local, _ = found
        if local is None:
            return
        is_gone = local == base and (not _is_guarded(path) or self._is_archived(path, self.heads.remote))
        if is_gone:
            if not path_is_odd(path):  # such an entry goes with the next commit of somebody who never had it
                self.changes[path] = None
            self.told["taken"].append(path)
            return
        self.is_whole = False
        if base is not None:
            self.told["restored"].append(path)

    def _is_archived(self, path: str, commit: str) -> bool:
        if commit not in self._archived:
            words = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--", ARCHIVE]
            self._archived[commit] = {os.path.basename(name) for name in split_paths(ask_store(self.repo, words))}
        return os.path.basename(path) in self._archived[commit]

    def _refuse_entries(self, wanted: dict[str, _Versions]) -> dict[str, _Versions]:
        """`wanted` without the entries whose name, kind or size already says that they are not fit for the board."""
        sizes = _read_sizes(self.repo, [found.remote.oid for found in wanted.values() if found.remote])
        is_new = any(found.local is None for found in wanted.values())
        places = Places(self._list_local() if is_new else ())
        fit: dict[str, _Versions] = {}
        for path in sorted(wanted):
            remote = wanted[path].remote
            assert remote is not None  # that is what made it wanted
            reason = judge_entry(path, remote, sizes.get(remote.oid, -1))
            if not reason and (clash := places.clash(path) if wanted[path].local is None else ""):
                reason = f"{display_path(clash)} is in its place"
            if reason:
                self._refuse(path, reason)
                continue
            fit[path] = wanted[path]
            places.add(path)
            if remote.mode == EXECUTABLE:
                self.is_whole = False  # its content is taken, its mode is not
        return fit

    def _list_local(self) -> set[str]:
        words = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", self.heads.local]
        return split_paths(ask_store(self.repo, words))

    def _read(self, found: object) -> dict[str, bytes]:
        blobs = [blob.oid for versions in found for blob in versions if blob]  # type: ignore[attr-defined]
        return read_contents(self.repo, blobs)

    def _refuse(self, path: str, reason: str) -> None:
        self.told["refused"].append(f"{display_path(path)}: {reason}")
        self.is_whole = False

    def _take(self, path: str, contents: list[bytes | None]) -> None:
        base, local, remote = contents
        if remote is None or (reason := judge_content(path, remote)):
            self._refuse(path, "its content is missing" if remote is None else reason)
            return
        if local is None or (local == base and not is_telemetry(path)):
            self.changes[path] = remote
            if path not in self.told["restored"]:
                self.told["taken"].append(path)
            return
        merged = reconcile_file(path, base, local, remote)
        self.is_whole = self.is_whole and merged.content == remote and not merged.conflicts
        self.changes[path] = merged.content
        self.told["merged"].append(path)
        for conflict in merged.conflicts:
            place, content = write_record(path, conflict)
            self.changes[place] = content
            self.told["records"].append(place)


def _is_guarded(path: str) -> bool:
    """Whether a file that is missing comes back: a task, a plan or telemetry, not what somebody put beside them."""
    return path.startswith(GUARDED) and not judge_path(path)


def _read_versions(repo: Repo, heads: Heads) -> dict[str, _Versions]:
    """Every path that one side changed."""
    theirs = _diff(repo, heads.base, heads.remote)
    ours = _diff(repo, heads.base, heads.local) if heads.base != heads.local else {}
    found: dict[str, _Versions] = {}
    for path in {**theirs, **ours}:
        base = theirs[path][0] if path in theirs else ours[path][0]
        local = ours[path][1] if path in ours else base
        remote = theirs[path][1] if path in theirs else base
        found[path] = _Versions(_regular(base), _regular(local), remote)
    return found


def _regular(blob: Blob | None) -> Blob | None:
    return blob if blob and blob.mode.startswith("100") else None


def _diff(repo: Repo, old: str, new: str) -> dict[str, tuple[Blob | None, Blob | None]]:
    """What differs between two commits: path -> entries before and after."""
    words = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", old or repo.empty_tree, new, "--"]
    done = call_store(repo, words)
    if done.code != 0:
        reason = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ").splitlines()
        raise BoardError(f"git cannot read the tree of {new[:12]}: {(reason or ['it said nothing'])[0]}")
    fields = done.stdout.split(b"\0")
    found: dict[str, tuple[Blob | None, Blob | None]] = {}
    for head, path in zip(fields[::2], fields[1::2], strict=False):
        old_mode, new_mode, old_oid, new_oid, _ = head.decode().lstrip(":").split()
        found[os.fsdecode(path)] = (_blob(old_mode, old_oid), _blob(new_mode, new_oid))
    return found


def _blob(mode: str, oid: str) -> Blob | None:
    return Blob(mode, oid) if mode.strip("0") else None


def _read_sizes(repo: Repo, oids: list[str]) -> dict[str, int]:
    """The sizes of blobs; of what is missing or no blob, none."""
    if not oids:
        return {}
    words = ["cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)"]
    lines = ask_store(repo, words, stdin="\n".join(oids).encode() + b"\n").decode().splitlines()
    answers = (line.split(" ") for line in lines)
    return {answer[0]: int(answer[2]) for answer in answers if len(answer) == 3 and answer[1] == "blob"}
