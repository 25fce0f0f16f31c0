"""Edits of a YAML mapping's text that leave every other byte alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openclaw_hooks.documents import parse_yaml
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.yaml_entries import SHOWN, Entry, Span, read_entries
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

_PROPERTIES = re.compile(r"(?:[ \t]+[&!][^\s]*)+")


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
    if raw is not None:
        parse_yaml(SHOWN, raw)  # refuses an alias whose anchor stayed behind
    entries = read_entries(text)
    found = _find(entries, key)
    if found is None:
        at = find_place(entries, key, order, len(text))
        edited = text if raw is None else _insert(text, at, raw)
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
        return text if value is None else _insert_new(text, key, value, order)
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
    line = text[text.rfind("\n", 0, entry.value_start) + 1 :]
    return len(line) - len(line.lstrip(" "))


def _replace_by_lines(text: str, entry: Entry, lines: list[str]) -> str:
    line_end = line_end_at(text, entry.start)
    new = line_end.join(lines)
    if entry.is_block:
        line_start = text.rfind("\n", 0, entry.value_start) + 1
        return text[:line_start] + new + text[entry.value_end :]
    rest = text[entry.value_end : entry.end]
    comment = rest.rstrip("\r\n")
    below = line_end + new + rest[len(comment) :] + text[entry.end :]
    return text[: entry.colon] + (comment if comment.strip() else "") + below


def _replace_inline(text: str, entry: Entry, new: str) -> str:
    if entry.value_start == entry.value_end:
        return f"{text[: entry.colon]} {new}{text[entry.colon :]}"
    if text.count("\n", entry.colon, entry.value_start) == 0:
        return text[: entry.value_start] + new + text[entry.value_end :]
    rest = _key_line_comment(text, entry).rstrip("\r\n")
    tail = text[entry.value_end : entry.end]
    line_end = tail[len(tail.rstrip("\r\n")) :]
    return f"{text[: entry.colon]} {new}{rest}{line_end}{text[entry.end :]}"


def _key_line_comment(text: str, entry: Entry) -> str:
    """What stands behind the colon of a value that begins further down, without the value's anchor and tag."""
    rest = text[entry.colon : text.find("\n", entry.colon) + 1]
    properties = _PROPERTIES.match(rest)
    return rest[properties.end() :] if properties else rest


def _take_out(text: str, entry: Entry) -> str:
    rest = _key_line_comment(text, entry) if entry.is_block else text[entry.value_end : entry.end]
    emptied = text[: entry.colon] + rest + text[entry.end :]
    if "#" in rest:
        return emptied
    without = text[: entry.start] + text[entry.end :]
    try:
        _require_only(text, without, frozenset({entry.key}))
    except OpenclawError:  # an indented comment below would become text of the entry above
        return emptied
    return without


def write_entry(key: str, value: Value, indent: int = 0, line_end: str = "\n") -> str:
    """The lines of a new entry, each ended."""
    start = f"{' ' * indent}{write_scalar(key)}:"
    lines = write_block(value, indent + 2) if prefers_block(value) else []
    return line_end.join([start, *lines, ""] if lines else [f"{start} {write_inline(value)}", ""])


def _insert_new(text: str, key: str, value: Value, order: Sequence[str]) -> str:
    entries = read_entries(text)
    indent = entries[0].indent if entries else 0
    at = find_place(entries, key, order, len(text))
    return _insert(text, at, write_entry(key, value, indent, line_end_at(text, max(at - 1, 0))))


def find_place(entries: Sequence[Entry | Span], key: str, order: Sequence[str], end: int) -> int:
    """Where a new entry goes: behind those that `order` names before `key`, else before those that it names after."""
    places = {name: index for index, name in enumerate(order)}
    if key in places:
        known = [entry for entry in entries if entry.key in places]
        before = [entry for entry in known if places[entry.key] < places[key]]
        if before:
            return max(before, key=lambda entry: places[entry.key]).end
        if known:
            return known[0].start
    return entries[-1].end if entries else end


def _insert(text: str, at: int, raw: str) -> str:
    if at and text[at - 1] != "\n":
        return text[:at] + line_end_at(text, at) + raw.rstrip("\r\n") + text[at:]
    return text[:at] + _closed(raw, text) + text[at:]


def _closed(raw: str, text: str) -> str:
    return raw if raw.endswith("\n") else raw + line_end_at(text)


def line_end_at(text: str, at: int = 0) -> str:
    """The line end of the line that holds `at`, else of the first one."""
    found = text.find("\n", at)
    found = text.rfind("\n") if found < 0 else found
    return "\r\n" if found > 0 and text[found - 1] == "\r" else "\n"


def _require_only(old: str, new: str, changed: frozenset[str]) -> None:
    """Raises OpenclawError when anything but the entries `changed` means something else in `new` than in `old`."""
    before, after = read_entries(old), read_entries(new)
    moved = {name for entry in (*before, *after) if entry.key in changed for name in entry.anchors}
    kept = [(entry.key, entry.events) for entry in before if entry.key not in changed]
    aliases = {event[1] for _, events in kept for event in events if event[0] == "AliasEvent"}
    if moved & aliases:
        names = ", ".join(f"&{name}" for name in sorted(moved & aliases))
        raise OpenclawError(f"another value refers to {names}, which this edit changes", "write that value out")
    if kept != [(entry.key, entry.events) for entry in after if entry.key not in changed]:
        raise OpenclawError(f"cannot set {', '.join(sorted(changed))} without touching other keys", "edit it by hand")


def _require_value(text: str, key: str, value: Value | None) -> None:
    entry = _find(read_entries(text), key)
    parsed = parse_yaml(SHOWN, text[entry.start : entry.end]).value[key] if entry else None
    if parsed != (None if value is None else as_parsed(value)):
        raise OpenclawError(f"cannot write `{key}` so that it reads back as it is", "edit it by hand")
