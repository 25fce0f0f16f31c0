"""The hash of what an approval is given for: a task or a plan without what happens to it afterwards."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from openclaw_hooks.documents import DocumentError, parse_frontmatter, parse_yaml, read_text

# What approving, claiming and finishing change by themselves, and where the mesh stands. All else was approved.
STATE_KEYS: Final = frozenset({"status", "owner", "reason", "approval", "recovered_by", "sync"})
PLAN_STATE_KEYS: Final = STATE_KEYS | {"tasks"}  # the tasks that carry out its subtasks come after the approval


class Kind(StrEnum):
    """What can be approved."""

    TASK = "task"
    PLAN = "plan"


def content_hash(kind: Kind, content: bytes, path: str = "") -> str:
    """`sha256:` and 64 hex digits over the file's meaning; raises DocumentError, which names `path`, when it has none.

    Comments, the order of keys, quotes and line ends may change. Each value counts as the characters that stand there
    together with what YAML takes them for, so that `010` is neither `8` nor `"010"`: two files that any reader could
    tell apart by their values have two hashes.
    """
    import hashlib
    import json

    shown = path or kind.value
    text = read_text(shown, content)
    if kind is Kind.TASK:
        parts = parse_frontmatter(shown, text, _as_text)  # refuses twice the same key, alias bombs and bad YAML
        head = text.split("\n", parts.body_line - 1)[1 : parts.body_line - 2]
        source, body, left_out = "\n".join(head) + "\n", parts.body, STATE_KEYS
    else:
        parse_yaml(shown, text, is_typed=_as_text)
        source, body, left_out = text, "", PLAN_STATE_KEYS
    canonical = [kind.value, _read_head(shown, source, left_out), body]
    encoded = json.dumps(canonical, ensure_ascii=True, separators=(",", ":")).encode()
    return f"sha256:{hashlib.sha256(encoded).hexdigest()}"


def _as_text(_: object) -> bool:
    """Nothing is taken for a number or a date: a text such as 2026-02-30 is one that a title may hold."""
    return False


def _read_head(path: str, source: str, left_out: frozenset[str]) -> list[Any]:
    import yaml

    node: Any = yaml.compose(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(node, yaml.MappingNode):
        raise DocumentError(path, 1, "the file must be a mapping of keys to values")
    try:
        return _sorted_pairs([pair for pair in node.value if pair[0].value not in left_out])
    except RecursionError as error:  # 200 levels are read, and each takes several calls here
        raise DocumentError(path, 1, "not valid YAML: nested too deeply") from error


def _read_node(node: Any) -> list[Any]:
    """A YAML node as lists of text, one form for each kind so that no two values look alike."""
    if node.id == "scalar":
        return [node.id, node.tag, node.value]
    if node.id == "sequence":
        return [node.id, node.tag, [_read_node(child) for child in node.value]]
    return [node.id, node.tag, _sorted_pairs(node.value)]


def _sorted_pairs(pairs: list[tuple[Any, Any]]) -> list[Any]:
    return sorted([key.value, _read_node(value)] for key, value in pairs)
