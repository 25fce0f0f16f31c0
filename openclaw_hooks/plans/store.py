"""The file of a plan: read, made, and edited so that every byte that does not change stays."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.board.snapshot import plan_path
from openclaw_hooks.documents import DocumentError, decode, parse_yaml, read_text
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.model import PlanFile
from openclaw_hooks.plans.validate import find_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

ORDER: Final = PlanFile.__struct_fields__
WIDTH: Final = 110  # of a folded line, in characters


def parse_plan(path: str, content: bytes) -> PlanFile:
    """The plan in `content`; raises DocumentError with file:line where it cannot be read or does not hold together."""
    document = parse_yaml(path, read_text(path, content), is_typed=_is_typed)
    plan = decode(document, PlanFile)
    if f"{plan.id}.yaml" != os.path.basename(path):
        raise document.error(
            ("id",), f"`id` is {plan.id}, the file is {os.path.basename(path)}", "one of them is wrong"
        )
    if fault := find_fault(plan.subtasks):
        raise document.error(("subtasks", *fault.keys), fault.message, fault.hint)
    known = {subtask.id for subtask in plan.subtasks}
    for name in plan.tasks:
        if name not in known:
            hint = f"put `{name}` back; to end it: openclaw task cancel {plan.tasks[name]}"
            raise document.error(("tasks", name), f"`tasks` names `{name}`, which is no subtask of this plan", hint)
    return plan


def _is_typed(keys: tuple[str | int, ...]) -> bool:
    """Which scalars mean numbers and booleans; all others are text as written, such as a date."""
    last = keys[-1] if keys else ""
    return last in TYPED


TYPED: Final = frozenset(
    {
        "format",
        "requires_approval",
        "requires_review",
        "budget_minutes",
        "critical",
        "min_nodes",
        "max_nodes",
        "max_rounds",
        "threshold",
        "min_gain",
        "target",
    }
)


def new_plan_text(plan: PlanFile) -> bytes:
    """The file of a new plan: keys in the order of the model, defaults left out, long texts as blocks."""
    import msgspec
    import yaml

    class Writer(yaml.SafeDumper):
        """Writes texts of several lines as blocks, so that people can edit them."""

    def write_text(writer: Any, text: str) -> Any:
        style = "|" if "\n" in text else None
        return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Writer.add_representer(str, write_text)
    values = msgspec.to_builtins(plan)
    values = {"format": plan.format, **{name: values[name] for name in ORDER if name in values}}
    text = yaml.dump(values, Dumper=Writer, sort_keys=False, allow_unicode=True, width=WIDTH)
    content = str(text).encode()
    if parse_plan(plan_path(plan.id), content) != plan:  # a text that YAML cannot hold
        raise OpenclawError(f"{plan.id}: a text of it cannot be written as YAML", "remove control characters")
    return content


def edit_plan(content: bytes, changes: Mapping[str, object]) -> bytes:
    """`content` with top-level keys set to new values; every other byte stays. None and defaults take a key out."""
    import msgspec

    from openclaw_hooks.tasks.yaml_edit import set_keys

    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    built = {name: msgspec.to_builtins(value) for name, value in changes.items()}
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in built.items()}
    kept = {name: None if value in ("", {}, ()) else value for name, value in values.items()}
    return mark + set_keys(content[len(mark) :].decode("utf-8"), kept, ORDER).encode()


def parse_plans(contents: Mapping[str, bytes]) -> tuple[dict[str, PlanFile], list[DocumentError]]:
    """The plans of a board by id, and what is wrong with those that cannot be read."""
    plans: dict[str, PlanFile] = {}
    broken: list[DocumentError] = []
    for plan_id, content in contents.items():
        try:
            plans[plan_id] = parse_plan(plan_path(plan_id), content)
        except DocumentError as error:
            broken.append(error)
    return plans, broken
