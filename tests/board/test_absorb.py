"""What becomes of an edit by hand, from contents alone."""

from __future__ import annotations

import pytest

from openclaw_hooks.board.absorb import judge_edit
from openclaw_hooks.tasks.markdown import edit_task, new_task_text, parse_task
from openclaw_hooks.tasks.model import Approval, Delegation, Direction, Measure, Mode, Status, Task, TaskHead
from openclaw_hooks.tasks.moves import Right

ID = "T-4kf2mz"
PATH = f"tasks/{ID}.md"
LEAD = frozenset({Right.ANY, Right.LEAD, Right.HUMAN})
WORKER = frozenset({Right.ANY})


def text(status: Status = Status.QUEUED, body: str = "", **fields: object) -> bytes:
    head = TaskHead(id=ID, title="Write it", status=status, **fields)  # type: ignore[arg-type]
    return new_task_text(head, body)


def judged(base: bytes | None, disk: bytes, rights: frozenset[Right] = LEAD) -> tuple[Task, str]:
    """The task that would be committed, and the reports; what is committed is also what ends up on disk."""
    found = judge_edit(base, disk, PATH, rights)
    assert found.content is not None, found.reports
    assert (disk if found.disk is None else found.disk) == found.content
    return parse_task(PATH, found.content), "\n".join(found.reports)


def test_an_allowed_edit_is_taken_as_it_is() -> None:
    disk = text(body="new\n").replace(b"title: Write it\n", b"title:   'Write more'   # mine\nx-mine: [1,  2]\n")
    assert judge_edit(text(), disk, PATH, LEAD) == (disk, None, ())


def test_an_allowed_move_is_kept() -> None:
    task, reports = judged(text(), text(Status.CANCELLED))
    assert (task.status, reports) == (Status.CANCELLED, "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Status.QUEUED, Status.PENDING_REVIEW),
        (Status.COMPLETED, Status.QUEUED),
        (Status.REJECTED, Status.QUEUED),
        (Status.PROPOSED, Status.RELEASED),
    ],
)
def test_a_move_that_the_table_does_not_have_is_put_back_and_the_rest_kept(old: Status, new: Status) -> None:
    task, reports = judged(text(old), text(new, body="kept\n", priority=5, reason="because"))
    assert (task.status, task.reason, task.priority, task.body) == (old, "", 5, "kept\n")
    assert f"{PATH}: {old} -> {new} is put back" in reports
    assert "allowed from here" in reports


@pytest.mark.parametrize("new", [Status.CLAIMED, Status.RUNNING])
def test_nobody_claims_by_hand(new: Status) -> None:
    task, reports = judged(text(), text(new, owner="me"))
    assert (task.status, task.owner) == (Status.QUEUED, "")
    assert "takes a lease: openclaw task" in reports


@pytest.mark.parametrize("old", [Status.PENDING_REVIEW, Status.RUNNING, Status.CLAIMED, Status.FAILED])
def test_nobody_completes_or_approves_by_hand_since_who_edited_is_unknown(old: Status) -> None:
    task, reports = judged(text(old, owner="node-b"), text(Status.COMPLETED, owner="node-b"))
    assert task.status is old
    assert "openclaw task approve" in reports


@pytest.mark.parametrize("new", [Status.QUEUED, Status.FAILED])
def test_what_only_a_person_may_do_is_not_done_by_hand(new: Status) -> None:
    task, reports = judged(text(Status.PENDING_REVIEW), text(new))
    assert task.status is Status.PENDING_REVIEW
    assert "is for a person only" in reports


def test_a_worker_may_not_cancel_by_hand() -> None:
    task, reports = judged(text(), text(Status.CANCELLED), WORKER)
    assert task.status is Status.QUEUED
    assert "is for the lead only" in reports


def test_a_task_that_is_queued_again_by_hand_has_no_owner() -> None:
    task, _ = judged(text(Status.CLAIMED, owner="node-b"), text(Status.QUEUED, owner="node-b"))
    assert (task.status, task.owner) == (Status.QUEUED, "")


