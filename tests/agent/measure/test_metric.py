"""A metric run for real: under its guard, in checkouts, with limits."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.measure.gain import is_gain
from openclaw_hooks.agent.measure.metric import Ran
from openclaw_hooks.agent.model import Frozen
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import Direction, Measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openclaw_hooks.agent.measure.metric import Command
    from tests.agent.measure.conftest import Bench

LINES = Measure("n", Direction.LOWER)
FREE = Frozen()


def test_an_attempt_is_measured_with_the_evaluator_of_the_base(bench: Bench) -> None:
    commit = bench.attempt({"src/app.txt": "one\n", "bench.sh": "echo METRIC n=0\n"})
    base = bench.measure(bench.base, bench.work(bench.base, measure=LINES))
    done = bench.measure(commit, bench.work(commit, measure=LINES))
    assert (base.value, done.value, done.passed, done.noise, done.commit) == (2.0, 1.0, True, 0.0, commit)
    assert is_gain(base, done, LINES) == (True, "n 2 -> 1: 1 better")
    assert bench.repository.git("status", "--porcelain", "-unormal").stdout == ""


def test_success_is_all_that_counts_without_a_number(bench: Bench) -> None:
    work = bench.work(bench.base, "echo once; grep -q two src/app.txt", repeat=5)
    done = bench.measure(bench.base, work)
    assert (done.passed, done.value, len(done.readings), done.readings[0].tail) == (True, None, 1, "once\n")
    commit = bench.attempt({"src/app.txt": "one\n"})
    done = bench.measure(commit, work._replace(commit=commit))
    assert (done.passed, done.why, done.readings[0].code) == (False, "the metric failed with exit code 1", 1)


def test_each_reading_starts_from_the_same_state(bench: Bench) -> None:
    script = (
        "test ! -e made && touch made && test ! -e $TMPDIR/made && touch $TMPDIR/made && echo METRIC n=1 >> bench.sh"
    )
    work = bench.work(bench.base, f"{script} && sh bench.sh", measure=LINES, repeat=3, frozen=FREE)
    work = work._replace(metric=f"{script}; echo METRIC n=3")
    done = bench.measure(bench.base, work)
    assert (done.passed, done.value, len(done.readings)) == (True, 3.0, 3)
    assert [bool(reading.tail) for reading in done.readings] == [False, False, True]


def test_repeats_come_to_median_and_noise(bench: Bench, tmp_path: Path) -> None:
    count = tmp_path / "count"
    script = f"echo x >> {count}; set -- 5 9 6; shift $(($(wc -l < {count}) - 1)); echo METRIC n=$1"
    done = bench.measure(bench.base, bench.work(bench.base, script, measure=LINES, repeat=3))
    assert (done.value, done.noise) == (6.0, 1.0)
    assert [reading.values for reading in done.readings] == [{"n": 5.0}, {"n": 9.0}, {"n": 6.0}]


def test_a_reading_that_fails_ends_the_measurement(bench: Bench, tmp_path: Path) -> None:
    count = tmp_path / "count"
    script = f"echo x >> {count}; echo METRIC n=1; test $(wc -l < {count}) -lt 2"
    done = bench.measure(bench.base, bench.work(bench.base, script, measure=LINES, repeat=5))
    assert (done.passed, done.value, len(done.readings)) == (False, None, 2)
    assert done.why == "the metric failed with exit code 1 (reading 2)"


@pytest.mark.parametrize(
    ("script", "passed", "why"),
    [
        ("true", None, "no line `METRIC n=NUMBER`"),
        ("echo METRIC m=1", None, "no line `METRIC n=NUMBER`"),
        ("echo METRIC n=nan", None, "`METRIC n=nan` is no number"),
        ("echo METRIC n=1; echo METRIC n=oops", None, "`METRIC n=oops` is no number"),
        ("echo METRIC n=1; exit 3", False, "the metric failed with exit code 3"),
        ("echo METRIC n=1; kill -9 $$", False, "the metric failed with exit code 137"),
        ("no-such-program-anywhere", False, "the metric failed with exit code 127"),
        ("if then", False, "the metric failed with exit code 2"),
    ],
)
def test_what_is_missing_or_no_number_is_unknown_and_never_a_pass(
    bench: Bench, script: str, passed: bool | None, why: str
) -> None:
    done = bench.measure(bench.base, bench.work(bench.base, script, measure=LINES))
    assert (done.passed, done.value, done.why) == (passed, None, why)


def test_a_line_on_stderr_and_one_without_an_end_count(bench: Bench) -> None:
    done = bench.measure(bench.base, bench.work(bench.base, "printf 'METRIC n=4' >&2", measure=LINES))
    assert done.value == 4.0


def test_the_number_is_found_in_much_output_of_which_the_end_is_kept(bench: Bench) -> None:
    script = "echo METRIC n=7; yes 0123456789 | head -c 6000000; echo; echo last words"
    work = bench.work(bench.base, script, measure=LINES, max_bytes=100_000)
    done = bench.measure(bench.base, work)
    assert done.value == 7.0
    assert done.readings[0].tail.endswith("last words\n")
    assert len(done.readings[0].tail) <= 4000
    assert bench.log.stat().st_size < 150_000


def test_a_metric_that_hangs_is_killed_with_all_that_it_started_and_unknown(bench: Bench, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = f"echo METRIC n=1; (trap '' TERM; sleep 60 & echo $! > {pid_file}; wait) & sleep 60"
    began = time.monotonic()
    done = bench.measure(bench.base, bench.work(bench.base, script, measure=LINES, timeout_s=0.6, repeat=3))
    assert time.monotonic() - began < 20
    assert (done.passed, done.value, done.why) == (None, None, "the metric took longer than 0.6 s")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_all_readings_share_one_budget(bench: Bench) -> None:
    work = bench.work(bench.base, "sleep 0.4; echo METRIC n=1", measure=LINES, repeat=20, budget_s=0.9)
    done = bench.measure(bench.base, work)
    assert done.passed is None
    assert 1 < len(done.readings) < 5
    assert "took longer than 0." in done.why or "there was no time left" in done.why
    done = bench.measure(bench.base, work._replace(budget_s=0))
    assert (done.passed, done.why) == (None, "there was no time left for the metric")


def test_a_person_who_stops_the_run_stops_the_metric(bench: Bench) -> None:
    bench.stop = "stopped"
    done = bench.measure(bench.base, bench.work(bench.base, "sleep 60", measure=LINES))
    assert (done.passed, done.why) == (None, "the metric was killed: stopped")


def test_what_a_metric_sees_of_the_environment(bench: Bench) -> None:
    given = {
        "PATH": os.environ["PATH"],
        "HOME": "/home/ada",
        "LC_ALL": "C",
        "OPENCLAW_TOKEN": "secret",
        "OPENCLAW_RUN": "R-1",
        "NATS_CREDS": "secret",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "GITHUB_TOKEN": "secret",
        "SSH_AUTH_SOCK": "/tmp/agent",
        "GIT_DIR": "/elsewhere",
        "PYTHONPATH": "/elsewhere",
        "BENCH_SIZE": "9",
        "CI": "1",
    }
    work = bench.work(bench.base, "env", env_names=("BENCH_*", "CI", "OPENCLAW_*", "GIT_DIR"))
    tail = bench.measure(bench.base, work, **given).readings[0].tail
    seen = dict(line.split("=", 1) for line in tail.splitlines() if "=" in line)
    assert {name: seen.pop(name) for name in ("HOME", "LC_ALL", "BENCH_SIZE", "CI")} == {
        "HOME": "/home/ada",
        "LC_ALL": "C",
        "BENCH_SIZE": "9",
        "CI": "1",
    }
    assert seen.pop("TMPDIR") != os.environ.get("TMPDIR")
    assert seen.pop("GIT_CEILING_DIRECTORIES") == str(bench.path.parent)
    assert set(seen) <= {"PATH", "PWD", "GIT_TERMINAL_PROMPT", "OLDPWD", "SHLVL", "_"}


def test_a_metric_that_removes_gits_folder_does_not_reach_the_repository_around_it(bench: Bench) -> None:
    inside = bench.repository.path / ".openclaw" / "worktrees" / "R-1-metric"
    script = "rm -rf .git; git add -A; git commit -qm evil; git rev-parse --show-toplevel; echo $?"
    work = bench.work(bench.base, script)._replace(path=str(inside))
    done = bench.measure(bench.base, work)
    assert done.readings[0].tail.endswith("128\n")
    assert bench.repository.head() == bench.base
    assert bench.repository.git("status", "--porcelain", "-uno").stdout == ""


@pytest.mark.parametrize("left", ["rm -rf .git", "rm -rf .git; ln -s / .git", "rm -rf $PWD; mkdir $PWD; touch $PWD/x"])
def test_a_checkout_goes_whatever_the_metric_made_of_it(bench: Bench, left: str) -> None:
    work = bench.work(bench.base, left)
    assert bench.measure(bench.base, work).passed
    assert not os.path.lexists(work.path)


def test_nothing_of_another_attempt_is_found_beside_it(bench: Bench) -> None:
    agent = bench.path.parent / "R-1"
    agent.mkdir(parents=True)
    (agent / "cache").write_text("made by the agent, never committed")
    done = bench.measure(bench.base, bench.work(bench.base, "ls -A | sort | tr '\\n' ' '"))
    assert done.readings[0].tail == ".git bench.sh src tests \n"


def test_ignored_folders_are_linked_where_the_settings_share_them(bench: Bench) -> None:
    repository = bench.repository
    repository.write(".git/info/exclude", "deps\n")
    repository.write("deps/tool.sh", "echo METRIC n=3\n")
    commit = bench.attempt({"deps/tool.sh": "echo METRIC n=0\n"})
    work = bench.work(commit, "sh deps/tool.sh", measure=LINES, shared=("deps",), root=str(repository.path))
    assert bench.measure(commit, work).value == 3.0
    assert (repository.path / "deps" / "tool.sh").exists()


@pytest.mark.parametrize("trouble", [OpenclawError("no guardian"), OSError(28, "No space left on device")])
def test_trouble_of_the_machine_is_unknown_and_no_pass(bench: Bench, trouble: Exception) -> None:
    def fail(command: Command, take: Callable[[bytes], None]) -> Ran:
        raise trouble

    bench.launch = fail  # type: ignore[method-assign]  # what launches may break
    done = bench.measure(bench.base)
    assert done.passed is None
    assert done.why.startswith("the metric could not be run: ")
    assert str(trouble) in done.why
    assert done.readings[0].code is None


def test_the_last_piece_of_output_counts_without_a_line_end(bench: Bench) -> None:
    def print_in_pieces(command: Command, take: Callable[[bytes], None]) -> Ran:
        for piece in (b"x\nMET", b"RIC n=", b"5"):
            take(piece)
        return Ran(0, 0.1)

    bench.launch = print_in_pieces  # type: ignore[method-assign]  # a launcher that hands on what comes
    assert bench.measure(bench.base, bench.work(bench.base, measure=LINES)).value == 5.0


def test_a_folder_in_the_way_is_no_pass_and_stays(bench: Bench) -> None:
    bench.path.mkdir(parents=True)
    (bench.path / "mine").write_text("mine")
    with pytest.raises(AssertionError, match="left behind"):
        bench.measure(bench.base)
    assert (bench.path / "mine").exists()


def test_what_a_metric_leaves_without_permissions_is_removed(bench: Bench) -> None:
    script = "mkdir -p out/deep && touch out/deep/file && chmod 500 out/deep out; ln -s /etc out2"
    assert bench.measure(bench.base, bench.work(bench.base, script)).passed
