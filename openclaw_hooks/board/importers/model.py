"""What every reader gives: one record per task of the other tool, in our words."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.sections import append_section
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECK: Final = "import"
FACTS_HEADING: Final = "Imported"
FOREIGN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._#/-]{0,199}")
RecordType = TypeVar("RecordType")


class State(StrEnum):
    """How far the other tool says that a task is."""

    DRAFT = "draft"
    OPEN = "open"
    ACTIVE = "active"  # somebody there is at it; nobody here holds a claim, so it is open here
    DONE = "done"
    DROPPED = "dropped"


class Imported(NamedTuple):
    """A task of another tool.

    `depends_on` and `parent` are origins, such as `beads:bd-a1b2`. `facts` are what our files have no place for, by
    the name that the tool has for it; `create` writes them into the body.
    """

    origin: str
    path: str
    line: int
    title: str
    body: str = ""
    state: State = State.OPEN
    priority: int = 0
    labels: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    parent: str = ""
    success_criteria: tuple[str, ...] = ()
    budget_minutes: int = 0
    created: str = ""
    created_by: str = ""
    facts: Mapping[str, object] = {}


class Reading(NamedTuple):
    """The tasks that were found, and what was wrong with the rest, with file and line."""

    imported: list[Imported]
    warnings: list[Finding]

    def warn(self, path: str, line: int, message: str, hint: str = "") -> None:
        """Adds a warning."""
        self.warnings.append(Finding(CHECK, Severity.WARNING, path, line, message, hint))

    def skip(self, error: DocumentError) -> None:
        """Adds what `error` says about a record that is left out."""
        self.warn(error.path, error.line, f"skipped: {error.reason}", error.hint)


def new_reading() -> Reading:
    """A reading that nothing was found in yet."""
    return Reading([], [])


def convert_record(where: tuple[str, int], record: object, kind: type[RecordType]) -> RecordType:
    """`record` as a struct of type `kind`; raises DocumentError at `where`, which says the key that is wrong."""
    import msgspec

    try:
        return msgspec.convert(record, kind)
    except msgspec.ValidationError as error:
        what, _, keys = str(error).partition(" - at `$")
        named = keys.strip("`.")
        raise DocumentError(*where, f"`{named}`: {what[:1].lower()}{what[1:]}" if named else what) from error


def make_origin(tool: str, foreign_id: str, where: tuple[str, int]) -> str:
    """`tool:id`; raises DocumentError for an id that is empty or could be read as something else."""
    if not FOREIGN_ID.fullmatch(foreign_id):
        raise DocumentError(*where, f"{foreign_id[:80]!r} is no id")
    return f"{tool}:{foreign_id}"


def to_utc(text: str) -> str:
    """A time as our files write it, such as 2026-11-22T10:00:00Z; empty for what is none. Without a zone it is UTC."""
    from datetime import UTC, datetime

    try:
        given = datetime.fromisoformat(text.strip())
        zoned = given if given.tzinfo else given.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if text.strip() else ""
    except (ValueError, OverflowError):
        return ""


def to_label(text: str) -> str:
    """A label as ours are written: without blanks and control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", "-", text.strip())


def to_labels(names: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """The labels, each once and in their order."""
    return tuple(dict.fromkeys(label for label in map(to_label, names) if label))


def write_facts(body: str, facts: Mapping[str, Any]) -> str:
    """`body` with a section that lists `facts`, one a line; values that say nothing are left out."""
    lines = [f"- {key}: {_fact_text(value)}" for key, value in facts.items() if value or value == 0]
    return append_section(body, FACTS_HEADING, "\n".join(lines)) if lines else body


def _fact_text(value: object) -> str:
    """One line, whatever the value: text that is one line as it is, all else as JSON."""
    import json

    if isinstance(value, str) and value.isprintable():
        return value
    return json.dumps(value, ensure_ascii=True, default=str)
