"""Options of `task new` and `task edit` that say how work is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.tasks.model import Measure

MeasureText = Annotated[
    str | None,
    typer.Option(
        "--measure", metavar="NAME:higher|lower[:TARGET]", help="The number that the metric prints as METRIC NAME=..."
    ),
]
MinGain = Annotated[float | None, typer.Option("--min-gain", metavar="X", help="Only more than this is a gain.")]
EvaluatorGlobs = Annotated[
    list[str] | None,
    typer.Option("--evaluator", metavar="GLOB", help="Files that measure the work, frozen; may be repeated."),
]


def evaluation_fields(
    measure: str | None, min_gain: float | None, evaluator: Sequence[str] | None, present: Measure | None = None
) -> dict[str, object]:
    """The fields `measure` and `evaluator` that the options ask for, without those that they do not speak of.

    `present` is the measure that a task has; an empty text takes it away, and an empty glob says that nothing is frozen.
    Raises OpenclawError for a text that says no measure, and for a gain of nothing.
    """
    from msgspec.structs import replace

    from openclaw_hooks.errors import OpenclawError
    from openclaw_hooks.tasks.evaluation import MEASURE_FORM, parse_measure

    fields: dict[str, object] = {}
    if evaluator is not None:
        fields["evaluator"] = tuple(dict.fromkeys(glob for glob in evaluator if glob))
    if measure is not None:
        asked = parse_measure(measure) if measure.strip() else None
        kept = present if asked and present and present.name == asked.name else None
        present = replace(asked, min_gain=kept.min_gain, unit=kept.unit) if asked and kept else asked
        fields["measure"] = present
    if min_gain is not None:
        if present is None:
            raise OpenclawError("--min-gain: there is no measure", f"add --measure {MEASURE_FORM}")
        fields["measure"] = replace(present, min_gain=min_gain)
    return fields
