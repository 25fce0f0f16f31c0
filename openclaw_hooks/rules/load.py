"""Rules and harness rules read from the shipped folders and from `.openclaw/rules/` of a repo.

Nothing is kept between calls: a file that changes is read anew, and a file that is broken is an error each time.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from openclaw_hooks.documents import DocumentError, decode, parse_frontmatter, read_file, read_text
from openclaw_hooks.resources import data_folder
from openclaw_hooks.rules.model import HarnessHead, HarnessRule, Origin, Rule, RuleHead
from openclaw_hooks.rules.validate import check_keys, validate_harness, validate_rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.documents import Frontmatter

PROJECT_FOLDER: Final = ".openclaw/rules"
HARNESS: Final = "harness"

RuleType = TypeVar("RuleType", Rule, HarnessRule)


class Source(NamedTuple):
    """A file to read: its path, the name that people know it by, and where it belongs."""

    path: str
    shown: str
    origin: Origin


def load_rules(root: str | None) -> tuple[Rule, ...]:
    """The rules in force below `root`, by id: the shipped ones, and the project's, which replace those of the same id.

    Raises DocumentError for a file that does not parse or validate, and for two files of one origin with one id.
    """
    return _merge(read_rule(source) for source in _sources(root, is_harness=False))


def load_harness_rules(root: str | None) -> tuple[HarnessRule, ...]:
    """The harness rules of `root`, as `load_rules`: shipped `harness/` and the project's `.openclaw/rules/harness/`."""
    return _merge(read_harness_rule(source) for source in _sources(root, is_harness=True))


def rule_files(root: str | None) -> list[str]:
    """Every file that `load_rules` and `load_harness_rules` read for `root`, in their order."""
    return [source.path for is_harness in (False, True) for source in _sources(root, is_harness)]


def locate_rule(rule: Rule | HarnessRule, root: str | None) -> str:
    """The path of the file that `rule` was loaded from."""
    if rule.origin is Origin.SHIPPED:
        return os.path.join(os.path.dirname(data_folder("rules")), rule.file)
    return os.path.join(root or "", rule.file)


def read_rule(source: Source) -> Rule:
    """The rule in one file; raises DocumentError."""
    return parse_rule(source, read_file(source.path, _name(source)))


def read_harness_rule(source: Source) -> HarnessRule:
    """The harness rule in one file; raises DocumentError."""
    return parse_harness_rule(source, read_file(source.path, _name(source)))


def parse_rule(source: Source, content: bytes) -> Rule:
    """The rule in `content`, which need not lie on disk; raises DocumentError."""
    parts = _parse_parts(source, content)
    if isinstance(parts.head.value, dict) and "type" in parts.head.value and "enforcement" in parts.head.value:
        hint = f"harness rules live in {PROJECT_FOLDER}/{HARNESS}/"
        raise parts.head.error(("type",), "this is a harness rule in the folder of rules", hint)
    head = _decode_head(parts, RuleHead, source)
    return Rule(**_fields(head), body=parts.body.strip(), file=source.shown, origin=source.origin)


def parse_harness_rule(source: Source, content: bytes) -> HarnessRule:
    """The harness rule in `content`, which need not lie on disk; raises DocumentError."""
    parts = _parse_parts(source, content)
    head = _decode_head(parts, HarnessHead, source)
    validate_harness(parts.head, head)
    return HarnessRule(**_fields(head), body=parts.body.strip(), file=source.shown, origin=source.origin)


def _parse_parts(source: Source, content: bytes) -> Frontmatter:
    return parse_frontmatter(_name(source), read_text(_name(source), content))


def _name(source: Source) -> str:
    return source.shown if source.origin is Origin.PROJECT else source.path


HeadType = TypeVar("HeadType", bound=RuleHead)


def _decode_head(parts: Frontmatter, kind: type[HeadType], source: Source) -> HeadType:
    check_keys(parts.head)
    head = decode(parts.head, kind)
    validate_rule(parts.head, head, os.path.basename(source.path).removesuffix(".md"))
    return head


def _fields(head: RuleHead) -> dict[str, Any]:
    return {name: getattr(head, name) for name in head.__struct_fields__}


def _merge(rules: Iterable[RuleType]) -> tuple[RuleType, ...]:
    """`rules` by id, the project's over the shipped ones; they come shipped first."""
    merged: dict[str, RuleType] = {}
    for rule in rules:
        other = merged.get(rule.id)
        if other is not None and other.origin is rule.origin:
            raise DocumentError(rule.file, 1, f"rule `{rule.id}` is also in {other.file}", "keep one of the two files")
        merged[rule.id] = rule
    return tuple(merged[name] for name in sorted(merged))


def _sources(root: str | None, is_harness: bool) -> list[Source]:
    shipped = data_folder("rules")
    folders = (HARNESS,) if is_harness else ("universal", "framework")
    found = [
        Source(path, os.path.relpath(path, os.path.dirname(shipped)).replace(os.sep, "/"), Origin.SHIPPED)
        for folder in folders
        for path in _markdown_files(os.path.join(shipped, folder))
    ]
    if root is None:
        return found
    for path in _markdown_files(os.path.join(root, *PROJECT_FOLDER.split("/"))):
        shown = os.path.relpath(path, root).replace(os.sep, "/")
        if shown.startswith(f"{PROJECT_FOLDER}/{HARNESS}/") is is_harness:
            found.append(Source(path, shown, Origin.PROJECT))
    return found


def _markdown_files(folder: str) -> list[str]:
    """The `.md` files below `folder`, through links to folders too; what cannot be listed is an error, not no rules."""
    found: list[str] = []
    seen: set[str] = set()
    for parent, folders, names in os.walk(folder, onerror=_refuse_unreadable, followlinks=True):
        place = os.path.realpath(parent)
        if place in seen:
            folders.clear()  # a link that leads back up
            continue
        seen.add(place)
        folders.sort()
        found += [os.path.join(parent, name) for name in sorted(names) if name.endswith(".md")]
    return found


def _refuse_unreadable(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise DocumentError(str(error.filename), 1, f"cannot be listed: {error.strerror}") from error
