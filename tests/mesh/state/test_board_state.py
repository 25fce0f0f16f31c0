"""What the lead holds in memory: news in any order, values of any kind, and nothing left behind by a decision."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.state.board_state import BoardState
from openclaw_hooks.mesh.state.leases import MeshLease
from openclaw_hooks.tasks.markdown import new_task_text
from openclaw_hooks.tasks.model import Status, TaskHead
from tests.mesh.state.desk import code

if TYPE_CHECKING:
    import pytest

    from tests.mesh.state.desk import Desk


def content(title: str, **fields: object) -> bytes:
    head = TaskHead(id="T-000001", title=title, status=Status.QUEUED, **fields)  # type: ignore[arg-type]  # real fields
    return new_task_text(head, "text")


def test_only_what_is_newer_is_taken() -> None:
    state = BoardState()
    assert state.take("T-000001", 5, content("five"))
    assert not state.take("T-000001", 5, content("again"))
    assert not state.take("T-000001", 4, content("four"))
    assert (state.tasks["T-000001"].title, state.tasks["T-000001"].body) == ("five", "")
    assert state.take("T-000001", 6, content("six"))
    assert (state.snapshot.tasks["T-000001"].title, state.revision("T-000001")) == ("six", 6)
    assert state.take_lease("T-000001", 9, MeshLease("T-000001", "w1", "1-x"))
    assert not state.take_lease("T-000001", 9, MeshLease("T-000001", "w2", "2-x"))


def test_values_are_held_small_and_given_back_as_they_came() -> None:
    state = BoardState()
    whole = content("five") + b"some words of a text\r\n" * 100 + b"\xff\x00"
    for revision, value in enumerate((whole, b"", b"x"), 1):
        state.take("T-000001", revision, value)
        assert state.content("T-000001") == value
        packed = state.entries["T-000001"].packed
        assert packed is not None
        assert len(packed) < max(len(value) // 4, 20)


def test_hostile_keys_and_values_harm_nothing() -> None:
    state = BoardState()
    for key in ("", "../x", "T-ABCDEF", "t-000001", "T-000001\n", "CON", "lead", "T-00000", "a" * 9000):
        assert not state.take(key, 1, content("x"))
        assert not state.take_lease(key, 1, None)
    values = [b"", b"\x00", b"\xff\xfe", b"---\nid: T-000002\ntitle: A\nstatus: queued\n---\n", b"{" * 9000]
    for revision, value in enumerate(values, 1):
        assert state.take("T-000001", revision, value)
        assert state.take("P-000001", revision, value)
        assert state.broken.keys() == {"T-000001", "P-000001"}
    assert (state.tasks, state.plans) == ({}, {})
    assert state.take("T-000001", 99, content("whole again"))
    assert state.broken.keys() == {"P-000001"}


def test_a_deleted_key_keeps_its_revision_and_its_id() -> None:
    state = BoardState()
    state.take("T-000001", 1, content("x", plan="P-000001", origin="mesh:w1/a"))
    assert (state.members["P-000001"], state.origins) == ({"T-000001"}, {"mesh:w1/a": "T-000001"})
    assert state.take("T-000001", 2, None)
    assert (state.revision("T-000001"), state.content("T-000001"), state.tasks) == (2, None, {})
    assert (state.members["P-000001"], state.origins, state.active) == (set(), {}, set())
    assert "t-000001" in state.taken


def test_after_clearing_only_reserved_ids_are_left() -> None:
    state = BoardState()
    state.reserve(["T-00000Z"])
    state.take("T-000001", 9, content("x"))
    state.take_lease("T-000001", 9, MeshLease("T-000001", "w1", "1-x"))
    state.clear()
    assert (state.entries, state.tasks, state.leases) == ({}, {}, {})
    assert "t-00000z" in state.taken
    assert state.take("T-000001", 1, content("older"))


def test_a_decision_changes_nothing_before_it_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    task = desk.add()
    before = (dict(desk.state.tasks), dict(desk.state.entries), dict(desk.state.leases))
    monkeypatch.setattr(desk, "apply", lambda decision: None)
    assert desk.ask("w1", "claim", task).ok
    assert desk.ask("w2", "propose", fields={"title": "New"}).ok
    assert code(desk.ask("w2", "complete", task)) == "refused"
    assert (desk.state.tasks, desk.state.entries, desk.state.leases) == before
    assert list(desk.state.tasks) == [task]


def test_a_claim_among_ten_thousand_tasks_is_decided_at_once(desk: Desk) -> None:
    for number in range(10_000):
        desk.add(number)
    times = []
    for number in range(0, 10_000, 100):
        begun = time.process_time()
        desk.claim("w1", f"T-{number:06d}")
        times.append(time.process_time() - begun)
    assert sorted(times)[50] < 0.0015  # it takes a fifth of that; looking at every task once takes as long alone
