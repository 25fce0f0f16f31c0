"""The board as facts: hand edits, broken files, places without a board, and what is kept between readings."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.leases.claims import Terms, claim_task
from openclaw_hooks.git import open_repo
from openclaw_hooks.mission_control.facts import Facts, read_facts, refresh_facts
from openclaw_hooks.mission_control.place import find_place
from openclaw_hooks.mission_control.reading.board import read_board_facts
from tests.mission_control.board_branch import commit_board, task_text

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.mission_control.reading.board import BoardFacts
    from tests.conftest import Repository

NOW = 1_795_000_000.0
ONE, TWO, THREE = "T-aaaaaa", "T-bbbbbb", "T-cccccc"


def read(root: Path) -> BoardFacts:
    """The facts of the board there."""
    return read_board_facts(find_place(str(root), NOW))


def path_of(root: Path, task: str) -> Path:
    """Where the task's file lies on disk."""
    return root / ".openclaw/board/tasks" / f"{task}.md"


def broken_at(facts: BoardFacts) -> dict[str, str]:
    """What is broken: place -> message."""
    return {f"{item.path}:{item.line}": item.message for item in facts.broken}


@pytest.fixture
def root(repository: Repository) -> Path:
    """A repository whose board has two tasks."""
    repository.stage("code.py", "print(1)\n")
    repository.commit("chore: start")
    texts: dict[str, str | bytes | None] = {
        f"tasks/{ONE}.md": task_text(ONE),
        f"tasks/{TWO}.md": task_text(TWO, depends_on=f"[{ONE}]"),
    }
    commit_board(
        repository.path, 1_000_000, texts, f"board: 2 changes\n\ntask {ONE} queued: One (ada)\ntask {TWO} queued"
    )
    return repository.path


def test_tasks_have_bodies_standings_and_a_history(root: Path) -> None:
    facts = read(root)
    assert facts.absent == ""
    assert sorted(facts.tasks) == [ONE, TWO]
    assert facts.bodies[ONE].html == "<p>Text.</p>\n"
    assert facts.standings[TWO].blocked_by == (ONE,)
    assert [(commit.who, commit.time, commit.paths) for commit in facts.log] == [
        ("Ada", 1_000_000, (f"tasks/{ONE}.md", f"tasks/{TWO}.md"))
    ]
    assert facts.log[0].lines == (f"task {ONE} queued: One (ada)", f"task {TWO} queued")


def test_an_edit_by_hand_is_there_before_anybody_commits_it(root: Path) -> None:
    read(root)
    path_of(root, ONE).write_text(task_text(ONE, title="Edited").replace("Text.", "- [x] a\n- [ ] b"))
    facts = read(root)
    assert facts.tasks[ONE].title == "Edited"
    assert (facts.bodies[ONE].done, facts.bodies[ONE].total) == (1, 2)
    assert len(facts.log) == 1


def test_claims_of_what_is_worked_on_are_known_loose_or_packed(root: Path) -> None:
    texts = {f"tasks/{name}.md": task_text(name, status="claimed", owner="ada") for name in (ONE, TWO, THREE)}
    commit_board(root, 2_000_000, dict(texts))
    repo = open_repo(str(root))
    tasks = read(root).tasks
    for name in (ONE, TWO):
        claim_task(repo, tasks[name], "ada", Terms(minutes=60, now=NOW))
        subprocess.run(["git", "pack-refs", "--all"], cwd=root, check=True)
    leases = read(root).leases
    assert {name: lease.owner for name, lease in leases.items()} == {ONE: "ada", TWO: "ada"}


def test_a_second_reading_is_the_same_and_uses_what_is_kept(root: Path) -> None:
    first = read(root)
    state = root / ".git/openclaw"
    stamps = [os.stat(state / name).st_mtime_ns for name in ("site.texts", "site.log")]
    second = read(root)
    assert (second.bodies, second.log, second.tasks) == (first.bodies, first.log, first.tasks)
    assert [os.stat(state / name).st_mtime_ns for name in ("site.texts", "site.log")] == stamps


@pytest.mark.parametrize("content", [b"", b"\x91garbage", b"\x93\xa1x\x80\x80"])
def test_a_spoilt_cache_is_made_anew(root: Path, content: bytes) -> None:
    first = read(root)
    for name in ("site.texts", "site.log"):
        (root / ".git/openclaw" / name).write_bytes(content)
    assert (read(root).bodies, read(root).log) == (first.bodies, first.log)


def test_new_commits_are_put_before_those_that_are_known(root: Path) -> None:
    read(root)
    commit_board(root, 2_000_000, {f"tasks/{THREE}.md": task_text(THREE)}, "third")
    facts = read(root)
    assert [commit.subject for commit in facts.log] == ["third", "board: 2 changes"]
    assert THREE in facts.tasks


def test_a_rewritten_branch_is_read_from_its_start(root: Path) -> None:
    read(root)
    commit_board(root, 2_000_000, {f"tasks/{THREE}.md": task_text(THREE)}, "third")
    facts = read(root)
    subprocess.run(["git", "update-ref", "refs/heads/openclaw/board", facts.log[1].oid], cwd=root, check=True)
    assert [commit.subject for commit in read(root).log] == ["board: 2 changes"]


