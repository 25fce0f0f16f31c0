from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.board.merge.reconcile import reconcile_file
from openclaw_hooks.board.merge.telemetry import is_telemetry, read_lines, unite_rows
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.place import REF
from openclaw_hooks.board.sharing.quarantine import judge_path
from openclaw_hooks.board.sharing.sync import sync_board
from openclaw_hooks.board.store import edit_board, read_board
from openclaw_hooks.board.upkeep.lint import lint_board
from openclaw_hooks.board.upkeep.lint_facts import gather_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.board.conftest import Desk
    from tests.conftest import Repository

FILE = "telemetry/node-a-2026-11.jsonl"
LINES = st.one_of(
    st.builds(lambda run, at: row(f"R-{run}", f"2026-{at:02}"), st.integers(0, 5), st.integers(1, 3)),
    st.sampled_from([b"not JSON", b"[1]", b'{"run":1}', b'{"run":"R-1"}', b"\xff\xfe"]),
)
FILES = st.lists(LINES, max_size=8).map(lambda lines: b"".join(line + b"\n" for line in lines))


def row(run: str, ended: str = "2026-11", **more: object) -> bytes:
    return json.dumps({"run": run, "ended": ended, **more}).encode()


@given(FILES, FILES, FILES)
@settings(max_examples=60)
def test_a_union_is_the_same_in_any_order_and_loses_no_run_and_no_odd_line(a: bytes, b: bytes, c: bytes) -> None:
    united = unite_rows(a, b, c)
    assert united == unite_rows(unite_rows(c, a), b) == unite_rows(united, united, None)
    lines = [line for content in (a, b, c) for line in read_lines(content)]
    told = read_lines(united)
    assert sorted(line.run for line in told if line.run) == sorted({line.run for line in lines if line.run})
    assert {line.text for line in told if not line.run} == {line.text for line in lines if not line.run}


def test_rows_stand_by_time_and_odd_lines_behind_them() -> None:
    united = unite_rows(b"odd\n" + row("R-2", "2026-12"), row("R-1", "2026-11"))
    assert united == row("R-1", "2026-11") + b"\n" + row("R-2", "2026-12") + b"\nodd\n"


def test_only_files_right_below_the_folder_are_telemetry() -> None:
    assert is_telemetry(FILE)
    assert not any(map(is_telemetry, ("telemetry/a/b.jsonl", "telemetry/a.json", "tasks/a.jsonl", "a.jsonl")))


def test_a_remote_brings_telemetry_only_under_plain_names() -> None:
    assert judge_path(FILE) == ""
    for name in ("telemetry/A.jsonl", "telemetry/a.json", "telemetry/a/b.jsonl", "telemetry/a.jsonl\n"):
        assert judge_path(name), name


def test_a_row_that_one_side_does_not_have_was_not_taken_out() -> None:
    base = row("R-1") + b"\n" + row("R-2") + b"\n"
    assert reconcile_file(FILE, base, row("R-1") + b"\n", base) == (base, ())


def put(desk: Desk, content: bytes | None) -> None:
    with edit_board(desk.board, desk.actor) as edit:
        edit.put(FILE, content)


def test_two_machines_of_one_name_have_all_their_rows_after_a_sync(
    make_repository: Callable[..., Repository], sit_down: Callable[[Path], Desk]
) -> None:
    hub = make_repository("hub", "--bare")
    desks = []
    for name in ("first", "second"):
        clone = make_repository(name)
        clone.git("remote", "add", "origin", str(hub.path))
        clone.git("fetch", "-q")
        clone.commit("chore: start", "--allow-empty")
        desks.append(sit_down(clone.path))
        sync_board(desks[-1].board, desks[-1].actor)
    ada, bob = desks
    put(ada, row("R-2") + b"\n")
    put(bob, row("R-1") + b"\nodd\n")
    for desk in (ada, bob, ada):
        sync_board(desk.board, desk.actor)
    expected = row("R-1") + b"\n" + row("R-2") + b"\nodd\n"
    for desk in (ada, bob):
        assert (Path(desk.board.top) / FILE).read_bytes() == expected
        assert desk.git("ls-tree", "--name-only", REF, "conflicts/") == ""

    put(ada, None)  # by whatever means: telemetry is only added to
    for desk in (ada, bob, ada):
        sync_board(desk.board, desk.actor)
    assert (Path(ada.board.top) / FILE).read_bytes() == expected


def test_lint_names_lines_that_are_no_row(desk: Desk) -> None:
    put(desk, row("R-1") + b"\nodd\n")
    board = open_board(str(desk.board.repo.top))
    (finding,) = lint_board(read_board(board), gather_facts(board, None))
    assert (finding.path, finding.line, finding.message) == (FILE, 2, "not a row of telemetry")
