"""The fields of a task that the board's history keeps, read from a file of any age."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.model import MAX_TASK_BYTES, MAX_TITLE, TASKS_FOLDER, Status
from openclaw_hooks.tasks.plain_head import read_plain_head

if TYPE_CHECKING:
    from openclaw_hooks.documents import KeyPath

Fields = dict[str, Any]  # at the edge: texts, a number, and lists of texts

EMPTY_FIELDS: Final[Fields] = {
    "title": "",
    "status": "",
    "owner": "",
    "priority": 0,
    "labels": [],
    "depends_on": [],
    "plan": "",
    "subtask": "",
    "role": "",
    "created": 0,
}
_STATUSES: Final = frozenset(Status)
_TYPED: Final = frozenset({"priority", "budget_minutes", "requires_review"})


def read_fields(task: str, content: bytes) -> Fields | None:
    """The small fields of a version of the file of `task`; None for one that is no task."""
    fields = _read_plainly(task, content)
    return fields if fields is not None else _read_fully(task, content)


def _read_plainly(task: str, content: bytes) -> Fields | None:
    """The fields of a file as nearly all are, in a twentieth of the time that a whole reading takes."""
    top, fence, _ = content.partition(b"\n---\n")
    if not fence or not top.startswith(b"---\n") or len(content) > MAX_TASK_BYTES or not top.isascii():
        return None
    head = read_plain_head(top[4:].decode("ascii"), _is_typed)
    if head is None or head.get("id") != task or str(head.get("status")) not in _STATUSES:
        return None
    fields: Fields = {}
    for name, empty in EMPTY_FIELDS.items():
        value = head.get(name)
        if name == "created":
            value = to_seconds(value) if isinstance(value, str) else 0
        elif value is None:
            value = empty
        if type(value) is not type(empty):
            return None
        fields[name] = value
    return fields if 0 < len(fields["title"]) <= MAX_TITLE else None


def _is_typed(keys: KeyPath) -> bool:
    return len(keys) == 1 and keys[0] in _TYPED


def _read_fully(task: str, content: bytes) -> Fields | None:
    from openclaw_hooks.tasks.markdown import parse_task

    try:
        found = parse_task(f"{TASKS_FOLDER}/{task}.md", content)
    except DocumentError:
        return None
    fields: Fields = {name: getattr(found, name) for name in EMPTY_FIELDS}
    fields |= {
        "status": found.status.value,
        "labels": list(found.labels),
        "depends_on": list(found.depends_on),
        "created": to_seconds(found.created),
    }
    return fields


def to_seconds(text: str) -> int:
    """A time as files say it (ISO 8601) in seconds since the epoch; 0 for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
