"""Everything on the pages that could not be read, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.mission_control.pages import DATA

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.broken import Broken
    from openclaw_hooks.mission_control.facts import Facts


def find_broken(facts: Facts) -> list[Broken]:
    """What is shown as broken on any page, each once, by path and line."""
    found = set(facts.broken)
    for data in DATA.values():
        if "broken" in getattr(data.kind, "__struct_fields__", ()):
            found.update(data.make(facts).broken)
    return sorted(found, key=lambda item: (item.path, item.line, item.message))


def describe_broken(item: Broken) -> str:
    """One line: where, what, and what to do."""
    where = f"{item.path}:{item.line}" if item.line else item.path
    return f"{where}: {item.message}" + (f" ({item.hint})" if item.hint else "")
