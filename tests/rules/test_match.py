from __future__ import annotations

import time

import pytest

from openclaw_hooks.rules.match import match_rules, match_scope
from openclaw_hooks.rules.model import Origin, Rule, Tier


def rule(name: str, *paths: str, tier: Tier = Tier.PROJECT, priority: int = 50) -> Rule:
    return Rule(
        id=name,
        version="1.0.0",
        tier=tier,
        priority=priority,
        paths=paths or ("**/*",),
        body="",
        file=f"{name}.md",
        origin=Origin.PROJECT,
    )


def ids(rules: tuple[Rule, ...]) -> list[str]:
    return [found.id for found in rules]


SECURITY = rule("security", tier=Tier.UNIVERSAL, priority=100)
TESTS = rule("test-standards", "tests/**", tier=Tier.UNIVERSAL)
GO = rule("go", "**/*.go", tier=Tier.FRAMEWORK)


def test_work_without_scope_gets_the_universal_rules() -> None:
    assert ids(match_scope([GO, TESTS, SECURITY], [])) == ["security", "test-standards"]
    assert ids(match_rules([GO, TESTS, SECURITY], [])) == ["security", "test-standards"]


def test_order_is_tier_then_priority_then_id() -> None:
    rules = [
        SECURITY,
        GO,
        rule("b"),
        rule("a"),
        rule("high", priority=90),
        rule("fw", tier=Tier.FRAMEWORK, priority=99),
        rule("zero", priority=0),
    ]
    assert ids(match_rules(rules, ["x.go"])) == ["high", "a", "b", "zero", "fw", "go", "security"]


@pytest.mark.parametrize("scope", ["docs/", "docs", "docs/guide/", "docs/*.md", "docs/guide/intro.md", "**/*.md"])
def test_scope_entry_may_be_a_folder_a_file_or_a_glob(scope: str) -> None:
    assert ids(match_scope([rule("docs", "docs/**")], [scope])) == ["docs"]


def test_scope_beside_the_globs_does_not_match() -> None:
    assert match_scope([rule("docs", "docs/**")], ["/src/", "lib/**/*.py"]) == ()


def test_folder_form_in_a_rule_means_what_is_inside() -> None:
    assert ids(match_rules([rule("docs", "docs/")], ["docs/guide/intro.md"])) == ["docs"]


@pytest.mark.parametrize(
    ("glob", "path"), [("{*.js,*.ts}", "a.ts"), ("src/[ab].py", "src/a.py"), ("**/{x,{y,z}}.c", "d/z.c")]
)
def test_braces_and_classes_match(glob: str, path: str) -> None:
    assert ids(match_rules([rule("mine", glob)], [path])) == ["mine"]


def test_negated_glob_takes_back() -> None:
    rules = [rule("mine", "src/**", "!src/gen/**")]
    assert match_rules(rules, ["src/gen/a.py"]) == ()
    assert match_scope(rules, ["src/gen/"]) == ()
    assert ids(match_scope(rules, ["src/"])) == ["mine"]


def test_many_double_stars_on_a_deep_path_take_milliseconds() -> None:
    hostile = rule("hostile", "**/" * 12 + "no.txt")
    started = time.process_time()
    assert match_rules([hostile], ["/".join(["d"] * 24)]) == ()
    assert time.process_time() - started < 0.1


def test_hundred_rules_on_ten_thousand_paths_are_fast() -> None:
    rules = [rule(f"r{n}", f"pkg{n}/**/*.py", f"**/mod{n}_*.{{ts,tsx}}") for n in range(100)]
    paths = [f"pkg{n % 150}/sub{n % 7}/mod{n % 90}_{n}.{'py' if n % 2 else 'ts'}" for n in range(10_000)]
    best = min(_seconds(rules, paths) for _ in range(3))
    assert best < 0.5, f"{best:.3f} s"  # 0.1 s is the aim on an idle machine; the benchmark measures that


def _seconds(rules: list[Rule], paths: list[str]) -> float:
    started = time.process_time()
    assert match_rules(rules, paths)
    return time.process_time() - started
