from __future__ import annotations

from openclaw_hooks.roles.model import (
    ContentCheck,
    Escalation,
    FileMatch,
    ForbiddenPattern,
    Framework,
    Origin,
    Role,
)
from openclaw_hooks.roles.prompt import format_role


def test_everything_that_binds_the_agent_is_in_the_block() -> None:
    role = Role(
        id="mine",
        version="1.0.0",
        name="Solidity developer",
        description="Writes contracts.",
        responsibilities=("Write the spec first",),
        must_not=("Deploy anything",),
        framework=Framework("Checks, effects, interactions", "Check before you act."),
        required_outputs=(FileMatch("test/**", "a test"), ContentCheck("contracts/**", "emit", "events")),
        forbidden_patterns=(ForbiddenPattern("selfdestruct", "contracts/**", "no self-destruction"),),
        scope_paths=("contracts/**",),
        escalation=Escalation(on_scope_violation="architect", on_budget_exceeded="human"),
        file="",
        origin=Origin.PROJECT,
    )
    block = format_role(role)
    assert block.startswith("## Your role: Solidity developer\n\nWrites contracts.\n")
    for line in (
        "### Responsibilities\n- Write the spec first",
        "### You must not\n- Deploy anything",
        "### Checks, effects, interactions\nCheck before you act.",
        "- `contracts/**`",
        "- a test (a changed file matching `test/**`)",
        "- events (a changed file matching `contracts/**` that contains `emit`)",
        "- no self-destruction (in `contracts/**`)",
        "- you would have to leave your scope: stop and hand over to `architect`",
        "- the budget does not suffice: stop and hand over to a person",
    ):
        assert line in block
    assert "metric keeps failing" not in block


def test_sparse_role_has_no_empty_sections() -> None:
    role = Role(id="mine", version="1.0.0", name="Mine", file="", origin=Origin.PROJECT)
    assert format_role(role) == "## Your role: Mine\n"
