r"""Whether a pattern can take exponential time, read off its parse tree.

The shape to find is a repetition whose body can match the same text in one round or in several: `(a+)+`, `(a|aa)+`,
`(\w+\s?)*`. A mandatory part between the rounds that the inner repetition cannot match makes it safe: `(\w+,)*`.
An approximation: it knows nothing of look-arounds and back-references, and compares characters on a sample.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

_SAMPLE = frozenset(map(chr, range(128))) | frozenset("éЖ中\u2003\u0663")
_MAX_SHAPES = 64  # alternatives multiply; past this many the rest is not looked at
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")


class _Part(NamedTuple):
    """One piece of a sequence: the characters it may hold, whether it must be there, whether its length varies."""

    chars: frozenset[str]
    is_mandatory: bool
    is_elastic: bool


def find_nested_repeat(pattern: str, flags: int = 0) -> str:
    """Why `pattern` may take exponential time, in a few words; empty when it does not look so or does not parse."""
    from re import _parser  # type: ignore[attr-defined]  # the standard library has no public parser

    try:
        tree = _parser.parse(pattern, flags & ~re.DEBUG)
    except (re.error, RecursionError, OverflowError):
        return ""
    ignore_case = bool((flags | tree.state.flags) & re.IGNORECASE)
    return _find(tree, ignore_case)


def _find(items: Any, ignore_case: bool) -> str:
    for node in items:
        name, value = str(node[0]), node[1]
        if name in _REPEATS and value[1] > 9 and (reason := _judge_body(value[2], ignore_case)):
            return reason
        for child in _children(name, value):
            if reason := _find(child, ignore_case):
                return reason
    return ""


def _children(name: str, value: Any) -> list[Any]:
    if name in (*_REPEATS, "POSSESSIVE_REPEAT"):
        return [value[2]]
    if name == "SUBPATTERN":
        return [value[3]]
    if name == "ATOMIC_GROUP":
        return [value]
    if name == "BRANCH":
        return list(value[1])
    if name in ("ASSERT", "ASSERT_NOT"):
        return [value[1]]
    if name == "GROUPREF_EXISTS":
        return [part for part in value[1:] if part is not None]
    return []


def _judge_body(body: Any, ignore_case: bool) -> str:
    shapes = _shapes(body, ignore_case)
    for shape in shapes:
        for part in shape:
            others = [other for other in shape if other is not part and other.is_mandatory]
            if part.is_elastic and all(other.chars & part.chars for other in others):
                return "a repetition inside a repetition can match the same text in exponentially many ways"
    for first, second in product(shapes, shapes):
        if first is not second and 0 < len(first) <= len(second) and _repeats_as(first, second):
            return "alternatives inside a repetition overlap, so the same text matches in exponentially many ways"
    return ""


def _repeats_as(first: list[_Part], second: list[_Part]) -> bool:
    """Whether rounds of `first` can make up one round of `second`."""
    if len(second) % len(first) or not all(part.is_mandatory for part in (*first, *second)):
        return False
    return all(first[index % len(first)].chars & part.chars for index, part in enumerate(second))


def _shapes(items: Any, ignore_case: bool) -> list[list[_Part]]:
    """The sequences of parts that `items` may stand for, one for each choice of alternatives."""
    shapes: list[list[_Part]] = [[]]
    for node in items:
        choices = _node_shapes(str(node[0]), node[1], ignore_case)
        shapes = [[*shape, *choice] for shape in shapes for choice in choices][:_MAX_SHAPES]
    return shapes


def _node_shapes(name: str, value: Any, ignore_case: bool) -> list[list[_Part]]:
    if name in (*_REPEATS, "POSSESSIVE_REPEAT"):
        low, high, body = value
        inner = _shapes(body, ignore_case)
        if high <= 1:
            return [[part._replace(is_mandatory=part.is_mandatory and low > 0) for part in shape] for shape in inner]
        chars = frozenset[str]().union(*(part.chars for shape in inner for part in shape))
        return [[_Part(chars, low > 0, low != high)]]
    if name in ("SUBPATTERN", "ATOMIC_GROUP"):
        return _shapes(_children(name, value)[0], ignore_case)
    if name == "BRANCH":
        return [shape for choice in value[1] for shape in _shapes(choice, ignore_case)][:_MAX_SHAPES]
    chars = _chars_of(name, value, ignore_case)
    return [[_Part(chars, True, False)]] if chars else [[]]


def _chars_of(name: str, value: Any, ignore_case: bool) -> frozenset[str]:
    if name == "LITERAL":
        return _with_case(chr(value), ignore_case)
    if name == "NOT_LITERAL":
        return _SAMPLE - _with_case(chr(value), ignore_case)
    if name == "ANY":
        return _SAMPLE
    if name == "RANGE":
        return frozenset().union(
            *(_with_case(char, ignore_case) for char in _SAMPLE if value[0] <= ord(char) <= value[1])
        )
    if name == "CATEGORY":
        return _category(str(value))
    if name == "IN":
        negated = str(value[0][0]) == "NEGATE"
        held = frozenset[str]().union(*(_chars_of(str(kind), part, ignore_case) for kind, part in value))
        return _SAMPLE - held if negated else held
    return frozenset()


def _with_case(char: str, ignore_case: bool) -> frozenset[str]:
    return frozenset((char, char.lower(), char.upper())) if ignore_case else frozenset((char,))


@lru_cache(maxsize=16)
def _category(name: str) -> frozenset[str]:
    escape = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[name.rsplit("_", 1)[-1]]
    matched = frozenset(char for char in _SAMPLE if re.match(escape, char))
    return _SAMPLE - matched if "_NOT_" in name else matched
