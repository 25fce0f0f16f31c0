"""Where the top-level entries of a YAML mapping stand in its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.documents import MAX_DEPTH, DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN: Final = "the YAML"  # these functions know no path; who calls them does

_INDENT = re.compile(r"^( +)[^ \r\n]", re.MULTILINE)
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+(?:#[^\n]*\s+)*")
_KEEPS = re.compile(r"[|>][-0-9]*[+0-9]")  # an indent that is given, not seen, may stand below any parent
_COLON = re.compile(r"[ \t]*:")


class Span(NamedTuple):
    """Which lines belong to a top-level key: `text[start:end]`."""

    key: str
    start: int
    end: int


class Entry(NamedTuple):
    """Where a top-level key stands in its text; indices count characters.

    `text[start:end]` are its whole lines; `colon` is behind the key's colon. `text[value_start:value_end]` is the
    value, nothing when it is empty; of a block it begins with its first item or key. `events` is what a parser says of the value, `anchors` the names it defines.
    """

    key: str
    start: int
    indent: int
    colon: int
    value_start: int
    value_end: int
    end: int
    is_block: bool
    events: tuple[tuple[object, ...], ...]
    anchors: frozenset[str]


def read_entries(text: str) -> list[Entry]:
    """Every top-level entry of a block mapping, in order; an empty text has none.

    Raises DocumentError for bad syntax and for a text that is another kind of YAML.
    """
    import yaml

    try:
        return list(_read_entries(text))
    except yaml.MarkedYAMLError as error:
        line = 1 + (error.problem_mark.line if error.problem_mark else 0)
        raise DocumentError(SHOWN, line, f"not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise DocumentError(SHOWN, 1, f"not valid YAML: {' '.join(str(error).split())}") from error


def _read_entries(text: str) -> Iterator[Entry]:
    import yaml

    events = list(_events(text))
    if not events:
        return
    if not isinstance(events[0], yaml.MappingStartEvent) or events[0].flow_style:
        raise DocumentError(SHOWN, 1, "not a mapping with one `key: value` a line")
    seen: set[str] = set()
    at = 1
    while not isinstance(events[at], yaml.MappingEndEvent):
        key = events[at]
        after = _skip(events, at + 1)
        entry = _read_entry(text, key, events[at + 1 : after])
        if entry.key in seen:
            raise _error(key, f"key `{entry.key}` appears twice")
        seen.add(entry.key)
        yield entry
        at = after


def _events(text: str) -> Iterator[Any]:
    """The events of the one document in `text`; raises where it nests too deeply."""
    import yaml

    depth = 0
    documents = 0
    events: Iterator[Any] = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1 or event.explicit:
                raise _error(event, "`---` does not belong here")
        elif isinstance(event, (yaml.NodeEvent, yaml.CollectionEndEvent)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise _error(event, "nested too deeply")
            yield event


def _error(event: Any, message: str) -> DocumentError:
    return DocumentError(SHOWN, event.start_mark.line + 1, message)


def _skip(events: list[Any], at: int) -> int:
    """The index behind the node that begins at `at`."""
    import yaml

    depth = 0
    while True:
        depth += isinstance(events[at], yaml.CollectionStartEvent) - isinstance(events[at], yaml.CollectionEndEvent)
        at += 1
        if depth == 0:
            return at


def _read_entry(text: str, key: Any, node: list[Any]) -> Entry:
    import yaml

    mark: Any = key.start_mark
    line_start = text.rfind("\n", 0, mark.index) + 1
    colon = _COLON.match(text, key.end_mark.index)
    if not isinstance(key, yaml.ScalarEvent) or colon is None or text[line_start : mark.index].strip(" "):
        raise _error(key, "write each key as `key: value` on a line of its own")
    first = node[0]
    is_block = isinstance(first, yaml.CollectionStartEvent) and not first.flow_style
    value_start = first.start_mark.index
    if is_block and (properties := _PROPERTIES.match(text, value_start)):
        value_start = properties.end()
    value_end = max(_end(text, event) for event in node if not (is_block and _has_no_text(event)))
    if value_start == value_end:
        value_start = value_end = colon.end()
    line_end = text.find("\n", value_end)
    return Entry(
        key=str(key.value),
        start=line_start,
        indent=mark.column,
        colon=colon.end(),
        value_start=value_start,
        value_end=value_end,
        end=len(text) if line_end < 0 else line_end + 1,
        is_block=is_block,
        events=tuple(map(_describe, node)),
        anchors=frozenset(event.anchor for event in node if getattr(event, "anchor", None) and _defines(event)),
    )


def _has_no_text(event: Any) -> bool:
    """Whether it begins or ends a block collection: where those end, the next key or comment begins."""
    return event.start_mark.index == event.end_mark.index and not hasattr(event, "value")


def _end(text: str, event: Any) -> int:
    """The index behind the last character of the event; blank lines below a block scalar are its own only with `+`."""
    end = int(event.end_mark.index)
    if getattr(event, "style", None) not in {"|", ">"}:
        return end
    header, _, content = text[event.start_mark.index : end].partition("\n")
    indent = _INDENT.search(content)
    if indent is None or _KEEPS.search(header.partition("#")[0]):
        return end - (len(content) - len(content.removesuffix("\n").removesuffix("\r")))
    lines = content.split("\n")
    below = 0
    while lines and len(blanks := lines[-1].removesuffix("\r")) <= len(indent[1]) and not blanks.strip(" "):
        below += len(lines.pop()) + 1  # a line of more blanks than the indent is text
    return end - below - (lines[-1].endswith("\r") if below else 0)


def _defines(event: Any) -> bool:
    import yaml

    return not isinstance(event, yaml.AliasEvent)


def _describe(event: Any) -> tuple[object, ...]:
    """What an event means, without where it stands."""
    return (
        type(event).__name__,
        *(getattr(event, name, None) for name in ("anchor", "tag", "implicit", "value")),
    )
