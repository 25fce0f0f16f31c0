"""Which scope and role hold where tasks are claimed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from openclaw_hooks.board.leases.held import Held, forget_held, save_held
from openclaw_hooks.checks.policy import Policy, load_policy
from openclaw_hooks.checks.scope import check_scope
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openclaw_hooks.checks.change import Change

SCOPED = Held("T-111111", "ada", "1-x", "2999-01-01T00:00:00Z", scope=("src/**",), role="backend-dev")
OTHER = Held("T-222222", "ada", "1-y", "2999-01-01T00:00:00Z", made="2", scope=("docs/**",), role="docs-writer")
UNSCOPED = Held("T-333333", "ada", "1-z", "2999-01-01T00:00:00Z", made="3")


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Policy]:
    """The policy of a working tree in which tasks are claimed."""

    def load(*claims: Held, config: str = "", role: str = "", scope: tuple[str, ...] = ()) -> Policy:
        root, state = tmp_path / "work", tmp_path / "state"
        (root / ".openclaw").mkdir(parents=True, exist_ok=True)
        (root / ".openclaw" / "config.yaml").write_text(config or "format: 1\n")
        for task in ("T-111111", "T-222222", "T-333333"):
            forget_held(str(state), task)
        for held in claims:
            save_held(str(state), replace(held, worktree=str(root)))
        return load_policy(str(root), str(state), role, scope)

    return load


def test_the_claimed_task_says_scope_and_role(load: Callable[..., Policy]) -> None:
    config = "scope: {paths: [lib/**], role: qa-engineer}\n"
    policy = load(SCOPED, config=config)
    assert (policy.scope, policy.role and policy.role.id, policy.tasks) == (("src/**",), "backend-dev", ("T-111111",))
    policy = load(config=config)  # the cache keeps nothing of the claim
    assert (policy.scope, policy.role and policy.role.id, policy.tasks) == (("lib/**",), "qa-engineer", ())


def test_argument_and_environment_come_before_the_claim(
    load: Callable[..., Policy], monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load(SCOPED, role="qa-engineer", scope=("a/**",))
    assert (policy.scope, policy.role and policy.role.id) == (("a/**",), "qa-engineer")
    monkeypatch.setenv("OPENCLAW_SCOPE", "b/** c/**")
    policy = load(SCOPED)
    assert (policy.scope, policy.role and policy.role.id, policy.tasks) == (("b/**", "c/**"), "backend-dev", ())
    monkeypatch.setenv("OPENCLAW_ROLE", "reviewer")
    assert load(SCOPED).role.id == "reviewer"  # type: ignore[union-attr]  # a missing role fails the test as well


def test_a_claim_without_scope_leaves_what_the_config_says(load: Callable[..., Policy]) -> None:
    assert load(UNSCOPED, config="scope: {paths: [lib/**]}\n").scope == ("lib/**",)
    assert load(UNSCOPED).scope == ()


def test_several_claims_allow_what_any_of_them_allows(
    load: Callable[..., Policy], make_change: Callable[..., Change]
) -> None:
    policy = load(SCOPED, OTHER)
    assert policy.scope == ("src/**", "docs/**")
    change = make_change({"src/a.py": "a = 1\n", "docs/b.md": "b\n", "c.py": "c = 1\n"})
    [found] = [finding for finding in check_scope(change, policy) if "outside" in finding.message]
    assert (found.path, found.message) == ("c.py", "outside the scope of T-111111, T-222222")


def test_an_unscoped_claim_among_several_lifts_the_limit_also_that_of_roles(load: Callable[..., Policy]) -> None:
    policy = load(SCOPED, UNSCOPED)
    assert policy.scope == ()
    assert policy.role is not None
    assert policy.role.scope_paths == ()


def test_what_any_role_of_several_claims_forbids_is_forbidden(load: Callable[..., Policy]) -> None:
    one, other = load(SCOPED).role, load(OTHER).role
    both = load(SCOPED, OTHER).role
    assert one is not None
    assert other is not None
    assert both is not None
    assert both.id == "backend-dev+docs-writer"
    assert {*both.forbidden_patterns} == {*one.forbidden_patterns, *other.forbidden_patterns}
    assert both.required_outputs == ()


def test_a_claim_in_a_role_that_is_gone_blocks_and_says_which_task_it_is(load: Callable[..., Policy]) -> None:
    lost = Held("T-111111", "ada", "1-x", "2999-01-01T00:00:00Z", role="backend-dew")
    with pytest.raises(OpenclawError, match="T-111111 is claimed here") as error:
        load(lost)
    assert "backend-dev" in error.value.hint
    assert "openclaw task release T-111111 --reason TEXT" in error.value.hint


def test_a_claim_costs_a_hook_less_than_a_millisecond(load: Callable[..., Policy], tmp_path: Path) -> None:
    from openclaw_hooks.checks.claimed import read_claimed

    policy = load(SCOPED, OTHER, UNSCOPED)
    costs = []
    for _ in range(20):
        start = time.process_time()
        for _ in range(20):
            assert read_claimed(str(tmp_path / "work"), str(tmp_path / "state"), policy.roles).tasks
        costs.append((time.process_time() - start) / 20)
    assert min(costs) < 0.001
