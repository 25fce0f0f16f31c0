"""The guards around what of a run gets onto the board."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/"
FIT = f"{_CODE}records/fit.py"
STORE = f"{_CODE}records/store.py"
ROWS = "openclaw_hooks/mesh/state/rows.py"
_TESTS = "tests/agent/"
_FOREIGN = (
    "tests/mesh/state/test_rows.py::test_rows_that_are_not_the_senders_own_are_refused_and_so_is_what_came_with_them",
)

TOLD = (
    Guard(
        "row-once",
        "a run is told once, however often it is written",
        STORE,
        "if content and any(found.run == row.run for found in read_lines(content)):",
        "if False:",
        (f"{_TESTS}records/test_store.py::test_a_run_is_told_once_however_often_it_is_written",),
    ),
    Guard(
        "row-secrets",
        "no secret is in a row",
        FIT,
        "msgspec.json.encode(_take_secrets_out(smaller))",
        "msgspec.json.encode(smaller)",
        (f"{_TESTS}records/test_fit.py::test_a_secret_is_taken_out_and_hashes_stay",),
    ),
    Guard(
        "row-size",
        "a row is no longer than it may be",
        FIT,
        """if len(msgspec.json.encode(smaller)) < MAX_ROW_BYTES:
            line = msgspec.json.encode(_take_secrets_out(smaller)) + b"\\n"
            if len(line) <= MAX_ROW_BYTES:
                return line""",
        'return msgspec.json.encode(_take_secrets_out(smaller)) + b"\\n"',
        (f"{_TESTS}records/test_fit.py::test_findings_go_before_attempts_do",),
    ),
    Guard(
        "row-place",
        "no name of a machine leads out of the folder",
        STORE,
        '_ODD.sub("-", node.lower())',
        "node.lower()",
        (f"{_TESTS}records/test_store.py::test_no_name_of_a_machine_leads_out_of_the_folder",),
    ),
    Guard(
        "row-other-node",
        "the lead refuses a row of another machine",
        ROWS,
        "if row.node != turn.node:",
        "if False:",
        _FOREIGN,
    ),
    Guard("row-other-task", "and one of another task", ROWS, "if row.task != turn.named:", "if False:", _FOREIGN),
    Guard(
        "row-run-id",
        "and one whose run has no name that a run can have",
        ROWS,
        "not _RUN.fullmatch(row.run) or ",
        "",
        _FOREIGN,
    ),
    Guard("row-too-long", "and one that is too long", ROWS, "if len(content) > MAX_ROW_BYTES:", "if False:", _FOREIGN),
    Guard(
        "row-searched-again",
        "the lead takes secrets out too",
        ROWS,
        "decode_row(fit_row(row))",
        "row",
        ("tests/mesh/state/test_rows.py::test_a_secret_in_a_row_is_taken_out_by_the_lead_too",),
    ),
)
