"""The board's history against what git really checks out."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.git import Repo, open_repo
from openclaw_hooks.mission_control.reading import history as reading
from openclaw_hooks.mission_control.reading.history import Window, read_history
from openclaw_hooks.mission_control.reading.history_cache import FILE
from openclaw_hooks.mission_control.reading.small_fields import EMPTY_FIELDS, read_fields
from openclaw_hooks.mission_control.views.past import state_at
from tests.mission_control.board_branch import commit_board, task_text

if TYPE_CHECKING:
    from tests.conftest import Repository

NOW = 1_790_000_000
IDS = [f"T-00000{letter}" for letter in "123456789a"]
STATUSES = ["proposed", "queued", "claimed", "completed", "failed"]


@pytest.fixture
def repo(repository: Repository) -> Repo:
    """A repository whose board's branch is not there yet."""
    return open_repo(str(repository.path))


def checked_out(repo: Repo, commit: str) -> dict[str, dict[str, Any]]:
    """The small fields of every task in the tree of `commit`, read one by one."""
    rows = {}
    listing = subprocess.run(
        ["git", "ls-tree", "--name-only", "-r", commit], cwd=repo.top, capture_output=True, text=True, check=True
    )
    for path in listing.stdout.split():
        if path.startswith("tasks/"):
            shown = subprocess.run(["git", "show", f"{commit}:{path}"], cwd=repo.top, capture_output=True, check=True)
            if (fields := read_fields(path[6:-3], shown.stdout)) is not None:
                rows[path[6:-3]] = fields
    return rows


