"""Every role: what it may change, what it must deliver and never write, and the tasks that carry it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from openclaw_hooks.files import display_path
from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.mission_control.views.matches import Matches, match_files
from openclaw_hooks.roles.model import ContentCheck

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.roles.model import Role


class OutputRow(Struct, frozen=True, omit_defaults=True):
    """A required output: a file that must be there, or what each changed file must contain (`check`)."""

    pattern: str
    check: str = ""
    description: str = ""


class ForbiddenRow(Struct, frozen=True, omit_defaults=True):
    """What no added line may match in the files that `in_` names."""

    pattern: str
    in_: str = ""
    description: str = ""


class CarriedTask(Struct, frozen=True):
    """A task that names a role."""

    id: str
    title: str
    status: str


class RoleRow(Struct, frozen=True, omit_defaults=True):
    """One role; `escalation` is {what went wrong: the role or `human` that is asked}."""

    id: str
    name: str
    version: str
    file: str
    origin: str
    description: str = ""
    responsibilities: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    framework: str = ""
    framework_prompt: str = ""
    outputs: tuple[OutputRow, ...] = ()
    forbidden: tuple[ForbiddenRow, ...] = ()
    scope: tuple[str, ...] = ()
    matched: int = 0
    files: tuple[str, ...] = ()
    escalation: dict[str, str] = {}
    tasks: tuple[CarriedTask, ...] = ()


class UnknownRole(Struct, frozen=True):
    """A role that tasks name and that is not there."""

    id: str
    tasks: tuple[CarriedTask, ...]


class RolesView(Struct, frozen=True):
    """The roles by id, and those that only tasks know of."""

    roles: tuple[RoleRow, ...]
    unknown: tuple[UnknownRole, ...]
    broken: tuple[Broken, ...]
    files: int


@kept
def view_roles(facts: Facts) -> RolesView:
    """What the page of roles shows."""
    policy, tasks = facts.policy, facts.board.tasks.values()
    carried: dict[str, list[CarriedTask]] = {}
    for task in sorted(tasks, key=lambda task: task.id):
        if task.role:
            carried.setdefault(task.role, []).append(CarriedTask(task.id, task.title, str(task.status)))
    matches = match_files([role.scope_paths for role in policy.roles], policy.files)
    rows = tuple(
        _make_row(role, matched, carried.pop(role.id, ())) for role, matched in zip(policy.roles, matches, strict=True)
    )
    unknown = tuple(UnknownRole(name, tuple(found)) for name, found in sorted(carried.items()))
    return RolesView(rows, unknown, policy.broken_roles, len(policy.files))


def _make_row(role: Role, matched: Matches, tasks: Sequence[CarriedTask]) -> RoleRow:
    escalation = {key: getattr(role.escalation, key) for key in role.escalation.__struct_fields__}
    outputs = tuple(
        OutputRow(one.pattern, one.check if isinstance(one, ContentCheck) else "", one.description)
        for one in role.required_outputs
    )
    return RoleRow(
        id=role.id,
        name=role.name,
        version=role.version,
        file=display_path(role.file),
        origin=str(role.origin),
        description=role.description,
        responsibilities=role.responsibilities,
        must_not=role.must_not,
        framework=role.framework.name if role.framework else "",
        framework_prompt=role.framework.prompt if role.framework else "",
        outputs=outputs,
        forbidden=tuple(ForbiddenRow(one.pattern, one.in_, one.description) for one in role.forbidden_patterns),
        scope=role.scope_paths,
        matched=matched.total,
        files=tuple(map(display_path, matched.first)),
        escalation={key: target for key, target in escalation.items() if target},
        tasks=tuple(tasks),
    )
