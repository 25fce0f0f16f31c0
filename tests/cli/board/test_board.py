"""`openclaw board`: attach, status, sync, conflicts and log, by the real command on real repositories."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.conftest import Clerk
from tests.conftest import Repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Answer

HAND = "---\nid: T-4kf2mz\ntitle: By hand\nstatus: queued\n---\n"


@pytest.fixture
def shared(clerk: Clerk, make_repository: Callable[..., Repository]) -> Clerk:
    """A board that a bare remote shares."""
    remote = make_repository("remote.git", "--bare")
    clerk.repository.git("remote", "add", "origin", str(remote.path))
    return clerk


@pytest.fixture
def other(shared: Clerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Clerk:
    """Somebody else's clone, in step with the first."""
    shared.say("board", "sync")
    path = tmp_path / "other"
    shared.repository.git("clone", "-q", shared.repository.git("remote", "get-url", "origin").stdout.strip(), str(path))
    made = Clerk(Repository(path), monkeypatch, capfd)
    made.say("board", "attach")
    return made


def board_status(clerk: Clerk) -> dict[str, Any]:
    found: dict[str, Any] = clerk("board", "status", "--json").data("board-status")
    return found


def test_attach_makes_a_board_sets_the_driver_up_and_is_idempotent(
    openclaw: Callable[..., Answer], repository: Repository
) -> None:
    done = openclaw("board", "attach")
    assert done.code == 0, done.err
    assert "create the branch openclaw/board" in done.out
    assert "set the merge driver up" in done.out
    assert (repository.path / ".openclaw/board/README.md").is_file()
    assert "merge-board" in repository.git("config", "merge.openclaw-task.driver").stdout
    again = openclaw("board", "attach", "--json").data("board-attach")
    assert again == {"path": str(repository.path / ".openclaw/board"), "changes": []}
    assert "attached already" in openclaw("board", "attach").out


@pytest.mark.parametrize("verb", ["status", "sync", "conflicts", "log"])
def test_without_a_board_every_other_verb_says_how_to_make_one(openclaw: Callable[..., Answer], verb: str) -> None:
    done = openclaw("board", verb)
    assert done.code == 2
    assert done.err == "openclaw: there is no board here (make one: openclaw board attach)\n"


def test_status_shows_what_is_where_and_changes_nothing(clerk: Clerk) -> None:
    first = clerk.add("One")
    clerk.add("Two", "--depends-on", first)
    claimed = clerk.add("Three")
    clerk.say("task", "claim", claimed)
    head = clerk.board_head()
    found = board_status(clerk)
    assert found["path"] == str(clerk.repository.path / ".openclaw/board")
    assert (found["branch"], found["head"]) == ("openclaw/board", head)
    assert {name: count for name, count in found["columns"].items() if count} == {
        "Ready": 1,
        "Blocked": 1,
        "In progress": 1,
    }
    assert found["remote"] is None
    assert [(claim["task"], claim["trouble"]) for claim in found["claims"]] == [(claimed, "")]
    text = clerk.say("board", "status")
    assert "1 Ready, 1 Blocked, 1 In progress" in text
    assert f"{claimed}: held by node-a until" in text
    assert clerk.board_head() == head


def test_status_names_broken_files_and_what_would_be_put_back(clerk: Clerk, aws_key: str) -> None:
    task, broken, leaky = clerk.add("One"), clerk.add("Two"), clerk.add("Three")
    clerk.file(task).write_text(clerk.file(task).read_text().replace("status: queued", "status: running"))
    clerk.file(broken).write_text("no task\n")
    clerk.file(leaky).write_text(clerk.file(leaky).read_text() + f"{aws_key}\n")
    new = clerk.file("T-4kf2mz")
    new.write_text(HAND)
    found = board_status(clerk)
    assert [(one["path"], one["line"]) for one in found["broken"]] == [(f"tasks/{broken}.md", 1)]
    edits = {edit["path"]: edit for edit in found["edits"]}
    assert "openclaw task start" in edits[f"tasks/{task}.md"]["reports"][0]
    assert "AWS" in edits[f"tasks/{leaky}.md"]["reports"][0]
    assert aws_key not in json.dumps(found)
    assert edits["tasks/T-4kf2mz.md"] == {"path": "tasks/T-4kf2mz.md", "is_new": True, "reports": []}
    assert "edited     tasks/T-4kf2mz.md (new)" in clerk.say("board", "status")
    assert new.read_text() == HAND


def test_status_tells_that_the_next_command_puts_a_metric_back(clerk: Clerk) -> None:
    task = clerk.add("One", "--metric", "make test")
    clerk.file(task).write_text(clerk.file(task).read_text().replace("make test", "make"))
    [edit] = board_status(clerk)["edits"]
    [report] = edit["reports"]
    assert "its metric is `make test`" in report
    assert report in clerk("task", "edit", task, "--priority", "1").err


