"""`openclaw log`: what it shows, in which order, and for whom."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.audit import append_verdict
from openclaw_hooks.cli.log import read_since
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer
    from tests.conftest import Repository

    Openclaw = Callable[..., Answer]


@pytest.fixture
def logged(house: Repository) -> Repository:
    """A repository with three verdicts of two sessions in its log."""
    state = str(house.path / ".git" / "openclaw")
    for session, tool, decision, rules in (
        ("aaaa-1", "Bash", "allow", ()),
        ("aaaa-1", "Write", "deny", ("secrets/aws", "rules/house")),
        ("bbbb-2", "Edit", "feedback", ()),
    ):
        facts = {"session": session, "event": "PreToolUse", "tool": tool, "decision": decision, "where": "a\x1b[31m.py"}
        append_verdict(state, facts, rules, 0.0123)
    return house


def test_the_latest_verdict_comes_last_and_control_characters_do_nothing(
    openclaw: Openclaw, logged: Repository
) -> None:
    answer = openclaw("log")
    lines = answer.out.splitlines()
    assert (answer.code, lines[0].split()) == (
        0, ["TIME", "SESSION", "EVENT", "TOOL", "DECISION", "MS", "WHERE", "RULES"],
    )  # fmt: skip
    assert [line.split()[4] for line in lines[1:]] == ["Bash", "Write", "Edit"]
    assert "secrets/aws, rules/house" in lines[2]
    assert "\x1b" not in answer.out


def test_what_is_shown_can_be_narrowed(openclaw: Openclaw, logged: Repository) -> None:
    def tools(*words: str) -> list[str]:
        return [entry["tool"] for entry in json.loads(openclaw("log", "--json", *words).out)["data"]["verdicts"]]

    assert tools() == ["Bash", "Write", "Edit"]
    assert tools("--deny") == ["Write", "Edit"]
    assert tools("--session", "aaaa") == ["Bash", "Write"]
    assert tools("--limit", "1") == ["Edit"]
    assert tools("--limit", "0") == ["Bash", "Write", "Edit"]
    assert tools("--since", "1h") == ["Bash", "Write", "Edit"]
    assert tools("--since", "9999-01-01") == []


def test_an_empty_log_and_no_repository_are_said_clearly(openclaw: Openclaw, house: Repository) -> None:
    empty = openclaw("log")
    assert (empty.code, empty.out, empty.err) == (0, "", "nothing in the log\n")
    outside = openclaw("log", folder="..")
    assert (outside.code, outside.out) == (2, "")
    assert "no git repository here" in outside.err


def test_since_takes_spans_and_dates_and_refuses_the_rest() -> None:
    now = 1_800_000_000.0  # 2027-01-15T08:00:00Z
    assert read_since("2h", now) == "2027-01-15T06:00:00"
    assert read_since("1d", now) == "2027-01-14T08:00:00"
    assert read_since("999999w", now) == "1970-01-01T00:00:00"
    assert read_since("2026-11-22", now) == "2026-11-22T00:00:00"
    assert read_since("2026-11-22T09:30", now) == "2026-11-22T09:30:00"
    for text in ("yesterday", "2x", "h", "-2h", "²h"):
        with pytest.raises(OpenclawError, match="is no span and no date"):
            read_since(text, now)
