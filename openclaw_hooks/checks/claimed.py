"""What the claims of a working tree ask of its changes: their tasks' scope and role."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.leases.held import Held, current_claims
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.roles.model import Role
    from openclaw_hooks.tasks.model import TaskHead


class Claimed(NamedTuple):
    """The terms that work is done under; `tasks` are the ids of the claims that they come from."""

    tasks: tuple[str, ...] = ()
    role: Role | None = None
    scope: tuple[str, ...] = ()


class _Place(NamedTuple):
    top: str
    state_dir: str


def read_claimed(root: str, state_dir: str, roles: Sequence[Role]) -> Claimed:
    """The terms of the claims in the working tree `root`; raises OpenclawError when one names a role that is not there.

    Of several claims nobody can tell which one a change is for: it must fit one of their scopes, and none of their
    roles may forbid it. What a role asks of finished work is then asked by the runs of its own task alone.
    """
    claims = current_claims(_Place(root, state_dir)) if state_dir else []
    if not claims:
        return Claimed()
    tasks = tuple(held.task for held in claims)
    found = [_find_role(held, roles) for held in claims]
    if len(claims) == 1:
        return Claimed(tasks, found[0], claims[0].scope)
    scopes = [held.scope or (role.scope_paths if role else ()) for held, role in zip(claims, found, strict=True)]
    union = tuple(dict.fromkeys(glob for scope in scopes for glob in scope)) if all(scopes) else ()
    return Claimed(tasks, _join_roles([role for role in found if role]), union)


def limit_to_task(policy: Policy, task: TaskHead, role: str = "") -> Policy:
    """`policy` for work on `task`, whatever is claimed here: in its scope, and in `role` or its own.

    Where it names none, config.yaml counts. Raises OpenclawError for a role that is not there.
    """
    import msgspec

    from openclaw_hooks.roles.load import find_role

    settings = policy.settings.scope
    role_id = role or task.role or settings.role
    return msgspec.structs.replace(
        policy,
        role=find_role(policy.roles, role_id) if role_id else None,
        scope=task.scope or settings.paths,
        tasks=(task.id,),
    )


def _find_role(held: Held, roles: Sequence[Role]) -> Role | None:
    if not held.role:
        return None
    from openclaw_hooks.roles.load import find_role

    try:
        return find_role(roles, held.role)
    except OpenclawError as error:
        hint = f"{error.hint}; mend the task, or give it free: `openclaw task release {held.task} --reason TEXT`"
        raise OpenclawError(f"{held.task} is claimed here: {error.message}", hint.removeprefix("; ")) from error


def _join_roles(roles: list[Role]) -> Role | None:
    if not roles:
        return None
    import msgspec

    named = {role.id: role for role in roles}
    return msgspec.structs.replace(
        roles[0],
        id="+".join(named),
        forbidden_patterns=tuple(pattern for role in named.values() for pattern in role.forbidden_patterns),
        required_outputs=(),
        scope_paths=(),
    )
