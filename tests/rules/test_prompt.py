from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.rules.load import load_rules
from openclaw_hooks.rules.model import HarnessRule, HarnessScope, HarnessType, Origin, Rule, Tier
from openclaw_hooks.rules.prompt import format_harness, format_rules


def rule(name: str, size: int = 100, tier: Tier = Tier.PROJECT, priority: int = 50, tags: tuple[str, ...] = ()) -> Rule:
    bullets = "\n".join(f"- {name} bullet {number} {'x' * 60}" for number in range(size // 80 + 1))
    return Rule(
        id=name,
        version="1.0.0",
        tier=tier,
        priority=priority,
        tags=tags,
        body=f"# Title of {name}\n\n{bullets}",
        file="",
        origin=Origin.PROJECT,
    )


SECURITY = rule("security", 1200, Tier.UNIVERSAL, 100)


def shown_in_full(block: str) -> list[str]:
    return re.findall(r"^### Title of [\w-]+ \(([\w-]+)", block, re.MULTILINE)


def test_large_project_rule_does_not_push_security_out() -> None:
    block = format_rules([rule("huge", 3900), SECURITY, rule("small", 200)])
    assert shown_in_full(block) == ["security", "small"]
    assert SECURITY.body.split("\n\n")[1] in block
    assert "- `huge`: Title of huge\n" in block
    assert len(block) <= 4000


def test_rule_that_does_not_fit_is_skipped_and_the_next_ones_go_on() -> None:
    rules = [rule("a", 500, priority=90), rule("big", 5000, priority=80), rule("c", 500, priority=70)]
    block = format_rules(rules, 2000)
    assert shown_in_full(block) == ["a", "c"]
    assert block.endswith("- `big`: Title of big\n")


def test_order_is_security_then_precedence() -> None:
    rules = [rule("u", tier=Tier.UNIVERSAL, priority=99), rule("f", tier=Tier.FRAMEWORK), rule("p"), SECURITY]
    assert shown_in_full(format_rules(rules)) == ["security", "p", "f", "u"]
    assert format_rules(rules) == format_rules(rules[::-1])


def test_rule_tagged_security_keeps_its_place_in_part() -> None:
    rules = [rule("crypto", 6000, Tier.UNIVERSAL, 0, ("security",)), rule("loud", 3000), SECURITY]
    block = format_rules(rules)
    assert shown_in_full(block) == ["security", "crypto"]
    assert "crypto bullet 0" in block
    assert "- (shortened)\n" in block
    assert "`loud`" in block


def test_hundred_rules_leave_security_whole_and_count_the_rest() -> None:
    block = format_rules([SECURITY, *(rule(f"rule-{number}", 3000) for number in range(300))])
    assert shown_in_full(block) == ["security"]
    assert "(shortened)" not in block
    listed = len(re.findall(r"^- `rule-", block, re.MULTILINE))
    assert f"- and {300 - listed} more\n" in block
    assert listed > 50


def test_no_rules_give_no_text() -> None:
    assert format_rules([]) == ""


RULES = st.lists(
    st.builds(
        rule,
        st.integers(0, 99).map(lambda number: "security" if number == 0 else f"rule-{number}"),
        st.integers(0, 6000),
        st.sampled_from(Tier),
        st.integers(0, 100),
        st.sampled_from([(), ("security",)]),
    ),
    max_size=30,
    unique_by=lambda made: made.id,
)


@settings(max_examples=40, deadline=None)
@given(RULES, st.integers(0, 9000))
def test_budget_holds_whatever_the_rules(rules: list[Rule], max_chars: int) -> None:
    assert len(format_rules(rules, max_chars)) <= max_chars


@settings(max_examples=40, deadline=None)
@given(RULES)
def test_every_rule_is_shown_listed_or_counted(rules: list[Rule]) -> None:
    block = format_rules(rules, 3000)
    shown = set(shown_in_full(block))
    listed = set(re.findall(r"^- `([\w-]+)`: Title", block, re.MULTILINE))
    counted = sum(int(number) for number in re.findall(r"^- and (\d+) more$", block, re.MULTILINE))
    assert shown.isdisjoint(listed)
    assert len(shown) + len(listed) + counted == len(rules)


@pytest.mark.parametrize("max_chars", [1000, 4000])
def test_shipped_rules_always_bring_security(max_chars: int) -> None:
    block = format_rules(load_rules(None), max_chars)
    assert "(security, universal)\n- " in block
    assert len(block) <= max_chars


def test_harness_block_holds_the_activated_inject_rules() -> None:
    def harness(name: str, kind: HarnessType, *words: str) -> HarnessRule:
        return HarnessRule(
            id=name,
            version="1.0.0",
            type=kind,
            activate_on=words,
            body=f"# Title of {name}\n\n- Do {name}.",
            file="",
            origin=Origin.PROJECT,
        )

    rules = [
        harness("always", HarnessType.INJECT),
        harness("deploy", HarnessType.INJECT, "deploy"),
        harness("stop", HarnessType.BLOCK),
    ]
    assert shown_in_full(format_harness(rules, "Deploy it", HarnessScope.MESH)) == ["always", "deploy"]
    block = format_harness(rules, "Write docs", HarnessScope.MESH)
    assert shown_in_full(block) == ["always"]
    assert "- Do always." in block
    assert format_harness(rules[2:], "", HarnessScope.MESH) == ""
