"""Tasks of beads: its export, one JSON object a line (`.beads/issues.jsonl`, or what `bd export` writes)."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct, field

from openclaw_hooks.board.importers.json_records import JsonRecord, read_records
from openclaw_hooks.board.importers.model import (
    Imported,
    Reading,
    State,
    convert_record,
    make_origin,
    new_reading,
    to_labels,
    to_utc,
    write_facts,
)
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.sections import set_section

TOOL: Final = "beads"

# A status of the project's own is open work.
STATES: Final = {
    "in_progress": State.ACTIVE,
    "hooked": State.ACTIVE,
    "deferred": State.DRAFT,
    "closed": State.DONE,
}
DELETED: Final = "tombstone"  # what older versions leave in place of a deleted issue

# Kinds of dependency that hold work up. All others only say that two issues have to do with each other.
BLOCKING: Final = frozenset({"", "blocks", "waits-for"})
PARENT: Final = "parent-child"

MIDDLE_PRIORITY: Final = 2  # of 0 (critical) to 4 (backlog)
SECTIONS: Final = (("Description", "description"), ("Design", "design"), ("Notes", "notes"))


class Dependency(Struct, frozen=True):
    """An edge: `issue_id` depends on `depends_on_id`."""

    depends_on_id: str
    issue_id: str = ""
    type: str = ""


class Issue(Struct, frozen=True):
    """What of an issue has a place on our board."""

    id: str
    title: str
    description: str | None = ""
    design: str | None = ""
    acceptance_criteria: str | None = ""
    notes: str | None = ""
    status: str | None = ""
    priority: int | None = MIDDLE_PRIORITY
    issue_type: str | None = ""
    estimated_minutes: int | None = 0
    labels: tuple[str, ...] | None = ()
    dependencies: tuple[Dependency, ...] | None = ()
    comments: tuple[dict[str, Any], ...] | None = ()
    created_at: str | None = ""
    created_by: str | None = ""
    old_type: str | None = field(name="type", default="")  # as the first versions called issue_type


PLACED: Final = frozenset(Issue.__struct_encode_fields__) - {"status"}
COUNTS: Final = frozenset({"dependency_count", "dependent_count", "comment_count", "_type"})


def read_beads(path: str, content: bytes) -> Reading:
    """The issues in an export; lines that are no issues by intention (header, deleted, templates) are passed over."""
    reading = new_reading()
    seen: dict[str, int] = {}
    for record in read_records(path, content):
        try:
            imported = _read_issue(path, record)
        except DocumentError as error:
            reading.skip(error)
            continue
        if imported is None:
            continue
        if imported.origin in seen:
            reading.warn(path, record.line, f"skipped: {imported.origin} is also in line {seen[imported.origin]}")
            continue
        seen[imported.origin] = record.line
        reading.imported.append(imported)
    return reading


def _read_issue(path: str, record: JsonRecord) -> Imported | None:
    where = (path, record.line)
    if record.reason:
        raise DocumentError(*where, record.reason)
    value = record.value
    is_other = value.get("_type", "issue") != "issue" or "_schema" in value
    if is_other or value.get("is_template") or value.get("status") == DELETED:
        return None
    issue = convert_record(where, value, Issue)
    return Imported(
        origin=make_origin(TOOL, issue.id, where),
        path=path,
        line=record.line,
        title=issue.title,
        body=_write_body(issue, value),
        state=STATES.get(issue.status or "", State.OPEN),
        priority=(MIDDLE_PRIORITY - (issue.priority if issue.priority is not None else MIDDLE_PRIORITY)) * 10,
        labels=to_labels([*(issue.labels or ()), issue.issue_type or issue.old_type or ""]),
        depends_on=_targets(issue, BLOCKING, where),
        parent=next(iter(_targets(issue, frozenset({PARENT}), where)), ""),
        budget_minutes=max(issue.estimated_minutes or 0, 0),
        created=to_utc(issue.created_at or ""),
        created_by=issue.created_by or "",
    )


def _targets(issue: Issue, kinds: frozenset[str], where: tuple[str, int]) -> tuple[str, ...]:
    return tuple(
        make_origin(TOOL, edge.depends_on_id, where)
        for edge in issue.dependencies or ()
        if edge.type in kinds and edge.issue_id in ("", issue.id)
    )


def _write_body(issue: Issue, value: dict[str, Any]) -> str:
    body = ""
    for heading, name in SECTIONS:
        if text := getattr(issue, name):
            body = set_section(body, heading, text)
    if issue.acceptance_criteria:
        body = set_section(body, "Acceptance criteria", issue.acceptance_criteria)
    comments = [f"{found.get('author', '')}: {found.get('text', '')}" for found in issue.comments or ()]
    if comments:
        body = set_section(body, "Comments", "\n\n".join(comments))
    related = [f"{edge.type} {edge.depends_on_id}" for edge in issue.dependencies or () if edge.type not in BLOCKING]
    rest = {key: found for key, found in value.items() if key not in PLACED | COUNTS}
    return write_facts(body, {**rest, "related": ", ".join(related)})
