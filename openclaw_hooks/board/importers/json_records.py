"""The objects in a JSON text with their lines: JSON Lines, an array, arrays behind each other, or a search result."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.documents import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES: Final = 200_000_000  # of one file: ten times the largest export that tools are known to write
_BETWEEN: Final = re.compile(r"[\s,\[\]]*")  # pages of a paged answer stand behind each other without a comma


class JsonRecord(NamedTuple):
    """An object, and the line where it begins; or in its place the reason why there is none."""

    line: int
    value: dict[str, Any]
    reason: str = ""


def read_records(path: str, content: bytes) -> Iterator[JsonRecord]:
    """The objects in `content`, in order; after one that cannot be read it goes on at the next line.

    Raises DocumentError for a text that is not UTF-8 or too large.
    """
    if len(content) > MAX_BYTES:
        raise DocumentError(path, 1, f"larger than {MAX_BYTES:,} bytes", "split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(path, line, "not valid UTF-8", "save the file as UTF-8") from error
    decoder = json.JSONDecoder()
    at, line, counted = 0, 1, 0
    while True:
        match = _BETWEEN.match(text, at)
        assert match is not None  # it matches nothing, too
        at = match.end()
        if at >= len(text):
            return
        line += text.count("\n", counted, at)
        counted = at
        record, at = _read_one(decoder, text, at, line)
        yield from _unfold(record)


def _read_one(decoder: json.JSONDecoder, text: str, at: int, line: int) -> tuple[JsonRecord, int]:
    try:
        value, end = decoder.raw_decode(text, at)
    except (ValueError, RecursionError) as error:
        reason = f"not valid JSON: {error.msg}" if isinstance(error, json.JSONDecodeError) else "not readable as JSON"
        return JsonRecord(line, {}, reason), text.find("\n", at) + 1 or len(text)
    if not isinstance(value, dict):
        return JsonRecord(line, {}, f"an object was expected, not {json.dumps(value)[:40]}"), end
    return JsonRecord(line, value), end


def _unfold(record: JsonRecord) -> Iterator[JsonRecord]:
    """The records of a search result, which has them under `items`; else the record itself."""
    items = record.value.get("items")
    if isinstance(items, list) and "number" not in record.value:
        yield from (JsonRecord(record.line, item) for item in items if isinstance(item, dict))
    else:
        yield record
