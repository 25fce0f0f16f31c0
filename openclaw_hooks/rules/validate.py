"""What the types of a rule file cannot say: patterns that compile, globs that parse, ids that agree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.documents import suggest
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.globs import refuse_negations_only, validate_glob
from openclaw_hooks.regexes import compile_pattern
from openclaw_hooks.rules.model import Enforcement, Forbid, ForbidPath, RequireCompanion, RequireContent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openclaw_hooks.documents import Document, KeyPath
    from openclaw_hooks.rules.model import HarnessHead, RuleCheck, RuleHead

CHECK_TYPES: Final = {
    "forbid": Forbid,
    "forbid-path": ForbidPath,
    "require-companion": RequireCompanion,
    "require-content": RequireContent,
}
PLACEHOLDERS: Final = ("stem", "dir")
# The key that an enforcement works with; without it the rule would say that it enforces, and do nothing.
NEEDED_KEYS: Final = {
    Enforcement.OUTPUT_BLOCK: "patterns",
    Enforcement.POST_SCAN: "patterns",
    Enforcement.PRE_CHECK: "services",
}

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_SERVICE = re.compile(r"(?:[\w.-]+=)?(?:[\w.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})|[\w.+-]+")


def check_keys(document: Document) -> None:
    """Raises DocumentError for a check of unknown type or with a key that its type does not have.

    Comes before decoding, because only here the type says which names to suggest.
    """
    checks = document.value.get("checks") if isinstance(document.value, dict) else None
    for index, check in enumerate(checks if isinstance(checks, list) else ()):
        if not isinstance(check, dict) or "type" not in check:
            continue
        kind, keys = str(check["type"]), ("checks", index)
        if kind not in CHECK_TYPES:
            raise document.error((*keys, "type"), f"unknown check type `{kind}`", suggest(kind, list(CHECK_TYPES)))
        known = ["type", *CHECK_TYPES[kind].__struct_encode_fields__]
        for key in check:
            if key not in known:
                raise document.error((*keys, key), f"unknown key `{key}` of a {kind} check", suggest(key, known))


def validate_rule(document: Document, head: RuleHead, name: str) -> None:
    """Raises DocumentError where `head` cannot be meant: `name` is the base name of its file."""
    if head.id != name:
        raise document.error(("id",), f"id `{head.id}` is not the name of the file", f"rename the file to {head.id}.md")
    _globs(document, ("paths",), head.paths)
    seen: set[str] = set()
    for index, check in enumerate(head.checks):
        keys: KeyPath = ("checks", index)
        if check.id in seen:
            raise document.error((*keys, "id"), f"check id `{check.id}` appears twice", "give each check its own id")
        seen.add(check.id)
        _check(document, keys, check)


def validate_harness(document: Document, head: HarnessHead) -> None:
    """Raises DocumentError where the keys of a harness rule do not fit its enforcement, or do not parse."""
    for key in ("patterns", "ignore"):
        for index, pattern in enumerate(getattr(head, key)):
            _try(document, (key, index), lambda pattern=pattern: compile_pattern(pattern))
    for index, service in enumerate(head.services):
        match = _SERVICE.fullmatch(service)
        if match is None or not 0 < int(match[1] or 1) < 65536:
            hint = "write a command on PATH, `host:port` or `name=host:port`"
            raise document.error(("services", index), f"bad service `{service}`", hint)
    needed = NEEDED_KEYS.get(head.enforcement) if head.enforcement else None
    if needed and not getattr(head, needed):
        raise document.error(("enforcement",), f"enforcement `{head.enforcement}` needs the key `{needed}`", "add it")
    for key in ("patterns", "services"):
        if getattr(head, key) and key != needed:
            able = " or ".join(kind.value for kind, name in NEEDED_KEYS.items() if name == key)
            raise document.error((key,), f"key `{key}` does nothing here", f"set `enforcement` to {able}")


def _check(document: Document, keys: KeyPath, check: RuleCheck) -> None:
    _globs(document, (*keys, "except"), check.except_)
    match check:
        case Forbid():
            flags = re.IGNORECASE if check.ignore_case else 0
            _try(document, (*keys, "pattern"), lambda: compile_pattern(check.pattern, flags))
            _try(document, (*keys, "unless"), lambda: compile_pattern(check.unless, flags))
            _globs(document, (*keys, "in"), check.in_)
        case ForbidPath():
            _globs(document, (*keys, "paths"), check.paths)
        case RequireCompanion():
            _globs(document, (*keys, "for"), check.for_)
            _companions(document, (*keys, "needs"), check.needs)
        case RequireContent():
            _try(document, (*keys, "pattern"), lambda: compile_pattern(check.pattern))
            _globs(document, (*keys, "in"), check.in_)


def _globs(document: Document, keys: KeyPath, patterns: Sequence[str]) -> None:
    for index, pattern in enumerate(patterns):
        _try(document, (*keys, index), lambda pattern=pattern: validate_glob(pattern))
    _try(document, keys, lambda: refuse_negations_only(patterns))


def _companions(document: Document, keys: KeyPath, needs: Sequence[str]) -> None:
    for index, need in enumerate(needs):
        for match in _PLACEHOLDER.finditer(need):
            if match[1] not in PLACEHOLDERS:
                hint = "known: {stem} and {dir}"
                raise document.error((*keys, index), f"unknown placeholder `{match[0]}`", hint)
        _try(document, (*keys, index), lambda need=need: validate_glob(_PLACEHOLDER.sub("x", need)))


def _try(document: Document, keys: KeyPath, validate: Callable[..., Any]) -> None:
    try:
        validate()
    except OpenclawError as error:
        raise document.error(keys, error.message, error.hint) from error
