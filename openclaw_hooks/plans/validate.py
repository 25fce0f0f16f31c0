"""What the types of a subtask cannot say: ids that agree, an order without cycles, globs and roles that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.documents import suggest
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.globs import refuse_negations_only, validate_glob
from openclaw_hooks.roles.model import HUMAN
from openclaw_hooks.tasks.evaluation import check_evaluation
from openclaw_hooks.tasks.graph import find_cycle
from openclaw_hooks.tasks.markdown import validate_title
from openclaw_hooks.tasks.model import MAX_TASK_BYTES, Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openclaw_hooks.documents import KeyPath
    from openclaw_hooks.plans.model import Subtask
    from openclaw_hooks.tasks.model import Delegation


MAX_DESCRIPTION: Final = MAX_TASK_BYTES * 3 // 4  # the rest is for the fields, and for a result


class Fault(NamedTuple):
    """What is wrong with a list of subtasks; `keys` start with the index of the subtask."""

    keys: KeyPath
    message: str
    hint: str = ""


def find_fault(subtasks: Sequence[Subtask], roles: Sequence[str] | None = None) -> Fault | None:
    """The first thing that keeps `subtasks` from being a plan, or None. `roles` are the known ids, None: not asked."""
    return next(_find_faults(subtasks, roles), None)


def require_sound(subtasks: Sequence[Subtask], roles: Sequence[str] | None = None) -> None:
    """Raises OpenclawError with the first fault; for a plan that is not read from a file."""
    if fault := find_fault(subtasks, roles):
        raise OpenclawError(fault.message, fault.hint)


def _find_faults(subtasks: Sequence[Subtask], roles: Sequence[str] | None) -> Iterator[Fault]:
    if not subtasks:
        yield Fault((), "there are no subtasks", "add one")
    yield from _find_id_faults(subtasks)
    if cycle := find_cycle({subtask.id: subtask.depends_on for subtask in subtasks}):
        index = next(index for index, subtask in enumerate(subtasks) if subtask.id == cycle[0])
        hint = "remove one of these dependencies"
        yield Fault((index, "depends_on"), f"`depends_on` runs in a circle: {' -> '.join(cycle)}", hint)
    for index, subtask in enumerate(subtasks):
        yield from _find_text_faults(index, subtask)
        yield from _find_scope_faults(index, subtask)
        yield from _find_evaluation_faults(index, subtask)
        yield from _find_delegation_faults((index, "delegation"), subtask.id, subtask.delegation)
        if roles is not None and subtask.role and subtask.role not in (*roles, HUMAN):
            hint = suggest(subtask.role, [*roles, HUMAN])
            yield Fault((index, "role"), f"subtask `{subtask.id}`: there is no role `{subtask.role}`", hint)


def _find_id_faults(subtasks: Sequence[Subtask]) -> Iterator[Fault]:
    known: dict[str, None] = {}
    for index, subtask in enumerate(subtasks):
        if subtask.id in known:
            yield Fault((index, "id"), f"subtask id `{subtask.id}` appears twice", "give each subtask its own id")
        known[subtask.id] = None
    for index, subtask in enumerate(subtasks):
        for place, dependency in enumerate(subtask.depends_on):
            keys: KeyPath = (index, "depends_on", place)
            if dependency not in known:
                message = f"subtask `{subtask.id}` depends on `{dependency}`, which does not exist"
                yield Fault(keys, message, suggest(dependency, list(known)))
            if dependency in subtask.depends_on[:place]:
                yield Fault(keys, f"subtask `{subtask.id}` names `{dependency}` twice in `depends_on`")


def _find_text_faults(index: int, subtask: Subtask) -> Iterator[Fault]:
    """What a task could not have as its title or text, found now and not when the plan comes to it."""
    try:
        validate_title(subtask.title)
    except OpenclawError as error:
        yield Fault((index, "title"), f"subtask `{subtask.id}`: {error.message}", error.hint)
    size = len(subtask.description.encode("utf-8", "surrogatepass"))
    if size > MAX_DESCRIPTION:
        hint = f"at most {MAX_DESCRIPTION:,}; name a file instead"
        yield Fault((index, "description"), f"subtask `{subtask.id}`: the description has {size:,} bytes", hint)


def _find_scope_faults(index: int, subtask: Subtask) -> Iterator[Fault]:
    try:
        for place, glob in enumerate(subtask.scope):
            keys: KeyPath = (index, "scope", place)
            validate_glob(glob)
        keys = (index, "scope")
        refuse_negations_only(subtask.scope)
    except OpenclawError as error:
        yield Fault(keys, f"subtask `{subtask.id}`: {error.message}", error.hint)


def _find_evaluation_faults(index: int, subtask: Subtask) -> Iterator[Fault]:
    try:
        check_evaluation(subtask)
    except OpenclawError as error:
        key = "evaluator" if error.message.startswith("evaluator") else "measure"
        yield Fault((index, key), f"subtask `{subtask.id}`: {error.message}", error.hint)


def _find_delegation_faults(keys: KeyPath, name: str, delegation: Delegation) -> Iterator[Fault]:
    mode, together = delegation.mode, delegation.collaboration
    if mode is Mode.SOUL and not delegation.soul:
        yield Fault((*keys, "mode"), f"subtask `{name}`: mode `soul` needs the name of an agent", "add `soul: NAME`")
    if delegation.soul and mode not in (Mode.SOUL, Mode.AUTO):
        hint = "use mode `soul`, or remove `soul`"
        yield Fault((*keys, "soul"), f"subtask `{name}`: mode `{mode}` has no named agent", hint)
    if together is None:
        return
    if mode not in (Mode.COLLAB_MESH, Mode.AUTO):
        hint = "use mode `collab_mesh`, or remove `collaboration`"
        yield Fault((*keys, "collaboration"), f"subtask `{name}`: mode `{mode}` is not shared", hint)
    if together.max_nodes and together.max_nodes < together.min_nodes:
        message = f"subtask `{name}`: max_nodes {together.max_nodes} is less than min_nodes {together.min_nodes}"
        yield Fault((*keys, "collaboration", "max_nodes"), message)
