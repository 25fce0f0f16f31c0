"""Which rules a set of files, or the scope of a task, calls for, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from openclaw_hooks.globs import GlobIndex, scope_overlaps
from openclaw_hooks.rules.model import RuleHead, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openclaw_hooks.rules.model import Rule

RuleType = TypeVar("RuleType", bound=RuleHead)


def match_rules(rules: Sequence[Rule], paths: Sequence[str]) -> tuple[Rule, ...]:
    """The rules whose globs match any of `paths`, in order of precedence; without paths the universal ones.

    `paths` are files as git names them; for globs and folders use `match_scope`.
    """
    if not paths:
        return _universal(rules)
    index = GlobIndex([rule.paths for rule in rules])
    matched: set[int] = set()
    for path in paths:
        matched.update(index.match(path))
        if len(matched) == len(rules):
            break
    return order_rules(rules[number] for number in matched)


def match_scope(rules: Sequence[Rule], scope: Sequence[str]) -> tuple[Rule, ...]:
    """The rules that have any path in common with `scope`, whose entries may be files, folders or globs.

    Work without a scope may touch anything, so no rule about certain files can be singled out: it gets the universal
    ones.
    """
    if not scope:
        return _universal(rules)
    return order_rules(rule for rule in rules if scope_overlaps(scope, rule.paths))


def order_rules(rules: Iterable[RuleType]) -> tuple[RuleType, ...]:
    """`rules` by tier (project, framework, universal), then priority from high to low, then id."""
    return tuple(sorted(rules, key=lambda rule: (-rule.tier.weight, -rule.priority, rule.id)))


def _universal(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    return order_rules(rule for rule in rules if rule.tier is Tier.UNIVERSAL)
