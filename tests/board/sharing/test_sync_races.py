from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.merge.conflicts import list_conflicts
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.sharing.sync import sync_board
from openclaw_hooks.board.store import read_board
from tests.board.conftest import Desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository

SYNC = """
import sys
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.sharing.sync import sync_board
board = open_board(sys.argv[1])
actor = find_actor(board.repo)
print("go", flush=True)
sys.stdin.readline()
sync_board(board, actor)
"""
FIELDS = ("title", "role", "metric", "origin")
KILLS = 10


@pytest.fixture(scope="module")
def numbers() -> list[int]:
    """Examples so far: each gets a folder of its own."""
    return [0]


def make_clones(make_repository: Callable[..., Repository], count: int, prefix: str = "") -> list[Desk]:
    """Boards in `count` clones of one bare remote."""
    hub = make_repository(f"{prefix}hub", "--bare")
    desks: list[Desk] = []
    for number in range(count):
        repository = make_repository(f"{prefix}clone{number}")
        repository.git("remote", "add", "origin", str(hub.path))
        repository.git("fetch", "-q")
        board = open_board(str(repository.path), create=not desks)
        desks.append(Desk(board, find_actor(board.repo, f"node-{number}")))
        if not number:
            sync_board(board, desks[0].actor)
    return desks


def settle(desks: list[Desk]) -> str:
    """Syncs all until nothing moves; the tree that every one then has."""
    for desk in (*desks, *desks):
        sync_board(desk.board, desk.actor)
    (tree,) = {desk.git("rev-parse", "HEAD^{tree}").strip() for desk in desks}
    for desk in desks:
        assert desk.git("status", "--porcelain") == ""
    return tree


def start_sync(desk: Desk) -> subprocess.Popen[str]:
    """A process that syncs the board as soon as a line is written to it."""
    words = [sys.executable, "-c", SYNC, desk.board.repo.top]
    process = subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=desk.board.repo.top,
        start_new_session=True,
    )
    assert process.stdout is not None
    if process.stdout.readline() != "go\n":
        raise AssertionError(process.communicate()[1])
    return process


def let_go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


steps = st.lists(
    st.tuples(
        st.integers(0, 1), st.sampled_from((*FIELDS, "labels", "new", "sync", "hand", "status")), st.integers(0, 2)
    ),
    min_size=4,
    max_size=14,
)


# A few with real clones: what merges do in all kinds of histories is tried in merge/test_convergence.py.
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps)
def test_clones_that_edit_offline_end_up_with_the_same_board_and_every_edit(
    make_repository: Callable[..., Repository], numbers: list[int], history: list[tuple[int, str, int]]
) -> None:
    numbers[0] += 1
    desks = make_clones(make_repository, 2, f"{numbers[0]}-")
    tasks = [desks[0].add(f"Task {number}", "## Notes\n") for number in range(3)]
    settle(desks)
    written: dict[tuple[str, str], set[str]] = {}
    overwritten: dict[tuple[str, str], set[str]] = {}
    made = set(tasks)
    for count, (who, what, which) in enumerate(history):
        desk, task_id, value = desks[who], tasks[which], f"v{count}x"
        if what == "sync":
            sync_board(desk.board, desk.actor)
        elif what == "new":
            made.add(desk.add(value))
        elif what == "labels":
            desk.put(task_id, labels=(*desk.task(task_id).labels, value))
            written.setdefault((task_id, what), set()).add(value)
        elif what == "status":
            desk.put(task_id, status="claimed", owner=value)
            written.setdefault((task_id, "owner"), set()).add(value)
            overwritten.setdefault((task_id, "owner"), set()).add(desk.task(task_id).owner)
        elif what == "hand":
            with desk.path(task_id).open("a") as stream:
                stream.write(f"- {value}\n")
            written.setdefault((task_id, "note"), set()).add(value)
        else:
            overwritten.setdefault((task_id, what), set()).add(getattr(desk.task(task_id), what))
            desk.put(task_id, **{what: value})
            written.setdefault((task_id, what), set()).add(value)
    settle(desks)
    assert set(read_board(desks[0].board).tasks) == set(read_board(desks[1].board).tasks) == made
    assert not read_board(desks[0].board).broken
    dropped = " ".join(record.conflict.dropped for record in list_conflicts(desks[1].board))
    for (task_id, what), edits in written.items():
        task = desks[1].task(task_id)
        if what == "labels":
            assert edits <= set(task.labels)
        elif what == "note":
            assert all(f"- {value}\n" in task.body or value in dropped for value in edits)
        else:
            final, gone = getattr(task, what), overwritten[task_id, what]
            assert final in edits
            assert final not in gone - {final} or what == "owner"
            assert all(value in dropped for value in edits - gone - {final})


def test_three_clones_that_sync_at_once_all_get_through(make_repository: Callable[..., Repository]) -> None:
    desks = make_clones(make_repository, 3)
    task_id = desks[0].add("One for all", "## Notes\n\n- start\n")
    settle(desks)
    for round_number in range(2):
        for number, desk in enumerate(desks):
            body = desk.task(task_id).body
            desk.put(task_id, **{FIELDS[number]: f"round {round_number}"}, body=f"{body}- {round_number} by {number}\n")
            desk.add(f"{round_number} {number}")
        processes = [start_sync(desk) for desk in desks]
        for process in processes:
            let_go(process)
        for process in processes:
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
        settle(desks)
    for desk in desks:
        task = desk.task(task_id)
        assert [getattr(task, name) for name in FIELDS[:3]] == ["round 1"] * 3
        assert all(f"- {turn} by {number}\n" in task.body for turn in range(2) for number in range(3))
        assert len(read_board(desk.board).tasks) == 7
        assert not list_conflicts(desk.board)


def test_a_sync_that_is_killed_anywhere_loses_nothing(make_repository: Callable[..., Repository]) -> None:
    desks = make_clones(make_repository, 2)
    task_id = desks[0].add("Start", "## Notes\n")
    settle(desks)
    chance = random.Random(7)  # of all places in a sync, other ones on every machine
    for turn in range(KILLS):
        desks[1].absorb()  # what was killed is brought to its end, so that the next edit is made on what is there
        body = [desk.task(task_id).body for desk in desks]
        desks[0].put(task_id, title=f"title {turn}", body=f"{body[0]}- a{turn}\n")
        desks[1].put(task_id, role=f"role {turn}", body=f"{body[1]}- b{turn}\n")
        desks[turn % 2].add(f"new {turn}")
        before = read_board(desks[1].board).tasks.keys()
        sync_board(desks[0].board, desks[0].actor)
        process = start_sync(desks[1])
        let_go(process)
        time.sleep(chance.uniform(0, 0.2))
        os.killpg(process.pid, signal.SIGKILL)  # the session that was just made for it: git dies with it
        process.communicate()
        snapshot = read_board(desks[1].board)
        assert not snapshot.broken
        assert before <= snapshot.tasks.keys()
    settle(desks)
    for desk in desks:
        task = desk.task(task_id)
        assert (task.title, task.role) == (f"title {KILLS - 1}", f"role {KILLS - 1}")
        wanted = {f"- {who}{turn}" for who in "ab" for turn in range(KILLS)}
        assert wanted <= set(task.body.splitlines()), list_conflicts(desk.board)
        assert len(read_board(desk.board).tasks) == KILLS + 1
        assert not list_conflicts(desk.board)
