"""Tasks of beads: what the lines of an export mean on our board."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.board.importers.beads import read_beads
from openclaw_hooks.board.importers.model import State
from openclaw_hooks.board.importers.table import Source, read_source
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.sections import get_section

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.board.importers.model import Imported, Reading

ISSUE: dict[str, Any] = {
    "id": "bd-a1b2",
    "title": "Accept new cards",
    "description": "Cards are refused.\n\n## Description\nagain",
    "design": "A table.",
    "acceptance_criteria": "- new cards work",
    "notes": "See bd-1.",
    "status": "in_progress",
    "priority": 0,
    "issue_type": "bug",
    "assignee": "ada",
    "estimated_minutes": 45,
    "labels": ["web"],
    "created_at": "2025-10-27T21:48:57.733846-07:00",
    "created_by": "bob",
    "updated_at": "2025-10-28T00:00:00Z",
    "dependencies": [
        {"issue_id": "bd-a1b2", "depends_on_id": "bd-2", "type": "blocks"},
        {"issue_id": "bd-a1b2", "depends_on_id": "bd-3", "type": "waits-for"},
        {"issue_id": "bd-a1b2", "depends_on_id": "bd-4", "type": "parent-child"},
        {"issue_id": "bd-a1b2", "depends_on_id": "bd-5", "type": "discovered-from"},
        {"issue_id": "bd-other", "depends_on_id": "bd-6", "type": "blocks"},
    ],
    "comments": [{"id": 1, "issue_id": "bd-a1b2", "author": "eve", "text": "Mine too.", "created_at": "2025-11-01"}],
    "dependency_count": 5,
}


def read(*issues: object) -> Reading:
    lines = [issue if isinstance(issue, str) else json.dumps(issue) for issue in issues]
    return read_beads("issues.jsonl", "\n".join(lines).encode() + b"\n")


def read_one(**changes: object) -> Imported:
    reading = read({**ISSUE, **changes})
    assert reading.warnings == []
    return reading.imported[0]


def test_every_field_finds_its_place() -> None:
    found = read_one()
    assert found.origin == "beads:bd-a1b2"
    assert (found.path, found.line) == ("issues.jsonl", 1)
    assert found.state is State.ACTIVE
    assert found.priority == 20
    assert found.labels == ("web", "bug")
    assert found.depends_on == ("beads:bd-2", "beads:bd-3")
    assert found.parent == "beads:bd-4"
    assert found.budget_minutes == 45
    assert found.created == "2025-10-28T04:48:57Z"
    assert found.created_by == "bob"


def test_texts_become_sections_that_cannot_run_into_each_other() -> None:
    body = read_one().body
    assert get_section(body, "Description") == ISSUE["description"]
    assert get_section(body, "Design") == "A table."
    assert get_section(body, "Acceptance criteria") == "- new cards work"
    assert get_section(body, "Notes") == "See bd-1."
    assert get_section(body, "Comments") == "eve: Mine too."
    assert get_section(body, "Imported") == (
        "- status: in_progress\n- assignee: ada\n- updated_at: 2025-10-28T00:00:00Z\n"
        "- related: parent-child bd-4, discovered-from bd-5"
    )


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("open", State.OPEN),
        ("blocked", State.OPEN),
        ("deferred", State.DRAFT),
        ("closed", State.DONE),
        ("qa", State.OPEN),
    ],
)
def test_status_says_how_far_it_is(status: str, state: State) -> None:
    assert read_one(status=status).state is state


@pytest.mark.parametrize(("priority", "ours"), [(1, 10), (2, 0), (3, -10), (4, -20), (None, 0)])
def test_priorities_turn_round(priority: int | None, ours: int) -> None:
    assert read_one(priority=priority).priority == ours


def test_oldest_form_without_most_keys_is_read() -> None:
    (found,) = read({"id": "bd-1", "title": "A", "type": "epic"}).imported
    assert (found.state, found.priority, found.labels, found.body) == (State.OPEN, 0, ("epic",), "")


def test_lines_that_are_no_issues_are_passed_over() -> None:
    reading = read(
        {"_schema": "beads-jsonl/1", "_project_id": "p"},
        {"_type": "memory", "key": "x"},
        {**ISSUE, "status": "tombstone"},
        {**ISSUE, "is_template": True},
        "",
        ISSUE,
    )
    assert [found.line for found in reading.imported] == [6]
    assert reading.warnings == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("<<<<<<< HEAD", "not valid JSON"),
        ('{"id": "bd-1", "title":', "not valid JSON"),
        ('{"id": "bd-1"}', "missing required field `title`"),
        ('{"id": 7, "title": "A"}', "`id`: expected `str`, got `int`"),
        ('{"id": "bd 1\\n", "title": "A"}', "is no id"),
        ('{"id": "bd-1", "title": "A", "dependencies": [{"type": "blocks"}]}', "`dependencies[0]`"),
        ('"text"', "an object was expected"),
        ("1" * 5000, "not readable as JSON"),
        ('{"a":' * 100_000, "not readable as JSON"),
    ],
)
def test_bad_line_is_named_and_the_others_go_in(line: str, reason: str) -> None:
    reading = read({**ISSUE, "id": "bd-0"}, line, ISSUE)
    assert [found.origin for found in reading.imported] == ["beads:bd-0", "beads:bd-a1b2"]
    assert [(found.path, found.line) for found in reading.warnings] == [("issues.jsonl", 2)]
    assert reason in reading.warnings[0].message


def test_second_line_of_an_id_is_skipped() -> None:
    reading = read(ISSUE, {**ISSUE, "title": "Other"})
    assert [found.title for found in reading.imported] == ["Accept new cards"]
    assert reading.warnings[0].message == "skipped: beads:bd-a1b2 is also in line 1"


def test_export_is_found_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / ".beads").mkdir()
    (tmp_path / ".beads" / "issues.jsonl").write_text(json.dumps(ISSUE))
    for path in (tmp_path, tmp_path / ".beads", tmp_path / ".beads" / "issues.jsonl"):
        assert len(read_source("beads", Source(str(path))).imported) == 1
    with pytest.raises(OpenclawError, match="there is no file"):
        read_source("beads", Source(str(tmp_path / "nowhere")))
    with pytest.raises(OpenclawError, match="tasks of `jira` cannot be imported") as caught:
        read_source("jira", Source(str(tmp_path)))
    assert caught.value.hint == "known: backlog, beads, github"
