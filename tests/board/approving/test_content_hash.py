"""What the hash of an approval covers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.board.approving.content_hash import Kind, content_hash
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.markdown import edit_task, parse_task
from openclaw_hooks.tasks.model import Approval, Direction, Measure, Status
from tests.board.approving.samples import (
    PLAN,
    TASK,
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"status: pending_review", b"status: completed"),
        (b"owner: node-1\n", b""),
        (b"metric:", b"reason: late\nrecovered_by: T-zzzzzz\nsync: 4:abc\napproval:\n  by: ada\n  at: now\nmetric:"),
        (b"\n", b"\r\n"),
        (b"title: Pay out\nstatus: pending_review", b"status: pending_review # looks good\ntitle: 'Pay out'"),
        (b"---\nid", b"\xef\xbb\xbf---\nid"),
    ],
)
def test_hash_stays_when_only_the_state_or_the_form_of_the_file_changes(old: bytes, new: bytes) -> None:
    changed = TASK.replace(old, new) if old != b"---\nid" else b"\xef\xbb\xbf" + TASK
    assert changed != TASK
    assert content_hash(Kind.TASK, changed) == content_hash(Kind.TASK, TASK)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"make test", b"true"),
        (b"Pay out", b"Pay out all"),
        (b"Done.", b"Done!"),
        (b"Done.\n", b"Done.\n\n"),
        (b"metric:", b"scope: [src/]\nmetric:"),
        (b"metric:", b"x-tool: 1\nmetric:"),
        (b"title: Pay out", b"title: 010"),
        (b"T-abc123", b"T-abc124"),
    ],
)
def test_hash_changes_with_everything_that_was_approved(old: bytes, new: bytes) -> None:
    assert content_hash(Kind.TASK, TASK.replace(old, new)) != content_hash(Kind.TASK, TASK)


def test_hash_covers_what_measures_the_work() -> None:
    measured = edit_task(TASK, {"measure": Measure("p95", Direction.LOWER), "evaluator": ("bench/",)})
    hashes = {
        content_hash(Kind.TASK, content)
        for content in (
            TASK,
            measured,
            edit_task(measured, {"evaluator": ()}),
            edit_task(measured, {"evaluator": ("bench/", "!bench/x")}),
            edit_task(measured, {"measure": Measure("p95")}),
            edit_task(measured, {"measure": Measure("p95", Direction.LOWER, min_gain=1)}),
        )
    }
    assert len(hashes) == 6


def test_values_that_only_look_alike_have_different_hashes() -> None:
    titles = [b"010", b"8", b'"010"', b"[010]", b"{010: }", b"yes", b"'yes'", b"true", b"", b"''", b"~", b"[]", b"{}"]
    hashes = {content_hash(Kind.TASK, TASK.replace(b"Pay out", title)) for title in titles}
    assert len(hashes) == len(titles)


def test_plan_hash_leaves_the_tasks_of_its_subtasks_out() -> None:
    running = PLAN.replace(b"draft", b"executing") + b"tasks: {build: T-abc123}\napproval: {by: ada, at: now}\n"
    assert content_hash(Kind.PLAN, running) == content_hash(Kind.PLAN, PLAN)
    assert content_hash(Kind.PLAN, PLAN.replace(b"make", b"true")) != content_hash(Kind.PLAN, PLAN)


def test_a_task_may_not_hide_anything_under_the_name_of_a_plans_key() -> None:
    assert content_hash(Kind.TASK, TASK.replace(b"metric", b"tasks: [x]\nmetric")) != content_hash(Kind.TASK, TASK)


def test_a_task_that_holds_a_plan_has_not_the_plans_hash() -> None:
    assert content_hash(Kind.TASK, b"---\n" + PLAN + b"---\n") != content_hash(Kind.PLAN, PLAN)


@pytest.mark.parametrize(
    "content",
    [b"", b"no head", b"---\n- a\n---\n", b"---\na: 1\na: 2\n---\n", b"---\na: &a [*a]\n---\n", b"---\na: \xff\n---\n"],
)
def test_what_does_not_parse_has_no_hash(content: bytes) -> None:
    with pytest.raises(DocumentError, match=r"tasks/T-abc123.md:\d+:"):
        content_hash(Kind.TASK, content, "tasks/T-abc123.md")


def test_deep_nesting_is_hashed_or_refused() -> None:
    deep = b"---\na: " + b"[" * 199 + b"]" * 199 + b"\n---\n"
    assert content_hash(Kind.TASK, deep).startswith("sha256:")
    with pytest.raises(DocumentError, match="nested too deeply"):
        content_hash(Kind.TASK, deep.replace(b"[", b"[[").replace(b"]", b"]]"))


def test_text_that_is_no_date_may_stand_where_one_could() -> None:
    assert content_hash(Kind.TASK, TASK.replace(b"Pay out", b"2026-02-30")).startswith("sha256:")
    assert content_hash(Kind.PLAN, PLAN + b"created: 2026-02-30\n").startswith("sha256:")


LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20)
STATES = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(Status),
        "owner": st.just("node-1"),
        "reason": LINES,
        "recovered_by": st.just("T-zzzzzz"),
        "sync": st.just("4:abc"),
        "approval": st.builds(Approval, by=LINES, at=LINES, hash=LINES, signature=LINES),
    },
)
CONTENTS = st.fixed_dictionaries(
    {},
    optional={
        "title": LINES.filter(str.strip),
        "metric": LINES,
        "priority": st.integers(-9, 9),
        "scope": st.tuples(LINES),
        "requires_review": st.booleans(),
        "depends_on": st.just(("T-zzzzzz",)),
        "body": LINES,
    },
)


@given(STATES, CONTENTS)
def test_moves_keep_the_hash_and_every_other_edit_changes_it(state: dict[str, Any], content: dict[str, Any]) -> None:
    base = parse_task("tasks/T-abc123.md", TASK)
    moved = edit_task(TASK, state)
    assert content_hash(Kind.TASK, moved) == content_hash(Kind.TASK, TASK)
    edited = edit_task(moved, content)
    is_same = all(getattr(base, name) == value for name, value in content.items())
    assert (content_hash(Kind.TASK, edited) == content_hash(Kind.TASK, TASK)) is is_same
