"""What becomes of one file between the mesh and this board: pure, from what both last agreed on and what each says now.

The rules, each of which a model shows to be needed (`tests/mesh/mirror/test_model.py`):

* absent is not deleted: a file that is missing comes back, a key that is missing is written again by the lead;
* an old value is an old copy, not an edit;
* a change of status or owner counts only on the very content that it was made on;
* where both sides changed a field the mesh's value stays, and the other goes into a conflict record;
* what is not fit for a board never gets onto disk, and never from disk into the mesh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.merge.field_merge import STATE, Conflict
from openclaw_hooks.board.merge.reconcile import WHOLE_FILE, Merged, reconcile_plan, reconcile_task
from openclaw_hooks.board.merge.records import write_record
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.mirror.lineage import WHOLE, Seen, changed_values, grow_seen
from openclaw_hooks.mesh.wire.keys import judge_value, key_of
from openclaw_hooks.tasks.markdown import parse_task
from openclaw_hooks.tasks.model import TASKS_FOLDER, TERMINAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Base(NamedTuple):
    """What a file and its key last agreed on, at which revision (0: of an epoch that is over), and what was before."""

    revision: int
    content: bytes
    seen: Mapping[str, frozenset[str]] = {}


class Remote(NamedTuple):
    """What the mesh has under a key."""

    revision: int
    content: bytes


class Versions(NamedTuple):
    """A file as it was agreed on, as it is on this board (judged, where it was edited by hand), and as the mesh has it."""

    base: Base | None = None
    local: bytes | None = None
    remote: Remote | None = None


class Send(NamedTuple):
    """What is to become of a key: `content`, made from `base` at `revision`.

    Without a base it is a key that the mesh does not have (revision 0).
    """

    base: bytes | None
    content: bytes
    revision: int


class Step(NamedTuple):
    """What is to be done, in this order: conflict records, the file, what is known of it, the mesh. None: nothing.

    Ended after any part of it and begun anew, it comes to the same.
    """

    write: bytes | None = None
    send: Send | None = None
    records: tuple[tuple[str, bytes], ...] = ()
    reports: tuple[str, ...] = ()
    base: Base | None = None


NOTHING = Step()


def sync_step(path: str, versions: Versions, *, leads: bool) -> Step:
    """What brings the file at `path` and its key in step; `leads`: whether this node may write the key."""
    base, local, remote = versions
    remote = newest(base, remote)
    if remote and (not base or remote.content != base.content) and (reason := judge(path, remote.content)):
        report = f"{display_path(path)}: revision {remote.revision} of the mesh is not fit for a board: {reason}"
        again = Send(None, base.content, remote.revision) if leads and base else None
        kept = "this board keeps what it has" + (", and the mesh gets it again" if again else "")
        return Step(send=again, reports=(f"{report}; {kept}",))
    if remote is None:
        return _step_alone(path, base, local, leads=leads)
    if local is None:
        told = (f"{display_path(path)} was missing and is restored",) if base else ()
        return Step(remote.content, reports=told, base=move_base(path, base, remote))
    if local == remote.content:
        return Step(base=move_base(path, base, remote))
    if base and local == base.content:
        return Step(remote.content, base=move_base(path, base, remote))
    if reason := judge(path, local):
        return _refuse_local(path, reason)
    return _merge(path, base, local, remote)


def newest(base: Base | None, remote: Remote | None) -> Remote | None:
    """What the mesh has at least: a value may be overtaken by a later one on its way here."""
    if remote and base and remote.revision < base.revision:
        return Remote(base.revision, base.content)
    return remote


def judge(path: str, content: bytes) -> str:
    """Why `content` can be neither a file of the board nor a value of the mesh, empty when it can."""
    return judge_value(key_of(path), content)


def is_over(path: str, remote: Remote | None) -> bool:
    """Whether the mesh has nothing of a task but its end, or nothing at all."""
    try:
        is_task = remote is not None and path.startswith(f"{TASKS_FOLDER}/")
        return not is_task or parse_task(path, remote.content if remote else b"").status in TERMINAL
    except DocumentError:
        return True


def move_base(path: str, base: Base | None, remote: Remote) -> Base | None:
    """What is agreed on once the file holds what `remote` says; None when that is `base` already."""
    if base is None:
        return Base(remote.revision, remote.content)
    if base[:2] == remote:
        return None
    return Base(remote.revision, remote.content, grow_seen(path, base.seen, base.content, remote.content))


def _refuse_local(path: str, reason: str) -> Step:
    return Step(reports=(f"{display_path(path)} is not fit for a board: {reason}; not sent until it is mended",))


def _step_alone(path: str, base: Base | None, local: bytes | None, *, leads: bool) -> Step:
    """The mesh has no such key: the lead writes again what its board has, everybody else keeps it and waits."""
    if base is None:
        if local is None:
            return NOTHING
        reason = judge(path, local)
        return _refuse_local(path, reason) if reason else Step(send=Send(None, local, 0))
    if local is None:
        told = (f"{display_path(path)} was missing and is restored",)
        return Step(base.content, Send(None, base.content, 0) if leads else None, reports=told)
    if not leads:
        return NOTHING
    # What the file says beyond its base may come from the mesh too: a crash can fall between writing the two.
    fit = local if not judge(path, local) else base.content
    return Step(send=Send(None, reconcile(path, (base.content, fit, base.content), base.seen).content, 0))


def _merge(path: str, base: Base | None, local: bytes, remote: Remote) -> Step:
    seen, dropped = _weigh_edit(path, base, local, remote)
    merged = reconcile(path, (base.content if base else None, local, remote.content), seen)
    conflicts = (*merged.conflicts, *dropped)
    content = merged.content
    if reason := judge(path, content):  # each side was fit: only together they are too long
        content = remote.content
        shown = [text.decode("utf-8", "replace") for text in (remote.content, local)]
        conflicts = (Conflict(WHOLE_FILE, "", *shown),)
    reports = [*_tell_conflicts(path, conflicts), *_tell_old(path, base, (local, content), conflicts)]
    if reason:
        reports.append(f"{display_path(path)}: what both sides wrote does not fit into one file: {reason}")
    return Step(
        write=content if content != local else None,
        send=Send(remote.content, content, remote.revision) if content != remote.content else None,
        records=make_records(path, conflicts),
        reports=tuple(reports),
        base=move_base(path, base, remote),
    )


def reconcile(path: str, sides: tuple[bytes | None, bytes, bytes], seen: Mapping[str, frozenset[str]]) -> Merged:
    """The file that base, local and remote come to."""
    merge = reconcile_task if path.startswith(f"{TASKS_FOLDER}/") else reconcile_plan
    return merge(*sides, seen)


def _weigh_edit(path: str, base: Base | None, local: bytes, remote: Remote) -> tuple[Seen, tuple[Conflict, ...]]:
    """What counts as old in `local`, and the change of status that it loses for having been made on another content."""
    if base is None:
        return {}, ()
    seen = dict(base.seen)
    edited = changed_values(path, base.content, local)
    if is_unchanged(base, remote):
        if name := _find_way_back(edited, seen):
            seen[name] = seen[name] - {edited[name][1]}
        return seen, ()
    if STATE not in edited or edited[STATE][1] in seen.get(STATE, ()):
        return seen, ()
    missed = changed_values(path, local, remote.content)
    if STATE not in missed:
        return seen, ()
    seen[STATE] = seen.get(STATE, frozenset()) | {edited[STATE][1]}
    return seen, (Conflict(STATE, *_show_state(path, base.content, remote.content, local)),)


def is_unchanged(base: Base, remote: Remote) -> bool:
    """Whether the mesh still has what an edit of the file was made on; the same content may be there for a second time."""
    return remote.revision == base.revision


def _find_way_back(edited: Mapping[str, tuple[str, str]], seen: Mapping[str, frozenset[str]]) -> str:
    """The one field that somebody set back to what it was before; empty when there is more to it, or it is an old copy.

    No earlier content is like this one as a whole, so nobody can have saved it from an old buffer. A status is set by
    command alone.
    """
    names = [name for name in edited if name != WHOLE]
    if len(names) != 1 or names[0] == STATE or edited[WHOLE][1] in seen.get(WHOLE, ()):
        return ""
    return names[0] if edited[names[0]][1] in seen.get(names[0], ()) else ""


def _show_state(path: str, *contents: bytes) -> list[str]:
    """The lines of status and owner in each of `contents`."""
    from openclaw_hooks.board.merge.reconcile import PLAN_STATE, TASK_STATE
    from openclaw_hooks.tasks.yaml_edit import get_keys

    keys = TASK_STATE if path.startswith(f"{TASKS_FOLDER}/") else PLAN_STATE
    shown = []
    for content in contents:
        text = content.decode("utf-8", "replace").removeprefix("\ufeff")
        head = text.partition("---")[2].partition("\n---")[0] if path.endswith(".md") else text
        found = get_keys(head.lstrip("\n"))
        shown.append("".join(found[key] for key in keys if key in found).rstrip("\n"))
    return shown


def make_records(path: str, conflicts: Iterable[Conflict]) -> tuple[tuple[str, bytes], ...]:
    """The files of the records of `conflicts`, by path."""
    return tuple(write_record(path, conflict) for conflict in conflicts)


def _tell_conflicts(path: str, conflicts: Iterable[Conflict]) -> list[str]:
    return [
        f"{display_path(path)}: `{conflict.field}` was changed in the mesh too; that stays, this board's is in conflicts/"
        for conflict in conflicts
    ]


def _tell_old(path: str, base: Base | None, change: tuple[bytes, bytes], conflicts: Iterable[Conflict]) -> list[str]:
    """Which fields are put back for holding what they held before; `change` is the file as it was and as it will be."""
    if base is None or change[0] == change[1]:
        return []
    edited, lost = changed_values(path, base.content, change[0]), changed_values(path, *change)
    told = {WHOLE, *(conflict.field for conflict in conflicts)}
    old = [name for name in edited if name in lost and edited[name][1] in base.seen.get(name, ()) and name not in told]
    if not old:
        return []
    names = ", ".join(f"`{name}`" for name in sorted(old))
    return [f"{display_path(path)}: {names} had an old value and is put back; to set it, use a command"]
