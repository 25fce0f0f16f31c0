"""Carrying out a plan: the journal first, so that a run that is cut short can still be taken back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.files import atomic_write, display_path
from openclaw_hooks.git import ask_git
from openclaw_hooks.setup.journal import ConfigRecord, Journal, Places, read_journal, record_plan, write_journal
from openclaw_hooks.setup.mesh_removal import stop_mesh

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.setup.edits import ConfigChange, FileEdit, Plan


def apply_plan(repo: Repo, plan: Plan, version: str) -> None:
    """Do what `plan` says and remember it; raises RefusedError when a file changed since it was planned."""
    if plan.is_empty:
        return
    journal = record_plan(read_journal(repo), plan, Places(repo), version)
    write_journal(repo, journal)
    carry_out(plan._replace(config=()))
    for change in plan.config:  # last: a setting may only point to a folder that is complete
        journal = _record_setting(journal, change, Places(repo))
        write_journal(repo, journal)


def carry_out(plan: Plan) -> None:
    """Do what `plan` says without remembering it."""
    moved = {move.old for move in plan.moves}
    try:
        for move in plan.moves:
            os.replace(move.old, move.new)
        for edit in plan.edits:
            _carry_out_edit(edit._replace(before=None) if edit.path in moved else edit)
    except OSError as error:
        shown = display_path(os.fsdecode(error.filename or ""))
        hint = "what was done so far is remembered: mend this, then run the command again or `openclaw uninstall`"
        raise OpenclawError(f"{shown}: {error.strerror}", hint) from error
    for change in plan.config:
        set_config(change)


def _carry_out_edit(edit: FileEdit) -> None:
    if read_file(edit.path) != edit.before:
        raise RefusedError(f"{display_path(edit.path)} changed while this ran", "run the command again")
    if edit.after is None:
        os.unlink(edit.path)
        return
    atomic_write(Path(edit.path), edit.after, mode=0o755 if edit.is_executable else None)


def read_file(path: str) -> bytes | None:
    """The content of a file; None when there is none."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def set_config(change: ConfigChange) -> None:
    """Make or unset one git setting."""
    where = ["config", "--file", change.file]
    if change.after is None:
        ask_git([*where, "--unset-all", change.key])
    else:
        ask_git([*where, "--replace-all", change.key, change.after])


def _record_setting(journal: Journal, change: ConfigChange, places: Places) -> Journal:
    old = (read_file(change.file) or b"").splitlines(keepends=True)
    set_config(change)
    new = (read_file(change.file) or b"").splitlines(keepends=True)
    start = next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    lines = (b"".join(old[start : len(old) - end]), b"".join(new[start : len(new) - end]))
    before = None if change.before is None else os.fsencode(change.before)
    record = ConfigRecord(places.name(change.file), change.key, before, *lines)
    known = [one for one in journal.config if (one.file, one.key) != (record.file, record.key)]
    return Journal(journal.version, journal.files, journal.moves, [*known, record], journal.folders)


def take_back(repo: Repo, plan: Plan, journal: Journal) -> None:
    """Do what uninstall planned: settings first, so that git never looks into a folder that is going away."""
    stop_mesh(repo)
    places = Places(repo)
    records = {(places.path(record.file), record.key): record for record in journal.config}
    for change in plan.config:
        _put_setting_back(change, records.get((change.file, change.key)))
    carry_out(plan._replace(config=()))
    for folder in (repo.state_dir, os.path.join(repo.git_dir, "openclaw")):
        remove_state(folder)
    for name in reversed(journal.folders):
        path = places.path(name)
        if path and os.path.isdir(path) and not os.listdir(path):
            os.rmdir(path)


def remove_state(folder: str) -> None:
    """Takes our state away, but never a board in it whose worktree is still there: it has edits that are nowhere else."""
    import shutil

    kept = os.path.join(folder, "board")
    if not os.path.isdir(folder):
        return
    if not os.path.lexists(os.path.join(kept, ".git")):
        shutil.rmtree(folder)
        return
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False) and entry.path != kept:
            shutil.rmtree(entry.path)
        elif entry.path != kept:
            os.unlink(entry.path)


def _put_setting_back(change: ConfigChange, record: ConfigRecord | None) -> None:
    """The very lines from before where ours are still there as git wrote them; else the value."""
    content = read_file(change.file) or b""
    if record and record.lines_after and content.count(record.lines_after) == 1:
        from openclaw_hooks.git import call_git

        atomic_write(Path(change.file), content.replace(record.lines_after, record.lines_before))
        done = call_git(["config", "--file", change.file, "--get", change.key])
        if os.fsdecode(done.stdout.removesuffix(b"\n")) == (change.after or ""):
            return
        atomic_write(Path(change.file), content)
    set_config(change)
