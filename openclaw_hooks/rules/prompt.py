"""The rules as text for an agent, never longer than a budget, and filled by value.

The order of value: first what guards (id or tag `security`), then the order of precedence (project, framework,
universal; priority; id). Each rule in turn is shown in full when it fits while every rule behind it keeps its one line;
else it is that one line, and the next one is tried. A rule that guards is cut to the bullets that fit before it
gives way. When not even the lines fit, the last line says how many are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.rules.harness import active_harness
from openclaw_hooks.rules.match import order_rules
from openclaw_hooks.rules.model import HarnessType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.rules.model import HarnessRule, HarnessScope, Rule

SECURITY: Final = "security"
RULES_INTRO: Final = "## Rules for this work\nProject rules win over framework rules, and those over universal ones."
HARNESS_INTRO: Final = "## How work is done here"
OMITTED_INTRO: Final = "### Also in force, not shown in full"
REST_ROOM: Final = 40  # for the line that says how many rules are left out


def format_rules(rules: Sequence[Rule], max_chars: int = 4000) -> str:
    """`rules` as one markdown block of at most `max_chars` characters; empty without rules."""
    ordered = order_rules(rules)
    # `sorted` keeps the order of precedence within each half; the rule called `security` leads.
    valued = sorted(ordered, key=lambda rule: (rule.id != SECURITY, not _guards(rule)))
    return _fill(RULES_INTRO, [(rule, str(rule.tier), _guards(rule)) for rule in valued], max_chars)


def format_harness(
    rules: Sequence[HarnessRule], task_text: str, scope: HarnessScope | str, max_chars: int = 4000
) -> str:
    """The inject rules that `task_text` activates in `scope`, as a block of at most `max_chars`; empty when none is."""
    active = [rule for rule in active_harness(rules, scope, task_text) if rule.type is HarnessType.INJECT]
    return _fill(HARNESS_INTRO, [(rule, "", _guards(rule)) for rule in active], max_chars)


def _guards(rule: Rule | HarnessRule) -> bool:
    return rule.id == SECURITY or SECURITY in rule.tags


def _fill(intro: str, entries: Sequence[tuple[Rule | HarnessRule, str, bool]], max_chars: int) -> str:
    """`entries` (rule, label, whether it guards) in their order, in full or as one line, within `max_chars`."""
    if not entries:
        return ""
    lines = [f"- `{rule.id}`: {rule.title}\n" for rule, _, _ in entries]
    # A guarding rule takes its room before the lines of others are counted: they may be summed up, it may not.
    room = max_chars - len(intro) - 1 - len(OMITTED_INTRO) - 2 - REST_ROOM
    reserved = sum(map(len, lines))
    full: list[str] = []
    omitted: list[str] = []
    for (rule, label, guards), line in zip(entries, lines, strict=True):
        reserved -= len(line)
        section = _section(rule, label)
        if len(section) + reserved > room and guards:
            section = _cut(section, room - min(reserved, room // 4))
        if section and len(section) + (0 if guards else reserved) <= room:
            full.append(section)
            room -= len(section)
        else:
            omitted.append(line)
            room -= len(line)
    text = f"{intro}\n{''.join(full)}{_list_omitted(omitted, max_chars - len(intro) - 1 - sum(map(len, full)))}"
    return text if len(text) <= max_chars else text[:max_chars]


def _section(rule: Rule | HarnessRule, label: str) -> str:
    body = "\n".join(line for line in rule.body.splitlines() if line != f"# {rule.title}").strip()
    name = f"{rule.id}, {label}" if label else rule.id
    return f"\n### {rule.title} ({name})\n{body}\n"


def _cut(section: str, room: int) -> str:
    """`section`, or its lines that fit into `room` characters with a note; empty when no bullet does."""
    if len(section) <= room:
        return section
    note = "- (shortened)\n"
    kept = ""
    for line in section.splitlines(keepends=True):
        if len(kept) + len(line) + len(note) > room:
            break
        kept += line
    return kept + note if "\n- " in kept else ""


def _list_omitted(lines: Sequence[str], room: int) -> str:
    if not lines:
        return ""
    text = f"\n{OMITTED_INTRO}\n"
    for number, line in enumerate(lines):
        is_last = number == len(lines) - 1
        if len(text) + len(line) + (0 if is_last else REST_ROOM) > room:
            return f"{text}- and {len(lines) - number} more\n"
        text += line
    return text
