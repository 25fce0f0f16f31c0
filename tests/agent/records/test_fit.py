from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from openclaw_hooks.agent.model import Found, Outcome
from openclaw_hooks.agent.records.fit import fit_row
from openclaw_hooks.agent.records.row import MAX_ROW_BYTES, Row
from openclaw_hooks.agent.records.store import decode_row
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.secrets.scan import scan_text
from openclaw_hooks.verdict import Severity
from tests.agent.records.story import begin, discard, keep, many_trials, row_of


def with_findings(row: Row, count: int) -> Row:
    found = tuple(Found("scope", Severity.ERROR, f"src/{n}.py", n, "is outside. " * 20) for n in range(count))
    return replace(row, trials=tuple(replace(trial, findings=found) for trial in row.trials))


def test_a_row_that_fits_is_written_as_it_is_in_one_line() -> None:
    row = row_of(begin(), discard(1), keep(2), outcome=Outcome.COMPLETED)
    line = fit_row(row)
    assert line.count(b"\n") == 1
    assert line.endswith(b"}\n")
    assert decode_row(line) == row


def test_findings_go_before_attempts_do() -> None:
    row = with_findings(many_trials(row_of(begin(), discard(1)), 12), 20)
    line = fit_row(row)
    assert len(line) <= MAX_ROW_BYTES
    shown = decode_row(line).trials
    assert len(shown) == 12
    assert {len(trial.findings) for trial in shown} == {5}


def test_of_many_attempts_the_kept_ones_and_the_last_ones_stay() -> None:
    row = many_trials(row_of(begin(), discard(1)), 400)
    kept = tuple(replace(trial, kept="k" * 40) if trial.n in (7, 99) else trial for trial in row.trials)
    line = fit_row(replace(row, trials=kept))
    shown = decode_row(line)
    assert len(line) <= MAX_ROW_BYTES
    assert shown.tried == 400
    numbers = [trial.n for trial in shown.trials]
    assert {7, 99, 400} < set(numbers)
    assert numbers == sorted(numbers)


def test_a_secret_is_taken_out_and_hashes_stay(aws_key: str) -> None:
    row = row_of(begin(), discard(1))
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    leaky = replace(row, why=f"it used {aws_key}", trials=(replace(row.trials[0], why=f"token {token} in a URL"),))
    line = fit_row(leaky)
    assert aws_key.encode() not in line
    assert token.encode() not in line
    assert scan_text(line.decode(), "telemetry/node-2026-11.jsonl") == []
    shown = decode_row(line)
    assert shown.trials[0].prompt_sha256 == row.trials[0].prompt_sha256
    assert shown.trials[0].snapshot == row.trials[0].snapshot
    assert shown.why == "it used AKIA****"


def test_a_row_whose_own_texts_are_too_long_is_refused() -> None:
    row = replace(row_of(begin(), discard(1)), title="x " * MAX_ROW_BYTES)
    with pytest.raises(RefusedError, match=r"R-000001 does not fit into 32,000 bytes"):
        fit_row(row)


def test_a_row_of_a_newer_version_is_read_without_what_is_not_known() -> None:
    row = row_of(begin(), discard(1))
    values = {**msgspec.to_builtins(row), "later": {"x": 1}, "v": 2}
    assert decode_row(msgspec.json.encode(values)) == replace(row, v=2)
