"""What is asked of a change: settings, the active rules' checks, role and scope, compiled and cached.

Reading some thirty YAML files costs 40 ms; what comes out is kept as JSON in the git common dir, keyed by
the version of this program, by the name, time, size and inode of every policy file, and by the frameworks found.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING
from zlib import crc32

import msgspec
from msgspec import Struct

from openclaw_hooks import __version__
from openclaw_hooks.agents import detect_agent
from openclaw_hooks.checks.claimed import read_claimed
from openclaw_hooks.checks.table import CHECK_IDS
from openclaw_hooks.documents import DocumentError, parse_yaml, read_text, suggest
from openclaw_hooks.roles.model import Role
from openclaw_hooks.rules.model import Forbid, ForbidPath, HarnessRule, RequireCompanion, RequireContent, Rule
from openclaw_hooks.settings import CONFIG_PATH, Settings, load_settings
from openclaw_hooks.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

CACHE_FORMAT = 2


class LineCheck(Struct, frozen=True):
    """A pattern that no added line may match; `literals` as `regexes.literals.required_literals` gives them."""

    rule: str
    pattern: str
    globs: tuple[str, ...]
    except_: tuple[str, ...]
    unless: str
    ignore_case: bool
    message: str
    hint: str
    severity: Severity
    literals: tuple[str, ...]


class FileCheck(Struct, frozen=True):
    """A rule's check of file names, companions or whole contents, with the rule that it belongs to."""

    rule: str
    paths: tuple[str, ...]
    check: ForbidPath | RequireCompanion | RequireContent


class RuleVersion(Struct, frozen=True):
    """A rule in force, as a receipt names it."""

    id: str
    version: str


class Policy(Struct, frozen=True):
    """Everything that checks need to know besides the change itself; `tasks` are the claims that the scope comes from."""

    root: str
    settings: Settings
    rules: tuple[RuleVersion, ...] = ()
    line_checks: tuple[LineCheck, ...] = ()
    file_checks: tuple[FileCheck, ...] = ()
    roles: tuple[Role, ...] = ()
    role: Role | None = None
    scope: tuple[str, ...] = ()
    agent: str = ""
    tasks: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()


class _Cached(Struct, frozen=True):
    """A policy with what it was made from: `key`, and which `signals` of rules existed as files or folders."""

    key: str
    signals: dict[str, bool]
    policy: Policy


def load_policy(root: str, state_dir: str = "", role: str = "", scope: tuple[str, ...] = ()) -> Policy:
    """The policy of the repository at `root`; raises DocumentError when any file of it is broken.

    Role and scope come from the arguments, else OPENCLAW_ROLE and OPENCLAW_SCOPE (globs separated by blanks or line
    ends), else the claims of this working tree, else config.yaml.
    """
    policy = _load_cached(root, state_dir) if state_dir else compile_policy(root)
    settings = policy.settings.scope
    claimed = read_claimed(root, state_dir, policy.roles)
    told = scope or tuple(os.environ.get("OPENCLAW_SCOPE", "").split())
    role_id = role or os.environ.get("OPENCLAW_ROLE", "")
    chosen = None if role_id else claimed.role
    if role_id := role_id or ("" if chosen else settings.role):
        from openclaw_hooks.roles.load import find_role

        chosen = find_role(policy.roles, role_id)
    return msgspec.structs.replace(
        policy,
        role=chosen,
        scope=told or claimed.scope or settings.paths,
        tasks=() if told else claimed.tasks,
        agent=detect_agent(),
    )


def _load_cached(root: str, state_dir: str) -> Policy:
    key = _cache_key(root)
    # Worktrees share the folder. A clash of two roots only costs time: the key holds the root.
    path = os.path.join(state_dir, f"policy-{crc32(os.fsencode(root)):08x}.json")
    with suppress(OSError, msgspec.MsgspecError, RecursionError), open(path, "rb") as stream:
        cached = msgspec.json.decode(stream.read(), type=_Cached)
        if cached.key == key and cached.signals == _look_for(cached.signals, root):
            return cached.policy
    policy = compile_policy(root)
    from openclaw_hooks.files import atomic_write

    with suppress(OSError):  # a read-only repository only loses speed
        atomic_write(path, msgspec.json.encode(_Cached(key, _look_for(policy.signals, root), policy)))
    return policy


def _look_for(signals: Iterable[str], root: str) -> dict[str, bool]:
    return {signal: os.path.exists(os.path.join(root, signal)) for signal in signals}


