"""Three versions of a file of the board merged field by field: pure, the same for git and for the mesh.

What one side changed is taken from that side. Where both changed the same field the remote's value stays and the local
one goes into a conflict record, so nothing is thrown away. A file that is not there was not deleted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.merge.body_merge import merge_body
from openclaw_hooks.board.merge.field_merge import (
    STATE,
    Change,
    Conflict,
    Kind,
    Sides,
    keys_of,
    make_conflict,
    merge_field,
    pick_text,
    shorten,
    value_of,
)
from openclaw_hooks.board.merge.fields import Field, Fields, join_fields, read_fields
from openclaw_hooks.board.merge.order_merge import merge_order
from openclaw_hooks.board.merge.telemetry import is_telemetry, unite_rows
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TASK_STATE: Final = ("status", "owner", "reason", "approval", "recovered_by")
PLAN_STATE: Final = ("status", "approval")
WHOLE_FILE: Final = "file"

_ID = re.compile(rb"^ *[\"']?id[\"']? *: *[\"']?(T-[0-9a-z]{6})\b", re.MULTILINE)


class Merged(NamedTuple):
    """The file that a merge gives, and what did not get into it."""

    content: bytes
    conflicts: tuple[Conflict, ...]


_TASK = Kind(TASK_STATE, is_task=True)
_PLAN = Kind(PLAN_STATE, is_task=False)


def reconcile_task(
    base: bytes | None, local: bytes | None, remote: bytes | None, seen: Mapping[str, frozenset[str]] = {}
) -> Merged:
    """One task file out of three; `seen` has earlier values as `field_values` gives them, which are no edits.

    A version that does not parse gives way to one that does. Raises DocumentError when no version is there.
    """
    return _reconcile(_TASK, base, local, remote, seen)


def reconcile_plan(
    base: bytes | None, local: bytes | None, remote: bytes | None, seen: Mapping[str, frozenset[str]] = {}
) -> Merged:
    """One plan file out of three, as `reconcile_task` does it; every key of a plan is one field."""
    return _reconcile(_PLAN, base, local, remote, seen)


def reconcile_file(path: str, base: bytes | None, local: bytes | None, remote: bytes | None) -> Merged:
    """One file of the board out of three, by what it is: a task, a plan, telemetry, or a text that is merged by line."""
    if path.startswith(("tasks/", "archive/")) and path.endswith(".md"):
        return reconcile_task(base, local, remote)
    if path.startswith(("plans/", "archive/")) and path.endswith(".yaml"):
        return reconcile_plan(base, local, remote)
    if is_telemetry(path):
        return Merged(unite_rows(local, remote), ())
    return _reconcile_text(base, local, remote)


def field_values(content: bytes, *, is_plan: bool = False) -> dict[str, str]:
    """The value of each field of a file, `state` and `body` among them, short enough to be remembered.

    Raises DocumentError for a file that does not parse.
    """
    kind = _PLAN if is_plan else _TASK
    parts = _read(kind, content)
    names = [*(key for key in (*parts.known, *parts.fields) if key not in kind.state), STATE]
    values = {name: shorten(value_of(parts, keys_of(kind, name))) for name in dict.fromkeys(names)}
    return {**values, "body": shorten(parts.body)}


def _reconcile(
    kind: Kind, base: bytes | None, local: bytes | None, remote: bytes | None, seen: Mapping[str, frozenset[str]]
) -> Merged:
    if local is None or remote is None:
        content = local if local is not None else remote if remote is not None else base
        if content is None:
            raise DocumentError("task" if kind.is_task else "plan", 1, "there is no version of it to merge")
        return Merged(content, ())
    ours, theirs, old = _try_read(kind, local), _try_read(kind, remote), _try_read(kind, base)
    if local == remote or (theirs and local == base):
        return Merged(remote, ())
    if ours and remote == base and not seen:
        return Merged(local, ())
    if ours is None or theirs is None:
        return _choose_whole(local, remote, theirs is not None)
    return _merge(kind, Sides(old, ours, theirs, seen), remote)


def _reconcile_text(base: bytes | None, local: bytes | None, remote: bytes | None) -> Merged:
    if local is None or remote is None or local in (base, remote):
        content = remote if remote is not None else local if local is not None else base
        return Merged(content or b"", ())
    if remote == base:
        return Merged(local, ())
    try:
        texts = [None if content is None else content.decode("utf-8") for content in (base, local, remote)]
    except UnicodeDecodeError:
        return _choose_whole(local, remote, remote_parses=True)
    merged = merge_body(texts[0], texts[1] or "", texts[2] or "")
    conflicts = (Conflict(WHOLE_FILE, clash.base, clash.kept, clash.dropped) for clash in merged.clashes)
    return Merged(merged.text.encode(), tuple(conflicts))


def _choose_whole(local: bytes, remote: bytes, remote_parses: bool) -> Merged:
    kept, dropped = (remote, local) if remote_parses else (local, remote)
    shown = [content.decode("utf-8", "backslashreplace") for content in (kept, dropped)]
    return Merged(kept, (Conflict(WHOLE_FILE, "", *shown),))


def _merge(kind: Kind, sides: Sides, remote: bytes) -> Merged:
    changes = [merge_field(kind, sides, name) for name in _names(kind, sides)]
    frame = _merge_frame(sides)
    body, conflicts = _merge_bodies(sides)
    found = [change.conflict for change in changes if change.conflict]
    merged = _assemble(sides, frame._replace(body=body), changes)
    if _is_sound(kind, merged):
        return Merged(join_fields(merged), (*found, *conflicts))
    return _merge_carefully(kind, sides, changes, (body, conflicts))


def _merge_carefully(kind: Kind, sides: Sides, changes: list[Change], text: tuple[str, tuple[Conflict, ...]]) -> Merged:
    """The remote's file with as many of the changes as it bears one by one; the others become conflicts."""
    conflicts = [change.conflict for change in changes if change.conflict]
    taken: list[Change] = []
    current = sides.remote
    for change in changes:
        if all(field == sides.remote.fields.get(key) for key, field in change.fields.items()):
            continue
        tried = _assemble(sides, sides.remote, [*taken, change])
        if _is_sound(kind, tried):
            taken.append(change)
            current = tried
        elif not change.conflict:
            conflicts.append(make_conflict(sides, change.name, tuple(change.fields)))
    tried = current._replace(body=text[0])
    if _is_sound(kind, tried):
        return Merged(join_fields(tried), (*conflicts, *text[1]))
    old = sides.base.body if sides.base else ""
    return Merged(join_fields(current), (*conflicts, Conflict("body", old, sides.remote.body, sides.local.body)))


