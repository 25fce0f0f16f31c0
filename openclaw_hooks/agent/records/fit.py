"""A row as its line on the board: without secrets, and never longer than a row may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from openclaw_hooks.agent.model import Stat
from openclaw_hooks.agent.records.row import MAX_ROW_BYTES, Row, Trial
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.secrets.redact import mask
from openclaw_hooks.secrets.scan import scan_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHOWN_AS: Final = "telemetry/row.jsonl"  # what the search for secrets takes a row's line for
FEW: Final = 5  # findings and paths of an attempt that stay where the row is too long


def fit_row(row: Row) -> bytes:
    """The line of `row`, line end included.

    What is too much goes in this order: readings, most paths and findings, all of them, attempts from the middle on.
    Raises RefusedError for a row that is still too long, or that holds a secret where it cannot be taken out.
    """
    for smaller in _shrink(row):
        if len(msgspec.json.encode(smaller)) < MAX_ROW_BYTES:
            line = msgspec.json.encode(_take_secrets_out(smaller)) + b"\n"
            if len(line) <= MAX_ROW_BYTES:
                return line
    raise RefusedError(f"the row of run {row.run} does not fit into {MAX_ROW_BYTES:,} bytes", "its texts are too long")


def _shrink(row: Row) -> Iterator[Row]:
    yield row
    for step in (_without_readings, _with_few, _with_none):
        row = replace(row, trials=tuple(map(step, row.trials)))
        yield row
    while row.trials:
        row = replace(row, trials=_without_middle(row.trials))
        yield row


def _without_readings(trial: Trial) -> Trial:
    return replace(trial, figure=trial.figure and replace(trial.figure, readings=()))


def _with_few(trial: Trial) -> Trial:
    stat = replace(trial.stat, paths=trial.stat.paths[:FEW])
    return replace(trial, stat=stat, findings=trial.findings[:FEW])


def _with_none(trial: Trial) -> Trial:
    stat = Stat(files=trial.stat.files, added=trial.stat.added, removed=trial.stat.removed)
    return replace(trial, stat=stat, findings=())


def _without_middle(trials: tuple[Trial, ...]) -> tuple[Trial, ...]:
    """Fewer attempts: those that were kept and the last ones say most."""
    wanted = len(trials) * 3 // 4
    ranked = sorted(range(len(trials)), key=lambda at: (bool(trials[at].kept), at), reverse=True)
    return tuple(trials[at] for at in sorted(ranked[:wanted]))


def _take_secrets_out(row: Row) -> Row:
    values = msgspec.to_builtins(row)
    cleaned = _map_texts(values, _clean)
    while found := [match.secret for match in scan_text(msgspec.json.encode(cleaned).decode(), SHOWN_AS)]:
        # Only with its key beside it does such a text look like a secret; one that holds it goes as a whole.
        before, cleaned = cleaned, _map_texts(cleaned, lambda text: _mask_whole(text, found))
        if cleaned == before:
            raise RefusedError(f"the row of run {row.run} holds what looks like a secret", "it is not written")
    return row if cleaned == values else msgspec.convert(cleaned, Row)


def _map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """`value` with each text in it changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _map_texts(part, change) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_map_texts(part, change) for part in value]
    return value


def _clean(text: str) -> str:
    for match in scan_text(text, SHOWN_AS):
        text = text.replace(match.secret, mask(match.secret))
    return text


def _mask_whole(text: str, secrets: list[str]) -> str:
    return mask(text) if any(secret in text for secret in secrets) else text
