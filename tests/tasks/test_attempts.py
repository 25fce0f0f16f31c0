from __future__ import annotations

from openclaw_hooks.tasks.attempts import LEFT_OUT, MAX_CHARS, MAX_RUNS, join_attempts, list_runs, shorten_attempts


def part(number: int, text: str = "| 1 | discard |") -> str:
    return f"### Run R-{number:06} of T-0aaaaa: released (2026-11-22)\n\n{text}"


def test_runs_stand_one_after_the_other_below_what_somebody_wrote() -> None:
    text = join_attempts("Mind the cache.", part(1))
    assert text == f"Mind the cache.\n\n{part(1)}"
    assert join_attempts(text, part(2)) == f"Mind the cache.\n\n{part(1)}\n\n{part(2)}"
    assert join_attempts("", part(1)) == part(1)


def test_a_run_that_is_told_again_is_told_anew() -> None:
    text = join_attempts(part(1), part(2))
    assert join_attempts(text, part(1, "another end")) == f"{part(2)}\n\n{part(1, 'another end')}"
    assert join_attempts(text, part(2)) == text


def test_the_oldest_runs_give_way_and_it_says_so_once() -> None:
    text = "Mine."
    for number in range(20):
        text = join_attempts(text, part(number))
    assert text.count("### Run ") == MAX_RUNS
    assert text.startswith(f"Mine.\n\n{LEFT_OUT}\n\n{part(20 - MAX_RUNS)}")
    assert text.count(LEFT_OUT) == 1
    assert shorten_attempts(text) == text


def test_long_runs_are_fewer_and_one_that_is_too_long_alone_is_cut_at_a_line() -> None:
    long = "\n".join(f"| {n} | {'x' * 90} |" for n in range(100))
    text = ""
    for number in range(4):
        text = join_attempts(text, part(number, long))
    assert text.startswith(f"{LEFT_OUT}\n\n### Run R-000003 ")
    huge = join_attempts("y" * 50_000, part(9, long * 5))
    assert len(huge) < 2 * MAX_CHARS + 200
    assert huge.endswith("x |\n\n...")


def test_only_what_runs_told_is_handed_on() -> None:
    text = f"Mine.\n\n{part(1)}\n\n{part(2)}"
    assert list_runs(text) == f"{part(1)}\n\n{part(2)}"
    assert list_runs("Mine.") == ""
    assert list_runs("") == ""
