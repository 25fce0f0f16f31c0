"""What a merge decides about one field of a task or plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.merge.fields import Field, Fields, describe_value
from openclaw_hooks.board.merge.order_merge import merge_sets

if TYPE_CHECKING:
    from collections.abc import Mapping

STATE: Final = "state"  # the keys that move together are one field of this name
LISTS: Final = frozenset({"labels", "depends_on", "scope", "evaluator", "success_criteria"})
MACHINE_KEYS: Final = frozenset({"sync"})  # kept by programs: the remote's value is as good as any
LONGEST_VALUE = 64  # characters of a value that is remembered as it is


class Conflict(NamedTuple):
    """A field that both sides changed: its lines before, those that stayed and those that gave way."""

    field: str
    base: str
    kept: str
    dropped: str


class Kind(NamedTuple):
    """What is special about the fields of tasks, or of plans."""

    state: tuple[str, ...]
    is_task: bool


class Sides(NamedTuple):
    """The three versions, and what every field was at some time before."""

    base: Fields | None
    local: Fields
    remote: Fields
    seen: Mapping[str, frozenset[str]]


class Change(NamedTuple):
    """What the merge decided about one field: what stands for each of its keys, and the conflict it left."""

    name: str
    fields: dict[str, Field | None]
    conflict: Conflict | None


def merge_field(kind: Kind, sides: Sides, name: str) -> Change:
    """What becomes of the field `name`: an edit of one side is taken; of two edits the remote's stays, lists are joined."""
    keys = keys_of(kind, name)
    base, local, remote, seen = sides
    ours, theirs = value_of(local, keys), value_of(remote, keys)
    if ours == theirs:
        return Change(name, {key: _pick_field(sides, key) for key in keys}, None)
    old = value_of(base, keys) if base else _missing_value(sides, keys)
    if ours == old or (seen and _is_stale(ours, seen.get(name, frozenset()))):
        return Change(name, _fields_of(remote, keys), None)
    if theirs == old:
        return Change(name, _fields_of(local, keys), None)
    if kind.is_task and name in LISTS:
        return Change(name, {name: _merge_list(sides, name)}, None)
    conflict = None if name in MACHINE_KEYS else make_conflict(sides, name, keys)
    return Change(name, _fields_of(remote, keys), conflict)


def _is_stale(value: str, earlier: frozenset[str]) -> bool:
    """Whether a value was there before; a key of others that is missing says nothing about its deletion."""
    return not value or shorten(value) in earlier


def _missing_value(sides: Sides, keys: tuple[str, ...]) -> str | None:
    """Without a base, the value of the side that has none of the keys: only the other one can have set them."""
    for side in (sides.local, sides.remote):
        if not any(key in side.fields for key in keys):
            return value_of(side, keys)
    return None


def _fields_of(side: Fields, keys: tuple[str, ...]) -> dict[str, Field | None]:
    return {key: side.fields.get(key) for key in keys}


def _pick_field(sides: Sides, key: str) -> Field | None:
    """The entry of a key whose value is the same on both sides; its comments and quotes may differ."""
    base, local, remote, _ = sides
    text = pick_text(base.text_of(key) if base else "", local.text_of(key), remote.text_of(key))
    return Field(text, remote.value_of(key)) if text else None


def _merge_list(sides: Sides, name: str) -> Field | None:
    from openclaw_hooks.tasks.yaml_edit import set_key

    base, local, remote, _ = sides
    merged = tuple(merge_sets(*(_items(side, name) for side in (base, local, remote))))
    for side in (remote, local):
        if merged == _items(side, name):
            return side.fields.get(name)
    if not merged:
        return None
    text = pick_text(base.text_of(name) if base else "", local.text_of(name), remote.text_of(name))
    return Field(set_key(text, name, merged), describe_value(merged))


def _items(side: Fields | None, name: str) -> tuple[str, ...]:
    items = side.known[name] if side else ()
    assert isinstance(items, tuple)  # the model says so
    return items


def make_conflict(sides: Sides, name: str, keys: tuple[str, ...]) -> Conflict:
    """The record of a local edit that gave way to the remote's value."""
    texts = ("".join(side.text_of(key) for key in keys) if side else "" for side in sides[:3])
    base, local, remote = (text.removesuffix("\n") for text in texts)
    return Conflict(name, base, kept=remote, dropped=local)


def keys_of(kind: Kind, name: str) -> tuple[str, ...]:
    """The keys that make up the field `name`."""
    return kind.state if name == STATE else (name,)


def value_of(parts: Fields, keys: tuple[str, ...]) -> str:
    """The values of `keys` in a form to compare."""
    return parts.value_of(keys[0]) if len(keys) == 1 else describe_value([parts.value_of(key) for key in keys])


def shorten(value: str) -> str:
    """`value`, or its hash when it is long: what is kept of values that a field had before."""
    if len(value) <= LONGEST_VALUE:
        return value
    import hashlib

    return f"sha256:{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()}"


def pick_text(base: str, local: str, remote: str) -> str:
    """The text of a side that changed it; where both did, one that both sides would choose."""
    if local in (remote, base):
        return remote
    return local if remote == base else max(local, remote, key=lambda text: (len(text), text))
