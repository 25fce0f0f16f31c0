"""Tasks of Backlog.md: what their files mean on our board."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.importers.backlog_md import read_backlog_md
from openclaw_hooks.board.importers.model import State
from openclaw_hooks.board.importers.table import Source, read_source
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.board.importers.model import Imported

BODY = """## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
Cards are refused.
<!-- SECTION:DESCRIPTION:END -->

## Acceptance Criteria
<!-- AC:BEGIN -->
- [x] #1 Old cards work
- [ ] #2 New cards work
<!-- AC:END -->

## Implementation Plan
1. Look.

## Definition of Done
- [ ] #1 Reviewed
"""
TASK = f"""---
id: TASK-12
title: 'Cards: accept them'
status: In Progress
assignee:
  - '@ada'
created_date: '2025-08-17 16:54'
updated_date: 2026-01-02
labels:
  - web
  - good first
dependencies:
  - task-3
  - TASK-12.1
parent_task_id: TASK-9
priority: high
type: bug
ordinal: 6000
---

{BODY}"""


def read_one(text: str | bytes, path: str = "backlog/tasks/task-12 - Cards.md") -> Imported:
    reading = read_backlog_md({path: text.encode() if isinstance(text, str) else text})
    assert reading.warnings == []
    return reading.imported[0]


def test_every_field_finds_its_place() -> None:
    found = read_one(TASK)
    assert found.origin == "backlog:task-12"
    assert found.title == "Cards: accept them"
    assert found.state is State.ACTIVE
    assert found.priority == 10
    assert found.labels == ("web", "good-first", "bug")
    assert found.depends_on == ("backlog:task-3", "backlog:task-12.1")
    assert found.parent == "backlog:task-9"
    assert found.success_criteria == ("Old cards work", "New cards work")
    assert found.created == "2025-08-17T16:54:00Z"
    assert found.line == 2


def test_body_stays_as_it_is_and_what_has_no_place_stands_below() -> None:
    body = read_one(TASK).body
    assert body.startswith(BODY)
    assert body[len(BODY) :].splitlines() == [
        "",
        "## Imported",
        "",
        "- status: In Progress",
        '- assignee: ["@ada"]',
        "- updated_date: 2026-01-02",
        "- ordinal: 6000",
    ]


def test_crlf_and_byte_order_mark_are_read() -> None:
    found = read_one(b"\xef\xbb\xbf" + TASK.replace("\n", "\r\n").encode())
    assert found.success_criteria == ("Old cards work", "New cards work")
    assert found.body.startswith(BODY.replace("\n", "\r\n"))


@pytest.mark.parametrize(
    "line", ["assignee: @ada", "assignee: [@ada, '@bob']", "reporter: @ada", "assignee:\n  - @ada", 'assignee: "@ada"']
)
def test_handles_that_are_no_yaml_are_read_all_the_same(line: str) -> None:
    assert read_one(f"---\nid: task-1\ntitle: Mail me@x.org\n{line}\n---\n").title == "Mail me@x.org"


@pytest.mark.parametrize(
    ("status", "folder", "state"),
    [
        ("To Do", "tasks", State.OPEN),
        ("Done", "tasks", State.DONE),
        ("Won't Do", "completed", State.DROPPED),
        ("To Do", "completed", State.DONE),
        ("To Do", "drafts", State.DRAFT),
        ("", "tasks", State.OPEN),
    ],
)
def test_status_and_folder_say_how_far_it_is(status: str, folder: str, state: State) -> None:
    assert read_one(f"---\nid: task-1\ntitle: A\nstatus: {status}\n---\n", f"backlog/{folder}/a.md").state is state


def test_words_of_the_project_are_named_with_their_line() -> None:
    reading = read_backlog_md({"tasks/a.md": b"---\nid: t-1\ntitle: A\nstatus: Parked\npriority: asap\n---\n"})
    assert [(found.line, found.message) for found in reading.warnings] == [
        (4, "status `Parked` is not known; taken as open"),
        (5, "priority `asap` is not known; taken as medium"),
    ]
    assert "- status: Parked" in reading.imported[0].body
    assert "- priority: asap" in reading.imported[0].body


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (b"# Just text\n", 1, "no frontmatter"),
        (b"---\nid: task-2\ntitle: never closed\n", 1, "no frontmatter"),
        (b"---\nid: task-2\ntitle: [\n---\n", 4, "not valid YAML"),
        (b"---\nid: task-2\nstatus: Done\n---\n", 2, "missing required field `title`"),
        (b"---\nid: task-2\ntitle: [a, b]\n---\n", 2, "`title`: expected `str`, got `array`"),
        (b"---\nid: '../../etc'\ntitle: A\n---\n", 2, "'../../etc' is no id"),
        (b"---\nid: task-2\ntitle: \xff\n---\n", 3, "not valid UTF-8"),
        (b"---\nid: a\nid: b\ntitle: A\n---\n", 3, "key `id` appears twice"),
    ],
)
def test_bad_file_is_named_and_the_others_go_in(text: bytes, line: int, reason: str) -> None:
    reading = read_backlog_md({"tasks/bad.md": text, "tasks/good.md": TASK.encode()})
    assert [found.origin for found in reading.imported] == ["backlog:task-12"]
    (warning,) = reading.warnings
    assert (warning.path, warning.line) == ("tasks/bad.md", line)
    assert reason.lower() in warning.message.lower()


def test_second_file_of_an_id_is_skipped() -> None:
    reading = read_backlog_md({"tasks/a.md": TASK.encode(), "tasks/b.md": TASK.encode()})
    assert len(reading.imported) == 1
    assert reading.warnings[0].message == "skipped: backlog:task-12 is also in tasks/a.md"


def test_mentions_from_before_a_change_of_prefix_find_their_task() -> None:
    files = {
        "tasks/a.md": b"---\nid: BACK-1\ntitle: A\n---\n",
        "tasks/b.md": b"---\nid: BACK-2\ntitle: B\ndependencies: [task-1, task-7]\n---\n",
        "drafts/c.md": b"---\nid: draft-1\ntitle: C\n---\n",
    }
    found = {task.origin: task for task in read_backlog_md(files).imported}
    assert found["backlog:back-2"].depends_on == ("backlog:back-1", "backlog:task-7")


def test_long_line_of_blanks_is_no_trap() -> None:
    text = "---\nid: t-1\ntitle: A\n---\n## Acceptance Criteria\n- [ ] " + " " * 200_000 + "x\n"
    assert read_one(text).success_criteria == ("x",)


def test_folder_is_found_and_links_are_not_followed(tmp_path: Path) -> None:
    tasks = tmp_path / "backlog" / "tasks"
    tasks.mkdir(parents=True)
    (tasks / "task-12 - Cards.md").write_text(TASK)
    (tmp_path / "secret").write_text("---\nid: task-99\ntitle: Secret\n---\n")
    (tasks / "task-99 - x.md").symlink_to(tmp_path / "secret")
    (tasks / "readme.md").write_text("not a task")
    for path in (tmp_path, tmp_path / "backlog"):
        reading = read_source("backlog", Source(str(path)))
        assert [found.origin for found in reading.imported] == ["backlog:task-12"]
        assert [found.message for found in reading.warnings] == ["skipped: is a link"]
    with pytest.raises(OpenclawError, match="has no folder `backlog/tasks`"):
        read_source("backlog", Source(str(tmp_path / "backlog" / "tasks")))
