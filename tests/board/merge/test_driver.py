from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.merge.conflicts import list_conflicts
from openclaw_hooks.board.merge.driver import DriverState, driver_command, driver_state, install_driver, remove_driver
from openclaw_hooks.git import open_repo
from openclaw_hooks.tasks.markdown import edit_task

if TYPE_CHECKING:
    from pathlib import Path

    from tests.board.conftest import Desk
    from tests.conftest import Repository

BODY = "What to do.\n\n## Notes\n\n- first\n"


def merge_two_edits(desk: Desk, task_id: str, ours: dict[str, object], theirs: dict[str, object]) -> str:
    """What `git merge` says of two branches of the board that each changed the task."""
    start = desk.git("rev-parse", "HEAD").strip()
    base = desk.path(task_id).read_bytes()
    desk.path(task_id).write_bytes(edit_task(base, theirs))
    desk.git("-c", "core.hooksPath=/dev/null", "commit", "-qam", "theirs")
    desk.git("branch", "theirs")
    desk.git("reset", "-q", "--hard", start)
    desk.path(task_id).write_bytes(edit_task(base, ours))
    desk.git("-c", "core.hooksPath=/dev/null", "commit", "-qam", "ours")
    return desk.git("-c", "core.hooksPath=/dev/null", "merge", "--no-edit", "theirs")


def test_plain_git_merges_neighbouring_fields_with_the_driver(desk: Desk) -> None:
    task_id = desk.add("Base", BODY, role="writer")
    install_driver(desk.board.repo)
    merge_two_edits(
        desk,
        task_id,
        {"title": "Mine", "body": BODY + "- mine\n", "labels": ("a",)},
        {"role": "reader", "body": BODY + "- theirs\n", "labels": ("b",)},
    )
    task = desk.task(task_id)
    assert (task.title, task.role, task.labels) == ("Mine", "reader", ("a", "b"))
    assert task.body == BODY + "- mine\n- theirs\n"
    assert not list_conflicts(desk.board)
    assert desk.git("status", "--porcelain") == ""


def test_what_gives_way_is_recorded_and_taken_onto_the_board_by_the_next_command(desk: Desk) -> None:
    task_id = desk.add("Base")
    install_driver(desk.board.repo)
    merge_two_edits(desk, task_id, {"title": "Mine"}, {"title": "Theirs"})
    assert desk.task(task_id).title == "Theirs"
    (record,) = list_conflicts(desk.board)
    assert (record.path, record.conflict.field) == (f"tasks/{task_id}.md", "title")
    assert record.conflict.dropped == "title: Mine"
    desk.absorb()
    assert f"conflicts/{record.id}.yaml" in desk.git("ls-files")
    assert desk.git("status", "--porcelain") == ""


@pytest.mark.parametrize("start", [("/nowhere/python3",), (sys.executable, "-c", "raise SystemExit(1)")])
def test_without_the_package_git_still_merges_by_line(desk: Desk, start: tuple[str, ...]) -> None:
    task_id = desk.add("Base", BODY, role="writer", metric="true")
    install_driver(desk.board.repo, start)
    merge_two_edits(desk, task_id, {"title": "Mine"}, {"body": BODY + "- theirs\n"})
    task = desk.task(task_id)
    assert (task.title, task.body) == ("Mine", BODY + "- theirs\n")


def test_a_version_that_does_not_parse_is_left_to_git(desk: Desk) -> None:
    task_id = desk.add("Base", BODY)
    base, local, remote = (desk.path(task_id).with_suffix(suffix) for suffix in (".base", ".ours", ".theirs"))
    content = desk.path(task_id).read_bytes()
    base.write_bytes(content)
    local.write_bytes(content.replace(b"title: Base", b"title: Mine"))
    remote.write_bytes(content.replace(b"status: queued", b"status: unheard-of"))
    from openclaw_hooks.hook import main

    before = local.read_bytes()
    words = ["merge-board", str(base), str(local), str(remote), f"tasks/{task_id}.md", "7"]
    assert main(words) == 1
    assert local.read_bytes() == before


def test_the_ancestors_of_a_merge_leave_no_record(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from openclaw_hooks.hook import main

    task_id = desk.add("Base")
    content = desk.path(task_id).read_bytes()
    names = [str(tmp_path / name) for name in ("base", "ours", "theirs")]
    for name, title in zip(names, (b"Base", b"Mine", b"Theirs"), strict=True):
        with open(name, "wb") as stream:
            stream.write(content.replace(b"title: Base", b"title: " + title))
    monkeypatch.chdir(tmp_path)
    assert main(["merge-board", *names, f"tasks/{task_id}.md", "9"]) == 0
    assert not (tmp_path / "conflicts").exists()
    with open(names[1], "rb") as stream:
        assert b"title: Theirs" in stream.read()


def test_the_driver_is_set_up_seen_and_taken_away(repository: Repository) -> None:
    repo = open_repo(str(repository.path))
    assert driver_state(repo) is DriverState.ABSENT
    install_driver(repo)
    assert driver_state(repo) is DriverState.CURRENT
    assert repository.git("config", "merge.openclaw-task.driver").stdout.strip() == driver_command()
    repository.git("config", "merge.openclaw-task.driver", "true")
    assert driver_state(repo) is DriverState.STALE
    install_driver(repo)
    install_driver(repo)
    assert driver_state(repo) is DriverState.CURRENT
    assert driver_state(repo, ("/elsewhere/python3", "-I")) is DriverState.STALE
    remove_driver(repo)
    remove_driver(repo)
    assert driver_state(repo) is DriverState.ABSENT
    assert "openclaw" not in repository.git("config", "--local", "--list").stdout


def test_an_interpreter_with_odd_signs_in_its_path_is_quoted() -> None:
    command = driver_command(("/a b/it's/python3",))
    assert """command -v '/a b/it'"'"'s/python3' """ in command


def test_the_driver_says_how_it_is_called() -> None:
    from openclaw_hooks.hook import main

    assert main(["merge-board", "one"]) == 2
