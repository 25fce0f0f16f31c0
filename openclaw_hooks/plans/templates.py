"""Plan templates read from the shipped folder and from `.openclaw/plan-templates/` of a repo, anew at each call."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.documents import decode, parse_yaml, read_file, read_text, suggest
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.model import VARIABLE_PATTERN, Template, TemplateFile, Variable, resolve_phases
from openclaw_hooks.plans.substitute import CONTEXT, check_command, check_plain, check_text
from openclaw_hooks.plans.validate import find_fault
from openclaw_hooks.roles.load import Source, list_sources, name_source
from openclaw_hooks.roles.model import ID_PATTERN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openclaw_hooks.documents import Document, KeyPath

PROJECT_FOLDER: Final = ".openclaw/plan-templates"
SHIPPED_FOLDER: Final = "plan-templates"
TEXT_KEYS: Final = frozenset({"name", "title", "description", "success_criteria"})


def load_templates(root: str | None, roles: Sequence[str] | None = None) -> tuple[Template, ...]:
    """The templates of `root`, by id: the shipped ones, and the project's, which replace those of the same id.

    `roles` are the ids that a subtask may name, None: not asked. Raises DocumentError for a file that does not parse
    or validate.
    """
    merged: dict[str, Template] = {}
    for source in list_sources(SHIPPED_FOLDER, PROJECT_FOLDER, root):
        template, document = parse_template(source, read_file(source.path, name_source(source)), roles)
        other = merged.get(template.id)
        if other is not None and other.origin is template.origin:
            raise document.error(("id",), f"template `{template.id}` is also in {other.file}", "keep one of the two")
        merged[template.id] = template
    return tuple(merged[name] for name in sorted(merged))


def find_template(templates: Sequence[Template], template_id: str) -> Template:
    """The template with that id; raises OpenclawError with the nearest id. The id never becomes part of a path."""
    for template in templates:
        if template.id == template_id:
            return template
    known = [template.id for template in templates]
    if not re.fullmatch(ID_PATTERN, template_id):
        raise OpenclawError(f"{template_id!r} is not a template id", f"known: {', '.join(known)}")
    raise OpenclawError(f"there is no plan template `{template_id}`", suggest(template_id, known))


def parse_template(source: Source, content: bytes, roles: Sequence[str] | None = None) -> tuple[Template, Document]:
    """The template in `content`, which need not lie on disk, and the document it is from; raises DocumentError."""
    name = name_source(source)
    document = parse_yaml(name, read_text(name, content))
    _refuse_waves(document)
    _check_vars(document)
    head = decode(document, TemplateFile)
    _validate(document, head, os.path.splitext(os.path.basename(source.path))[0])
    _check_subtasks(document, head, roles)
    names = [CONTEXT, *(f"vars.{key}" for key in head.vars)]
    _check_placeholders(document, document.value, (), names)
    fields = {field: getattr(head, field) for field in head.__struct_fields__}
    return Template(**fields, file=source.shown, origin=source.origin), document


def _refuse_waves(document: Document) -> None:
    """Raises DocumentError for `wave` in a phase: a number that nothing reads would promise an order."""
    phases = document.value.get("phases") if isinstance(document.value, dict) else None
    for index, phase in enumerate(phases if isinstance(phases, list) else ()):
        if isinstance(phase, dict) and "wave" in phase:
            hint = "waves follow from `depends_on`; remove the key"
            raise document.error(("phases", index, "wave"), "a phase has no `wave`", hint)


def _check_vars(document: Document) -> None:
    """Raises DocumentError for a variable with a bad name, value or key; decoding could not say which one it is."""
    declared = document.value.get("vars") if isinstance(document.value, dict) else None
    for name, value in declared.items() if isinstance(declared, dict) else ():
        keys: KeyPath = ("vars", name)
        if not re.fullmatch(VARIABLE_PATTERN, name):
            raise document.error(keys, f"{name!r} is no name for a variable", "use letters, digits, `-` and `_`")
        if not isinstance(value, (str, dict)):
            raise document.error(keys, f"variable `{name}` has no text as its default", "quote numbers and dates")
        for key in value if isinstance(value, dict) else ():
            if key not in Variable.__struct_fields__:
                hint = suggest(key, list(Variable.__struct_fields__))
                raise document.error((*keys, key), f"unknown key `{key}` of variable `{name}`", hint)


def _validate(document: Document, head: TemplateFile, name: str) -> None:
    if head.id != name:
        hint = f"rename the file to {head.id}.yaml"
        raise document.error(("id",), f"id `{head.id}` is not the name of the file", hint)
    for key, variable in head.vars.items():
        if isinstance(variable, Variable) and variable.required and variable.default:
            message = f"variable `{key}` is required and has a default"
            raise document.error(("vars", key), message, "keep one of the two")
    seen: set[str] = set()
    for index, phase in enumerate(head.phases):
        if phase.name in seen:
            raise document.error(("phases", index, "name"), f"phase `{phase.name}` appears twice", "rename one")
        seen.add(phase.name)


def _check_subtasks(document: Document, head: TemplateFile, roles: Sequence[str] | None) -> None:
    fault = find_fault(resolve_phases(head.phases), roles)
    if fault is None:
        return
    places: list[KeyPath] = [
        ("phases", number, "subtasks", index)
        for number, phase in enumerate(head.phases)
        for index, _ in enumerate(phase.subtasks)
    ]
    place = places[int(fault.keys[0])] if fault.keys else ("phases",)
    raise document.error((*place, *fault.keys[1:]), fault.message, fault.hint)


def _check_placeholders(document: Document, value: Any, keys: KeyPath, names: Sequence[str]) -> None:
    """Raises DocumentError for a placeholder that is unknown, or where none may stand, anywhere in `value`."""
    if isinstance(value, dict):
        for key, child in value.items():
            _check_placeholders(document, child, (*keys, key), names)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            _check_placeholders(document, child, (*keys, index), names)
    elif isinstance(value, str):
        try:
            _checker_of(keys, names)(value)
        except OpenclawError as error:
            raise document.error(keys, error.message, error.hint) from error


def _checker_of(keys: KeyPath, names: Sequence[str]) -> Callable[[str], None]:
    key = next((key for key in reversed(keys) if isinstance(key, str)), "")
    if keys[0] == "phases" and "subtasks" in keys:
        if key == "metric":
            return lambda text: check_command(text, names)
        if key in TEXT_KEYS:
            return lambda text: check_text(text, names)
        return check_plain
    return (lambda text: check_text(text, names)) if keys[0] in ("name", "description") else check_plain
