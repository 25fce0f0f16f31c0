"""Values written as YAML that YAML 1.1 and YAML 1.2 readers, and those of JSON-like subsets, read as the same value."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Sequence

Value: TypeAlias = "str | int | float | bool | tuple[Value, ...] | Mapping[str, Value]"

MAX_FLOW_CHARS: Final = 80  # a longer list is easier to read and to merge with one item a line

# Plain text begins with a letter, so that it is no number, date, indicator or merge key in any version of YAML.
_PLAIN = re.compile(r"[^\W\d_](?:[^\x00-\x20\x7f-\xa0#:\u2028\u2029\ufeff]|[:#](?=[^\s:#])| (?=[^\s#]))*")
_NOT_IN_FLOW = re.compile(r"[,\[\]{}:?&*!|>%@`\"']")
_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"})
# What YAML calls not printable, its three line ends beyond ASCII, and what is no character at all.
_ESCAPED = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')
_NEEDS_ESCAPE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORT: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def write_scalar(value: str | float, *, in_flow: bool = False) -> str:
    """`value` on one line; a text is quoted unless every reader takes it for that text.

    Raises OpenclawError for a lone surrogate and for a number that is none.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _write_float(value)
    if _SURROGATE.search(value):
        raise OpenclawError("a text holds half of a surrogate pair", "write whole characters: the file is UTF-8")
    if _PLAIN.fullmatch(value) and value.casefold() not in _WORDS and not (in_flow and _NOT_IN_FLOW.search(value)):
        return value
    if not _NEEDS_ESCAPE.search(value) and ("\\" in value or '"' in value):
        return "'" + value.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, value) + '"'


def write_flow(value: Value) -> str:
    """`value` on one line: `[a, b]`, `{a: 1}` or a scalar."""
    if isinstance(value, Mapping):
        pairs = (f"{write_scalar(key, in_flow=True)}: {write_flow(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(write_flow(item) for item in value) + "]"
    return write_scalar(value, in_flow=True)


def write_block(value: Value, indent: int) -> list[str]:
    """`value` as the lines below its key, without line ends; empty when it must stand on the key's line.

    Scalars and what holds nothing have no block form.
    """
    margin = " " * indent
    if isinstance(value, tuple):
        return [f"{margin}- {write_flow(item) if not isinstance(item, str) else write_scalar(item)}" for item in value]
    if not isinstance(value, Mapping):
        return []
    lines: list[str] = []
    for key, item in value.items():
        below = write_block(item, indent + 2)
        lines.append(f"{margin}{write_scalar(key)}:" + ("" if below else f" {write_inline(item)}"))
        lines += below
    return lines


def write_inline(value: Value) -> str:
    """`value` as it stands behind its key's colon."""
    return write_flow(value) if isinstance(value, (tuple, Mapping)) else write_scalar(value)


def prefers_block(value: Value) -> bool:
    """Whether a new `value` gets lines of its own: mappings, and lists that are long or need quotes."""
    if isinstance(value, Mapping):
        return bool(value)
    if not isinstance(value, tuple):
        return False
    return bool(value) and (len(write_flow(value)) > MAX_FLOW_CHARS or not _reads_easily(value))


def as_parsed(value: Value) -> object:
    """`value` as a YAML reader gives it back: lists for tuples, dicts for mappings."""
    if isinstance(value, Mapping):
        return {key: as_parsed(item) for key, item in value.items()}
    return [as_parsed(item) for item in value] if isinstance(value, tuple) else value


def _reads_easily(items: Sequence[Value]) -> bool:
    return all(not isinstance(item, (tuple, Mapping, str)) or write_flow(item) == item for item in items)


def _write_float(value: float) -> str:
    if not math.isfinite(value):
        raise OpenclawError(f"{value} is no number that a file can hold")
    written = repr(value)
    if "e" in written:  # YAML 1.1 wants a dot and a sign, YAML 1.2 neither
        mantissa, _, power = written.partition("e")
        mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
        return f"{mantissa}e{power if power[0] in '+-' else '+' + power}"
    return written


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    return _SHORT.get(char) or (f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}")