def test_an_owner_set_by_hand_is_put_back() -> None:
    task, reports = judged(text(), text(owner="me", priority=3))
    assert (task.owner, task.priority) == ("", 3)
    assert "`owner` is put back" in reports


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("created", "2026-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("created_by", "ada", "eve"),
        ("plan", "P-000000", "P-111111"),
        ("subtask", "", "build"),
        ("origin", "", "elsewhere"),
        ("sync", "3:abc", "9:abc"),
        ("recovered_by", "", "T-111111"),
    ],
)
def test_what_commands_keep_is_put_back(name: str, before: str, after: str) -> None:
    disk = edit_task(text(), {name: after, "labels": ("kept",)})
    task, reports = judged(edit_task(text(), {name: before}), disk)
    assert getattr(task, name) == before
    assert task.labels == ("kept",)
    assert f"`{name}` is not edited by hand and is put back" in reports


def test_an_approval_cannot_be_written_by_hand() -> None:
    forged = text(Status.PENDING_REVIEW, approval=Approval(by="ada", at="2026-01-01T00:00:00Z"))
    task, reports = judged(text(Status.PENDING_REVIEW), forged)
    assert task.approval is None
    assert "`approval`" in reports


@pytest.mark.parametrize(
    "change",
    [
        {"requires_review": False},
        {"delegation": Delegation(mode=Mode.LOCAL)},
        {"delegation": Delegation(mode=Mode.SOLO_MESH), "metric": "true"},
    ],
)
def test_a_review_is_not_edited_away_but_by_a_known_person(change: dict[str, object]) -> None:
    base = text(delegation=Delegation(mode=Mode.SOLO_MESH), labels=("a",))
    disk = edit_task(base, {**change, "labels": ("a", "b")})
    task, reports = judged(base, disk, LEAD - {Right.HUMAN})
    assert (task.requires_review, task.delegation, task.metric) == (None, Delegation(mode=Mode.SOLO_MESH), "")
    assert task.labels == ("a", "b")
    assert "it is reviewed (solo_mesh without a metric), which is not edited away by hand" in reports
    assert judge_edit(base, disk, PATH, LEAD) == (disk, None, ())


def test_a_metric_is_not_replaced_by_hand() -> None:
    task, reports = judged(text(metric="make test"), text(metric="true"), LEAD - {Right.HUMAN})
    assert (task.metric, "its metric is `make test`" in reports) == ("make test", True)


def test_what_measures_the_work_is_not_thawed_by_hand() -> None:
    measure = Measure("p95", Direction.LOWER)
    base = text(metric="make bench", measure=measure, evaluator=("bench/",))
    disk = text(metric="make bench", measure=Measure("p95"), evaluator=("bench/", "!bench/run.py"))
    task, reports = judged(base, disk, LEAD - {Right.HUMAN})
    assert (task.measure, task.evaluator) == (measure, ("bench/",))
    assert "its metric is `make bench`, which is not edited away by hand" in reports
    assert judge_edit(base, disk, PATH, LEAD) == (disk, None, ())
    task, reports = judged(base, disk, WORKER)
    assert (task.measure, "`measure` is for the lead to edit and is put back" in reports) == (measure, True)


def test_an_id_cannot_be_changed_by_hand() -> None:
    found = judge_edit(text(), text().replace(ID.encode(), b"T-111111"), PATH, LEAD)
    assert found.content is None
    assert "`id` is T-111111, the file is T-4kf2mz.md" in found.reports[0]


def test_keys_that_a_foreign_editor_dropped_are_restored() -> None:
    base = text(labels=("a", "b"), scope=("src/**",)).replace(
        b"labels:", b"x-tool:\n  deep: {a: 1}   # theirs\n  more:\n  - 1\nlabels:"
    )
    disk = text(body="their edit\n", priority=2)
    found = judge_edit(base, disk, PATH, LEAD)
    assert found.content is not None
    task = parse_task(PATH, found.content)
    assert (task.labels, task.scope, task.priority, task.body) == (("a", "b"), ("src/**",), 2, "their edit\n")
    assert b"x-tool:\n  deep: {a: 1}   # theirs\n  more:\n  - 1\n" in found.content
    assert {report.split("`")[1] for report in found.reports} == {"labels", "scope", "x-tool"}


