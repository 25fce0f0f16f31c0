"""A plan made from a template: texts filled in, settings applied, `auto` routed, and everything checked again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from openclaw_hooks.documents import suggest
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.model import MAX_CONTEXT, PlanFile, PlanStatus, Subtask, Variable, resolve_phases
from openclaw_hooks.plans.overrides import apply_settings, parse_setting
from openclaw_hooks.plans.routing import route_subtask
from openclaw_hooks.plans.substitute import CONTEXT, find_placeholders, substitute_command, substitute_text
from openclaw_hooks.plans.validate import require_sound
from openclaw_hooks.tasks.model import MAX_TITLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.plans.model import Template
    from openclaw_hooks.roles.model import Role

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Order(NamedTuple):
    """What somebody asks for who makes a plan: its new id, its context, variables, `--set` texts, and who asks when."""

    id: str
    context: str = ""
    vars: Mapping[str, str] = {}
    sets: Sequence[str] = ()
    title: str = ""
    created: str = ""
    created_by: str = ""


def instantiate(template: Template, order: Order, roles: Sequence[Role]) -> PlanFile:
    """The draft of a plan; raises OpenclawError for a variable, a setting or a context that the template cannot take.

    Two plans of one template share no id: those of tasks are made when the plan reaches them.
    """
    values = _values(template, order)
    subtasks = tuple(_fill_subtask(subtask, values) for subtask in resolve_phases(template.phases))
    plan = PlanFile(
        id=order.id,
        title=_one_line(order.title or _default_title(template, values)),
        status=PlanStatus.DRAFT,
        template=template.id,
        description=substitute_text(template.description, values),
        context=order.context,
        failure_policy=template.failure_policy,
        requires_approval=template.requires_approval,
        created=order.created,
        created_by=order.created_by,
        subtasks=subtasks,
    )
    plan = apply_settings(plan, [parse_setting(text) for text in order.sets])
    require_sound(plan.subtasks, [role.id for role in roles])
    routed = [msgspec.structs.replace(task, delegation=route_subtask(task, roles)) for task in plan.subtasks]
    return msgspec.structs.replace(plan, subtasks=tuple(routed))


def _values(template: Template, order: Order) -> dict[str, str]:
    """What each placeholder stands for."""
    for name in order.vars:
        if name not in template.vars:
            hint = suggest(name, list(template.vars)) or "it declares none"
            raise OpenclawError(f"template `{template.id}` has no variable `{name}`", hint)
    if not order.context.strip() and _uses_context(template):
        raise OpenclawError(f"template `{template.id}` needs a context", "add --context 'what it is about'")
    if len(order.context) > MAX_CONTEXT:
        raise OpenclawError(f"the context is longer than {MAX_CONTEXT:,} characters", "name a file instead")
    values = {CONTEXT: order.context}
    for name, declared in template.vars.items():
        variable = declared if isinstance(declared, Variable) else Variable(default=declared)
        if variable.required and name not in order.vars:
            what = f": {variable.description}" if variable.description else ""
            raise OpenclawError(f"template `{template.id}` needs the variable `{name}`{what}", f"add --var {name}=...")
        values[f"vars.{name}"] = order.vars.get(name, variable.default)
    _refuse_control({**values, "title": order.title, **{f"--set {text}": text for text in order.sets}})
    return values


def _refuse_control(texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        if match := _CONTROL.search(text):
            shown = _CONTROL.sub("?", name)
            raise OpenclawError(f"{shown} holds the control character {match[0]!r}", "remove it")


def _uses_context(template: Template) -> bool:
    texts = [template.name, template.description]
    for phase in template.phases:
        for subtask in phase.subtasks:
            texts += [subtask.title, subtask.description, subtask.metric, *subtask.success_criteria]
    return any(found.name == CONTEXT for text in texts for found in find_placeholders(text))


def _default_title(template: Template, values: Mapping[str, str]) -> str:
    name = substitute_text(template.name, values)
    first_line = values[CONTEXT].strip().partition("\n")[0]
    return f"{name}: {first_line}" if first_line and first_line not in name else name


def _fill_subtask(subtask: Subtask, values: Mapping[str, str]) -> Subtask:
    title = _one_line(substitute_text(subtask.title, values))
    if not title:
        raise OpenclawError(f"subtask `{subtask.id}` has no title once `{subtask.title}` is filled in")
    return msgspec.structs.replace(
        subtask,
        title=title,
        description=substitute_text(subtask.description, values),
        success_criteria=tuple(substitute_text(text, values) for text in subtask.success_criteria),
        metric=substitute_command(subtask.metric, values),
    )


def _one_line(text: str) -> str:
    """`text` as a title: one line, cut where a title ends."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_TITLE else f"{line[: MAX_TITLE - 1].rstrip()}…"
