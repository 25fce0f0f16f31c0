"""What the hooks said of late, by the rule behind it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks.rules.harness import ENFORCED_BY
from openclaw_hooks.rules.model import HarnessRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openclaw_hooks.mission_control.reading.policy import Verdict
    from openclaw_hooks.rules.model import Rule

SHOWN: Final = 8
RULES: Final = "rules"  # the check that carries the checks of all rules


class Violation(Struct, frozen=True, omit_defaults=True):
    """One verdict that named a rule: `decision` is deny, ask or allow (it was only told), `what` the check of the rule."""

    t: float
    decision: str
    event: str = ""
    tool: str = ""
    host: str = ""
    where: str = ""
    what: str = ""


Index = dict[str, list[Violation]]


def index_violations(verdicts: Iterable[Verdict]) -> Index:
    """The verdicts that name something, the latest first, by `rules/<rule id>`, `harness/<rule id>` or the check's id."""
    found: Index = defaultdict(list)
    for verdict in verdicts:
        for name in dict.fromkeys(verdict.rules):
            check, _, rest = name.partition("/")
            if check in (RULES, "harness"):
                owner, _, what = rest.partition("/")
                key = f"{check}/{owner}"
            else:
                key, what = check, rest
            made = Violation(
                verdict.time, verdict.decision, verdict.event, verdict.tool, verdict.host, verdict.where, what
            )
            found[key].append(made)
    for violations in found.values():
        violations.sort(key=lambda one: -one.t)
    return found


def find_violations(rule: Rule | HarnessRule, index: Mapping[str, Sequence[Violation]]) -> list[Violation]:
    """What `rule` was named in, the latest first; a harness rule also answers for the check that enforces it."""
    keys = [f"{RULES}/{rule.id}", f"harness/{rule.id}"]
    if isinstance(rule, HarnessRule) and rule.enforcement is not None:
        keys.append(ENFORCED_BY[rule.enforcement])
    found = [violation for key in keys for violation in index.get(key, ())]
    return sorted(found, key=lambda one: -one.t)
