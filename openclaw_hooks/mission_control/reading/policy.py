"""The rules and roles of the repository, sound or broken, the files they may be about, and what hooks said of late."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from openclaw_hooks import git
from openclaw_hooks.audit import read_verdicts
from openclaw_hooks.checks.policy import load_policy
from openclaw_hooks.documents import DocumentError, read_file
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mission_control.broken import Broken, from_document
from openclaw_hooks.mission_control.reading.elsewhere import tell_texts
from openclaw_hooks.roles import load as role_files
from openclaw_hooks.roles.model import Origin as RoleOrigin
from openclaw_hooks.rules.detect import active_rules, detect_frameworks
from openclaw_hooks.rules.load import (
    HARNESS,
    PROJECT_FOLDER,
    Source,
    load_harness_rules,
    load_rules,
    read_harness_rule,
    read_rule,
    rule_files,
)
from openclaw_hooks.rules.model import HarnessRule, Origin, Rule
from openclaw_hooks.settings import Settings, load_settings

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.place import Place
    from openclaw_hooks.roles.model import Role

MAX_FILES: Final = 200_000
LONGEST_MS: Final = 1e9  # of a call; what is longer is no measurement

RuleType = TypeVar("RuleType", Rule, HarnessRule)


class Verdict(NamedTuple):
    """One line of the audit log: when (seconds since the epoch), who, what was decided and because of which rules."""

    time: float
    host: str
    event: str
    tool: str
    decision: str
    where: str
    rules: tuple[str, ...]
    ms: float


@dataclass(frozen=True, eq=False)
class PolicyFacts:
    """Rules by id, harness rules and roles that load; `active` are the ids in force, `files` those of the repository.

    `verdicts` are what the hooks said, from the oldest on.
    """

    rules: tuple[Rule, ...] = ()
    harness: tuple[HarnessRule, ...] = ()
    roles: tuple[Role, ...] = ()
    active: frozenset[str] = frozenset()
    settings: Settings = field(default_factory=Settings)
    files: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    broken_rules: tuple[Broken, ...] = ()
    broken_roles: tuple[Broken, ...] = ()


def read_policy_facts(place: Place) -> PolicyFacts:
    """The policy of the repository at `place`; a file that does not load is a broken item, the others still count."""
    root = place.root
    rules, harness, broken = _read_rules(root)
    settings, broken_settings = _read_settings(root)
    roles, broken_roles = _read_roles(root)
    return PolicyFacts(
        rules=rules,
        harness=harness,
        roles=roles,
        active=_find_active(place, rules, harness, settings),
        settings=settings,
        files=_list_files(place),
        verdicts=tuple(_read_verdicts(place)) if place.state_dir else (),
        broken_rules=(*broken, *broken_settings),
        broken_roles=broken_roles,
    )


def _read_rules(root: str) -> tuple[tuple[Rule, ...], tuple[HarnessRule, ...], tuple[Broken, ...]]:
    try:
        return load_rules(root), load_harness_rules(root), ()
    except DocumentError:  # loading stops at the first; the page shows the others all the same
        rules = {rule.id: rule for rule in load_rules(None)}
        harness = {rule.id: rule for rule in load_harness_rules(None)}
    broken: list[Broken] = []
    try:
        paths = rule_files(root)
    except DocumentError as error:
        return (*rules.values(),), (*harness.values(),), (from_document(error),)
    for path in paths:
        shown = os.path.relpath(path, root).replace(os.sep, "/")
        if not shown.startswith(f"{PROJECT_FOLDER}/"):
            continue
        source = Source(path, shown, Origin.PROJECT)
        try:
            if shown.startswith(f"{PROJECT_FOLDER}/{HARNESS}/"):
                _keep_first(harness, read_harness_rule(source))
            else:
                _keep_first(rules, read_rule(source))
        except DocumentError as error:
            broken.append(from_document(error))
    return _by_id(rules), _by_id(harness), tuple(broken)


def _keep_first(kept: dict[str, RuleType], rule: RuleType) -> None:
    other = kept.get(rule.id)
    if other is not None and other.origin is Origin.PROJECT:
        raise DocumentError(rule.file, 1, f"rule `{rule.id}` is also in {other.file}", "keep one of the two files")
    kept[rule.id] = rule


def _by_id(rules: dict[str, RuleType]) -> tuple[RuleType, ...]:
    return tuple(rules[name] for name in sorted(rules))


def _read_settings(root: str) -> tuple[Settings, tuple[Broken, ...]]:
    try:
        return load_settings(root), ()
    except DocumentError as error:
        return Settings(), (from_document(error),)


def _read_roles(root: str) -> tuple[tuple[Role, ...], tuple[Broken, ...]]:
    try:
        return tuple(role_files.load_roles(root)), ()
    except DocumentError as error:
        first = from_document(error)
    roles = {role.id: role for role in role_files.load_roles(None)}
    broken: dict[tuple[str, int], Broken] = {(first.path, first.line): first}
    try:
        sources = role_files.list_sources(role_files.SHIPPED_FOLDER, role_files.PROJECT_FOLDER, root)
    except DocumentError:
        return (*roles.values(),), (first,)
    for source in sources:
        if source.origin is not RoleOrigin.PROJECT:
            continue
        try:
            role, _ = role_files.parse_role(source, read_file(source.path, source.shown))
            roles[role.id] = role
        except DocumentError as error:
            item = from_document(error)
            broken[item.path, item.line] = item
    return tuple(roles[name] for name in sorted(roles)), tuple(broken.values())


def _find_active(
    place: Place, rules: tuple[Rule, ...], harness: tuple[HarnessRule, ...], settings: Settings
) -> frozenset[str]:
    """The ids in force: what the hooks go by, or what they would go by if the broken files were not there."""
    try:
        return frozenset(rule.id for rule in load_policy(place.root, place.state_dir).rules)
    except OpenclawError:
        named = settings.rules.frameworks
        found = detect_frameworks(place.root) if named is None else frozenset(named)
        active = (*active_rules(rules, found, place.root), *(rule for rule in harness if rule.active))
        return frozenset(rule.id for rule in active) - set(settings.rules.disable)


def _list_files(place: Place) -> tuple[str, ...]:
    if place.repo is None or not place.repo.top:
        return ()
    return tuple(git.list_worktree(place.root)[:MAX_FILES])


def _read_verdicts(place: Place) -> list[Verdict]:
    found = []
    for entry in read_verdicts(place.state_dir):
        moment = _read_time(entry.get("time"))
        if moment:
            found.append(_make_verdict(moment, tell_texts(entry, place)))
    return found


def _make_verdict(moment: float, entry: dict[str, object]) -> Verdict:
    host, event, tool, decision, where = (
        str(entry.get(name, "")) for name in ("host", "event", "tool", "decision", "where")
    )
    rules, ms = entry.get("rules"), entry.get("ms")
    named = tuple(map(str, rules)) if isinstance(rules, list) else ()
    took = float(ms) if isinstance(ms, int | float) and 0 <= ms < LONGEST_MS else 0.0
    return Verdict(moment, host, event, tool, decision, where, named, took)


def _read_time(stamp: object) -> float:
    try:
        return datetime.fromisoformat(str(stamp)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
