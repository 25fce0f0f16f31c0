"""What several readings of a number come to, and whether one result is better than another by more than noise.

All of it is exact: a float stands for the shortest decimal that it is written as, and sums are those of fractions. With 0.1 and
0.4 measured, the gain is 0.3 and not 0.30000000000000004.
"""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.tasks.model import Direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.agent.model import Measured
    from openclaw_hooks.tasks.model import Measure

# A change has to be larger than twice the noise of either side: where readings scatter like a normal distribution, 2 x MAD
# covers 82 % of them (the MAD is 0.6745 of its standard deviation).
NOISE_FACTOR: Final = 2


class Centre(NamedTuple):
    """Where readings lie, and how far from there they typically are."""

    median: float
    noise: float


def find_centre(values: Sequence[float]) -> Centre:
    """The median of `values` (not empty, finite) and their median absolute deviation from it.

    MAD = median(|x - median(x)|), as it is, without the factor 1.4826 that would make it an estimate of a standard
    deviation. It bears with almost half of the readings being off, where a standard deviation is ruined by one. Source:
    F. R. Hampel, The Influence Curve and Its Role in Robust Estimation, JASA 69 (1974), 383-393. One reading has no noise.
    """
    exact = [_exact(value) for value in values]
    median = _median(exact)
    return Centre(_to_float(median), _to_float(_median([abs(value - median) for value in exact])))


def is_gain(earlier: Measured | None, later: Measured, measure: Measure) -> tuple[bool, str]:
    """Whether `later` is better than `earlier` by more than `min_gain` and more than twice the larger noise, and why, in a line.

    Exactly as much is not more, and without noise and `min_gain` any step in the right direction is a gain. Where there is no
    earlier value (the base cannot be measured, or never was) any known one is: what can be measured is better than what cannot.
    """
    if later.passed is not True or later.value is None:
        return False, later.why or "nothing was measured"
    if not math.isfinite(measure.min_gain):
        return False, f"the task's `min_gain` is {measure.min_gain}, and nothing is more than that"
    shown = show_value(later.value, measure)
    if earlier is None or earlier.value is None:
        return True, f"{measure.name} {shown}, the first value that is known"
    step = _exact(later.value) - _exact(earlier.value)
    gain = step if measure.direction is Direction.HIGHER else -step
    noise = NOISE_FACTOR * max(_exact(earlier.noise), _exact(later.noise))
    least = max(_exact(measure.min_gain), noise)
    story = f"{measure.name} {show_value(earlier.value, measure)} -> {shown}"
    if gain > least:
        beyond = f", more than {_show_least(least, noise)}" if least else ""
        return True, f"{story}: {show_number(_to_float(gain))} better{beyond}"
    if gain <= 0:
        return False, f"{story}: {'no better' if not gain else f'{show_number(_to_float(-gain))} worse'}"
    return False, f"{story}: {show_number(_to_float(gain))} better, not more than {_show_least(least, noise)}"


def is_target_reached(measured: Measured | None, measure: Measure) -> bool:
    """Whether a known value has come to the target, or beyond it; without a target never."""
    if measured is None or measured.passed is not True or measured.value is None:
        return False
    if measure.target is None or not math.isfinite(measure.target):
        return False
    missing = _exact(measure.target) - _exact(measured.value)
    return missing <= 0 if measure.direction is Direction.HIGHER else missing >= 0


def show_value(value: float, measure: Measure) -> str:
    """`value` with its unit, for people."""
    return f"{show_number(value)} {measure.unit}".rstrip()


def show_number(value: float) -> str:
    """`value` in six digits, whole numbers in all of theirs."""
    number = float(value)  # a whole number is one of the floats to whoever writes types, and has fewer methods
    return f"{number:.0f}" if number.is_integer() and abs(number) < 1e15 else f"{number:.6g}"


def _show_least(least: Fraction, noise: Fraction) -> str:
    what = f"{NOISE_FACTOR} x noise" if noise == least else "the least gain"
    return f"{show_number(_to_float(least))} ({what})"


def _to_float(number: Fraction) -> float:
    """The nearest float; the largest for what is beyond it, as the difference of two large ones can be."""
    largest = Fraction(sys.float_info.max)
    return float(min(max(number, -largest), largest))


def _exact(value: float) -> Fraction:
    return Fraction(repr(value))


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
