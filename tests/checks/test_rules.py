from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.checks.policy import FileCheck, LineCheck, compile_line_check
from openclaw_hooks.checks.rules import check_rules, has_companion
from openclaw_hooks.regexes.literals import required_literals
from openclaw_hooks.rules.model import ForbidPath, RequireCompanion, RequireContent, When
from openclaw_hooks.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy


def line_check(pattern: str, **fields: object) -> LineCheck:
    values: dict[str, object] = {
        "rule": "mine/one",
        "globs": ("*.py",),
        "except_": (),
        "unless": "",
        "ignore_case": False,
        "message": "not this",
        "hint": "that instead",
        "severity": Severity.ERROR,
        "literals": (),
        **fields,
    }
    return compile_line_check(LineCheck(pattern=pattern, **values))  # type: ignore[arg-type]  # tests pass what fits


def judge(change: Change, policy: Policy) -> list[tuple[str, int, str]]:
    return [(finding.path, finding.line, finding.rule) for finding in check_rules(change, policy)]


def test_a_forbidden_pattern_is_found_on_its_line_and_only_in_its_files(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    policy = make_policy(line_checks=(line_check(r"\bapple\b", except_=("tests/",)),))
    change = make_change({"a.py": "x\napple\n", "b.txt": "apple", "tests/c.py": "apple", "d.py": "pineapple"})
    assert judge(change, policy) == [("a.py", 2, "mine/one")]


def test_unless_and_case_are_respected(make_change: Callable[..., Change], make_policy: Callable[..., Policy]) -> None:
    policy = make_policy(line_checks=(line_check("apple", unless="# fruit", ignore_case=True),))
    assert judge(make_change({"a.py": "APPLE\napple  # fruit\n"}), policy) == [("a.py", 1, "mine/one")]


def test_binary_content_is_not_searched(make_change: Callable[..., Change], make_policy: Callable[..., Policy]) -> None:
    policy = make_policy(line_checks=(line_check("apple"),))
    assert judge(make_change({"a.py": b"apple\0"}), policy) == []


def test_one_slow_pattern_is_named_and_the_others_still_run(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    slow, fast = line_check("(a+)+$", rule="mine/slow"), line_check("aaab", rule="mine/fast")
    change = make_change({f"{number}.py": "a" * 40 + "b!" for number in range(50)})
    started = time.process_time()
    findings = check_rules(change, make_policy(line_checks=(slow, fast)))
    assert time.process_time() - started < 3
    assert [finding.rule for finding in findings].count("mine/slow") == 1
    assert [finding.rule for finding in findings].count("mine/fast") == 50
    assert "rule mine/slow: pattern `(a+)+$` took longer than" in next(
        finding.message for finding in findings if finding.rule == "mine/slow"
    )


def test_a_forbidden_name_counts_when_added_or_when_changed_as_the_rule_says(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    added = ForbidPath(id="name", paths=(".env", ".env.*"), except_=(".env.example",), message="no")
    changed = ForbidPath(id="name", paths=("generated/",), when=When.CHANGED, message="no")
    policy = make_policy(
        file_checks=(FileCheck("mine/added", ("**/*",), added), FileCheck("mine/changed", ("**/*",), changed))
    )
    names = {".env": "a", "x/.env.local": "a", ".env.example": "a", "generated/a.py": "a"}
    assert {path for path, _, _ in judge(make_change(names), policy)} == {".env", "x/.env.local", "generated/a.py"}
    assert [path for path, _, _ in judge(make_change(names, status="M"), policy)] == ["generated/a.py"]


@pytest.mark.parametrize(
    ("path", "needs", "others", "expected"),
    [
        ("src/a.py", ("tests/**/test_{stem}.py",), {"tests/x/test_a.py"}, True),
        ("src/a.py", ("tests/**/test_{stem}.py",), {"tests/x/test_b.py"}, False),
        ("src/x/b.ts", ("{dir}/{stem}.test.ts",), {"src/x/b.test.ts"}, True),
        ("src/x/b.ts", ("{dir}/{stem}.test.ts",), {"src/y/b.test.ts"}, False),
        ("b.ts", ("{dir}/{stem}.test.ts",), {"b.test.ts"}, True),
        ("b.ts", ("{dir}/{stem}.test.ts",), {"sub/b.test.ts"}, False),
        ("src/[id].ts", ("{dir}/{stem}.test.ts",), {"src/[id].test.ts"}, True),
        ("src/[id].ts", ("{dir}/{stem}.test.ts",), {"src/i.test.ts"}, False),
    ],
)
def test_a_companion_is_found_by_name(path: str, needs: tuple[str, ...], others: set[str], expected: bool) -> None:
    assert has_companion(path, needs, frozenset({path, *others})) is expected


def test_a_missing_companion_and_missing_content_are_findings(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    companion = RequireCompanion(id="test", for_=("src/",), needs=("tests/test_{stem}.py",), message="no test")
    content = RequireContent(id="licence", in_=("*.sol",), pattern="^// SPDX", message="no licence")
    policy = make_policy(
        file_checks=(FileCheck("mine/test", ("**/*",), companion), FileCheck("mine/licence", ("**/*",), content))
    )
    change = make_change(
        {"src/a.py": "a", "src/b.py": "b", "tests/test_b.py": "b", "x.sol": "a\n// SPDX\n", "y.sol": "contract"}
    )
    assert judge(change, policy) == [("src/a.py", 0, "mine/test"), ("y.sol", 0, "mine/licence")]


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"\bshell\s*=\s*True\b", ("shell",)),
        (r"(?:describe|context)\.only\(", ("describe", "context")),
        (r"a|b", ()),
        (r"[abc]+", ()),
        (r"(?i)PASSWORD", ("password",)),
        (r"x(?:debugger)?y", ()),
        (r"(?:debugger)+;", ("debugger",)),
        (r"(", ()),
    ],
)
def test_literals_that_a_match_must_hold(pattern: str, literals: tuple[str, ...]) -> None:
    assert required_literals(pattern) == literals


def test_an_honest_pattern_gets_through_a_large_file(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    slow = r"\b(?:get|post|put)\([^#]{0,300}\bverify=False\b|\bcurl\b|\bwget\b|\bvalue\s?=\s?compute\(x\)"
    policy = make_policy(line_checks=(line_check(slow),))
    change = make_change({"a.py": "value = compute(shell, verify=False, eval, token)  # words\n" * 200_000 + "curl\n"})
    assert judge(change, policy) == [("a.py", 200_001, "mine/one")]
