from __future__ import annotations

import re

import pytest

from openclaw_hooks.regexes import find_nested_repeat


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a*)*",
        "(a|aa)+b",
        "(a|a)*",
        r"(\w+\s?)*$",
        "(x+x+)+y",
        "(.*,)+x",
        "([a-z]+)*@",
        "(a{1,3})+b",
        "(?:(?:ab)+c?)*x",
        "(?=(a+)+$)",
        "x(?:(a+)*|b)+",
    ],
)
def test_exponential_shape_is_found(pattern: str) -> None:
    assert "exponentially" in find_nested_repeat(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(\w+,)*",
        "(a+b)+",
        "(?:foo|foobar)+",
        r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
        r"^(feat|fix)(\(.+\))?: .+",
        r"(?:[^\"\\]|\\.)*",
        r"(?:/\w+)+",
        "([a-z]+[0-9]+)+",
        ".*.*.*",
        "(unbalanced",
    ],
)
def test_harmless_shape_is_left_alone(pattern: str) -> None:
    assert find_nested_repeat(pattern) == ""


def test_letter_case_counts_only_where_the_pattern_says_so() -> None:
    assert find_nested_repeat("(a+A)+", re.IGNORECASE)
    assert find_nested_repeat("(?i)(a+A)+")
    assert not find_nested_repeat("(a+A)+")
