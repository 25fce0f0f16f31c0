"""The cases of the shipped rules, and the real engine to run them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from openclaw_hooks.checks.change import AddedLines, Change, ChangedFile
from openclaw_hooks.checks.policy import FileCheck, Policy, line_check
from openclaw_hooks.checks.rules import check_rules
from openclaw_hooks.rules.load import load_rules
from openclaw_hooks.rules.model import Forbid
from openclaw_hooks.settings import Settings

if TYPE_CHECKING:
    from openclaw_hooks.rules.model import Rule, RuleCheck

CASES = os.path.join(os.path.dirname(__file__), "cases")
ELSEWHERE = re.compile(r"at (\S+): (.*)")


class Sample(NamedTuple):
    """A file to check: its path, its content, and the other files of the repository."""

    path: str
    text: str
    beside: tuple[str, ...] = ()


class Case(NamedTuple):
    """The samples of one check: which it must report, and which it must not."""

    name: str
    fires: tuple[Sample, ...]
    passes: tuple[Sample, ...]


def shipped_checks() -> dict[str, tuple[Rule, RuleCheck]]:
    """Every mechanical check that is shipped, by `rule/check`."""
    return {f"{rule.id}/{check.id}": (rule, check) for rule in load_rules(None) for check in rule.checks}


def read_cases() -> dict[str, Case]:
    """The cases of the rules, by `rule/check`."""
    found = {}
    for file_name in sorted(os.listdir(CASES)):
        rule = file_name.removesuffix(".yaml")
        if rule not in ("harness", "roles"):
            for check, entry in load_case_file(file_name).items():
                name = f"{rule}/{check}"
                sides = (tuple(_samples(entry[side], entry.get("path", ""))) for side in ("fires", "passes"))
                found[name] = Case(name, *sides)
    return found


def load_case_file(name: str) -> dict[str, Any]:
    """One file of cases as plain values."""
    with open(os.path.join(CASES, name), encoding="utf-8") as stream:
        loaded = yaml.safe_load(stream)
    assert isinstance(loaded, dict)
    return loaded


def _samples(entry: str | list[Any], path: str) -> list[Sample]:
    if isinstance(entry, str):
        return [_line_sample(line, path) for line in entry.splitlines()]
    return [
        Sample(path, item)
        if isinstance(item, str)
        else Sample(item.get("path", path), item.get("text", ""), tuple(item.get("beside", ())))
        for item in entry
    ]


def _line_sample(line: str, path: str) -> Sample:
    if not path:
        return Sample(line, "")
    moved = ELSEWHERE.fullmatch(line)
    return Sample(moved[1], moved[2]) if moved else Sample(path, line)


def report(name: str, sample: Sample) -> list[str]:
    """The messages that the check `name` gives when `sample` is added to a repository."""
    rule, check = CHECKS[name]
    file = ChangedFile(sample.path, "A", "100644", "", AddedLines(sample.text, (0,), (1,)))
    change = Change(
        (file,),
        lambda files: {one.path: sample.text.encode() for one in files},
        lambda: frozenset((sample.path, *sample.beside)),
    )
    if isinstance(check, Forbid):
        policy = Policy(root="", settings=Settings(), line_checks=(line_check(rule, check),))
    else:
        policy = Policy(root="", settings=Settings(), file_checks=(FileCheck(name, rule.paths, check),))
    return [finding.message for finding in check_rules(change, policy)]


CHECKS = shipped_checks()