def test_odd_paths_and_messages_do_not_mix_up_the_log(root: Path) -> None:
    odd = {"tasks/:100644 x\n.md", "tasks/\x01\x02.md", "tasks/" + "0" * 40}
    quoted = {'"' + path.replace("\n", "\\n") + '"': "text" for path in odd}
    commit_board(root, 2_000_000, dict(quoted), ":100644 000000\n\n\x01 :line\n")
    commit_board(root, 3_000_000, {}, "empty")
    log = read(root).log
    assert [commit.subject for commit in log] == ["empty", ":100644 000000", "board: 2 changes"]
    assert set(log[1].paths) == odd
    assert log[0].paths == ()


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (task_text(ONE, status="flying").encode(), 4, "flying"),
        (task_text(TWO).encode(), 2, "the file is"),
        (b"no frontmatter\n", 1, "no frontmatter"),
        (b"---\nid: T-aaaaaa\ntitle: \xff\xfe\n---\n", 3, "UTF-8"),
        (task_text(ONE).encode() + b"x" * 2_000_000, 1, "at most"),
        (b"---\nid: T-aaaaaa\nid: T-aaaaaa\ntitle: x\nstatus: queued\n---\n", 3, "twice"),
        (b"---\nid: T-aaaaaa\ntitle: [\n---\n", 4, "YAML"),
        (b"\0" * 100, 1, "NUL"),
    ],
)
def test_a_broken_file_is_an_item_with_its_line_and_the_branch_still_counts(
    root: Path, content: bytes, line: int, reason: str
) -> None:
    read(root)
    path_of(root, ONE).write_bytes(content)
    facts = read(root)
    [(where, message)] = broken_at(facts).items()
    assert where == f".openclaw/board/tasks/{ONE}.md:{line}"
    assert reason in message
    assert facts.tasks[ONE].title == f"Title of {ONE}"
    assert facts.bodies[ONE].html == "<p>Text.</p>\n"


def test_what_does_not_hold_together_is_an_item_at_its_line(root: Path) -> None:
    changes = {
        f"tasks/{ONE}.md": task_text(ONE, depends_on=f"[{TWO}]"),
        f"tasks/{THREE}.md": task_text(THREE, depends_on="[T-zzzzzz]", plan="P-zzzzzz"),
    }
    commit_board(root, 2_000_000, dict(changes))
    found = broken_at(read(root))
    [cycle] = [where for where, message in found.items() if "waits for itself" in message]
    assert cycle in (f".openclaw/board/tasks/{ONE}.md:5", f".openclaw/board/tasks/{TWO}.md:5")
    assert "T-zzzzzz, which does not exist" in found[f".openclaw/board/tasks/{THREE}.md:5"]
    assert "P-zzzzzz, which does not exist" in found[f".openclaw/board/tasks/{THREE}.md:6"]


def test_a_broken_plan_is_one_item_and_its_tasks_are_none(root: Path) -> None:
    texts = {"plans/P-aaaaaa.yaml": "id: P-aaaaaa\nstatus: [\n", f"tasks/{ONE}.md": task_text(ONE, plan="P-aaaaaa")}
    commit_board(root, 2_000_000, dict(texts))
    facts = read(root)
    assert len(facts.broken) == 1
    assert facts.broken[0].path == ".openclaw/board/plans/P-aaaaaa.yaml"
    assert facts.plans == {}


def test_limits_come_from_the_settings_and_broken_settings_are_told(root: Path) -> None:
    assert read(root).limits.progress == 8
    config = root / ".openclaw/config.yaml"
    config.write_text("format: 1\nboard:\n  limits: {progress: 3, ready: 40}\n")
    limits = read(root).limits
    assert (limits.ready, limits.progress, limits.review) == (40, 3, 6)
    config.write_text("format: 1\nboard:\n  limits: {progress: many}\n")
    facts = read(root)
    assert broken_at(facts).keys() == {".openclaw/config.yaml:3"}
    assert sorted(facts.tasks) == [ONE, TWO]


def test_no_repository_no_board_and_no_commit_are_told_in_a_line(tmp_path: Path, repository: Repository) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    assert read(outside).absent == "this is not a git repository"
    facts = read(repository.path)  # without a single commit
    assert (facts.absent, facts.start) == ("there is no board here yet", "openclaw board attach")
    assert not (repository.path / ".openclaw").exists()


def test_a_bare_repository_shows_its_board(root: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(root), str(bare)], check=True)
    assert sorted(read(bare).tasks) == [ONE, TWO]


def test_a_branch_that_is_gone_is_broken_not_empty(root: Path) -> None:
    read(root)
    subprocess.run(["git", "update-ref", "-d", "refs/heads/openclaw/board"], cwd=root, check=True)
    facts = read_facts(str(root), NOW)
    assert "gone" in facts.board.absent or "no board" in facts.board.absent
    assert facts.board.tasks == {}


def test_a_part_that_cannot_be_read_is_named_and_the_others_stand(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from openclaw_hooks.errors import OpenclawError
    from openclaw_hooks.mission_control import facts as module

    def refuse(_: object) -> BoardFacts:
        raise OpenclawError("the disk is gone", "look for it")

    before = read_facts(str(root), NOW)
    monkeypatch.setitem(module.READERS, "board", refuse)
    after = refresh_facts(before, NOW + 1, {"board"})
    assert [(item.path, item.message, item.hint) for item in after.broken] == [
        ("board", "the disk is gone", "look for it")
    ]
    assert after.code is before.code
    monkeypatch.undo()
    assert isinstance(again := refresh_facts(after, NOW + 2, {"board"}), Facts)
    assert again.broken == ()
    assert again.place.now == NOW + 2


def test_reading_again_after_one_write_is_quick(root: Path) -> None:
    texts = {f"tasks/{name}.md": task_text(name) for name in (f"T-{number:06d}" for number in range(400))}
    commit_board(root, 2_000_000, dict(texts))
    read(root)
    path_of(root, ONE).write_text(task_text(ONE, title="Edited"))
    begun = time.process_time()
    assert read(root).tasks[ONE].title == "Edited"
    assert time.process_time() - begun < 0.25
