from __future__ import annotations

import re

import pytest

from openclaw_hooks.globs import compile_globs
from openclaw_hooks.regexes.backtracking import find_nested_repeat
from openclaw_hooks.roles.load import load_roles
from openclaw_hooks.roles.match import match_roles
from openclaw_hooks.roles.model import ContentCheck
from tests.content.samples import load_case_file

ROLES = {role.id: role for role in load_roles(None)}
CASES = load_case_file("roles.yaml")
EXPECTED = {
    "solidity-dev",
    "qa-engineer",
    "tech-architect",
    "backend-dev",
    "frontend-dev",
    "docs-writer",
    "infra-ops",
    "security-auditor",
    "reviewer",
}


def is_forbidden(role_id: str, path: str, line: str) -> bool:
    return any(
        compile_globs((item.in_,)).matches(path) and re.search(item.pattern, line)
        for item in ROLES[role_id].forbidden_patterns
    )


def split(line: str) -> tuple[str, str]:
    path, _, code = line.partition(": ")
    return path, code.replace("{}", "")


def test_the_nine_roles_are_shipped() -> None:
    assert set(ROLES) == EXPECTED == set(CASES)


@pytest.mark.parametrize("role_id", sorted(EXPECTED))
def test_every_role_is_complete(role_id: str) -> None:
    role = ROLES[role_id]
    assert len(role.responsibilities) >= 5
    assert len(role.must_not) >= 4
    assert role.framework is not None
    assert role.required_outputs
    assert role.forbidden_patterns
    assert role.scope_paths
    assert all(item.description for item in (*role.required_outputs, *role.forbidden_patterns))
    targets = {getattr(role.escalation, key) for key in role.escalation.__struct_fields__}
    assert targets <= (EXPECTED | {"human"}) - {role_id}


def test_metric_failures_end_at_a_person() -> None:
    for role_id in EXPECTED:
        seen = [role_id]
        while seen[-1] != "human":
            target = ROLES[seen[-1]].escalation.on_metric_failure
            assert target not in seen, f"{' -> '.join(seen)} -> {target}"
            seen.append(target)


@pytest.mark.parametrize("role_id", sorted(EXPECTED))
def test_forbidden_patterns_find_what_they_are_made_for(role_id: str) -> None:
    lines = CASES[role_id]["forbidden"].splitlines()
    patterns = ROLES[role_id].forbidden_patterns
    assert len(lines) >= 2 * len(patterns)
    assert [line for line in lines if not is_forbidden(role_id, *split(line))] == []
    for item in patterns:
        assert find_nested_repeat(item.pattern) == ""
        assert any(re.search(item.pattern, split(line)[1]) for line in lines), item.pattern


@pytest.mark.parametrize("role_id", sorted(EXPECTED))
def test_forbidden_patterns_leave_look_alikes_alone(role_id: str) -> None:
    lines = CASES[role_id]["allowed"].splitlines()
    assert len(lines) >= 3
    assert [line for line in lines if is_forbidden(role_id, *split(line))] == []


@pytest.mark.parametrize("role_id", sorted(EXPECTED))
def test_scope_holds_the_role_s_own_files_and_not_those_of_others(role_id: str) -> None:
    scope = compile_globs(ROLES[role_id].scope_paths)
    assert [path for path in CASES[role_id]["inside"] if not scope.matches(path)] == []
    assert [path for path in CASES[role_id]["outside"] if scope.matches(path)] == []


@pytest.mark.parametrize("role_id", sorted(EXPECTED))
def test_required_outputs_can_be_delivered_inside_the_scope(role_id: str) -> None:
    role = ROLES[role_id]
    scope = compile_globs(role.scope_paths)
    for output, text in zip(role.required_outputs, CASES[role_id]["outputs"], strict=True):
        assert compile_globs((output.pattern,)).matches(text["path"])
        assert scope.matches(text["path"])
        if isinstance(output, ContentCheck):
            assert re.search(output.check, text["good"], re.MULTILINE)
            assert not re.search(output.check, text["bad"], re.MULTILINE)


@pytest.mark.parametrize(
    ("path", "role_id"),
    [
        ("contracts/Vault.sol", "solidity-dev"),
        ("src/components/Cart.tsx", "frontend-dev"),
        ("src/api/cart.py", "backend-dev"),
        ("infra/main.tf", "infra-ops"),
        ("audits/2026-11.md", "security-auditor"),
        ("reviews/T-123.md", "reviewer"),
    ],
)
def test_a_scope_finds_its_role(path: str, role_id: str) -> None:
    assert match_roles(tuple(ROLES.values()), [path])[0].role.id == role_id
