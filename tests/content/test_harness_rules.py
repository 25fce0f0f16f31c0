from __future__ import annotations

import re

import pytest

from openclaw_hooks.rules.load import load_harness_rules
from openclaw_hooks.rules.model import Enforcement
from tests.content.samples import load_case_file

RULES = {rule.id: rule for rule in load_harness_rules(None)}
CASES = load_case_file("harness.yaml")
EXPECTED = {
    "build-before-done": Enforcement.METRIC_REQUIRED,
    "no-silent-failure": Enforcement.POST_SCAN,
    "no-assume-running": Enforcement.PRE_CHECK,
    "session-boot-context": None,
    "git-conventional-commits": Enforcement.POST_VALIDATE,
    "no-hardcoded-secrets": Enforcement.PRE_COMMIT_SCAN,
    "web-fetch-fallback": None,
    "scope-enforcement": Enforcement.SCOPE_CHECK,
    "block-sudo": Enforcement.OUTPUT_BLOCK,
    "block-rm-rf": Enforcement.OUTPUT_BLOCK,
}


def is_reported(rule_id: str, line: str) -> bool:
    rule = RULES[rule_id]
    return any(re.search(pattern, line) for pattern in rule.patterns) and not any(
        re.search(pattern, line) for pattern in rule.ignore
    )


def test_each_harness_rule_carries_its_enforcement() -> None:
    assert {name: rule.enforcement for name, rule in RULES.items()} == EXPECTED


def test_every_kind_of_enforcement_is_used_by_a_shipped_rule() -> None:
    assert {rule.enforcement for rule in RULES.values()} >= set(Enforcement)


def test_only_the_sudo_rule_is_off_at_first() -> None:
    assert [name for name, rule in RULES.items() if not rule.active] == ["block-sudo"]


def test_every_rule_with_patterns_has_cases() -> None:
    assert {name for name, rule in RULES.items() if rule.patterns} == set(CASES)


@pytest.mark.parametrize("rule_id", CASES)
def test_output_patterns_find_what_they_are_made_for(rule_id: str) -> None:
    lines = CASES[rule_id]["fires"].splitlines()
    assert len(lines) >= 3
    assert [line for line in lines if not is_reported(rule_id, line)] == []


@pytest.mark.parametrize("rule_id", CASES)
def test_output_patterns_leave_look_alikes_alone(rule_id: str) -> None:
    lines = CASES[rule_id]["passes"].splitlines()
    assert len(lines) >= 5
    assert [line for line in lines if is_reported(rule_id, line)] == []


def test_bodies_are_short_lists_of_actions() -> None:
    for rule in RULES.values():
        bullets = [line for line in rule.body.splitlines() if line.startswith("- ")]
        assert len(rule.body) <= 1500, rule.id
        assert 4 <= len(bullets) <= 10, rule.id
        assert rule.title != rule.id
