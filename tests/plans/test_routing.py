from __future__ import annotations

import pytest

from openclaw_hooks.plans.routing import pick_role, route_subtask
from openclaw_hooks.roles.load import load_roles
from openclaw_hooks.tasks.model import Collaboration, Delegation, Mode
from tests.plans.play import make_subtask

ROLES = load_roles(None)
PROSE = (
    "build the approved architecture; decide, choose between them, ask for user input",
    "entrust the folklore to the deployment; monitoring of identity and narrative",
    "security audit of authentication, payment, migration, selfdestruct, upgrade proxy",
)


@pytest.mark.parametrize("prose", PROSE)
@pytest.mark.parametrize("fields", [{}, {"metric": "make test"}, {"scope": ("src/",)}])
def test_words_in_texts_never_decide(prose: str, fields: dict[str, object]) -> None:
    told = make_subtask("a", mode=Mode.AUTO, title=prose, description=prose, success_criteria=(prose,), **fields)
    plain = make_subtask("a", mode=Mode.AUTO, **fields)
    assert route_subtask(told, ROLES) == route_subtask(plain, ROLES)


@pytest.mark.parametrize(
    ("fields", "mode", "reason"),
    [
        ({"delegation": Delegation(soul="lore-writer")}, Mode.SOUL, "names the agent `lore-writer`"),
        ({"delegation": Delegation(collaboration=Collaboration())}, Mode.COLLAB_MESH, "declares how several"),
        ({"role": "human", "metric": "make test"}, Mode.HUMAN, "its role is a person"),
        ({"scope": ("src/auth/",), "metric": "make test"}, Mode.COLLAB_MESH, "`src/auth/` is in the sensitive folder"),
        ({"scope": ("contracts/**",)}, Mode.COLLAB_MESH, "sensitive folder `contracts`"),
        ({"scope": ("src/author/",), "metric": "make test"}, Mode.SOLO_MESH, "a metric says when it is done"),
        ({"metric": "make test"}, Mode.SOLO_MESH, "a metric says when it is done"),
        ({"scope": ("src/",)}, Mode.SOLO_MESH, "has a scope, and role `backend-dev` for it (`src/` is covered by"),
        ({"scope": ("zzz.bin",)}, Mode.LOCAL, "no metric, and no scope with a role"),
        ({}, Mode.LOCAL, "no metric, and no scope with a role"),
    ],
)
def test_each_declared_signal_routes_and_says_so(fields: dict[str, object], mode: Mode, reason: str) -> None:
    found = route_subtask(make_subtask("a", mode=Mode.AUTO, **fields), ROLES)
    assert found.mode is mode
    assert reason in found.reason


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.AUTO])
def test_a_declared_mode_is_left_as_it_is(mode: Mode) -> None:
    subtask = make_subtask("a", mode=mode, metric="make test", scope=("contracts/",), role="human")
    assert route_subtask(subtask, ROLES) is subtask.delegation


def test_a_named_role_is_carried_and_another_is_matched_from_the_scope() -> None:
    assert pick_role(make_subtask("a", role="reviewer", scope=("contracts/",)), ROLES).role == "reviewer"
    found = pick_role(make_subtask("a", scope=("contracts/Vault.sol",)), ROLES)
    assert found.role == "solidity-dev"
    assert "is covered by" in found.reason
    assert pick_role(make_subtask("a"), ROLES) == ("", "no scope to match")
    assert pick_role(make_subtask("a", scope=("zzz.bin",)), ROLES) == ("", "no role covers its scope")
