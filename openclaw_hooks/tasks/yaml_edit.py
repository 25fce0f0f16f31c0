"""Edits of a YAML mapping's text that leave every other byte alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.documents import parse_yaml
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.yaml_entries import SHOWN, Entry, read_entries
from openclaw_hooks.tasks.yaml_text import (
    Value,
    as_parsed,
    prefers_block,
    write_block,
    write_inline,
    write_scalar,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def set_key(text: str, key: str, value: Value | None, order: Sequence[str] = ()) -> str:
    """`text` with `key` set to `value` in its top-level mapping; None takes the key out.

    Only the value's characters change: comments, quotes of others, order, line ends and blanks stay. A key that
    is missing is put behind those that `order` names before it. A key whose line has a comment is emptied, not
    taken out. Raises OpenclawError when the text is no block mapping, or the edit would touch another value.
    """
    return set_keys(text, {key: value}, order)


def set_keys(text: str, changes: Mapping[str, Value | None], order: Sequence[str] = ()) -> str:
    """`text` with every key of `changes` set, as `set_key` does."""
    edited = text
    for key, value in changes.items():
        edited = _set(edited, key, value, order)
    _require_only(text, edited, frozenset(changes))
    for key, value in changes.items():
        _require_value(edited, key, value)
    return edited


def put_entry(text: str, key: str, raw: str | None, order: Sequence[str] = ()) -> str:
    """`text` with the whole lines of `key` replaced by `raw`, as `get_keys` gives them; None takes them out.

    Raises OpenclawError when `raw` is anything but one entry of that key.
    """
    if raw is not None and [entry.key for entry in read_entries(raw)] != [key]:
        raise OpenclawError(f"not an entry of `{key}`: {raw[:60]!r}")
    found = _find(read_entries(text), key)
    if found is None:
        edited = text if raw is None else _insert(text, raw, key, order)
    else:
        edited = text[: found.start] + (_closed(raw, text) if raw else "") + text[found.end :]
    _require_only(text, edited, frozenset({key}))
    return edited


def key_span(text: str, key: str) -> tuple[int, int] | None:
    """Where the value of the top-level `key` begins and ends, in characters; None when there is no such key."""
    found = _find(read_entries(text), key)
    return (found.value_start, found.value_end) if found else None


def get_keys(text: str) -> dict[str, str]:
    """The whole lines of each top-level entry, by key and in order; comments between entries belong to none."""
    return {entry.key: text[entry.start : entry.end] for entry in read_entries(text)}


def _find(entries: list[Entry], key: str) -> Entry | None:
    return next((entry for entry in entries if entry.key == key), None)


def _set(text: str, key: str, value: Value | None, order: Sequence[str]) -> str:
    entry = _find(read_entries(text), key)
    if entry is None:
        return text if value is None else _insert(text, _written(text, key, value), key, order)
    if value is None:
        return _take_out(text, entry)
    as_block = entry.is_block if isinstance(value, tuple) and entry.events[0][0] != "ScalarEvent" else None
    wants_lines = prefers_block(value) if as_block is None else as_block
    lines = write_block(value, _child_indent(text, entry)) if wants_lines else []
    if lines:
        return _replace_by_lines(text, entry, lines)
    return _replace_inline(text, entry, write_inline(value))


def _child_indent(text: str, entry: Entry) -> int:
    if not entry.is_block:
        return entry.indent + 2
    return entry.value_start - (text.rfind("\n", 0, entry.value_start) + 1)


def _replace_by_lines(text: str, entry: Entry, lines: list[str]) -> str:
    new = _line_end(text).join(lines)
    if entry.is_block:
        line_start = text.rfind("\n", 0, entry.value_start) + 1
        return text[:line_start] + new + text[entry.value_end :]
    rest = text[entry.value_end : entry.end]
    comment = rest.rstrip("\r\n")
    if not comment.strip():
        comment = ""
    return text[: entry.colon] + comment + _line_end(text) + new + rest[len(rest.rstrip("\r\n")) :] + text[entry.end :]


def _replace_inline(text: str, entry: Entry, new: str) -> str:
    if entry.value_start == entry.value_end:
        return f"{text[: entry.colon]} {new}{text[entry.colon :]}"
    if text.count("\n", entry.colon, entry.value_start) == 0:
        return text[: entry.value_start] + new + text[entry.value_end :]
    rest = text[entry.colon :].partition("\n")[0].rstrip("\r")  # a comment behind the key's colon
    tail = text[entry.value_end : entry.end]
    return f"{text[: entry.colon]} {new}{rest}{tail[len(tail.rstrip(chr(13) + chr(10))) :]}{text[entry.end :]}"


def _take_out(text: str, entry: Entry) -> str:
    first_line_end = text.find("\n", entry.colon) + 1
    rest = text[entry.colon : first_line_end] if entry.is_block else text[entry.value_end : entry.end]
    if "#" not in rest:
        return text[: entry.start] + text[entry.end :]
    return text[: entry.colon] + rest + text[entry.end :]


def _written(text: str, key: str, value: Value) -> str:
    """The lines of a new entry."""
    entries = read_entries(text)
    indent = entries[0].indent if entries else 0
    start = f"{' ' * indent}{write_scalar(key)}:"
    lines = write_block(value, indent + 2) if prefers_block(value) else []
    return _line_end(text).join([start, *lines] if lines else [f"{start} {write_inline(value)}"])


def _insert(text: str, raw: str, key: str, order: Sequence[str]) -> str:
    """`text` with the new entry `raw` behind those that `order` names before `key`, else before those after it."""
    entries = read_entries(text)
    places = {name: index for index, name in enumerate(order)}
    wanted = places.get(key, len(places))
    before = [entry for entry in entries if places.get(entry.key, -1) >= 0 and places[entry.key] < wanted]
    after = [entry for entry in entries if places.get(entry.key, -1) > wanted]
    if key in places and before:
        at = max(before, key=lambda entry: places[entry.key]).end
    elif key in places and after:
        at = after[0].start
    else:
        at = entries[-1].end if entries else len(text)
    head = text[:at]
    if head and not head.endswith("\n"):
        return head + _line_end(text) + raw.rstrip("\r\n") + text[at:]
    return head + _closed(raw, text) + text[at:]


def _closed(raw: str, text: str) -> str:
    return raw if raw.endswith("\n") else raw + _line_end(text)


def _line_end(text: str) -> str:
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def _require_only(old: str, new: str, changed: frozenset[str]) -> None:
    """Raises OpenclawError when anything but the entries `changed` means something else in `new` than in `old`."""
    before = read_entries(old)
    lost = {name for entry in before if entry.key in changed for name in entry.anchors}
    kept = [(entry.key, entry.events) for entry in before if entry.key not in changed]
    aliases = {event[1] for _, events in kept for event in events if event[0] == "AliasEvent"}
    if lost & aliases:
        names = ", ".join(f"&{name}" for name in sorted(lost))
        raise OpenclawError(f"another value refers to {names}, which this edit takes away", "write that value out")
    if kept != [(entry.key, entry.events) for entry in read_entries(new) if entry.key not in changed]:
        raise OpenclawError(f"cannot set {', '.join(sorted(changed))} without touching other keys", "edit it by hand")


def _require_value(text: str, key: str, value: Value | None) -> None:
    entry = _find(read_entries(text), key)
    parsed = parse_yaml(SHOWN, text[entry.start : entry.end]).value[key] if entry else None
    if parsed != (None if value is None else as_parsed(value)):
        raise OpenclawError(f"cannot write `{key}` so that it reads back as it is", "edit it by hand")
