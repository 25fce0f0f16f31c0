"""`--set subtask.key=value`: typed changes to the subtasks of a plan that is being made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from openclaw_hooks.documents import suggest
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.model import PlanFile, Subtask
from openclaw_hooks.tasks.evaluation import parse_measure
from openclaw_hooks.tasks.model import Collaboration, Delegation, Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

PLAN_KEYS: Final = ("title", "description", "failure_policy", "requires_approval")
SUBTASK_KEYS: Final = tuple(name for name in Subtask.__struct_fields__ if name not in ("id", "phase", "delegation"))
DELEGATION_KEYS: Final = ("mode", "soul", "reason")
COLLABORATION_KEYS: Final = Collaboration.__struct_fields__
MEASURE_KEYS: Final = Measure.__struct_fields__
LISTS: Final = frozenset({"scope", "evaluator", "success_criteria", "depends_on"})
FIELD_KEYS: Final = (
    *SUBTASK_KEYS,
    *(f"measure.{key}" for key in MEASURE_KEYS),
    *(f"delegation.{key}" for key in DELEGATION_KEYS),
    *(f"delegation.collaboration.{key}" for key in COLLABORATION_KEYS),
)
EXAMPLE: Final = "write it as in --set implement.budget_minutes=60"


class Setting(NamedTuple):
    """One `--set`: which subtask (empty: the plan itself), which key in it, and the value as written."""

    subtask: str
    key: str
    value: str

    @property
    def shown(self) -> str:
        """The name in front of the `=`."""
        return f"{self.subtask}.{self.key}" if self.subtask else self.key


def parse_setting(text: str) -> Setting:
    """The parts of `subtask.key=value`; raises OpenclawError for a text without both, and for an unknown key."""
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or not name:
        raise OpenclawError(f"--set {text!r} has no name or no value", EXAMPLE)
    subtask, dot, key = name.partition(".")
    if not dot:
        if name not in PLAN_KEYS:
            raise OpenclawError(f"--set {name}: a plan has no such key", suggest(name, list(PLAN_KEYS)))
        return Setting("", name, value)
    if key not in FIELD_KEYS:
        raise OpenclawError(f"--set {name}: a subtask has no key `{key}` to set", suggest(key, list(FIELD_KEYS)))
    return Setting(subtask, key, value)


def apply_settings(plan: PlanFile, settings: Sequence[Setting]) -> PlanFile:
    """`plan` with all `settings`, the last of a key counting; raises OpenclawError for a subtask or value that cannot be."""
    subtasks = {subtask.id: subtask for subtask in plan.subtasks}
    for setting in settings:
        if not setting.subtask:
            plan = _replace(plan, setting, setting.key, _typed(PlanFile, setting, setting.key))
            continue
        if setting.subtask not in subtasks:
            hint = suggest(setting.subtask, list(subtasks))
            raise OpenclawError(f"--set {setting.shown}: there is no subtask `{setting.subtask}`", hint)
        subtasks[setting.subtask] = _set_subtask(subtasks[setting.subtask], setting)
    return msgspec.structs.replace(plan, subtasks=tuple(subtasks.values()))


def split_list(text: str) -> tuple[str, ...]:
    """The entries of a list written with commas; a comma inside braces belongs to its glob."""
    entries = [""]
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if char == "," and depth <= 0:
            entries.append("")
        else:
            entries[-1] += char
    return tuple(entry.strip() for entry in entries if entry.strip())


def _set_subtask(subtask: Subtask, setting: Setting) -> Subtask:
    parts = setting.key.split(".")
    if parts[0] == "measure":
        return msgspec.structs.replace(subtask, measure=_set_measure(subtask.measure, setting, parts[1:]))
    if parts[0] != "delegation":
        changed: Subtask = _replace(subtask, setting, setting.key, _typed(Subtask, setting, setting.key))
        return changed
    delegation = subtask.delegation
    if parts[1] == "collaboration":
        together = delegation.collaboration or Collaboration()
        together = _replace(together, setting, parts[2], _typed(Collaboration, setting, parts[2]))
        delegation = msgspec.structs.replace(delegation, collaboration=together)
    else:
        delegation = _replace(delegation, setting, parts[1], _typed(Delegation, setting, parts[1]))
        if parts[1] == "mode":
            delegation = _fit_to_mode(delegation)
    return msgspec.structs.replace(subtask, delegation=delegation)


def _set_measure(measure: Measure | None, setting: Setting, keys: list[str]) -> Measure | None:
    """The measure with one key set, or the one that the whole text says; an empty text takes it away."""
    if not keys:
        return parse_measure(setting.value) if setting.value.strip() else None
    if measure is None and keys != ["name"]:
        message = f"--set {setting.shown}: subtask `{setting.subtask}` has no measure"
        raise OpenclawError(message, f"set it first: --set {setting.subtask}.measure=NAME:lower")
    changed: Measure = _replace(measure or Measure(""), setting, keys[0], _typed(Measure, setting, keys[0]))
    return changed


def _fit_to_mode(delegation: Delegation) -> Delegation:
    """Without what only another mode has: who sets the mode means the mode, not the leftovers of the template's."""
    kept = {"auto": ("soul", "collaboration"), "soul": ("soul",), "collab_mesh": ("collaboration",)}
    stays = kept.get(delegation.mode, ())
    return Delegation(
        mode=delegation.mode,
        soul=delegation.soul if "soul" in stays else "",
        collaboration=delegation.collaboration if "collaboration" in stays else None,
        reason="" if delegation.mode == "auto" else "set when the plan was made",
    )


def _typed(kind: type[msgspec.Struct], setting: Setting, key: str) -> Any:
    """The value as the type that `key` of `kind` has."""
    field = next(field for field in msgspec.structs.fields(kind) if field.name == key)
    value: object = split_list(setting.value) if key in LISTS else setting.value
    try:
        return msgspec.convert(value, field.type, strict=False)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        entry = f" at {where}" if where else ""
        names = [str(getattr(member, "value", member)) for member in getattr(field.type, "__members__", {}).values()]
        hint = suggest(setting.value, names) if names else ""
        raise OpenclawError(
            f"--set {setting.shown}={setting.value}: {what[:1].lower() + what[1:]}{entry}", hint
        ) from error


def _replace(struct: Any, setting: Setting, key: str, value: Any) -> Any:
    if key == "title" and ("\n" in value or "\r" in value):
        raise OpenclawError(f"--set {setting.shown}: a title is one line")
    return msgspec.structs.replace(struct, **{key: value})