def _names(kind: Kind, sides: Sides) -> Iterator[str]:
    keys = {**(sides.base.fields if sides.base else {}), **sides.local.fields, **sides.remote.fields}
    yield from sorted(key for key in keys if key not in kind.state)
    yield STATE


def _merge_bodies(sides: Sides) -> tuple[str, tuple[Conflict, ...]]:
    base, local, remote, seen = sides
    if shorten(local.body) in seen.get("body", ()):
        return remote.body, ()
    merged = merge_body(base.body if base else None, local.body, remote.body)
    return merged.text, tuple(
        Conflict(f"body {clash.heading}".rstrip(), clash.base, clash.kept, clash.dropped) for clash in merged.clashes
    )


def _merge_frame(sides: Sides) -> Fields:
    """What is not a field: line ends, byte order mark, and the lines around the keys."""
    base, local, remote, _ = sides
    old = base or remote
    opening, closing = (pick_text(old.frame[at], local.frame[at], remote.frame[at]) for at in (0, 1))
    newline = pick_text(old.newline, local.newline, remote.newline)
    return remote._replace(bom=pick_text(old.bom, local.bom, remote.bom), newline=newline, frame=(opening, closing))


def _assemble(sides: Sides, frame: Fields, changes: list[Change]) -> Fields:
    """`frame` with the keys of `changes` as these say; its other keys stay, or go when every key is named."""
    fields: dict[str, Field | None] = {**frame.fields}
    for change in changes:
        fields.update(change.fields)
    kept = {key: field for key, field in fields.items() if field}
    base = list(sides.base.fields) if sides.base else []
    order = merge_order(base, list(sides.local.fields), list(sides.remote.fields), kept)
    return frame._replace(fields={key: kept[key] for key in order})


def _is_sound(kind: Kind, merged: Fields) -> bool:
    """Whether the merged file parses, and each field still says what it said on its own side."""
    parts = _try_read(kind, join_fields(merged))
    if parts is None or list(parts.fields) != list(merged.fields) or parts.body != merged.body:
        return False
    return all(parts.value_of(key) == field.value for key, field in merged.fields.items())


def _read(kind: Kind, content: bytes) -> Fields:
    from openclaw_hooks.tasks.markdown import parse_task

    if not kind.is_task:
        plan = read_fields("plan.yaml", content, {})
        if "id" not in plan.fields:
            raise DocumentError("plan.yaml", 1, "key `id` is missing", "add it")
        return plan
    name = f"{_find_id(content)}.md"
    task = parse_task(name, content)
    known = {key: getattr(task, key) for key in task.__struct_fields__ if key != "body"}
    return read_fields(name, content, known)


def _find_id(content: bytes) -> str:
    """The id that the file gives itself; whether it fits its name is judged where names are known."""
    found = _ID.search(content)
    return found[1].decode() if found else "task"


def _try_read(kind: Kind, content: bytes | None) -> Fields | None:
    if content is None:
        return None
    try:
        return _read(kind, content)
    except OpenclawError:
        return None
