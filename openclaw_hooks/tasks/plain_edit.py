"""Scalars set in a plain head without a YAML parser: what a change of status needs, byte for byte as `yaml_edit` does it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openclaw_hooks.tasks.plain_head import read_plain_head
from openclaw_hooks.tasks.yaml_edit import find_place, line_end_at, write_entry
from openclaw_hooks.tasks.yaml_entries import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openclaw_hooks.documents import KeyPath
    from openclaw_hooks.tasks.yaml_text import Value

_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):")


def edit_plain_head(
    text: str, changes: Mapping[str, Value | None], order: Sequence[str], is_typed: Callable[[KeyPath], bool]
) -> str | None:
    """What `yaml_edit.set_keys` makes of `text`, where head and changes are plain enough to tell; else None."""
    values = read_plain_head(text, is_typed)
    if values is None or not text.endswith("\n"):
        return None
    edited = text
    for key, value in changes.items():
        if isinstance(value, (tuple, dict)) or (value is not None and isinstance(values.get(key), (list, dict))):
            return None
        edited = _set(edited, key, value, order)
        values.pop(key, None)
    after = read_plain_head(edited, is_typed)
    expected = {**values, **{key: value for key, value in changes.items() if value is not None}}
    return edited if after == expected else None


def _set(text: str, key: str, value: Value | None, order: Sequence[str]) -> str:
    spans = _read_spans(text)
    found = next((span for span in spans if span.key == key), None)
    if found is not None:
        new = "" if value is None else write_entry(key, value, line_end=line_end_at(text, found.start))
        return text[: found.start] + new + text[found.end :]
    if value is None:
        return text
    at = find_place(spans, key, order, len(text))
    return text[:at] + write_entry(key, value, line_end=line_end_at(text, max(at - 1, 0))) + text[at:]


def _read_spans(text: str) -> list[Span]:
    """The lines of each entry of a plain head: its key's, and those down to its last indented one."""
    spans: list[Span] = []
    at = 0
    for line in text.splitlines(keepends=True):
        end = at + len(line)
        if line.startswith("  "):
            spans[-1] = spans[-1]._replace(end=end)
        elif found := _KEY.match(line):
            spans.append(Span(found[1], at, end))
        at = end
    return spans
