"""What the agent said and ran, and what its task lacks, by the harness rules."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from openclaw_hooks.agent.judge.check import check_start
from openclaw_hooks.verdict import Severity
from tests.agent.judge.conftest import make_task

if TYPE_CHECKING:
    from tests.agent.judge.conftest import Bench

HARNESS = """\
---
id: {id}
version: 1.0.0
type: {type}
enforcement: {enforcement}
{more}
---
# {id}
"""


def harness(name: str, enforcement: str, kind: str = "block", more: str = "") -> dict[str, str]:
    text = HARNESS.format(id=name, type=kind, enforcement=enforcement, more=more)
    return {f".openclaw/rules/harness/{name}.md": text}


def test_what_the_agent_ran_and_said_is_scanned(bench: Bench) -> None:
    found = bench.check({"src/app.py": "x = 2\n"}, spoken="I clean up first.\n$ rm -rf ~/\n3 tests failed\n")
    assert [(one.severity, one.rule) for one in found if one.check == "harness" and one.line] == [
        (Severity.ERROR, "block-rm-rf"),
        (Severity.WARNING, "no-silent-failure"),
    ]


def test_a_pattern_that_takes_too_long_on_the_output_is_an_error(bench: Bench) -> None:
    bench.start(harness("slow", "output_block", more="patterns: ['(a+)+$']"))
    found = [one for one in bench.check({"src/app.py": "x = 2\n"}, spoken="a" * 60 + "!") if one.is_error]
    assert [one.check for one in found] == ["harness"]
    assert "could not be checked" in found[0].message


def test_a_secret_that_the_agent_said_is_not_in_the_finding(bench: Bench, aws_key: str) -> None:
    found = bench.check({"src/app.py": "x = 2\n"}, spoken=f"error: key {aws_key} was refused\n")
    assert "key AKIA**** was refused" in " ".join(one.message for one in found)
    assert aws_key not in str(found)


def test_a_task_without_a_metric_is_warned_of(bench: Bench) -> None:
    def rules(task_metric: str) -> list[str]:
        found = bench.check({"src/app.py": "x = 2\n"}, make_task(metric=task_metric))
        return [one.rule for one in found if one.check == "harness"]

    assert rules("") == ["build-before-done"]
    assert rules("make test") == []


def test_services_are_asked_for_before_the_agent_starts(bench: Bench) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        bench.start(harness("queue", "pre_check", "enforce", f"services: ['queue={address}', git]"))
        found = check_start(bench.ground(make_task()), make_task())
    assert [(one.severity, one.rule) for one in found] == [(Severity.ERROR, "queue")]
    assert f"`queue` does not answer at {address}" in found[0].message


def test_words_of_the_task_activate_harness_rules(bench: Bench) -> None:
    bench.start(harness("sail", "output_block", more="patterns: [anchor]\nactivate_on: [sail]"))

    def errors(title: str) -> list[str]:
        found = bench.check({"src/app.py": "x = 2\n"}, make_task(title=title), spoken="anchor")
        return [one.rule for one in found if one.is_error]

    assert errors("Set sail") == ["sail"]
    assert errors("Stay") == []


def test_settings_of_the_repository_weigh_what_was_said(bench: Bench) -> None:
    bench.start({".openclaw/config.yaml": "rules: {warn: [block-rm-rf], disable: [no-silent-failure]}\n"})
    found = bench.check(
        {"src/app.py": "x = 2\n"}, make_task(metric="make"), spoken="rm -rf /\nTraceback (most recent call last):\n"
    )
    assert [(one.severity, one.rule) for one in found] == [(Severity.WARNING, "block-rm-rf")]
