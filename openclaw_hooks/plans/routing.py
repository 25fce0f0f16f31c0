"""Who does a subtask of mode `auto`, and in which role: by what it declares, never by words in its texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from openclaw_hooks.roles.match import match_roles
from openclaw_hooks.roles.model import HUMAN
from openclaw_hooks.tasks.model import Collaboration, CollaborationMode, Delegation, Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.plans.model import Subtask
    from openclaw_hooks.roles.model import Role

# Names of folders whose content is dear when wrong; compared with whole names, so that `author/` is not `auth/`.
SENSITIVE: Final = frozenset({"auth", "contracts", "crypto", "migrations", "payment", "payments", "security"})


class RoleChoice(NamedTuple):
    """The role of a subtask (empty: none), and why."""

    role: str
    reason: str


def pick_role(subtask: Subtask, roles: Sequence[Role]) -> RoleChoice:
    """The role that the subtask names, or else the one of `roles` whose paths fit its scope best."""
    if subtask.role:
        return RoleChoice(subtask.role, "named in the plan")
    for match in match_roles(roles, subtask.scope):
        if match.score > len(match.reasons):  # 1 for an entry is a brush: the test files below any folder
            return RoleChoice(match.role.id, match.reasons[0])
    return RoleChoice("", "no scope to match" if not subtask.scope else "no role covers its scope")


def route_subtask(subtask: Subtask, roles: Sequence[Role]) -> Delegation:
    """The delegation of `subtask` with a mode that is not `auto`, and in `reason` the signal that decided.

    The first signal that holds: a named agent, a declared collaboration, a person as its role, a scope that
    names a sensitive folder, a metric, a scope with a role. Without any it stays on this machine.
    """
    delegation = subtask.delegation
    if delegation.mode is not Mode.AUTO:
        return delegation
    if delegation.soul:
        return replace(delegation, mode=Mode.SOUL, collaboration=None, reason=f"names the agent `{delegation.soul}`")
    if delegation.collaboration is not None:
        return replace(delegation, mode=Mode.COLLAB_MESH, reason="declares how several nodes share it")
    if subtask.role == HUMAN:
        return Delegation(mode=Mode.HUMAN, reason="its role is a person")
    for entry in subtask.scope:
        if found := SENSITIVE.intersection(entry.split("/")):
            reason = f"scope `{entry}` is in the sensitive folder `{min(found)}`: one works, another reviews"
            together = Collaboration(mode=CollaborationMode.REVIEW)
            return Delegation(mode=Mode.COLLAB_MESH, collaboration=together, reason=reason)
    if subtask.metric:
        return Delegation(mode=Mode.SOLO_MESH, reason="a metric says when it is done")
    if subtask.scope and (choice := pick_role(subtask, roles)).role:
        return Delegation(mode=Mode.SOLO_MESH, reason=f"has a scope, and role `{choice.role}` for it ({choice.reason})")
    return Delegation(mode=Mode.LOCAL, reason="no metric, and no scope with a role: stays on this machine")
