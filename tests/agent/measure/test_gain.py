"""Numbers and noise: what counts as better, in exact edge cases and for any readings."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.agent.measure.gain import find_centre, is_gain, is_target_reached, show_number
from openclaw_hooks.agent.model import Measured
from openclaw_hooks.tasks.model import Direction, Measure

HIGHER = Measure("score")
LOWER = Measure("p95", Direction.LOWER)
NUMBERS = st.floats(-1e9, 1e9)
NOISES = st.floats(0, 1e6)


def measured(value: float | None, noise: float = 0, passed: bool | None = True) -> Measured:
    return Measured("c" * 40, passed, value=value, noise=noise, why="" if passed else "exit code 1")


@pytest.mark.parametrize(
    ("values", "median", "noise"),
    [
        ([3], 3, 0),
        ([1, 2], 1.5, 0.5),
        ([5, 1, 3], 3, 2),
        ([1, 1, 2, 2, 4, 6, 9], 2, 1),  # deviations 0 0 1 1 2 4 7
        ([10, 10, 10, 1000], 10, 0),
        ([0.1, 0.2, 0.3, 0.4], 0.25, 0.1),
        ([1e308, -1e308], 0, 1e308),
        ([-1.7e308, 1.7e308, 1.7e308, -1.7e308, -1.7e308], -1.7e308, 0),
        ([-1.7e308, 1.7e308, 1.6e308], 1.6e308, 1e307),
        ([-1.7e308, -1.7e308, 1.7e308, 1.6e308, 1.6e308], 1.6e308, 1e307),
    ],
)
def test_the_centre_is_median_and_median_absolute_deviation(values: list[float], median: float, noise: float) -> None:
    assert find_centre(values) == (median, noise)


@given(st.lists(NUMBERS, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_readings_does_not_matter(values: list[float], random: object) -> None:
    mixed = list(values)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    assert find_centre(mixed) == find_centre(values)


@given(st.lists(st.integers(0, 100), min_size=3, max_size=9), st.integers(10**6, 10**9))
def test_outliers_in_less_than_half_of_the_readings_change_little(values: list[int], outlier: int) -> None:
    spoiled = (len(values) - 1) // 2
    centre = find_centre([*values[spoiled:], *([outlier] * spoiled)])
    assert 0 <= centre.median <= 100
    assert centre.noise <= 100


@pytest.mark.parametrize(
    ("earlier", "later", "measure", "is_one"),
    [
        (measured(1), measured(2), HIGHER, True),
        (measured(2), measured(1), HIGHER, False),
        (measured(2), measured(1), LOWER, True),
        (measured(1), measured(1), HIGHER, False),
        (measured(1), measured(1), LOWER, False),
        (measured(1), measured(1 + 1e-15), HIGHER, True),  # any step counts where nothing says how noisy it is
        # exactly as much as the least gain is not more, whatever floats make of it: 0.4 - 0.1 > 0.3 in binary
        (measured(0.1), measured(0.4), Measure("n", min_gain=0.3), False),
        (measured(0.1), measured(0.40001), Measure("n", min_gain=0.3), True),
        (measured(0.3), measured(0.2), Measure("n", Direction.LOWER, min_gain=0.1), False),
        # twice the larger noise, on either side
        (measured(10, 0.5), measured(11), HIGHER, False),
        (measured(10, 0.5), measured(11.001), HIGHER, True),
        (measured(10), measured(11, 0.5), HIGHER, False),
        (measured(10, 0.4), measured(11, 0.5), HIGHER, False),
        (measured(10, 0.5), measured(9), LOWER, False),
        # whichever of the two is larger
        (measured(10, 0.5), measured(11.5), Measure("n", min_gain=2), False),
        (measured(10, 2), measured(13), Measure("n", min_gain=2), False),
        (measured(10, 0.5), measured(13), Measure("n", min_gain=2), True),
        (measured(0), measured(1e308), Measure("n", min_gain=math.inf), False),
        (measured(0), measured(1), Measure("n", min_gain=math.nan), False),
        (measured(-1e308), measured(1e308), HIGHER, True),
    ],
)
def test_a_gain_is_more_than_the_least_gain_and_than_twice_the_noise(
    earlier: Measured, later: Measured, measure: Measure, is_one: bool
) -> None:
    assert is_gain(earlier, later, measure)[0] is is_one


def test_a_gain_is_told_in_a_line() -> None:
    measure = Measure("p95", Direction.LOWER, min_gain=1, unit="ms")
    assert (
        is_gain(measured(120), measured(100), measure)[1]
        == "p95 120 ms -> 100 ms: 20 better, more than 1 (the least gain)"
    )
    told = is_gain(measured(120, 15), measured(100), measure)[1]
    assert told == "p95 120 ms -> 100 ms: 20 better, not more than 30 (2 x noise)"
    assert is_gain(measured(120), measured(121.5), measure)[1] == "p95 120 ms -> 121.5 ms: 1.5 worse"
    assert is_gain(measured(120), measured(120), measure)[1] == "p95 120 ms -> 120 ms: no better"


def test_where_the_base_has_no_value_any_known_one_is_a_gain_and_says_so() -> None:
    for earlier in (None, measured(None, passed=False), measured(None, passed=None)):
        assert is_gain(earlier, measured(5), LOWER) == (True, "p95 5, the first value that is known")


@pytest.mark.parametrize(
    "later", [measured(None, passed=None), measured(None, passed=False), measured(5, passed=False)]
)
def test_what_is_not_known_or_failed_is_never_a_gain(later: Measured) -> None:
    assert is_gain(None, later, LOWER) == (False, "exit code 1")
    assert is_gain(measured(9), later, LOWER) == (False, "exit code 1")


@given(NUMBERS, NOISES, NUMBERS, NOISES, st.floats(0, 1e6))
def test_nothing_within_noise_is_kept_and_nothing_is_better_than_what_is_better_than_it(
    one: float, noise_of_one: float, other: float, noise_of_other: float, least: float
) -> None:
    measure = Measure("n", min_gain=least)
    forth = is_gain(measured(one, noise_of_one), measured(other, noise_of_other), measure)[0]
    back = is_gain(measured(other, noise_of_other), measured(one, noise_of_one), measure)[0]
    assert not (forth and back)
    if forth:
        assert other > one
        assert other - one >= 2 * max(noise_of_one, noise_of_other) * (1 - 1e-9)
    mirrored = Measure("n", Direction.LOWER, min_gain=least)
    assert is_gain(measured(-one, noise_of_one), measured(-other, noise_of_other), mirrored)[0] is forth


@given(NUMBERS, st.lists(st.integers(-1000, 1000), min_size=3, max_size=9), st.integers(-1000, 1000))
def test_readings_that_scatter_around_the_same_value_are_no_gain(centre: float, offsets: list[int], shift: int) -> None:
    """Two samples of one noise, shifted against each other by less than twice what they scatter, are the same."""
    first = find_centre([float(offset) for offset in offsets])
    second = find_centre([float(offset + shift) for offset in offsets])
    is_more = abs(shift) > 2 * first.noise
    for measure in (HIGHER, LOWER):
        is_right_way = shift > 0 if measure.direction is Direction.HIGHER else shift < 0
        kept, _ = is_gain(measured(*first), measured(*second), measure)
        assert kept is (is_more and is_right_way)


@pytest.mark.parametrize(
    ("value", "measure", "reached"),
    [
        (0.3, Measure("n", target=0.3), True),
        (0.29999, Measure("n", target=0.3), False),
        (5, Measure("n", Direction.LOWER, target=5), True),
        (5.1, Measure("n", Direction.LOWER, target=5), False),
        (4, Measure("n", Direction.LOWER, target=5), True),
        (4, Measure("n", Direction.LOWER), False),
        (4, Measure("n", target=math.nan), False),
        (4, Measure("n", Direction.LOWER, target=math.inf), False),
    ],
)
def test_a_target_is_reached_or_passed(value: float, measure: Measure, reached: bool) -> None:
    assert is_target_reached(measured(value), measure) is reached


def test_what_is_not_known_reaches_no_target() -> None:
    measure = Measure("n", Direction.LOWER, target=5)
    assert not is_target_reached(None, measure)
    assert not is_target_reached(measured(None, passed=None), measure)
    assert not is_target_reached(measured(1, passed=False), measure)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(5, "5"), (0.1, "0.1"), (1234567, "1234567"), (1e300, "1e+300"), (1 / 3, "0.333333"), (-0.5, "-0.5")],
)
def test_numbers_are_short(value: float, shown: str) -> None:
    assert show_number(float(value)) == shown
