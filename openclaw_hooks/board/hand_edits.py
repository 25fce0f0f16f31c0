"""Edits that were made by hand, found on disk and taken over into the next commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.absorb import judge_edit
from openclaw_hooks.board.disk import read_disk, write_file
from openclaw_hooks.board.leaks import find_leaks
from openclaw_hooks.board.place import BoardError, shell_words
from openclaw_hooks.board.view import tracked_contents
from openclaw_hooks.board.vouched import read_vouched, take_vouched
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.files import display_path
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from openclaw_hooks.board.edit import Edit
    from openclaw_hooks.board.view import View

FEW_MISSING = 5
MANY_MISSING = 0.2  # of all files: no single file gets lost so; somebody moved or deleted a folder


class Found(NamedTuple):
    """A file that differs from the branch: what was on disk when it was judged, and what is to be there."""

    seen: bytes | None
    wanted: bytes | None


def absorb_edits(edit: Edit, view: View) -> dict[str, Found]:
    """Judges every file that differs from the branch, and puts what stands of it into `edit`.

    Raises BoardError when so many files are missing that it cannot be meant.
    """
    paths = view.edited()
    if not paths:
        return {}
    _refuse_mass_loss(edit, view)
    found = _take_vouched(edit, view, set(paths))
    paths = [path for path in paths if path not in found]
    bases = tracked_contents(edit.board, view, paths) | edit.vouched
    for path in paths:
        base, seen = bases.get(path), read_disk(edit.board, path)
        _show_branch(edit, path, base)  # the snapshot has the edit as it is on disk: nothing builds on what is put back
        if seen is None:
            if base is not None:
                edit.reports.append(f"{display_path(path)} was missing and is restored")
                found[path] = Found(None, base)
            continue
        if leaks := find_leaks(edit.board.repo, path, seen, [base]):
            edit.reports.append(f"{'; '.join(leaks)}; not committed until it is taken out")
            continue
        judged = judge_edit(base, seen, path, edit.actor.rights - {Right.HUMAN})
        edit.reports.extend(judged.reports)
        if judged.content is not None and judged.content != base:
            edit.put(path, judged.content)
            edit.say(f"{_describe(path)} edited by hand ({edit.actor.name})")
        if judged.disk is not None or judged.content is not None:
            found[path] = Found(seen, judged.disk)
    return found


def _take_vouched(edit: Edit, view: View, edited: set[str]) -> dict[str, Found]:
    """Takes over what the journal vouches for; those files that have just this content need no more looking at."""
    found: dict[str, Found] = {}
    for path, entries in read_vouched(edit.board, view).items():
        if path not in edited:
            continue  # written down, and then the file never was
        blob = view.entries[path].found
        content = take_vouched(edit, path, entries, blob)
        if any(entry.blob == blob for entry in entries):
            found[path] = Found(content, None)
    return found


def _show_branch(edit: Edit, path: str, base: bytes | None) -> None:
    try:
        edit.show(path, base)
    except DocumentError:  # broken on the branch already
        edit.show(path, None)


def write_absorbed(edit: Edit, found: dict[str, Found]) -> None:
    """Puts on disk what is to be there, unless somebody edited the file once more meanwhile.

    Before the commit: should this be the last thing that the command does, the next one judges the files again.
    """
    for path, (seen, wanted) in found.items():
        after = edit.changes.get(path, wanted)
        if after is not None and after != seen and read_disk(edit.board, path) == seen:
            write_file(edit.board, path, after)


def _refuse_mass_loss(edit: Edit, view: View) -> None:
    tracked = [path for path, entry in view.entries.items() if entry.tracked]
    missing = [path for path in tracked if not view.entries[path].found]
    if len(missing) > max(FEW_MISSING, MANY_MISSING * len(tracked)):
        raise BoardError(
            f"{len(missing)} of the board's {len(tracked)} files are missing on disk; nothing was changed",
            f"git -C {shell_words(edit.board.top)} checkout HEAD -- . brings them back; then run the command again",
        )


def _describe(path: str) -> str:
    folder, _, name = path.partition("/")
    return f"{folder.removesuffix('s')} {name.rpartition('.')[0] or name}"
