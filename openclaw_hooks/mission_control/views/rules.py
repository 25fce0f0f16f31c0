"""Every rule and harness rule: what it is about, what it checks, what it stopped, and the room it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks.files import display_path
from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.safe_html import render_markdown
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.mission_control.views.matches import Matches, match_files
from openclaw_hooks.mission_control.views.prompt_room import Room, measure_harness, measure_rules
from openclaw_hooks.mission_control.views.violations import SHOWN, Violation, find_violations, index_violations
from openclaw_hooks.rules.harness import ENFORCED_BY
from openclaw_hooks.rules.match import order_rules
from openclaw_hooks.rules.model import Forbid, ForbidPath, HarnessRule, RequireCompanion, RequireContent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.reading.policy import PolicyFacts
    from openclaw_hooks.rules.model import Rule, RuleCheck

HARNESS_CHARS: Final = 4000  # of the block of harness rules; its budget is not in the settings
WINDOW_S: Final = 28 * 86_400


class CheckRow(Struct, frozen=True, omit_defaults=True):
    """A mechanical check of a rule: `finds` is its pattern or its needed names, `globs` the files it looks at."""

    id: str
    type: str
    finds: str = ""
    globs: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""
    severity: str = "error"
    off: bool = False


class HarnessRow(Struct, frozen=True, omit_defaults=True):
    """What only harness rules have."""

    type: str
    scope: tuple[str, ...] = ()
    activate_on: tuple[str, ...] = ()
    enforcement: str = ""
    enforced_by: str = ""
    patterns: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


class RuleRow(Struct, frozen=True, omit_defaults=True):
    """One rule; `state` is active, disabled (by the settings) or idle (nothing here calls for it).

    `chars` is what it takes in a prompt when it is told whole, `told` how it is told when all rules are called for.
    `violations` are the latest of `violation_count` verdicts that named it, `recent` those of the last 28 days.
    """

    id: str
    title: str
    tier: str
    priority: int
    version: str
    file: str
    origin: str
    state: str
    paths: tuple[str, ...] = ()
    detect: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    matched: int = 0
    files: tuple[str, ...] = ()
    checks: tuple[CheckRow, ...] = ()
    chars: int = 0
    told: str = ""
    violations: tuple[Violation, ...] = ()
    violation_count: int = 0
    recent: int = 0
    html: str = ""
    harness: HarnessRow | None = None


class Budget(Struct, frozen=True):
    """The prompt block when a task touches files of every active rule: the room there is, and what is used of it."""

    max_chars: int
    used: int
    harness_max: int
    harness_used: int


class RulesView(Struct, frozen=True):
    """The rules in their order of precedence, then the harness rules; `files` of the repository were looked at."""

    rules: tuple[RuleRow, ...]
    broken: tuple[Broken, ...]
    budget: Budget
    files: int


@kept
def view_rules(facts: Facts) -> RulesView:
    """What the page of rules shows."""
    policy, now = facts.policy, facts.place.now
    ordered: list[Rule | HarnessRule] = [*order_rules(policy.rules), *order_rules(policy.harness)]
    matches = match_files([rule.paths for rule in ordered], policy.files)
    told = measure_rules([rule for rule in policy.rules if rule.id in policy.active], policy.settings.rules.max_chars)
    harness = measure_harness([rule for rule in policy.harness if rule.id in policy.active], HARNESS_CHARS)
    rooms = {**_rooms_alone(policy), **told.rooms, **harness.rooms}
    index = index_violations(policy.verdicts)
    rows = tuple(
        _make_row(rule, policy, (match, rooms.get(rule.id, Room())), (find_violations(rule, index), now))
        for rule, match in zip(ordered, matches, strict=True)
    )
    budget = Budget(policy.settings.rules.max_chars, told.used, HARNESS_CHARS, harness.used)
    return RulesView(rows, policy.broken_rules, budget, len(policy.files))


def _rooms_alone(policy: PolicyFacts) -> dict[str, Room]:
    """What rules that are not in force would take."""
    idle = [rule for rule in policy.rules if rule.id not in policy.active]
    return {name: Room(room.chars) for name, room in measure_rules(idle, policy.settings.rules.max_chars).rooms.items()}


def _make_row(
    rule: Rule | HarnessRule,
    policy: PolicyFacts,
    place: tuple[Matches, Room],
    said: tuple[Sequence[Violation], float],
) -> RuleRow:
    (matched, room), (violations, now) = place, said
    disabled = frozenset(policy.settings.rules.disable)
    idle = "disabled" if rule.id in disabled else "idle"
    return RuleRow(
        id=rule.id,
        title=rule.title,
        tier=str(rule.tier),
        priority=rule.priority,
        version=rule.version,
        file=display_path(rule.file),
        origin=str(rule.origin),
        state="active" if rule.id in policy.active else idle,
        paths=rule.paths,
        detect=rule.detect,
        tags=rule.tags,
        matched=matched.total,
        files=tuple(map(display_path, matched.first)),
        checks=tuple(_make_check(rule, check, disabled) for check in rule.checks),
        chars=room.chars,
        told=room.told,
        violations=tuple(violations[:SHOWN]),
        violation_count=len(violations),
        recent=sum(1 for one in violations if one.t > now - WINDOW_S),
        html=render_markdown(_without_title(rule)),
        harness=_make_harness(rule) if isinstance(rule, HarnessRule) else None,
    )


def _without_title(rule: Rule | HarnessRule) -> str:
    return "\n".join(line for line in rule.body.splitlines() if line != f"# {rule.title}")


def _make_check(rule: Rule | HarnessRule, check: RuleCheck, disabled: frozenset[str]) -> CheckRow:
    match check:
        case Forbid():
            what, finds, globs = "forbid", check.pattern, check.in_ or rule.paths
        case ForbidPath():
            what, finds, globs = "forbid-path", str(check.when), check.paths
        case RequireCompanion():
            what, finds, globs = "require-companion", ", ".join(check.needs), check.for_
        case RequireContent():
            what, finds, globs = "require-content", check.pattern, check.in_ or rule.paths
    off = rule.id in disabled or f"{rule.id}/{check.id}" in disabled
    severity = str(check.severity)
    return CheckRow(check.id, what, finds, globs, check.except_, check.message, check.hint, severity, off)


def _make_harness(rule: HarnessRule) -> HarnessRow:
    enforced_by = ENFORCED_BY[rule.enforcement] if rule.enforcement else ""
    return HarnessRow(
        type=str(rule.type),
        scope=tuple(map(str, rule.scope)),
        activate_on=rule.activate_on,
        enforcement=str(rule.enforcement or ""),
        enforced_by=enforced_by,
        patterns=rule.patterns,
        services=rule.services,
    )
