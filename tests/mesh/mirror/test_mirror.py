"""A board and a mesh brought in step, with real files and real commits."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.leases.claims import find_loss
from openclaw_hooks.board.leases.held import held_lease
from openclaw_hooks.board.leases.lease import Lease
from openclaw_hooks.board.store import edit_board, read_board
from openclaw_hooks.mesh.mirror.claims import Desk, record_claim
from openclaw_hooks.mesh.mirror.commit_apart import commit_apart
from openclaw_hooks.tasks.markdown import edit_task, new_task_text, parse_task
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from openclaw_hooks.board.edit import Edit
    from tests.conftest import Repository
    from tests.mesh.mirror.desk import Mesh, Station

KEY = "T-4kf2mz"


def make_task(key: str = KEY, title: str = "Write it", **fields: object) -> bytes:
    return new_task_text(TaskHead(id=key, title=title, status=Status.QUEUED, **fields), "## Notes\n")  # type: ignore[arg-type]


def make_key(number: int) -> str:
    digits = "0123456789abcdefghjkmnpqrstvwxyz"
    return "T-0000" + digits[number // 32] + digits[number % 32]


def log(station: Station) -> list[str]:
    """All lines of the board's commits, newest first."""
    words = ["git", "-C", station.board.top, "log", "--format=%B"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()


def join(station: Station, mesh: Mesh) -> None:
    """Reads all there is, and brings the board in step with it."""
    mesh.accept(station, station.mirror.take(mesh.values, complete=True))
    mesh.accept(station, station.mirror.look())


def test_news_are_on_disk_when_take_returns_and_committed_after(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    content = make_task()
    assert station.mirror.take(mesh.put(KEY, content)).written == (f"tasks/{KEY}.md",)
    assert station.path(KEY).read_bytes() == content
    assert read_board(station.board).tasks[KEY].title == "Write it"
    claimed = edit_task(content, {"status": Status.CLAIMED, "owner": "w1"})
    station.mirror.take(mesh.put(KEY, claimed))
    assert station.mirror.commit() == ()
    first = log(station).index(f"task {KEY} queued: Write it (mesh)")
    assert log(station)[first + 1] == f"task {KEY} queued -> claimed (w1)"
    assert station.mirror.look().sends == {}


def test_a_hand_edit_is_judged_committed_and_sent(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    edited = station.edit(KEY, title="Write it well", status=Status.COMPLETED)
    outcome = station.mirror.look([f"tasks/{KEY}.md"])
    assert any("put back" in report for report in outcome.reports)
    send = outcome.sends[KEY]
    assert parse_task("T-4kf2mz.md", send.content).title == "Write it well"
    assert parse_task("T-4kf2mz.md", send.content).status is Status.QUEUED
    assert (send.revision, send.base) == (1, make_task())
    assert station.path(KEY).read_bytes() == send.content != edited
    mesh.accept(station, outcome)
    assert station.mirror.look().sends == {}
    assert f"task {KEY} edited by hand (boss)" in log(station)


def test_an_unanswered_edit_is_offered_again_and_only_by_a_look_at_everything(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.edit(KEY, title="Write it well")
    first = station.mirror.look([f"tasks/{KEY}.md"]).sends[KEY]
    assert station.mirror.take(mesh.put("T-000001", make_task("T-000001"))).sends == {}
    assert station.mirror.look().sends == {KEY: first}
    station.restart()
    assert station.mirror.take(mesh.values, complete=True).sends == {}
    assert station.mirror.look().sends == {KEY: first}


def test_files_wait_until_all_that_the_mesh_has_is_known(station: Station, mesh: Mesh) -> None:
    with edit_board(station.board, station.actor) as edit:
        edit.add_task(TaskHead(id=KEY, title="Mine", status=Status.QUEUED))
    assert station.mirror.look().sends == {}
    outcome = station.mirror.take(mesh.values, complete=True)
    outcome = station.mirror.look()
    assert outcome.sends[KEY].base is None
    mesh.accept(station, outcome)
    assert mesh.values[KEY][1] == station.path(KEY).read_bytes()


def test_what_both_changed_is_in_a_record_that_is_committed(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.edit(KEY, title="Mine")
    outcome = station.mirror.take(mesh.put(KEY, make_task(title="Theirs")))
    assert outcome.conflicts == 1
    station.mirror.commit()
    assert station.path(KEY).read_bytes() == make_task(title="Theirs")
    records = os.listdir(os.path.join(station.board.top, "conflicts"))
    assert len(records) == 1
    assert "Mine" in (station.path(KEY).parent.parent / "conflicts" / records[0]).read_text()
    status = subprocess.run(["git", "-C", station.board.top, "status", "--porcelain"], capture_output=True, check=True)
    assert status.stdout == b""


def test_a_file_that_went_is_brought_back_and_many_at_once_halt_everything(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    keys = [make_key(number) for number in range(12)]
    for key in keys:
        mesh.put(key, make_task(key))
    station.mirror.take(mesh.values)
    station.path(keys[0]).unlink()
    assert station.mirror.look().reports == (f"tasks/{keys[0]}.md was missing and is restored",)
    station.mirror.commit()
    for key in keys[:8]:
        station.path(key).unlink()
    outcome = station.mirror.look()
    assert "8 of the 12 files" in outcome.halted
    assert not station.path(keys[0]).exists()
    subprocess.run(["git", "-C", station.board.top, "checkout", "HEAD", "--", "."], check=True, capture_output=True)
    assert station.mirror.look().halted == ""
    assert {key: station.path(key).read_bytes() for key in keys} == {key: mesh.values[key][1] for key in keys}


@pytest.mark.parametrize(
    ("key", "content"),
    [
        (KEY, b"\0" * 40),
        (KEY, b"\xff\xfe"),
        (KEY, b""),
        (KEY, b"---\nid: T-4kf2mz\n<<<<<<< ours\n"),
        (KEY, b"---\nid: T-000002\ntitle: x\nstatus: queued\n---\n"),
        (KEY, make_task() + b"x" * 300_000),
        ("../T-4kf2mz", make_task()),
        ("T-4KF2MZ", make_task()),
        ("CON", b"x"),
        ("T-4kf2m\n", make_task()),
    ],
    ids=["zeros", "bytes", "empty", "markers", "name", "long", "path", "case", "device", "line-end"],
)
def test_what_is_not_fit_never_gets_onto_disk(station: Station, mesh: Mesh, key: str, content: bytes) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    before = sorted(os.listdir(station.path(KEY).parent))
    outcome = station.mirror.take(mesh.put(key, content))
    assert len(outcome.reports) == 1
    assert sorted(os.listdir(station.path(KEY).parent)) == before
    assert station.path(KEY).read_bytes() == make_task()
    outcome = station.mirror.take(mesh.put(KEY, make_task(title="Next")))
    assert station.path(KEY).read_bytes() == make_task(title="Next")


def test_a_file_broken_by_hand_waits_and_lets_the_others_go_on(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    station.mirror.take({**mesh.put(KEY, make_task()), **mesh.put("T-000001", make_task("T-000001"))})
    station.path(KEY).write_bytes(b"---\ntitle: [\n")
    outcome = station.mirror.look()
    assert outcome.sends == {}
    assert any("not committed until it is mended" in report for report in outcome.reports)
    assert station.mirror.look().reports == ()
    news = {**mesh.put(KEY, make_task(title="Newer")), **mesh.put("T-000001", make_task("T-000001", title="Newer"))}
    assert station.mirror.take(news).written == ("tasks/T-000001.md",)
    station.path(KEY).write_bytes(make_task())
    station.mirror.look()
    assert station.path(KEY).read_bytes() == make_task(title="Newer")


def test_an_edit_made_while_another_is_judged_is_sent_the_next_time(
    station: Station, mesh: Mesh, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.edit(KEY, created_by="somebody else")
    commit = station.mirror.files._commit

    def edit_again() -> Edit:
        edit = commit()
        station.edit(KEY, title="Once more")
        return edit

    monkeypatch.setattr(station.mirror.files, "_commit", edit_again)
    assert station.mirror.look().sends == {}
    monkeypatch.undo()
    assert b"title: Once more" in station.mirror.look().sends[KEY].content


@pytest.mark.parametrize("leads", [True, False])
def test_a_value_that_was_spoilt_is_written_again_by_the_lead_alone(station: Station, mesh: Mesh, leads: bool) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.mirror.leads = leads
    outcome = station.mirror.take(mesh.put(KEY, b"\xff spoilt"))
    assert station.path(KEY).read_bytes() == make_task()
    assert [send.content for send in outcome.sends.values()] == [make_task()] * leads
    assert any("this board keeps what it has" in report for report in outcome.reports)


def test_an_archived_task_stays_in_the_archive(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    done = edit_task(make_task(), {"status": Status.CANCELLED})
    station.mirror.take(mesh.put(KEY, done))
    station.mirror.commit()
    with edit_board(station.board, station.actor) as edit:
        edit.put(f"archive/2026/cancelled/{KEY}.md", done)
        edit.put(f"tasks/{KEY}.md", None)
    assert station.mirror.look().written == ()
    assert not station.path(KEY).exists()
    station.mirror.take(mesh.put(KEY, make_task()))
    assert station.path(KEY).exists()


def test_a_key_that_vanished_is_written_again_by_the_lead_alone(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.mirror.leads = False
    assert station.mirror.take({}, complete=True).sends == {}
    station.mirror.leads = True
    send = station.mirror.look().sends
    station.mirror.take({KEY: (5, None)})
    send = station.mirror.take({}, complete=True).sends
    assert (send[KEY].content, send[KEY].revision) == (make_task(), 5)


def test_a_mesh_that_fell_back_is_mended_from_what_the_board_has(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    old = dict(mesh.put(KEY, make_task()))
    station.mirror.take(mesh.values)
    station.mirror.take(mesh.put(KEY, make_task(title="Newest")))
    station.mirror.freeze()
    assert station.mirror.take(old).written == ()
    outcome = station.mirror.reseed(old)
    assert outcome.sends[KEY].content == make_task(title="Newest")
    assert outcome.sends[KEY].revision == 1
    mesh.put(KEY, outcome.sends[KEY].content)
    outcome = station.mirror.thaw(mesh.values)
    assert (outcome.sends, outcome.written) == ({}, ())
    assert station.path(KEY).read_bytes() == make_task(title="Newest")


def test_what_a_repair_did_not_bring_back_is_kept_in_a_record(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    old = dict(mesh.put(KEY, make_task()))
    station.mirror.take(mesh.values)
    station.mirror.take(mesh.put(KEY, make_task(title="Newest")))
    outcome = station.mirror.thaw(old)
    assert outcome.conflicts == 1
    folder = station.path(KEY).parent.parent / "conflicts"
    assert any("Newest" in path.read_text() for path in folder.iterdir())


def test_an_answer_that_takes_less_keeps_the_rest_in_a_record(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.edit(KEY, title="Refused", priority=4)
    send = station.mirror.look().sends[KEY]
    taken = edit_task(make_task(), {"priority": 4})
    mesh.put(KEY, taken)
    outcome = station.mirror.answered(KEY, send.content, mesh.last, taken)
    assert (outcome.sends, outcome.conflicts) == ({}, 1)
    assert station.path(KEY).read_bytes() == taken
    station.edit(KEY, title="Another")
    send = station.mirror.look().sends[KEY]
    outcome = station.mirror.refused(KEY, send.content, "not yours")
    assert station.path(KEY).read_bytes() == taken
    assert any("not yours" in report for report in outcome.reports)
    assert station.mirror.look().sends == {}


def test_a_claim_that_the_mesh_gave_to_somebody_else_is_refused_by_the_hooks(
    station: Station, mesh: Mesh, repository: Repository
) -> None:
    join(station, mesh)
    repo = station.board.repo
    claimed = edit_task(make_task(scope=("src/**",)), {"status": Status.CLAIMED, "owner": "boss"})
    station.mirror.take(mesh.put(KEY, claimed))
    lease = Lease(KEY, "boss", "3-0123abcd", "2099-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 120)
    task = read_board(station.board).tasks[KEY]
    for _ in range(2):
        record_claim(repo, task, lease, Desk(str(repository.path), "s1"))
    held = held_lease(repo.state_dir, KEY)
    assert held is not None
    assert (held.scope, held.token, held.worktree) == (("src/**",), "3-0123abcd", str(repository.path.resolve()))
    assert find_loss(repo, held) is None
    outcome = station.mirror.take(mesh.put(KEY, edit_task(claimed, {"owner": "w9"})))
    assert outcome.reports == (f"{KEY}: the claim is lost, w9 has the task now",)
    loss = find_loss(repo, held)
    assert loss is not None
    assert "w9 has it now" in str(loss)


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.PENDING_REVIEW])
def test_the_claim_of_a_finished_task_is_forgotten(station: Station, mesh: Mesh, status: Status) -> None:
    join(station, mesh)
    claimed = edit_task(make_task(), {"status": Status.CLAIMED, "owner": "boss"})
    station.mirror.take(mesh.put(KEY, claimed))
    lease = Lease(KEY, "boss", "1-0123abcd", "2099-01-01T00:00:00Z")
    record_claim(station.board.repo, read_board(station.board).tasks[KEY], lease)
    assert station.mirror.take(mesh.put(KEY, edit_task(claimed, {"status": status}))).reports == ()
    assert held_lease(station.board.repo.state_dir, KEY) is None


def test_a_database_that_cannot_be_read_costs_nothing(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.mirror.commit()
    station.mirror.bases.close()
    with open(station.mirror.bases.path, "wb") as stream:
        stream.write(b"no database at all, but long enough to be taken for one" * 90)
    station.restart()
    assert "is now mirror.db.broken-" in station.mirror.bases.notes[0]
    outcome = station.mirror.take(mesh.values, complete=True)
    assert (outcome.sends, outcome.conflicts, outcome.written) == ({}, 0, ())
    assert station.mirror.look().sends == {}


def test_an_edit_that_stands_is_sent_before_it_is_committed(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.mirror.commit()
    before = log(station)
    edited = station.edit(KEY, title="Write it well")
    assert station.mirror.look([f"tasks/{KEY}.md"]).sends[KEY].content == edited
    assert log(station) == before
    assert station.mirror.commit() == ()
    assert f"task {KEY} edited by hand (boss)" in log(station)
    assert station.path(KEY).read_bytes() == edited


def test_an_edit_of_which_something_is_put_back_is_judged_as_ever(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.mirror.commit()
    station.edit(KEY, title="Write it well", created_by="mallory")
    outcome = station.mirror.look([f"tasks/{KEY}.md"])
    assert any("`created_by` is not edited by hand" in report for report in outcome.reports)
    assert b"mallory" not in outcome.sends[KEY].content
    assert b"Write it well" in outcome.sends[KEY].content
    assert b"mallory" not in station.path(KEY).read_bytes()


def test_a_stale_edit_on_a_branch_that_others_moved_is_judged_against_what_it_has_now(
    station: Station, mesh: Mesh
) -> None:
    join(station, mesh)
    opened = make_task()
    station.mirror.take(mesh.put(KEY, opened))
    station.mirror.commit()
    with edit_board(station.board, station.actor) as edit:
        edit.put_task(KEY, {"created_by": "ada"})
    station.path(KEY).write_bytes(edit_task(opened, {"title": "Write it well"}))
    outcome = station.mirror.look([f"tasks/{KEY}.md"])
    assert any("`created_by`" in report for report in outcome.reports), outcome
    assert b"created_by: ada" in outcome.sends[KEY].content
    assert b"Write it well" in outcome.sends[KEY].content


def test_many_files_are_committed_by_a_process_of_its_own(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    body = b"words enough to be much\n" * 800
    values = {key: mesh.put(key, make_task(key) + body)[key] for key in map(make_key, range(60))}
    assert len(station.mirror.take(values).written) == 60
    assert commit_apart(station.board) is not None
    assert not station.mirror.files.has_uncommitted()
    assert "60 files brought in step with the mesh" in log(station)
    assert commit_apart(station.board) is None
    station.edit(make_key(0), title="After it")
    assert make_key(0) in station.mirror.look([f"tasks/{make_key(0)}.md"]).sends
