"""Which roles fit a scope, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.globs import compile_globs, globs_overlap, scope_overlaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.roles.model import Role

_BRACES: Final = re.compile(r"\{([^{},]*)(?:,[^{}]*)?\}")


class RoleMatch(NamedTuple):
    """A role that fits, how well (more is better), and one line for each scope entry that it covers."""

    role: Role
    score: int
    reasons: tuple[str, ...]


def match_roles(roles: Sequence[Role], scope: Sequence[str]) -> list[RoleMatch]:
    """The roles whose `scope_paths` have files in common with `scope`, the best first; none without a scope.

    Each entry of the scope scores the most specific of the role's patterns that overlaps it: 1, and for each name in
    the pattern 2 when it is spelled out and 1 when it is partly wild (`*.sol`). A pattern that only brushes the entry
    scores 1: `**/*.test.js` has files in common with `web/`, but a typical file of `web/` is none of them.
    Equal scores go to the role with fewer `scope_paths`, then by id.
    """
    found = [match for role in roles if (match := _match_role(role, scope)) is not None]
    return sorted(found, key=lambda match: (-match.score, len(match.role.scope_paths), match.role.id))


def _match_role(role: Role, scope: Sequence[str]) -> RoleMatch | None:
    score = 0
    reasons = []
    for entry in scope:
        if entry.startswith("!") or not scope_overlaps([entry], role.scope_paths):
            continue
        patterns = [path for path in role.scope_paths if not path.startswith("!") and globs_overlap(entry, path)]
        strength, best = max((_strength(entry, path), path) for path in patterns)
        score += strength
        reasons.append(f"`{entry}` is covered by `{best}`")
    return RoleMatch(role, score, tuple(reasons)) if reasons else None


def _strength(entry: str, pattern: str) -> int:
    covers = compile_globs([pattern]).matches
    return _specificity(pattern) if any(covers(path) for path in _examples(entry)) else 1


def _examples(entry: str) -> list[str]:
    """Typical paths that a scope entry means: of the first alternatives, at the top, as a file and as a folder."""
    path = entry.strip("/")
    while path != (shorter := _BRACES.sub(r"\1", path)):
        path = shorter
    path = re.sub(r"\*+|\?", "x", path)
    return [f"{path}/x"] if entry.endswith("/") else [path, f"{path}/x"]


def _specificity(pattern: str) -> int:
    score = 1
    for name in pattern.strip("/").split("/"):
        if not any(char in name for char in "*?[{"):
            score += 2
        elif name.strip("*?"):
            score += 1
    return score
