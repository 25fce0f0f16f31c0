from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.globs import scope_overlaps
from openclaw_hooks.regexes.backtracking import find_nested_repeat
from openclaw_hooks.rules.load import load_rules
from openclaw_hooks.rules.model import Forbid, ForbidPath, RequireCompanion
from tests.content.samples import CHECKS, read_cases, report

if TYPE_CHECKING:
    from tests.content.samples import Case

CASES = read_cases()
MIN_FIRES, MIN_PASSES = 3, 5
LONG = 20_000
HOSTILE = (
    " ",
    "(",
    "a",
    "f(",
    'f"',
    "=",
    "/",
    "curl ",
    "<img ",
    "keccak256(abi.encode(",
    '"SELECT ',
    "=> any",
    "rm -rf ",
)


def test_every_shipped_check_has_cases_and_every_case_a_check() -> None:
    assert set(CASES) == set(CHECKS)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_check_reports_each_line_that_it_is_made_for(case: Case) -> None:
    assert len(case.fires) >= MIN_FIRES
    message = CHECKS[case.name][1].message
    assert [sample for sample in case.fires if report(case.name, sample) != [message]] == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_check_leaves_look_alikes_alone(case: Case) -> None:
    assert len(case.passes) >= MIN_PASSES
    assert [sample for sample in case.passes if report(case.name, sample)] == []


@pytest.mark.parametrize("name", CHECKS)
def test_patterns_stay_fast_on_hostile_lines(name: str) -> None:
    check = CHECKS[name][1]
    pattern = getattr(check, "pattern", "")
    if not pattern:
        return
    assert find_nested_repeat(pattern) == ""
    ignore_case = isinstance(check, Forbid) and check.ignore_case
    compiled = re.compile(pattern, re.MULTILINE | (re.IGNORECASE if ignore_case else 0))
    examples = [sample.text for sample in (*CASES[name].fires, *CASES[name].passes)]
    for seed in (*HOSTILE, *examples):
        line = (seed * (LONG // max(len(seed), 1) + 1))[:LONG]
        started = time.process_time()
        # a match ends the search early, so the rest behind it is what costs: look for all of them
        sum(1 for _ in compiled.finditer(line))
        assert time.process_time() - started < 1.0, f"{name} is slow on {seed!r}"


def test_checks_look_only_where_their_rule_applies() -> None:
    for name, (rule, check) in CHECKS.items():
        match check:
            case ForbidPath():
                places = check.paths
            case RequireCompanion():
                places = check.for_
            case _:
                places = check.in_ or rule.paths
        for place in places:
            assert scope_overlaps([place], rule.paths), f"{name}: {place} is outside the rule's paths"


def test_bodies_are_short_lists_of_actions() -> None:
    for rule in load_rules(None):
        bullets = [line for line in rule.body.splitlines() if line.startswith("- ")]
        assert len(rule.body) <= 1500, rule.id
        assert 6 <= len(bullets) <= 10, rule.id
        assert rule.title != rule.id
        assert all(line.startswith(("- ", "# ")) or not line for line in rule.body.splitlines()), rule.id


def test_every_check_says_what_is_wrong_and_what_to_do() -> None:
    for name, (_, check) in CHECKS.items():
        assert check.hint, name
        assert "\n" not in check.message + check.hint, name
        assert not check.message.endswith("."), name
