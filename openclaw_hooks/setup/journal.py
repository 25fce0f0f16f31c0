"""What init has done to a repository, so that uninstall can take back exactly that: `install.json` in the git dir."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import atomic_write, display_path

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.setup.edits import FileEdit, Plan

NAME = "install.json"


class FileRecord(Struct, frozen=True):
    """A file as it was before the first init and as the last one left it; None means that there was no file."""

    before: bytes | None
    after: bytes | None


class ConfigRecord(Struct, frozen=True):
    """A git setting that init made: its value before, and the lines of the config file before and after."""

    file: str
    key: str
    before: bytes | None
    lines_before: bytes
    lines_after: bytes


class Journal(Struct, frozen=True):
    """Everything that init has written here; paths as `Places.name` gives them."""

    version: str = ""
    files: dict[str, FileRecord] = {}
    moves: dict[str, str] = {}
    config: list[ConfigRecord] = []
    folders: list[str] = []
    format: int = 1


class Places:
    """Names for paths that survive moving the repository: below the common git dir, or below one worktree."""

    def __init__(self, repo: Repo) -> None:
        self.common = repo.common_dir
        self.top = repo.top
        self.worktree = f"tree:{os.path.relpath(repo.git_dir, repo.common_dir)}:"

    def name(self, path: str) -> str:
        """The name of an absolute path."""
        relative = os.path.relpath(path, self.common)
        if relative.split(os.sep)[0] != os.pardir:
            return f"git:{relative}"
        return f"{self.worktree}{os.path.relpath(path, self.top)}"

    def path(self, name: str) -> str | None:
        """The absolute path of a name; None for one that lies in another worktree."""
        if name.startswith("git:"):
            return os.path.join(self.common, name.removeprefix("git:"))
        if not name.startswith(self.worktree):
            return None
        return os.path.join(self.top, name.removeprefix(self.worktree))


def journal_path(repo: Repo) -> str:
    """Where the journal of `repo` lies."""
    return os.path.join(repo.state_dir, NAME)


def read_journal(repo: Repo) -> Journal:
    """The journal of `repo`, empty when there is none; raises OpenclawError for one that cannot be read."""
    path = journal_path(repo)
    try:
        with open(path, "rb") as stream:
            return msgspec.json.decode(stream.read(), type=Journal)
    except FileNotFoundError:
        return Journal()
    except (OSError, msgspec.DecodeError) as error:
        hint = "move it away to go on without it; uninstall then takes out only what it can recognise"
        raise OpenclawError(f"{display_path(path)}: cannot be read: {error}", hint) from error


def write_journal(repo: Repo, journal: Journal) -> None:
    """Put the journal down; readable by its owner only, since it holds copies of the user's files."""
    from pathlib import Path

    content = msgspec.json.format(msgspec.json.encode(journal), indent=1) + b"\n"
    atomic_write(Path(journal_path(repo)), content, mode=0o600)


def record_plan(journal: Journal, plan: Plan, places: Places, version: str) -> Journal:
    """The journal with what `plan` is about to do; settings are recorded when they are made."""
    files = dict(journal.files)
    moved = {move.old for move in plan.moves}
    for edit in plan.edits:
        name = places.name(edit.path)
        files[name] = _record_edit(files.get(name), edit, edit.path in moved)
    moves = dict(journal.moves)
    moves.update({places.name(move.new): places.name(move.old) for move in plan.moves})
    folders = [*journal.folders, *(places.name(folder) for folder in missing_folders(plan))]
    return Journal(version, files, moves, journal.config, list(dict.fromkeys(folders)))


def _record_edit(known: FileRecord | None, edit: FileEdit, is_moved: bool) -> FileRecord:
    before = None if is_moved else edit.before
    if known is None or before is None:
        return FileRecord(before, edit.after)
    # Somebody changed the file since the last init: it can no longer be put back whole, so what we knew stays, and
    # uninstall takes out our parts only.
    return FileRecord(known.before, edit.after) if known.after == before else known


def missing_folders(plan: Plan) -> list[str]:
    """The folders that carrying out `plan` will make, parents first."""
    found: dict[str, None] = {}
    for edit in plan.edits:
        folder, missing = os.path.dirname(edit.path), []
        while edit.after is not None and not os.path.isdir(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
        found.update(dict.fromkeys(reversed(missing)))
    return list(found)
