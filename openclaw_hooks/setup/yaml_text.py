"""Places in a YAML text, so that one entry can be added or changed while every other byte stays."""

from __future__ import annotations

from typing import Any, NamedTuple


class Spot(NamedTuple):
    """A node of a YAML text by character offsets, `end` exclusive; scalars carry their text."""

    kind: str
    start: int
    end: int
    column: int
    is_flow: bool
    value: Any

    def get(self, key: str) -> Spot | None:
        """The value below `key` of a mapping; None when this is none or has no such key."""
        if self.kind != "mapping":
            return None
        return next((value for name, value in self.value if name.value == key), None)

    def items(self) -> tuple[Spot, ...]:
        """The items of a sequence; none for any other kind."""
        return tuple(self.value) if self.kind == "sequence" else ()


def read_spots(text: str) -> Spot | None:
    """The root of the only document in `text`; None when that is empty or not one YAML document."""
    import yaml

    loader = yaml.SafeLoader(text)  # the C loader counts marks differently after a BOM
    try:
        node = loader.get_single_node()
        return None if node is None else _spot(node, 0)
    except (yaml.YAMLError, RecursionError):
        return None
    finally:
        loader.dispose()


def parse_data(text: str) -> Any:
    """The plain values of `text`; raises yaml.YAMLError."""
    import yaml

    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # both loaders are safe


def _spot(node: Any, depth: int) -> Spot:
    if depth > 100:
        raise RecursionError
    if node.id == "mapping":
        value: Any = tuple((_spot(key, depth + 1), _spot(item, depth + 1)) for key, item in node.value)
    elif node.id == "sequence":
        value = tuple(_spot(item, depth + 1) for item in node.value)
    else:
        value = node.value
    is_flow = bool(getattr(node, "flow_style", False))
    return Spot(node.id, node.start_mark.index, node.end_mark.index, node.start_mark.column, is_flow, value)


def leaf_end(spot: Spot) -> int:
    """Where the last thing written inside `spot` ends: a block's own end mark lies behind blank lines and comments."""
    if spot.kind == "scalar" or spot.is_flow or not spot.value:
        return spot.end
    last = spot.value[-1]
    return leaf_end(last[1] if spot.kind == "mapping" else last)


def block_end(text: str, spot: Spot) -> int:
    """The offset behind the last line of a block, comments and blank lines below it left out."""
    at = spot.end if spot.end == len(text) else text.rfind("\n", 0, spot.end) + 1
    while at > 0:
        start = text.rfind("\n", 0, at - 1) + 1
        line = text[start:at].strip()
        if line and not line.startswith("#"):
            break
        at = start
    # An alias carries the marks of its anchor, a block scalar may end in lines that look like comments.
    return max(at, line_end(text, leaf_end(spot)))


def line_end(text: str, at: int) -> int:
    """The offset just behind the line that holds the character before `at`."""
    if at > 0 and text[at - 1] == "\n":  # a block scalar ends behind its line end
        return at
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def skip_deeper_comments(text: str, at: int, column: int) -> int:
    """`at` moved behind the comment lines that follow and are indented deeper than `column`."""
    for line in text[at:].splitlines(keepends=True):
        body = line.lstrip(" ")
        if not (body.startswith("#") and len(line) - len(body) > column):
            break
        at += len(line)
    return at
