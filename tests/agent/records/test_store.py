from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.agent.records import store
from openclaw_hooks.agent.records.store import read_rows, row_file, settle_outcome, tell_row, write_row
from openclaw_hooks.board.place import REF, BoardError
from openclaw_hooks.board.store import edit_board
from openclaw_hooks.tasks.model import Status
from tests.agent.records.story import TASK, begin, discard, keep, row_of

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.row import Row
    from tests.board.conftest import Desk

FILE = "telemetry/node-a-2026-11.jsonl"


def write(desk: Desk, *rows: Row) -> list[str]:
    with edit_board(desk.board, desk.actor) as edit:
        return [write_row(edit, row) for row in rows]


def on_branch(desk: Desk, path: str = FILE) -> str:
    return desk.git("show", f"{REF}:{path}")


def test_a_row_is_a_line_on_the_branch_and_its_commit_says_whose_run_it_was(desk: Desk) -> None:
    row = row_of(begin(), discard(1), discard(2))
    assert write(desk, row) == [FILE]
    assert read_rows(desk.board).rows == (row,)
    assert on_branch(desk).count("\n") == 1
    assert desk.subjects()[0] == f"run R-000001 of {TASK} released after 2 attempts (node-a)"
    assert desk.git("status", "--porcelain") == ""


def test_a_run_is_told_once_however_often_it_is_written(desk: Desk) -> None:
    row = row_of(begin(), discard(1))
    write(desk, row)
    head = desk.git("rev-parse", REF)
    write(desk, row)
    write(desk, replace(row, why="told anew"))
    assert desk.git("rev-parse", REF) == head
    assert read_rows(desk.board).rows == (row,)


def test_a_run_that_lost_its_task_is_told_of_by_itself(desk: Desk) -> None:
    row = row_of(begin(), discard(1), outcome=Outcome.LOST)
    tell_row(desk.board, desk.actor, row)
    tell_row(desk.board, desk.actor, row)
    assert read_rows(desk.board).rows == (row,)
    assert desk.subjects()[0] == f"run R-000001 of {TASK} lost after 1 attempt (node-a)"


def test_whether_a_person_looks_at_kept_work_is_told_as_the_board_has_it() -> None:
    kept = row_of(begin(), keep(1), outcome=Outcome.COMPLETED)
    assert settle_outcome(kept, Status.PENDING_REVIEW).outcome is Outcome.REVIEW
    assert settle_outcome(kept, Status.COMPLETED) == kept
    assert settle_outcome(kept, Status.RUNNING) == kept
    given_back = row_of(begin(), discard(1))
    assert settle_outcome(given_back, Status.COMPLETED) == given_back  # recovered at once


def test_rows_lie_by_machine_and_month_and_are_read_by_time(desk: Desk) -> None:
    late = row_of(begin("R-000001"), discard(1))
    early = row_of(begin("R-000002"), discard(1), ended="2026-10-31T23:59:59Z")
    other = row_of(begin("R-000003", node="Node B"), discard(1), ended="2026-11-01T00:00:00Z")
    paths = write(desk, late, early, other)
    assert paths == [FILE, "telemetry/node-a-2026-10.jsonl", "telemetry/node-b-2026-11.jsonl"]
    assert read_rows(desk.board).rows == (early, other, late)


@pytest.mark.parametrize(
    ("node", "name"),
    [("..", "node"), (".git", "git"), ("a/../../b", "a-b"), ("Ü", "node"), ("n" * 200, "n" * 60), ("con:\n", "con")],
)
def test_no_name_of_a_machine_leads_out_of_the_folder(node: str, name: str) -> None:
    assert row_file(node, "2026-11") == f"telemetry/{name}-2026-11.jsonl"


def test_a_full_file_is_followed_by_another_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PART_BYTES", 500)
    rows = [row_of(begin(f"R-{n:06}"), discard(1)) for n in range(3)]
    assert [write(desk, row)[0] for row in rows] == [
        FILE,
        "telemetry/node-a-2026-11-2.jsonl",
        "telemetry/node-a-2026-11-3.jsonl",
    ]
    assert write(desk, rows[1]) == ["telemetry/node-a-2026-11-2.jsonl"]
    assert len(read_rows(desk.board).rows) == 3


def test_a_line_that_is_no_row_is_reported_and_kept(desk: Desk) -> None:
    row = row_of(begin(), discard(1))
    write(desk, row)
    file = Path(desk.board.top) / FILE
    file.write_bytes(b"not JSON\n" + file.read_bytes() + b'{"run":"R-000005"}\n')
    told = read_rows(desk.board)
    assert told.rows == (row,)
    assert [(error.path, error.line) for error in told.broken] == [(FILE, 1), (FILE, 3)]
    assert "no row of telemetry" in str(told.broken[0])
    second = row_of(begin("R-000002"), discard(1))
    write(desk, second)
    assert len(read_rows(desk.board).rows) == 2
    assert "not JSON\n" in on_branch(desk)
    assert '{"run":"R-000005"}\n' in on_branch(desk)


def test_rows_that_were_taken_out_of_a_file_by_hand_come_back(desk: Desk) -> None:
    first, second = (row_of(begin(f"R-00000{n}"), discard(1)) for n in (1, 2))
    write(desk, first)
    file = Path(desk.board.top) / FILE
    file.unlink()
    assert read_rows(desk.board).rows == (first,)
    write(desk, second)
    assert {row.run for row in read_rows(desk.board).rows} == {"R-000001", "R-000002"}
    assert "R-000001" in file.read_text()


def write_and_fail(desk: Desk) -> None:
    with edit_board(desk.board, desk.actor) as edit:
        write_row(edit, row_of(begin(), discard(1)))
        edit.put_task("T-0zzzzz", {"priority": 3})


def test_a_row_is_written_with_the_change_of_its_task_or_not_at_all(desk: Desk) -> None:
    task = desk.add()
    with pytest.raises(BoardError, match="the board has no file"):
        write_and_fail(desk)
    assert read_rows(desk.board).rows == ()
    with edit_board(desk.board, desk.actor) as edit:
        edit.put_task(task, {"priority": 3})
        write_row(edit, row_of(begin(), discard(1)))
    changed = desk.git("show", "--name-only", "--format=", REF).split()
    assert changed == [f"tasks/{task}.md", FILE]


def test_a_secret_in_a_row_stops_nobody_from_ending_a_run(desk: Desk, aws_key: str) -> None:
    write(desk, replace(row_of(begin(), discard(1)), why=f"leaked {aws_key}"))
    assert aws_key not in on_branch(desk)
    assert read_rows(desk.board).rows[0].why == "leaked AKIA****"
