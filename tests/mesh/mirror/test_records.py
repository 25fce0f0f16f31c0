"""What is kept of an edit that the mesh did not take as it was, and what is none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.board.merge.conflicts import list_conflicts
from openclaw_hooks.cli.board.conflicts import take_conflict
from tests.mesh.mirror.test_mirror import KEY, join, make_task

if TYPE_CHECKING:
    from tests.mesh.mirror.desk import Mesh, Station

PATH = f"tasks/{KEY}.md"
MINE = b"\n## Mine\n\nfrom here\n"
THEIRS = b"\n## Theirs\n\nfrom there\n"


def send_edit(station: Station, mesh: Mesh) -> bytes:
    """An edit by hand that is on its way to the lead."""
    station.leads = False
    station.restart()
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.path(KEY).write_bytes(make_task() + MINE)
    return station.mirror.look([PATH]).sends[KEY].content


def answer(station: Station, mesh: Mesh, sent: bytes, content: bytes) -> None:
    revision, found = mesh.put(KEY, content)[KEY]
    assert found is not None
    station.mirror.answered(KEY, sent, revision, found)


def test_an_edit_that_is_merged_with_what_others_wrote_leaves_no_record(station: Station, mesh: Mesh) -> None:
    sent = send_edit(station, mesh)
    answer(station, mesh, sent, make_task() + THEIRS + MINE)
    assert list_conflicts(station.board) == []
    assert station.path(KEY).read_bytes() == make_task() + THEIRS + MINE


def test_what_came_while_an_edit_was_on_its_way_was_not_removed_by_it(station: Station, mesh: Mesh) -> None:
    sent = send_edit(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task() + THEIRS))
    answer(station, mesh, sent, make_task() + THEIRS + MINE)
    assert list_conflicts(station.board) == []
    assert station.path(KEY).read_bytes() == make_task() + THEIRS + MINE


def test_a_text_that_the_lead_did_not_take_can_be_taken_after_all(station: Station, mesh: Mesh) -> None:
    sent = send_edit(station, mesh)
    answer(station, mesh, sent, make_task())
    (record,) = list_conflicts(station.board)
    assert record.conflict.field == "body"
    assert (record.conflict.kept, record.conflict.dropped) == ("\n## Notes\n", f"\n## Notes\n{MINE.decode()}")
    station.mirror.commit()
    take_conflict(station.board, station.actor, record.id)
    assert station.path(KEY).read_bytes() == make_task() + MINE
    assert list_conflicts(station.board) == []


def test_what_was_taken_after_all_is_sent_and_does_not_give_way_again(station: Station, mesh: Mesh) -> None:
    sent = send_edit(station, mesh)
    answer(station, mesh, sent, make_task() + THEIRS)
    (record,) = list_conflicts(station.board)
    station.mirror.commit()
    take_conflict(station.board, station.actor, record.id)
    outcome = station.mirror.look([PATH])
    assert outcome.reports == ()
    assert outcome.sends[KEY].content == station.path(KEY).read_bytes()
    assert MINE in outcome.sends[KEY].content
    mesh.accept(station, outcome)
    assert MINE in station.path(KEY).read_bytes()
    assert list_conflicts(station.board) == []


def test_an_edit_that_was_refused_may_be_made_again(station: Station, mesh: Mesh) -> None:
    sent = send_edit(station, mesh)
    station.mirror.refused(KEY, sent, "not now")
    assert station.path(KEY).read_bytes() == make_task()
    station.path(KEY).write_bytes(sent)
    assert station.mirror.look([PATH]).sends[KEY].content == sent
