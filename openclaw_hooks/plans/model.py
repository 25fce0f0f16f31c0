"""What a plan template and a plan say, as frozen values that a cache can hold."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from openclaw_hooks.roles.model import ID_PATTERN, Origin
from openclaw_hooks.tasks.model import PLAN_ID_PATTERN, Approval, Delegation, Measure, Minutes, TaskId, Title

PLANS_FOLDER: Final = "plans"
DEFAULT_MINUTES: Final = 15
MAX_CONTEXT: Final = 20_000  # characters; it may be told in every subtask, and a plan has to fit the mesh's bucket

VARIABLE_PATTERN: Final = r"^[A-Za-z][A-Za-z0-9_-]*$"

PlanId = Annotated[str, Meta(pattern=PLAN_ID_PATTERN, description="`P-` and six characters")]
Id = Annotated[str, Meta(pattern=ID_PATTERN, description="lower-case words joined by `-`")]
Text = Annotated[str, Meta(min_length=1)]
Glob = Annotated[str, Meta(min_length=1, description="gitignore-like pattern")]
RoleName = Annotated[str, Meta(description="id of a role, or `human`; none: the role whose paths fit the scope best")]
Review = Annotated[bool | None, Meta(description="whether a person approves; none: as the gate says")]
Metric = Annotated[str, Meta(description="the command whose success says that the work is done")]
Measured = Annotated[Measure | None, Meta(description="the number that the metric prints, for work that improves it")]
Evaluator = Annotated[tuple[Glob, ...], Meta(description="globs of the files that measure the work, frozen meanwhile")]


class FailurePolicy(StrEnum):
    """What a plan does when a subtask has failed and nobody is left who could make it good."""

    CONTINUE_BEST_EFFORT = "continue_best_effort"
    ABORT_ON_FIRST_FAIL = "abort_on_first_fail"
    ABORT_ON_CRITICAL_FAIL = "abort_on_critical_fail"


class PlanStatus(StrEnum):
    """Where a plan stands; `lifecycle.PLAN_MOVES` says what may follow what."""

    DRAFT = "draft"
    APPROVED = "approved"
    EXECUTING = "executing"
    COMPLETED = "completed"
    ABORTED = "aborted"


ENDED: Final = frozenset({PlanStatus.COMPLETED, PlanStatus.ABORTED})


class Variable(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A value that whoever makes a plan may give, written `{{vars.<name>}}` in the template."""

    description: str = ""
    default: str = ""
    required: bool = False


class TemplateSubtask(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A piece of work in a template."""

    id: Id
    title: Text
    description: str = ""
    role: RoleName = ""
    delegation: Delegation = Delegation()
    requires_review: Review = None
    budget_minutes: Minutes = DEFAULT_MINUTES
    metric: Metric = ""
    measure: Measured = None
    evaluator: Evaluator = ()
    scope: Annotated[tuple[Glob, ...], Meta(description="globs of the files that may change; none: any")] = ()
    success_criteria: tuple[Text, ...] = ()
    depends_on: Annotated[
        tuple[str, ...] | UnsetType,
        Meta(description="ids of subtasks; without this key, all subtasks of the phase before; `[]`: none"),
    ] = UNSET
    critical: Annotated[bool, Meta(description="whether its loss aborts a plan of abort_on_critical_fail")] = False


class Phase(Struct, frozen=True, forbid_unknown_fields=True):
    """Subtasks that belong together. Phases give order only to subtasks without `depends_on`."""

    name: Text
    subtasks: Annotated[tuple[TemplateSubtask, ...], Meta(min_length=1)]


class TemplateFile(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A plan template."""

    format: Literal[1] = 1
    id: Id
    name: Text
    description: str = ""
    failure_policy: FailurePolicy = FailurePolicy.CONTINUE_BEST_EFFORT
    requires_approval: Annotated[bool, Meta(description="whether a person approves the plan before it starts")] = True
    vars: dict[Annotated[str, Meta(pattern=VARIABLE_PATTERN)], str | Variable] = {}
    phases: Annotated[tuple[Phase, ...], Meta(min_length=1)]


class Template(TemplateFile, frozen=True, kw_only=True, omit_defaults=True):
    """A template as loaded: its file's content and where it came from."""

    file: str
    origin: Origin


class Subtask(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of work in a plan. How far it is, its task file says."""

    id: Id
    title: Title
    phase: str = ""
    description: str = ""
    role: RoleName = ""
    delegation: Delegation = Delegation()
    requires_review: Review = None
    budget_minutes: Minutes = DEFAULT_MINUTES
    metric: Metric = ""
    measure: Measured = None
    evaluator: Evaluator = ()
    scope: Annotated[tuple[Glob, ...], Meta(description="globs of the files that may change; none: any")] = ()
    success_criteria: tuple[Text, ...] = ()
    depends_on: Annotated[tuple[str, ...], Meta(description="ids of subtasks of this plan")] = ()
    critical: Annotated[bool, Meta(description="whether its loss aborts a plan of abort_on_critical_fail")] = False


class PlanFile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A plan. Keys that are not named here belong to others and are kept."""

    format: Literal[1] = 1
    id: PlanId
    title: Title
    status: PlanStatus
    reason: Annotated[str, Meta(description="why it was aborted")] = ""
    template: Annotated[str, Meta(description="id of the template it was made from")] = ""
    description: str = ""
    context: Annotated[str, Meta(description="what `{{context}}` stood for")] = ""
    failure_policy: FailurePolicy = FailurePolicy.CONTINUE_BEST_EFFORT
    requires_approval: Annotated[bool, Meta(description="whether a person approves it before it starts")] = True
    approval: Approval | None = None
    created: Annotated[str, Meta(description="UTC, such as 2026-11-22T10:00:00Z")] = ""
    created_by: str = ""
    subtasks: Annotated[tuple[Subtask, ...], Meta(min_length=1)]
    tasks: Annotated[dict[str, TaskId], Meta(description="the task file of each subtask that has one")] = {}


def resolve_phases(phases: tuple[Phase, ...]) -> tuple[Subtask, ...]:
    """The subtasks of a template in their order, each with the name of its phase and what it depends on.

    Only the key `depends_on` makes dependencies; where it is missing, the subtask waits for the whole phase before.
    """
    found: list[Subtask] = []
    before: tuple[str, ...] = ()
    for phase in phases:
        for subtask in phase.subtasks:
            fields = {name: getattr(subtask, name) for name in subtask.__struct_fields__}
            if subtask.depends_on is UNSET:
                fields["depends_on"] = before
            found.append(Subtask(**fields, phase=phase.name))
        before = tuple(subtask.id for subtask in phase.subtasks)
    return tuple(found)
