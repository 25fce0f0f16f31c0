"""What a node tells of its agent runs when it ends a task: its own alone, and only of the task that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec.structs import replace

from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.agent.records.fit import fit_row
from openclaw_hooks.agent.records.row import MAX_ROW_BYTES, Row
from openclaw_hooks.agent.records.text import attempts_text
from openclaw_hooks.tasks.markdown import get_section
from openclaw_hooks.tasks.model import Status
from tests.agent.records.story import begin, discard, keep, row_of
from tests.mesh.state.desk import code, said

if TYPE_CHECKING:
    from tests.mesh.state.desk import Desk

DONE = {
    "complete": Status.COMPLETED,
    "release": Status.RELEASED,
    "fail": Status.FAILED,
}


def row_for(task: str, node: str = "w1", run: str = "R-000001") -> Row:
    return row_of(begin(run, task=task, node=node), discard(1), keep(2), outcome=Outcome.COMPLETED)


def told(row: Row) -> str:
    return fit_row(row).decode()


def rows(desk: Desk) -> tuple[Row, ...]:
    assert desk.last is not None
    return desk.last.rows


@pytest.mark.parametrize("verb", DONE)
def test_the_verbs_that_end_a_task_bring_its_row_and_what_was_tried(desk: Desk, verb: str) -> None:
    task = desk.add()
    token, row = desk.claim("w1", task), row_for(task)
    args = {"reason": "released: no attempt was kept", "row": told(row), "attempts": attempts_text(row)}
    assert desk.ask("w1", verb, task, token=token, **args).ok
    assert desk.status(task) == DONE[verb]
    assert rows(desk) == (row,)
    assert get_section(desk.task(task).body, "Attempts") == attempts_text(row)


def test_a_run_can_ask_for_a_review_that_the_gate_would_not_ask_for(desk: Desk) -> None:
    task = desk.add(metric="make check")
    desk.claim("w1", task)
    answer = desk.ask(
        "w1", "complete", task, measured="make check", review="a rule asks for a person", row=told(row_for(task))
    )
    assert answer.result["why"] == "a rule asks for a person"
    assert [kept.outcome for kept in rows(desk)] == [Outcome.REVIEW]
    assert desk.status(task) == "pending_review"


def test_rows_that_are_not_the_senders_own_are_refused_and_so_is_what_came_with_them(desk: Desk) -> None:
    task, other = desk.add(1), desk.add(2)
    token, content = desk.claim("w1", task), desk.state.content(task)
    row = row_for(task)
    for wrong, expected in (
        (told(row_for(task, node="w2")), "forbidden"),
        (told(row_for(other)), "forbidden"),
        (told(replace(row, run="../../etc")), "invalid"),
        (told(replace(row, ended="soon")), "invalid"),
        (told(replace(row, began="")), "invalid"),
        ('{"run":"R-000001"}', "invalid"),
        ("[" * 100_000, "too_large"),
        ("x" * (MAX_ROW_BYTES + 1), "too_large"),
    ):
        answer = desk.ask("w1", "complete", task, token=token, row=wrong)
        assert code(answer) == expected, (wrong[:80], answer.error)
        assert len(said(answer)) < 300
        assert (rows(desk), desk.state.content(task)) == ((), content)
    assert desk.ask("w1", "complete", task, token=token, row=told(row)).ok


def test_who_has_lost_the_task_tells_nothing(desk: Desk) -> None:
    task = desk.add()
    token = desk.claim("w1", task)
    desk.pass_time(0, silent={"w1": 1e9})
    desk.claim("w2", task)
    answer = desk.ask("w1", "complete", task, token=token, row=told(row_for(task)))
    assert (code(answer), rows(desk)) == ("lost", ())


def test_a_command_that_is_asked_again_brings_its_row_again(desk: Desk) -> None:
    task = desk.add()
    token, row = desk.claim("w1", task), row_for(task)
    for _ in range(2):
        assert desk.ask("w1", "complete", task, token=token, request="0" * 16, row=told(row)).ok
        assert rows(desk) == (row,)


def test_a_secret_in_a_row_is_taken_out_by_the_lead_too(desk: Desk, aws_key: str) -> None:
    task = desk.add()
    token = desk.claim("w1", task)
    row = replace(row_for(task), why=f"it found {aws_key}")
    assert desk.ask("w1", "complete", task, token=token, row=msgspec.json.encode(row).decode()).ok
    (kept,) = rows(desk)
    assert kept.why == "it found AKIA****"
