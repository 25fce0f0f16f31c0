"""How much of the prompt each rule takes, and whether it has its place when every rule is called for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.rules.model import HarnessScope, HarnessType
from openclaw_hooks.rules.prompt import HARNESS_INTRO, RULES_INTRO, format_harness, format_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.rules.model import HarnessRule, Rule

BOUNDLESS: Final = 10**9
FULL, CUT, TITLE, LEFT_OUT, UNTOLD = "full", "cut", "title", "left-out", "untold"


class Room(NamedTuple):
    """What a rule needs when it is told whole, and how it is told at worst."""

    chars: int = 0
    told: str = UNTOLD


class Block(NamedTuple):
    """The prompt block of rules at its fullest: its text's length, and the room of each rule by id."""

    used: int
    rooms: dict[str, Room]


def measure_rules(rules: Sequence[Rule], max_chars: int) -> Block:
    """The room of `rules` when a task touches files of all of them."""
    block = format_rules(rules, max_chars)
    sections = {rule.id: format_rules([rule], BOUNDLESS)[len(RULES_INTRO) + 1 :] for rule in rules}
    titles = {rule.id: rule.title for rule in rules}
    return Block(len(block), {name: _judge(name, titles[name], text, block) for name, text in sections.items()})


def measure_harness(rules: Sequence[HarnessRule], max_chars: int) -> Block:
    """The room of the harness rules that are told, when a task's words activate them all."""
    told = [rule for rule in rules if rule.type is HarnessType.INJECT and rule.active]
    text = "\n".join(word for rule in told for word in rule.activate_on)
    used = 0
    rooms: dict[str, Room] = {}
    for scope in HarnessScope:
        block = format_harness(told, text, scope, max_chars)
        used = max(used, len(block))
        for rule in told:
            if scope in rule.scope and rule.id not in rooms:
                alone = format_harness([rule], text, scope, BOUNDLESS)[len(HARNESS_INTRO) + 1 :]
                rooms[rule.id] = _judge(rule.id, rule.title, alone, block)
    return Block(used, rooms)


def _judge(name: str, title: str, section: str, block: str) -> Room:
    if section and section in block:
        return Room(len(section), FULL)
    if section.split("\n", 2)[1:2] and section.split("\n", 2)[1] in block.splitlines():
        return Room(len(section), CUT)
    return Room(len(section), TITLE if f"- `{name}`: {title}" in block.splitlines() else LEFT_OUT)
