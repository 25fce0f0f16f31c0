from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks.checks.scope import check_scope
from openclaw_hooks.roles.model import ContentCheck, FileMatch, ForbiddenPattern, Origin, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy

ROLE = Role(id="dev", version="1.0.0", name="Dev", file="roles/dev.yaml", origin=Origin.PROJECT)


def messages(change: Change, policy: Policy) -> list[str]:
    return [f"{finding.path}: {finding.message}" for finding in check_scope(change, policy)]


def test_without_scope_and_role_any_file_may_change(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    assert messages(make_change({"a": "x"}), make_policy()) == []


def test_a_folder_in_the_scope_means_its_whole_content(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    policy = make_policy(scope=("src/", "!src/secret/", "{README,NOTES}.md"))
    change = make_change({"src/a/b.py": "x", "src/secret/k": "x", "README.md": "x", "lib.py": "x"})
    assert messages(change, policy) == [
        "src/secret/k: outside the scope of this work",
        "lib.py: outside the scope of this work",
    ]


def test_a_scope_that_is_given_comes_before_the_role_s(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    role = msgspec.structs.replace(ROLE, scope_paths=("src/",))
    change = make_change({"docs/a.md": "x"})
    assert messages(change, make_policy(role=role)) == ["docs/a.md: outside the scope of this work"]
    assert messages(change, make_policy(role=role, scope=("docs/",))) == []


def test_a_forbidden_pattern_of_the_role_is_found(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    item = ForbiddenPattern(pattern="0x[0-9a-fA-F]{40}", in_="contracts/**/*.sol", description="hard-coded address")
    role = msgspec.structs.replace(ROLE, forbidden_patterns=(item,))
    change = make_change({"contracts/A.sol": "a\nb = 0x" + "ab" * 20, "test/A.sol": "0x" + "ab" * 20})
    assert messages(change, make_policy(role=role)) == ["contracts/A.sol: hard-coded address"]


def test_a_pattern_that_hangs_does_not_hide_the_other_patterns(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    items = (ForbiddenPattern(pattern="(a+)+$"), ForbiddenPattern(pattern="aab", description="no aab"))
    role = msgspec.structs.replace(ROLE, forbidden_patterns=items)
    found = messages(make_change({"x": "a" * 40 + "b"}), make_policy(role=role))
    assert any("took longer than" in message for message in found)
    assert "x: no aab" in found


def test_a_required_file_that_nowhere_exists_is_missing(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    output = FileMatch(pattern="test/**/*.test.js", description="tests")
    policy = make_policy(role=msgspec.structs.replace(ROLE, required_outputs=(output,)))
    assert messages(make_change({"src/a.js": "x"}), policy) == ["test/**/*.test.js: required output is missing: tests"]
    assert messages(make_change({"src/a.js": "x", "test/a.test.js": "x"}), policy) == []


def test_required_content_is_missing_also_when_no_file_matches(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    output = ContentCheck(pattern="contracts/**/*.sol", check=r"\bemit\b", description="events")
    policy = make_policy(role=msgspec.structs.replace(ROLE, required_outputs=(output,)))
    assert messages(make_change({"a.md": "x"}), policy) == ["contracts/**/*.sol: required output is missing: events"]
    change = make_change({"contracts/A.sol": "contract A {}", "contracts/B.sol": "emit X();"})
    assert messages(change, policy) == ["contracts/A.sol: required content is missing: events"]
