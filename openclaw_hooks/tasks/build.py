"""A new task's frontmatter from what somebody asked for, checked against the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.globs import GlobError, refuse_negations_only, validate_glob
from openclaw_hooks.tasks.evaluation import check_evaluation
from openclaw_hooks.tasks.graph import refuse_cycle
from openclaw_hooks.tasks.ids import find_id
from openclaw_hooks.tasks.markdown import validate_title
from openclaw_hooks.tasks.model import Delegation, Mode, Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Birth(NamedTuple):
    """What a task begins with: its id, its status, when (UTC) and by whom it was made."""

    id: str
    status: Status
    created: str
    created_by: str


def make_head(birth: Birth, fields: Mapping[str, Any], tasks: Mapping[str, TaskHead]) -> TaskHead:
    """The frontmatter of a new task; `mode` among the `fields` is that of its delegation.

    Dependencies may be given by the beginning of an id. Raises OpenclawError for a bad title, glob, number or
    dependency.
    """
    known = {name: value for name, value in fields.items() if name != "mode"}
    known["title"] = validate_title(str(fields["title"]))
    known["depends_on"] = tuple(dict.fromkeys(find_id(name, tasks) for name in fields.get("depends_on", ())))
    validate_scope(known.get("scope", ()))
    if "mode" in fields:
        known["delegation"] = Delegation(mode=Mode(fields["mode"]))
    head = TaskHead(**birth._asdict(), **known)
    check_limits(head)
    check_evaluation(head)
    refuse_cycle(tasks, head)
    return head


def validate_scope(scope: Sequence[str]) -> None:
    """Raises OpenclawError for a pattern that cannot be read, and for a scope of exceptions alone."""
    try:
        for pattern in scope:
            validate_glob(pattern)
        refuse_negations_only(tuple(scope))
    except GlobError as error:
        raise OpenclawError(f"scope: {error.message}", error.hint) from error


def check_limits(head: TaskHead) -> None:
    """Raises OpenclawError for a value that the file could not hold: msgspec checks limits only when it converts."""
    import msgspec

    try:
        msgspec.convert(msgspec.to_builtins(head), TaskHead)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        raise OpenclawError(f"{where.rstrip('`') or 'task'}: {what[:1].lower()}{what[1:]}") from error
