"""Adding to and taking from a JSON text while every other byte stays: key order, indentation, spacing, line ends."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from openclaw_hooks.errors import OpenclawError

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()

JsonPath = tuple[str, ...]


class JsonError(OpenclawError):
    """A text that is not plain JSON, or not of the shape that is needed."""


class Part(NamedTuple):
    """One member of an object (`key` set) or item of a list, by offsets; `start` is where the key or item begins."""

    key: str
    start: int
    value_start: int
    end: int
    value: Any


def parse_json(text: str) -> Any:
    """The value of `text`; raises JsonError for comments, trailing commas, and keys that appear twice."""
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise JsonError(f"not plain JSON: {error}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice")
    return found


def read_parts(text: str, at: int) -> list[Part]:
    """The members or items of the object or list that starts at `at`."""
    is_object, parts = text[at] == "{", []
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        start, key = at, ""
        if is_object:
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        value, end = _DECODER.raw_decode(text, at)
        parts.append(Part(key, start, at, end, value))
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at
    return parts


def locate(text: str, keys: JsonPath) -> int | None:
    """Where the value at `keys` starts; None when there is none."""
    at = _skip(text, 0)
    for key in keys:
        found = next((part for part in read_parts(text, at) if part.key == key), None) if text[at] == "{" else None
        if found is None:
            return None
        at = found.value_start
    return at


def detect_indent(text: str) -> str:
    """One step of indentation as `text` uses it: that of its first indented line, two spaces by default."""
    found = re.search(r"\n([ \t]+)\S", text)
    return found[1] if found else "  "


def add_part(text: str, keys: JsonPath, value: Any, key: str = "") -> str:
    """`text` with one more item (or member `key`) at the end of the list or object at `keys`."""
    at = locate(text, keys)
    if at is None:
        raise JsonError(f"there is no `{'.'.join(keys)}`")
    step, newline = detect_indent(text), "\r\n" if "\r\n" in text else "\n"
    indent, parts = _indent_at(text, at), read_parts(text, at)
    inner = indent + step
    shown = f"{json.dumps(key, ensure_ascii=False)}: {_dump(value, inner, step, newline)}" if key else ""
    shown = shown or _dump(value, inner, step, newline)
    if not parts:
        close = _skip(text, at + 1)
        return text[: at + 1] + newline + inner + shown + newline + indent + text[close:]
    last = parts[-1]
    before = text[at + 1 : parts[0].start] if len(parts) == 1 else text[parts[-2].end : last.start]
    if "\n" not in before:  # all on one line: stay there
        flat = json.dumps(value, ensure_ascii=False)
        return (
            text[: last.end]
            + ", "
            + (f"{json.dumps(key, ensure_ascii=False)}: {flat}" if key else flat)
            + text[last.end :]
        )
    own = re.search(r"\n([ \t]*)\Z", text[: last.start])
    lead = own[1] if own else inner
    shown = shown if lead == inner else shown.replace(newline + inner, newline + lead)
    return text[: last.end] + "," + newline + lead + shown + text[last.end :]


def remove_part(text: str, keys: JsonPath, number: int) -> str:
    """`text` without the item or member `number` of the list or object at `keys`."""
    at = locate(text, keys)
    if at is None:
        return text
    parts = read_parts(text, at)
    if len(parts) == 1:
        return text[: at + 1] + text[_skip(text, parts[0].end) :]
    if number == len(parts) - 1:
        return text[: parts[-2].end] + text[parts[-1].end :]
    return text[: parts[number].start] + text[parts[number + 1].start :]


def _dump(value: Any, indent: str, step: str, newline: str) -> str:
    return json.dumps(value, indent=step, ensure_ascii=False).replace("\n", newline + indent)


def _indent_at(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
