"""`agent work` and `agent resume`: what was cut off goes on, what is ready is done, and whoever is told to end does."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.board.leases.held import held_lease
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.cli.agent.naps import board_mark, open_bell, sleep_until_change

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.cli.agent.conftest import Crew

PATIENCE_S = 30.0


def wait_until(is_so: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, f"{what} did not come about"
        time.sleep(0.02)


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str, str]:
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


def ends_of(out: str) -> list[dict[str, Any]]:
    """What the runs that were told came to."""
    return [told["data"] for told in map(json.loads, out.splitlines()) if "schema" in told]


def test_one_task_at_a_time_the_most_urgent_first_and_nothing_that_is_not_for_an_agent(crew: Crew) -> None:
    crew.teach("cat > /dev/null", "echo 'x = 2' > src/app.py")
    person = crew.add("For a person", metric="", scope="")
    late, first = crew.add("Later"), crew.add("First", priority="5")
    done = [crew.lines("agent", "work", "--once")[-1]["data"]["task"] for _ in range(2)]
    assert done == [first, late]
    answer = crew.clerk("agent", "work", "--once")
    assert (answer.code, answer.out) == (1, "")
    assert "openclaw: nothing is ready for an agent\n" in answer.err
    assert f"left alone: {person}: its mode is " in answer.err
    assert crew.clerk.status(person) == "queued"


def test_a_task_that_cannot_be_begun_is_passed_over_and_one_given_back_is_left_until_requeued(crew: Crew) -> None:
    crew.teach("cat > /dev/null", "echo 'x = 3' > src/app.py")
    task = crew.add("Wrong", priority="5")
    held = crew.add("Held", priority="9")
    crew.git("switch", "-q", "-c", f"openclaw/{held}")
    answer = crew.clerk("agent", "work", "--once", "--attempts", "1")
    assert answer.code == 1
    assert held in answer.err
    assert [one["task"] for one in ends_of(answer.out)] == [task]
    crew.git("switch", "-q", "main")
    crew.clerk.say("task", "cancel", held, "--reason", "not now")
    assert crew.clerk("agent", "work", "--once").out == ""
    crew.clerk.say("task", "requeue", task)
    crew.teach("cat > /dev/null", "echo 'x = 2' > src/app.py")
    assert crew.lines("agent", "work", "--once")[-1]["data"]["task"] == task


def test_a_worker_that_sleeps_wakes_for_a_new_task_and_ends_when_it_is_told(crew: Crew) -> None:
    crew.teach("cat > /dev/null", "echo 'x = 2' > src/app.py")
    worker = crew.begin("agent", "work")
    assert worker.stderr is not None
    assert worker.stderr.readline() == "openclaw: nothing is ready for an agent\n"
    task = crew.add()
    wait_until(lambda: crew.clerk.status(task) == "completed", "the task")
    code, out, _ = end(worker)
    assert (code, [one["task"] for one in ends_of(out)]) == (0, [task])


def test_told_to_end_during_a_run_the_agent_is_killed_and_the_task_given_back(crew: Crew) -> None:
    pids = crew.top.parent / "pid"
    crew.teach(
        "cat > /dev/null", "echo 'x = 9' > src/app.py", f"echo $$ > {pids}.new; mv {pids}.new {pids}", "sleep 600"
    )
    task = crew.add()
    worker = crew.begin("agent", "work")
    wait_until(pids.exists, "the agent at work")
    code, out, err = end(worker)
    [told] = ends_of(out)
    assert (code, told["outcome"], told["kept"]) == (0, "stopped", []), err
    with pytest.raises(ProcessLookupError):
        os.kill(int(pids.read_text()), 0)
    assert crew.clerk.status(task) == "released"
    assert held_lease(open_board(str(crew.top)).repo.state_dir, task) is None
    assert "+x = 9" in crew.clerk.say("agent", "attempts", task, "--diff", "1")


def test_the_second_interrupt_leaves_a_run_as_it_is_and_says_how_to_go_on(crew: Crew) -> None:
    pids = crew.top.parent / "pid"
    crew.teach("trap '' TERM", "cat > /dev/null", f"echo $$ > {pids}.new; mv {pids}.new {pids}", "sleep 600; sleep 600")
    runner = crew.begin("agent", "run", crew.add(), "--plain")
    wait_until(pids.exists, "the agent at work")
    runner.send_signal(signal.SIGINT)
    time.sleep(0.5)  # a stubborn agent has two seconds to end by itself
    runner.send_signal(signal.SIGINT)
    _, told = runner.communicate(timeout=30)
    assert runner.returncode == 130
    [line] = told.splitlines()
    assert line.startswith("openclaw: R-")
    assert "was cut off; go on with it: openclaw agent resume R-" in line


def test_a_run_that_was_killed_is_taken_up_first_and_can_be_resumed_by_hand(crew: Crew) -> None:
    pids = crew.top.parent / "pid"
    slow = ("cat > /dev/null", f"echo $$ > {pids}.new; mv {pids}.new {pids}", "sleep 600")
    tasks = [crew.add(title) for title in ("One", "Two")]
    runs = []
    for task in tasks:
        crew.teach(*slow)
        runner = crew.begin("agent", "run", task, "--attempts", "1")
        wait_until(pids.exists, "the agent at work")
        assert runner.stdout is not None
        runs.append(json.loads(runner.stdout.readline())["run"])
        busy = crew.clerk.refused("agent", "resume", runs[-1])
        assert "is not cut off: a process is at it" in busy
        runner.kill()
        runner.communicate()
        pids.unlink()
    crew.teach("cat > /dev/null", "echo 'x = 2' > src/app.py")
    listed = crew.clerk("agent", "resume")
    assert listed.code == 2
    assert all(run in listed.out for run in runs)
    assert "2 runs were cut off" in listed.err
    urgent = crew.add("Urgent", priority="9")
    taken = [crew.lines("agent", *words)[-1]["data"]["run"] for words in (("work", "--once"), ("resume",))]
    assert sorted(taken) == sorted(runs)
    assert [crew.clerk.status(task) for task in (*tasks, urgent)] == ["completed", "completed", "queued"]
    assert f"{runs[0]} has ended: completed" in crew.clerk.refused("agent", "resume", runs[0])
    assert "no run was cut off here" in crew.clerk.refused("agent", "resume")


def test_sleeping_costs_next_to_nothing_and_ends_with_the_board_or_the_bell(crew: Crew) -> None:
    board = open_board(str(crew.top))
    with open_bell() as bell:
        mark = board_mark(board)
        began, used = time.monotonic(), time.process_time()
        sleep_until_change(board, bell, mark, 0.3)
        assert time.monotonic() - began >= 0.3
        assert time.process_time() - used < 0.05
        crew.add()
        sleep_until_change(board, bell, mark, 30)
        os.kill(os.getpid(), signal.SIGTERM)
        sleep_until_change(board, bell, board_mark(board), 30)
        assert bell.rung == signal.SIGTERM
    assert time.monotonic() - began < 20