def test_even_the_title_is_restored_when_it_vanished() -> None:
    task, reports = judged(text(), text().replace(b"title: Write it\n", b""))
    assert task.title == "Write it"
    assert "key `title` had vanished" in reports


def test_an_empty_value_clears_a_key() -> None:
    base = text(labels=("a",), metric="make test")
    disk = base.replace(b"labels: [a]", b"labels:").replace(b"metric: make test", b"metric:")
    assert disk != base
    task, reports = judged(base, disk)
    assert (task.labels, task.metric, reports) == ((), "", "")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"", "no frontmatter"),
        (b"---\nid: T-4kf2mz\n", "never closed"),
        (b"---\nid: T-4kf2mz\ntitle: [\nstatus: queued\n---\n", "not valid YAML"),
        (b"---\nid: T-4kf2mz\ntitle: a\nstatus: banana\n---\n", "tasks/T-4kf2mz.md:4: .*unknown value `banana`"),
        (b"---\nid: T-4kf2mz\ntitle: a\nstatus: queued\n<<<<<<< HEAD\n---\n", "conflict marker"),
        (b"---\nid: T-4kf2mz\ntitle: \xff\nstatus: queued\n---\n", "not valid UTF-8"),
    ],
)
@pytest.mark.parametrize("base", [None, text()])
def test_a_broken_file_stays_and_is_not_committed(base: bytes | None, broken: bytes, reason: str) -> None:
    found = judge_edit(base, broken, PATH, LEAD)
    assert (found.content, found.disk) == (None, None)
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(found.reports[0])
    assert found.reports[0].startswith(f"{PATH}:")


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    base = b"\xef\xbb\xbf" + text(Status.QUEUED, labels=("a",)).replace(b"\n", b"\r\n")
    disk = base.replace(b"queued", b"completed").replace(b"labels: [a]\r\n", b"")
    found = judge_edit(base, disk, PATH, LEAD)
    assert found.content == base


def test_a_new_file_is_queued_for_a_lead_and_proposed_by_a_worker() -> None:
    assert judged(None, text())[0].status is Status.QUEUED
    task, reports = judged(None, text(Status.COMPLETED))
    assert (task.status, "begins as queued, not completed" in reports) == (Status.QUEUED, True)
    task, reports = judged(None, text(), WORKER)
    assert (task.status, "begins as proposed, not queued" in reports) == (Status.PROPOSED, True)


def test_a_new_file_carries_no_claim_approval_or_plan() -> None:
    forged = text(owner="me", plan="P-000000", subtask="a", approval=Approval(by="ada", at="now"), labels=("kept",))
    task, reports = judged(None, forged)
    assert (task.owner, task.plan, task.subtask, task.approval, task.labels) == ("", "", "", None, ("kept",))
    assert reports.count("is not set by hand") == 4


def test_judging_twice_changes_nothing_more() -> None:
    base = text(labels=("a",))
    found = judge_edit(base, text(Status.RUNNING, owner="me", body="b\n"), PATH, LEAD)
    assert found.content is not None
    assert judge_edit(base, found.content, PATH, LEAD) == (found.content, None, ())


def test_a_task_that_is_broken_on_the_branch_can_be_mended_by_hand() -> None:
    assert judge_edit(b"broken", text(), PATH, LEAD) == (text(), None, ())


def test_edits_of_the_same_values_in_other_words_are_no_change_of_state() -> None:
    base = text(Status.CLAIMED, owner="node-a")
    disk = base.replace(b"status: claimed", b'status:   "claimed"').replace(b"owner: node-a", b"owner: 'node-a' # x")
    assert disk != base
    assert judge_edit(base, disk, PATH, WORKER) == (disk, None, ())
    assert edit_task(disk, {}) == disk


