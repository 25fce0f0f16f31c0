"""The YAML that nearly every task file is made of, read line by line without a YAML parser.

A parser takes five times as long, and to import it a third of what a command may take. What is not understood
here without any doubt is left to it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.documents import KeyPath

# Text without quotes: nothing in it ends it, and nothing at its start means something else.
_PLAIN: Final = (
    r"(?:-(?=[0-9]))?[A-Za-z0-9/_.](?:[^\x00-\x20\x7f-\xa0#:\u2028\u2029\ufeff\ufffe\uffff]|[:#](?=[!-~])| (?=[^\s#]))*"
)
_CHARS: Final = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff"
_SCALAR: Final = rf"(?P<plain>{_PLAIN})|\"(?P<double>[^\"\\{_CHARS}]*)\"|'(?P<single>(?:[^'{_CHARS}]|'')*)'"
_ITEM: Final = r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*"
_LINE = re.compile(
    rf"(?P<indent>  )?(?:(?P<item>- )|(?P<key>[A-Za-z][A-Za-z0-9_-]{{0,60}}):(?: (?!$)|(?P<empty>$)))"
    rf"(?:(?(empty)|(?:{_SCALAR}|\[(?P<list>(?:{_ITEM}(?:, {_ITEM})*)?)\])))"
)
_NOTHING = re.compile(r"(?:#[ -~]*)?")
_INT = re.compile(r"0|-?[1-9][0-9]{0,8}")
_NULLS: Final = frozenset({"null", "Null", "NULL"})
_SWITCHES: Final = {"true": True, "false": False}


class _UnclearError(Exception):
    """Something that only a parser can tell."""


def read_plain_head(text: str, is_typed: Callable[[KeyPath], bool]) -> dict[str, Any] | None:
    r"""What `documents.parse_yaml` makes of `text`, where it is plain enough to tell; else None.

    `text` holds no line ends but `\n` and `\r\n`.
    """
    values: dict[str, Any] = {}
    key = ""  # the key whose value may stand on the lines below
    try:
        for line in text.replace("\r\n", "\n").split("\n"):
            found = _LINE.fullmatch(line)
            if found is None:
                if _NOTHING.fullmatch(line) is None:
                    return None
            elif found["indent"] is None:
                key = _add_entry(values, found, is_typed)
            elif key:
                _add_below(values, key, found, is_typed)
            else:
                return None
    except _UnclearError:
        return None
    return values


def _add_entry(values: dict[str, Any], found: re.Match[str], is_typed: Callable[[KeyPath], bool]) -> str:
    """Adds a line that begins at the margin; gives its key when more may stand below."""
    key = found["key"]
    if key is None or key in values:
        raise _UnclearError
    if found["empty"] is not None:
        values[key] = None
        return str(key)
    values[key] = _read_value(found, is_typed((key,)), key, is_typed)
    return ""


def _add_below(values: dict[str, Any], key: str, found: re.Match[str], is_typed: Callable[[KeyPath], bool]) -> None:
    """Adds an indented line to the list or mapping of `key`."""
    present = values[key]
    if found["item"] is not None:
        items = values[key] = [] if present is None else present
        if not isinstance(items, list) or found["list"] is not None:
            raise _UnclearError
        items.append(_read_value(found, is_typed((key, len(items))), key, is_typed))
        return
    pairs = values[key] = {} if present is None else present
    name = found["key"]
    if not isinstance(pairs, dict) or name in pairs or found["empty"] is not None or found["list"] is not None:
        raise _UnclearError
    pairs[name] = _read_value(found, is_typed((key, name)), key, is_typed)


def _read_value(found: re.Match[str], typed: bool, key: str, is_typed: Callable[[KeyPath], bool]) -> Any:
    written = found["plain"]
    if written is not None:
        if written in _NULLS:
            raise _UnclearError
        return _read_typed(written) if typed else written
    if found["list"] is not None:
        items = found["list"].split(", ") if found["list"] else []
        if not _NULLS.isdisjoint(items) or is_typed((key, 0)):
            raise _UnclearError
        return items
    if found["double"] is not None:
        return found["double"]
    return found["single"].replace("''", "'")


def _read_typed(written: str) -> int | bool:
    if written in _SWITCHES:
        return _SWITCHES[written]
    if _INT.fullmatch(written) is None:
        raise _UnclearError
    return int(written)
