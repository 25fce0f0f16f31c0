"""How the work on a task is measured: its metric, the number that counts, and the files that nobody changes meanwhile."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, Protocol

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import Direction, Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

MEASURE_FORM: Final = "NAME:higher or NAME:lower, and :TARGET where there is one, such as p95:lower:120"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


class Evaluated(Protocol):
    """A task, or a subtask of a plan."""

    @property
    def metric(self) -> str:
        """The command whose success says that it is done."""

    @property
    def measure(self) -> Measure | None:
        """The number that the command prints, for work that improves it."""

    @property
    def evaluator(self) -> tuple[str, ...]:
        """Globs of the files that measure the work."""


def parse_measure(text: str) -> Measure:
    """The measure that `NAME:higher` or `NAME:lower:TARGET` says; raises OpenclawError for any other text."""
    name, *rest = text.strip().split(":")
    if not _NAME.fullmatch(name) or not 1 <= len(rest) <= 2 or rest[0] not in list(Direction):
        raise OpenclawError(f"{text[:80]!r} says no measure", f"write {MEASURE_FORM}")
    return Measure(name, Direction(rest[0]), target=read_finite(rest[1]) if len(rest) == 2 else None)


def read_finite(text: str) -> float:
    """The number in `text`; raises OpenclawError for what is none, NaN or without end."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise OpenclawError(f"{text[:80]!r} is no number", "write it as in 0.5, -3 or 1e6")
    return number


def check_evaluation(task: Evaluated) -> None:
    """Raises OpenclawError for a glob that cannot be read, a measure that nothing prints, and numbers that are none."""
    from openclaw_hooks.globs import GlobError, validate_glob  # who only compares two tasks needs none

    for pattern in task.evaluator:
        try:
            validate_glob(pattern)
        except GlobError as error:
            raise OpenclawError(f"evaluator: {error.message}", error.hint) from error
    measure = task.measure
    if measure is None:
        return
    if not task.metric:
        raise OpenclawError(
            f"measure: nothing prints `METRIC {measure.name}=...`", "give the command that does as its metric"
        )
    for what, number in (("min_gain", measure.min_gain), ("target", measure.target)):
        if number is not None and not math.isfinite(number):
            raise OpenclawError(f"measure: `{what}` is {number}, which is no number", "write it as in 0.5, -3 or 1e6")


def loosens_evaluation(old: Evaluated, new: Evaluated) -> bool:
    """Whether work that `new` takes for done may be something else than what the metric of `old` asks for.

    More frozen files than before loosen nothing. A pattern with `!` does, since it takes files back.
    """
    if not old.metric:
        return False
    more = new.evaluator[len(old.evaluator) :]
    is_as_frozen = new.evaluator[: len(old.evaluator)] == old.evaluator and not _takes_back(more)
    return (new.metric, new.measure) != (old.metric, old.measure) or not is_as_frozen


def show_measure(measure: Measure) -> str:
    """A measure in words, for people."""
    unit = f" {measure.unit}" if measure.unit else ""
    words = [f"`{measure.name}`, {measure.direction} is better"]
    words += [f"by more than {measure.min_gain:g}{unit}"] if measure.min_gain else []
    words += [f"until {measure.target:g}{unit}"] if measure.target is not None else []
    return ", ".join(words)


def _takes_back(patterns: Sequence[str]) -> bool:
    return any(pattern.startswith("!") for pattern in patterns)