def test_sync_shares_the_board_and_status_says_how_far_it_is(shared: Clerk, other: Clerk) -> None:
    mine = shared.add("Mine")
    assert board_status(shared)["remote"] == {"name": "origin", "ahead": 1, "behind": 0}
    report = shared("board", "sync", "--json").data("board-sync")
    assert (report["remote"], report["pushed"]) == ("origin", True)
    assert board_status(shared)["remote"] == {"name": "origin", "ahead": 0, "behind": 0}
    theirs = other.add("Theirs")
    text = other.say("board", "sync")
    assert f"tasks/{mine}.md" in text
    assert "pushed to origin at " in text
    assert "in step with origin at " in other.say("board", "sync")
    shared.repository.git("fetch", "-q")
    assert board_status(shared)["remote"]["behind"] > 0
    shared.say("board", "sync", "--remote", "origin")
    assert shared.listed() == other.listed()
    assert shared.task(theirs)["title"] == "Theirs"


def test_sync_without_a_remote_says_what_to_do(clerk: Clerk) -> None:
    assert "git remote add origin" in clerk.wrong("board", "sync")


def make_conflict(one: Clerk, two: Clerk, field: str, values: tuple[str, str]) -> tuple[str, str]:
    """A task that both changed in the same field; what `two` wrote gave way. Its id, and the record's on board `two`."""
    one.repository.write("body.md", "## Notes\n\nFirst.\n")
    task = one.add("Mend it", "--body-file", "body.md")
    for clerk in (one, two):
        clerk.say("board", "sync")
    for clerk, value in zip((one, two), values, strict=True):
        path = clerk.file(task)
        old, new = ("First.", value) if field == "body" else ("title: Mend it", f"title: {value}")
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
        clerk.say("board", "sync")
    (record,) = two("board", "conflicts", "--json").data("board-conflicts")["conflicts"]
    return task, str(record["id"])


def test_a_value_that_gave_way_is_listed_and_taken_after_all(shared: Clerk, other: Clerk) -> None:
    task, record = make_conflict(shared, other, "title", ("Mend the door", "Mend the roof"))
    assert other.task(task)["title"] == "Mend the door"
    shown = other.say("board", "conflicts")
    assert f"{record}  title of tasks/{task}.md" in shown
    assert "in force  title: Mend the door" in shown
    assert "gave way  title: Mend the roof" in shown
    assert record in other.say("board", "status")
    head = other.board_head()
    other.say("board", "conflicts", "--take", record[:12])
    assert other.task(task)["title"] == "Mend the roof"
    assert other("board", "conflicts", "--json").data("board-conflicts") == {"conflicts": []}
    assert other.repository.git("rev-parse", "openclaw/board^").stdout.strip() == head
    assert other.subjects()[0].startswith(f"conflict {record} taken: title of tasks/{task}.md")


def test_a_section_that_gave_way_is_taken(shared: Clerk, other: Clerk) -> None:
    task, record = make_conflict(shared, other, "body", ("Theirs.", "Ours."))
    assert "Theirs." in other.file(task).read_text()
    other.say("board", "conflicts", "--take", record)
    text = other.file(task).read_text()
    assert "Ours." in text
    assert "Theirs." not in text


def test_a_record_is_dropped_and_the_value_in_force_stays(shared: Clerk, other: Clerk) -> None:
    task, record = make_conflict(shared, other, "title", ("Mend the door", "Mend the roof"))
    other.say("board", "conflicts", "--drop", record)
    assert other.task(task)["title"] == "Mend the door"
    assert "there is no conflict record" in other.wrong("board", "conflicts", "--drop", record)


def test_what_may_not_be_done_by_hand_is_not_taken(clerk: Clerk) -> None:
    from openclaw_hooks.board.merge.field_merge import Conflict
    from openclaw_hooks.board.merge.records import write_record

    task = clerk.add("One")
    dropped = "status: completed\nowner: node-b"
    path, content = write_record(f"tasks/{task}.md", Conflict("state", "status: queued", "status: queued", dropped))
    target = clerk.repository.path / ".openclaw/board" / path
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(content)
    clerk.say("task", "edit", task, "--priority", "1")
    assert "cannot be taken" in clerk.refused("board", "conflicts", "--take", target.stem)
    assert clerk.status(task) == "queued"


def test_log_says_who_did_what(clerk: Clerk) -> None:
    first = clerk.add("One")
    second = clerk.add("Two")
    clerk.say("task", "claim", first)
    entries = clerk("board", "log", first, "--json").data("board-log")["entries"]
    assert [entry["subject"].partition(" (")[0] for entry in entries] == [
        f"task {first} queued -> claimed",
        f"task {first} queued: One",
    ]
    assert entries[0]["commit"] == clerk.board_head()
    assert entries[0]["author"] == "Ada"
    text = clerk.say("board", "log", "--limit", "2")
    assert f"task {first} queued -> claimed" in text
    assert f"task {second} queued: Two" in text
    assert f"task {first} queued: One" not in text
    assert "no " in clerk.wrong("board", "log", "T-zzzzzz")