def whole(rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rows with the fields that they leave out."""
    return {name: EMPTY_FIELDS | row for name, row in rows.items()}


def live_through(root: Path, seed: int, commits: int) -> list[tuple[int, str]]:
    """Random commits of every kind: (time, commit), oldest first."""
    pick = random.Random(seed)
    made = []
    alive: dict[str, str] = {}
    for number in range(commits):
        task = pick.choice(IDS)
        roll = pick.random()
        if task in alive and roll < 0.15:
            change: dict[str, str | bytes | None] = {f"tasks/{task}.md": None, f"archive/2026/completed/{task}.md": "x"}
            alive.pop(task)
        elif task in alive and roll < 0.25:
            change = {f"tasks/{task}.md": b"---\nbroken: \xff\n---\n"}
        else:
            labels, depends = pick.sample(["ci", "hooks"], pick.randint(0, 2)), pick.sample(IDS, pick.randint(0, 2))
            fields = {
                "status": pick.choice(STATUSES),
                "owner": pick.choice(["ada", '"bo: b"']),
                "labels": f"[{', '.join(labels)}]",
            }
            fields["depends_on"] = f"[{', '.join(depends)}]"
            change = {f"tasks/{task}.md": task_text(task, **fields)}
            alive[task] = ""
        moment = NOW - (commits - number) * 3_600
        made.append((moment, commit_board(root, moment, change, f"change {number}")))
    return made


def test_undoing_commits_gives_what_git_checks_out(repo: Repo) -> None:
    made = live_through(Path(repo.top), 5, 40)
    history = read_history(repo, NOW)
    rows = checked_out(repo, made[-1][1])
    for moment, commit in made[::5]:
        assert whole(state_at(rows, history.commits, moment)) == checked_out(repo, commit)
    assert state_at(rows, history.commits, made[0][0] - 1) == {}
    assert history.complete
    assert history.begins == made[0][0]


def test_a_merge_counts_as_what_it_brought_to_this_board(repo: Repo) -> None:
    root = Path(repo.top)
    first = commit_board(root, NOW - 500, {"tasks/T-000001.md": task_text("T-000001")})
    theirs = commit_board(root, NOW - 400, {"tasks/T-000002.md": task_text("T-000002")})
    ours = commit_board(root, NOW - 300, {"tasks/T-000003.md": task_text("T-000003")}, parents=(first,))
    merged = commit_board(root, NOW - 200, {"tasks/T-000002.md": task_text("T-000002")}, "sync", (ours, theirs))
    history = read_history(repo, NOW)
    assert [(commit.what, [change.id for change in commit.changes]) for commit in history.commits] == [
        ("sync", ["T-000002"]),
        ("change", ["T-000003"]),
        ("change", ["T-000001"]),
    ]
    assert whole(state_at(checked_out(repo, merged), history.commits, NOW - 300)) == checked_out(repo, ours)


def test_only_new_commits_are_read_the_second_time(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(repo.top)
    live_through(root, 2, 12)
    read_history(repo, NOW)
    commit_board(root, NOW - 1, {"tasks/T-00000z.md": task_text("T-00000z")}, "the last")
    monkeypatch.setattr(reading, "_read_all", None)  # reading everything would fail
    history = read_history(repo, NOW)
    assert len(history.commits) == 13
    assert history.commits[0].what == "the last"


def test_a_piece_that_was_cut_short_is_read_again(repo: Repo) -> None:
    root = Path(repo.top)
    live_through(root, 8, 6)
    read_history(repo, NOW)
    path = Path(repo.state_dir) / FILE
    whole = path.stat().st_size
    commit_board(root, NOW - 2, {"tasks/T-00000z.md": task_text("T-00000z")}, "one")
    read_history(repo, NOW)
    assert path.stat().st_size - whole < 400, "one commit is put behind the others"
    path.write_bytes(path.read_bytes()[:-5])
    commit_board(root, NOW - 1, {"tasks/T-00000z.md": None}, "two")
    for _ in range(2):
        assert [commit.what for commit in read_history(repo, NOW).commits[:2]] == ["two", "one"]
        assert len(read_history(repo, NOW).commits) == 8


def test_a_rewritten_branch_is_read_anew(repo: Repo) -> None:
    root = Path(repo.top)
    made = live_through(root, 3, 8)
    read_history(repo, NOW)
    commit_board(root, NOW - 9, {"tasks/T-00000z.md": task_text("T-00000z")}, "another way", (made[3][1],))
    assert [commit.what for commit in read_history(repo, NOW).commits] == [
        "another way",
        "change 3",
        "change 2",
        "change 1",
        "change 0",
    ]


@pytest.mark.parametrize("spoilt", [b"", b"\xc1nonsense", b"\x95"])
def test_a_spoilt_cache_is_replaced(repo: Repo, spoilt: bytes) -> None:
    live_through(Path(repo.top), 4, 6)
    good = read_history(repo, NOW)
    path = Path(repo.state_dir) / FILE
    path.write_bytes(spoilt or path.read_bytes()[:-20])
    assert read_history(repo, NOW) == good


def test_the_window_bounds_commits_and_days(repo: Repo) -> None:
    live_through(Path(repo.top), 6, 30)  # one an hour
    few = read_history(repo, NOW, Window(max_commits=10))
    assert (len(few.commits), few.complete, few.begins) == (10, False, few.commits[-1].time)
    day = read_history(repo, NOW, Window(days=1))
    assert (len(day.commits), day.complete) == (24, False)


def test_times_never_run_backwards(repo: Repo) -> None:
    root = Path(repo.top)
    for moment in (NOW - 50, NOW - 90, NOW + 99_999, NOW - 10):
        commit_board(root, moment, {"tasks/T-000001.md": task_text("T-000001", owner=f"o{moment}")})
    assert [commit.time for commit in read_history(repo, NOW).commits] == [NOW, NOW, NOW - 50, NOW - 50]


def test_a_repository_without_a_board_has_no_history(repo: Repo) -> None:
    assert read_history(repo, NOW).commits == ()


def test_tags_are_moments_to_compare_with(repository: Repository) -> None:
    repository.git("commit", "-q", "--allow-empty", "-m", "feat: one")
    repository.git("tag", "-a", "v1.0", "-m", "The first <b>release</b>")
    repository.git("tag", "plain")
    repo = open_repo(str(repository.path))
    commit_board(Path(repo.top), 5, {"tasks/T-000001.md": task_text("T-000001")})
    tags = {tag.name: tag for tag in read_history(repo, NOW).tags}
    assert tags["v1.0"].title == "The first <b>release</b>"
    assert tags["v1.0"].commit == tags["plain"].commit == repository.head()[:12]
