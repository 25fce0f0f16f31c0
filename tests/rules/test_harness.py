from __future__ import annotations

import inspect
import socket
from typing import Any

import pytest

from openclaw_hooks.regexes import PatternTimeout
from openclaw_hooks.rules import harness
from openclaw_hooks.rules.harness import ENFORCED_BY, active_harness, check_services, require_metric, scan_output
from openclaw_hooks.rules.load import load_harness_rules
from openclaw_hooks.rules.model import Enforcement, HarnessRule, HarnessScope, HarnessType, Origin


def rule(name: str = "mine", kind: HarnessType = HarnessType.INJECT, **keys: Any) -> HarnessRule:
    return HarnessRule(id=name, version="1.0.0", type=kind, body=f"# {name}", file="", origin=Origin.PROJECT, **keys)


def shipped(name: str) -> HarnessRule:
    return next(found for found in load_harness_rules(None) if found.id == name)


def active(text: str, *words: str) -> bool:
    return bool(active_harness([rule(activate_on=words)], "local", text))


def test_keyword_is_a_whole_word_in_any_letter_case() -> None:
    assert active("Please Deploy the site", "deploy")
    assert active("run c++ (deploy)", "c++")
    assert not active("redeployment plan", "deploy")
    assert active("do a force\n  push now", "force push")


def test_scope_and_active_decide() -> None:
    rules = [
        rule("local", scope=(HarnessScope.LOCAL,)),
        rule("both"),
        rule("off", active=False),
        rule("high", priority=90),
    ]
    assert [found.id for found in active_harness(rules, "mesh", "")] == ["high", "both"]
    assert [found.id for found in active_harness(rules, "local", "")] == ["high", "both", "local"]


@pytest.mark.parametrize(
    "line", ["0 FAILED", "12 passed, 0 failed in 1.2s", "0 errors, 0 warnings", "PASSED error_test"]
)
def test_report_of_no_failures_is_not_suspicious(line: str) -> None:
    assert scan_output(shipped("no-silent-failure"), f"all went well\n{line}\n") == []


@pytest.mark.parametrize(
    "line", ["error: cannot find crate", "FAILED tests/test_a.py", "\x1b[31mFAILED\x1b[0m tests/test_a.py", "2 failed"]
)
def test_single_error_line_is_suspicious(line: str) -> None:
    (finding,) = scan_output(shipped("no-silent-failure"), f"start\r\n{line}\r\nend\n")
    assert finding.line == 2
    assert finding.rule == "no-silent-failure"
    assert not finding.is_error


def test_ignored_line_does_not_hide_others() -> None:
    made = rule(kind=HarnessType.BLOCK, patterns=("rm -rf",), ignore=("^#",))
    found = scan_output(made, "# rm -rf /\nrm -rf /\n# rm -rf\n")
    assert [(finding.line, finding.is_error, finding.message) for finding in found] == [(2, True, "mine: rm -rf /")]


def test_line_matched_by_two_patterns_is_one_finding() -> None:
    assert len(scan_output(rule(patterns=("a", "b")), "ab")) == 1


def test_runaway_pattern_cannot_hang_the_scan() -> None:
    with pytest.raises(PatternTimeout):
        scan_output(rule(patterns=("(a+)+$",)), "a" * 50 + "b")


def test_metric_is_required() -> None:
    assert require_metric(rule(), "make test") == []
    assert [finding.message for finding in require_metric(rule(), "  ")] == ["mine: the task has no metric"]


def test_services_are_really_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert check_services(rule(services=(f"nats=127.0.0.1:{port}", f"127.0.0.1:{port}", "git"))) == []
    found = check_services(rule(services=(f"nats=127.0.0.1:{port}", "no-such-command-here")))
    assert [finding.message.split(":")[1].strip() for finding in found] == [
        "`nats` does not answer at 127.0.0.1",
        "`no-such-command-here` is not on PATH",
    ]


def test_every_enforcement_is_implemented() -> None:
    checks = {"scope", "secrets", "commit-message"}
    assert set(ENFORCED_BY) == set(Enforcement)
    for name in ENFORCED_BY.values():
        assert name in checks or inspect.isfunction(getattr(harness, name))