def _cache_key(root: str) -> str:
    """The stamps of all policy files and the frameworks in use, looked up anew.

    The frameworks by name and not by the stamps of the folders they were told from: nearly every commit adds a
    file to one of those. Not hashed, since importing hashlib takes longer than comparing.
    """
    from openclaw_hooks.roles.load import role_files
    from openclaw_hooks.rules.detect import detect_frameworks
    from openclaw_hooks.rules.load import rule_files

    paths = [os.path.join(root, CONFIG_PATH), *rule_files(root), *role_files(root)]
    stamps = [f"{CACHE_FORMAT} {__version__} {root}", *sorted(detect_frameworks(root))]
    for path in paths:
        try:
            found = os.stat(path)
            stamps.append(f"{path} {found.st_mtime_ns} {found.st_size} {found.st_ino} {found.st_ctime_ns}")
        except OSError:
            stamps.append(f"{path} -")
    return os.fsencode("\n".join(stamps)).decode("latin-1")


def compile_policy(root: str) -> Policy:
    """The policy as its files say now, without role, scope and agent; raises DocumentError."""
    from openclaw_hooks.roles.load import load_roles
    from openclaw_hooks.rules.detect import active_rules, detect_frameworks
    from openclaw_hooks.rules.load import load_harness_rules, load_rules

    settings = load_settings(root)
    rules = load_rules(root)
    harness = load_harness_rules(root)
    roles = load_roles(root)
    _refuse_unknown_names(root, settings, (*rules, *harness))
    frameworks = settings.rules.frameworks
    found = detect_frameworks(root) if frameworks is None else frozenset(frameworks)
    disabled = set(settings.rules.disable)
    candidates: tuple[Rule | HarnessRule, ...] = (
        *active_rules(rules, found, root),
        *(rule for rule in harness if rule.active),
    )
    active = [rule for rule in candidates if rule.id not in disabled]
    wanted = [(rule, check) for rule in active for check in rule.checks if f"{rule.id}/{check.id}" not in disabled]
    return Policy(
        root=root,
        settings=settings,
        rules=tuple(RuleVersion(rule.id, rule.version) for rule in active),
        line_checks=tuple(line_check(rule, check) for rule, check in wanted if isinstance(check, Forbid)),
        file_checks=tuple(
            FileCheck(f"{rule.id}/{check.id}", rule.paths, check)
            for rule, check in wanted
            if not isinstance(check, Forbid)
        ),
        roles=roles,
        signals=tuple(sorted({signal for rule in rules for signal in rule.detect})),
    )


def line_check(rule: Rule | HarnessRule, check: Forbid) -> LineCheck:
    """A rule's `forbid` check, ready to run."""
    return compile_line_check(
        LineCheck(
            rule=f"{rule.id}/{check.id}",
            pattern=check.pattern,
            globs=check.in_ or rule.paths,
            except_=check.except_,
            unless=check.unless,
            ignore_case=check.ignore_case,
            message=check.message,
            hint=check.hint,
            severity=check.severity,
            literals=(),
        )
    )


def compile_line_check(check: LineCheck) -> LineCheck:
    """`check` with the literals that its pattern needs."""
    from openclaw_hooks.regexes.literals import required_literals

    flags = re.IGNORECASE if check.ignore_case else 0
    return msgspec.structs.replace(check, literals=required_literals(check.pattern, flags))


def _refuse_unknown_names(root: str, settings: Settings, rules: tuple[Rule | HarnessRule, ...]) -> None:
    """Names in the settings that mean nothing are errors: a misspelt `disable` must not look as if it worked."""
    rule_names = {rule.id for rule in rules} | {f"{rule.id}/{check.id}" for rule in rules for check in rule.checks}
    known = {
        ("checks", "disable"): (settings.checks.disable, set(CHECK_IDS)),
        ("checks", "warn"): (settings.checks.warn, set(CHECK_IDS)),
        ("rules", "disable"): (settings.rules.disable, rule_names),
        ("rules", "warn"): (settings.rules.warn, rule_names),
    }
    for keys, (names, valid) in known.items():
        for index, name in enumerate(names):
            if name not in valid:
                raise _unknown_name(root, (*keys, index), name, valid)


def _unknown_name(root: str, keys: tuple[str | int, ...], name: str, valid: set[str]) -> DocumentError:
    with open(os.path.join(root, CONFIG_PATH), "rb") as stream:
        document = parse_yaml(CONFIG_PATH, read_text(CONFIG_PATH, stream.read()))
    where = ".".join(str(key) for key in keys[:-1])
    return document.error(keys, f"`{where}`: unknown name `{name}`", suggest(name, sorted(valid)))