PLAN = b"""\
format: 1
id: P-4kf2mz
title: Ship it   # soon
status: draft
x-mine: 1
subtasks:
  - id: a
    title: A
"""
PLAN_PATH = "plans/P-4kf2mz.yaml"


@pytest.mark.parametrize("line", [b"requires_approval: false\n", b"requires_approval: no\n"])
@pytest.mark.parametrize("base", [PLAN, None])
def test_a_plan_does_not_start_by_itself_because_a_hand_wrote_so(base: bytes | None, line: bytes) -> None:
    found = judge_edit(base, PLAN.replace(b"x-mine", line + b"x-mine"), PLAN_PATH, LEAD)
    assert found.content == PLAN
    assert "`requires_approval` is not edited by hand" in found.reports[0]
    stricter = PLAN.replace(b"x-mine", b"requires_approval: true\nx-mine")
    assert judge_edit(PLAN.replace(b"x-mine", line + b"x-mine"), stricter, PLAN_PATH, LEAD).content == stricter


def test_a_draft_is_edited_by_hand() -> None:
    disk = PLAN.replace(b"title: A", b"title: B")
    assert judge_edit(PLAN, disk, PLAN_PATH, LEAD) == (disk, None, ())


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (b"status: draft\n", b"status: approved\n", "status"),
        (b"x-mine: 1\n", b"x-mine: 1\napproval: {by: ada, at: now}\n", "approval"),
        (b"x-mine: 1\n", b"x-mine: 1\ntasks:\n  a: T-111111\n", "tasks"),
        (b"x-mine: 1\n", b"", "x-mine"),
        (b"id: P-4kf2mz\n", b"id: P-111111\n", "id"),
    ],
)
def test_what_commands_keep_in_a_plan_is_put_back(old: bytes, new: bytes, key: str) -> None:
    edited = PLAN.replace(b"title: A", b"title: B")
    found = judge_edit(PLAN, edited.replace(old, new), PLAN_PATH, LEAD)
    assert found.content is not None
    assert sorted(found.content.splitlines()) == sorted(edited.splitlines())
    assert f"`{key}`" in found.reports[0]


def test_a_new_plan_begins_as_a_draft() -> None:
    found = judge_edit(None, PLAN.replace(b"draft", b"executing") + b"tasks: {a: T-111111}\n", PLAN_PATH, LEAD)
    assert found.content == PLAN
    assert len(found.reports) == 2


@pytest.mark.parametrize("broken", [b"a: [", b"- a\n", b"id: P-111111\nstatus: draft\n"])
def test_a_broken_plan_is_not_committed(broken: bytes) -> None:
    found = judge_edit(None, broken, PLAN_PATH, LEAD)
    assert (found.content, found.disk) == (None, None)
    assert found.reports[0].startswith(f"{PLAN_PATH}:")


def test_a_plan_that_a_raw_commit_broke_can_be_mended_by_hand_and_is_a_draft_again() -> None:
    found = judge_edit(b"a: [", PLAN.replace(b"draft", b"executing"), PLAN_PATH, LEAD)
    assert found.content == PLAN


def test_a_worker_writes_into_the_text_and_not_into_what_the_work_is() -> None:
    disk = text(role="dev", priority=9, scope=("everything/",), body="found something\n")
    task, reports = judged(text(), disk, WORKER)
    assert (task.role, task.priority, task.scope, task.body) == ("", 0, (), "found something\n")
    assert reports.count("is for the lead to edit and is put back") == 3


def test_a_scope_is_not_widened_by_hand_unless_a_person_is_known_to_have_done_it() -> None:
    base, disk = text(scope=("src/",), role="dev"), text(scope=("**",), role="")
    agent = frozenset({Right.ANY, Right.LEAD})
    task, reports = judged(base, disk, agent)
    assert (task.scope, task.role) == (("src/",), "dev")
    assert "its scope and role are not widened by hand" in reports
    task, _ = judged(base, disk, LEAD)
    assert task.scope == ("**",)
