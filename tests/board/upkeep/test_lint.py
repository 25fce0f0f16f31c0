"""What lint finds on a board, where it says that it is, and what it advises."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.claims import Terms, claim_task
from openclaw_hooks.board.leases.lease import Lease
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.snapshot import Snapshot
from openclaw_hooks.board.store import edit_board, read_board
from openclaw_hooks.board.upkeep.archive_edit import Move, archive_files
from openclaw_hooks.board.upkeep.lint import LintFacts, lint_board
from openclaw_hooks.board.upkeep.lint_facts import gather_facts
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.markdown import new_task_text, parse_task
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.verdict import Finding
    from tests.conftest import Repository

PLAN = b"id: P-aaaaaa\ntitle: Ship\nstatus: executing\nsubtasks:\n- {id: build, title: A}\n- {id: '010', title: B}\n"
NOW = "2026-11-22T10:00:00Z"


def write(name: str, *lines: str, status: str = "queued") -> tuple[str, bytes]:
    text = "\n".join(["---", f"id: T-{name:0>6}", f"title: {name}", f"status: {status}", *lines, "---", ""])
    return f"tasks/T-{name:0>6}.md", text.encode()


def lint(*files: tuple[str, bytes], plans: Mapping[str, bytes] | None = None, **facts: object) -> list[Finding]:
    contents = dict(files)
    tasks = [parse_task(path, content) for path, content in files]
    snapshot = Snapshot("", {task.id: task for task in tasks}, dict(plans or {}), ())
    return lint_board(snapshot, LintFacts(read=contents.get, **facts))  # type: ignore[arg-type]  # of any field


def show(findings: list[Finding]) -> list[str]:
    return [f"{found.path}:{found.line}: {found.severity}: {found.message}" for found in findings]


def test_sound_board_has_no_findings() -> None:
    findings = lint(
        write("a", "labels: [web]", "scope: [src/, '!src/old/']", "role: qa", "plan: P-aaaaaa", "subtask: '010'"),
        write("b", "depends_on: [T-00000a]", "owner: ada", status="running"),
        write("c", "depends_on: [T-archve]", "role: human", "origin: beads:bd-1"),
        plans={"P-aaaaaa": PLAN},
        roles={"qa"},
        leases={"T-00000b": Lease("T-00000b", "ada", "1-a", "2026-11-22T12:00:00Z")},
        now=NOW,
        archived={"T-archve"},
    )
    assert findings == []


@pytest.mark.parametrize(
    ("lines", "line", "message", "hint"),
    [
        (
            ["depends_on:", "  - T-00000b", "  - T-zzzzzz"],
            7,
            "depends on T-zzzzzz, which does not exist",
            "take it out",
        ),
        (["depends_on: [T-00000b, T-00000x]"], 5, "depends on T-00000x, which does not exist", "mend the id"),
        (["depends_on: [T-00000b, T-00000b]"], 5, "depends on T-00000b twice", "take one out"),
        (
            ["depends_on: [T-00000c]"],
            5,
            "waits for T-00000c, which is cancelled: it can never begin",
            "cancel this task",
        ),
        (["recovers: T-zzzzzz"], 5, "`recovers` names T-zzzzzz, which does not exist", "take it out"),
        (["role: qaa"], 5, "there is no role `qaa`", "did you mean `qa`?"),
        (["labels:", "  - web", "  - good first"], 7, "label 'good first' holds a blank", "write `good-first`"),
        (["labels: ['']"], 5, "label '' holds a blank", "take it out"),
        (["labels: [a, a]"], 5, "label `a` stands there 2 times", "once is enough"),
        (["scope: ['src/[a']"], 5, "glob", ""),
        (["scope: ['!src/', '!b']"], 5, "the scope allows no file", "put `**/*` before it"),
        (["owner: ada"], 5, "owned by ada while it is queued", "openclaw task claim T-00000a"),
        (["subtask: build"], 5, "`subtask` is build, but no plan is named", "take it out"),
        (["plan: P-aaaaab"], 5, "belongs to plan P-aaaaab, which does not exist", "mend the id"),
        (["plan: P-aaaaaa", "subtask: biuld"], 6, "plan P-aaaaaa has no subtask `biuld`", "did you mean `build`?"),
    ],
)
def test_fault_of_one_task_is_named_with_its_line_and_a_hint(
    lines: list[str], line: int, message: str, hint: str
) -> None:
    others = (write("b"), write("c", status="cancelled"))
    (found,) = lint(write("a", *lines), *others, plans={"P-aaaaaa": PLAN}, roles={"qa"})
    assert (found.check, found.path, found.line) == ("board", "tasks/T-00000a.md", line)
    assert message in found.message
    assert hint in found.hint


def test_active_task_without_owner_is_an_error() -> None:
    (found,) = lint(write("a", status="claimed"))
    assert show([found]) == ["tasks/T-00000a.md:4: error: claimed by nobody"]
    assert found.hint == "openclaw task release T-00000a"


@pytest.mark.parametrize(
    ("status", "lease", "message"),
    [
        ("running", None, "running without a claim that is known here"),
        ("running", Lease("T-00000a"), "running without a claim that is known here"),
        ("running", Lease("T-00000a", "bob", "1-a", "2026-11-22T12:00:00Z"), "owned by ada, but the claim is bob's"),
        (
            "running",
            Lease("T-00000a", "ada", "1-a", "2026-11-22T09:00:00Z"),
            "the claim of ada ended at 2026-11-22T09:00",
        ),
        (
            "completed",
            Lease("T-00000a", "ada", "1-a", "2026-11-22T12:00:00Z"),
            "ada still holds a claim while it is comp",
        ),
    ],
)
def test_claims_that_do_not_fit_are_warnings(status: str, lease: Lease | None, message: str) -> None:
    leases = {"T-00000a": lease} if lease else {}
    (found,) = lint(write("a", "owner: ada", status=status), leases=leases, now=NOW)
    assert message in found.message
    assert not found.is_error
    assert "openclaw" in found.hint
    assert lint(write("a", "owner: ada", status=status)) == []


def test_finished_work_may_depend_on_what_was_cancelled() -> None:
    assert lint(write("a", "depends_on: [T-00000b]", status="completed"), write("b", status="cancelled")) == []


def test_every_cycle_is_named_in_full_and_once() -> None:
    findings = lint(
        write("a", "depends_on: [T-00000b]"),
        write("b", "depends_on:", "  - T-00000e", "  - T-00000a"),
        write("c", "depends_on: [T-00000c]"),
        write("d", "depends_on: [T-00000a]"),
        write("e"),
    )
    assert show(findings) == [
        "tasks/T-00000a.md:5: error: waits for itself: T-00000a -> T-00000b -> T-00000a",
        "tasks/T-00000c.md:5: error: waits for itself: T-00000c -> T-00000c",
    ]


def test_task_that_was_imported_twice_is_named() -> None:
    (found,) = lint(write("a", "origin: beads:bd-1"), write("b", "origin: beads:bd-1"), write("c", "origin: node-1"))
    assert show([found]) == ["tasks/T-00000b.md:5: warning: beads:bd-1 is also T-00000a"]


def test_broken_files_are_findings_and_named_once() -> None:
    error = DocumentError("plans/P-bbbbbb.yaml", 1, "not valid YAML: x", "mend it")
    snapshot = Snapshot("", {}, {"P-aaaaaa": b"a: [\n"}, (error, DocumentError("tasks/T-00000a.md", 3, "`id` is T-1")))
    findings = lint_board(snapshot, LintFacts())
    assert [(found.path, found.line) for found in findings] == [
        ("plans/P-aaaaaa.yaml", 2),
        ("plans/P-bbbbbb.yaml", 1),
        ("tasks/T-00000a.md", 3),
    ]
    assert all(found.is_error for found in findings)
    assert findings[1].hint == "mend it"


def test_lines_are_1_where_the_file_cannot_be_read() -> None:
    task = parse_task(*write("a", "role: x"))
    for content in (None, b"---\nrole: [\n---\n", b"\xff"):
        read = {"tasks/T-00000a.md": content}.get
        found = lint_board(Snapshot("", {task.id: task}, {}, ()), LintFacts(roles=(), read=read))
        assert [finding.line for finding in found] == [1]


@pytest.mark.parametrize("plan", [b"", b"- a\n", b"subtasks: 4\n", b"subtasks: [a, {title: x}]\n"])
def test_plan_of_any_form_is_no_crash(plan: bytes) -> None:
    (found,) = lint(write("a", "plan: P-aaaaaa", "subtask: build"), plans={"P-aaaaaa": plan})
    assert "has no subtask" in found.message


def test_large_board_is_linted_in_linear_time() -> None:
    chain = [write(str(number), f"depends_on: [T-{number + 1:06}]") for number in range(2000)]
    assert len(lint(*chain)) == 1


def test_file_under_a_wrong_name_is_found_on_a_real_board(repository: Repository) -> None:
    repository.stage("a", "a")
    repository.commit()
    board = open_board(str(repository.path), create=True)
    tasks = Path(board.top, "tasks")
    tasks.mkdir(exist_ok=True)
    (tasks / "T-00000b.md").write_bytes(write("a")[1])
    findings = lint_board(read_board(board), LintFacts())
    assert [(found.path, found.is_error) for found in findings] == [("tasks/T-00000b.md", True)]
    assert "`id` is T-00000a" in findings[0].message


def test_facts_come_from_claims_and_archive_of_the_board(repository: Repository) -> None:
    repository.stage("a", "a")
    repository.commit()
    board = open_board(str(repository.path), create=True)
    actor = find_actor(board.repo)
    claimed = TaskHead(id="T-00000a", title="A", status=Status.CLAIMED, owner="ada", depends_on=("T-00000b",))
    with edit_board(board, actor) as edit:
        edit.put("tasks/T-00000a.md", new_task_text(claimed, ""))
        edit.put("tasks/T-00000b.md", write("b", status="completed")[1])
    findings = lint_board(read_board(board), gather_facts(board, None))
    assert show(findings) == ["tasks/T-00000a.md:4: warning: claimed without a claim that is known here"]
    claim_task(board.repo, claimed, "ada", Terms())
    assert lint_board(read_board(board), gather_facts(board, None)) == []
    with edit_board(board, actor) as edit:
        archive_files(edit, [Move("T-00000b", "completed", datetime(2026, 1, 1, tzinfo=UTC))])
    assert lint_board(read_board(board), gather_facts(board, None)) == []
    repository.git("update-ref", "refs/openclaw/claims/T-00000a", "HEAD:a")
    assert [finding.line for finding in lint_board(read_board(board), gather_facts(board, None))] == [4]
