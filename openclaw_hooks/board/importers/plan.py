"""Which tasks an import adds to the board, and what it leaves out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.importers.model import CHECK, Imported, State, write_facts
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.markdown import new_task_text, validate_title
from openclaw_hooks.tasks.model import MAX_TITLE, Status, TaskHead
from openclaw_hooks.tasks.moves import IllegalMoveError, Right
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

# How an imported task begins. Work that is over elsewhere is born closed: no claim of it was ever made here, and a
# move through the table would invent one. So these births are the importer's alone, and need the right of the lead.
BIRTHS: Final = {
    State.DRAFT: Status.PROPOSED,
    State.OPEN: Status.QUEUED,
    State.ACTIVE: Status.QUEUED,
    State.DONE: Status.COMPLETED,
    State.DROPPED: Status.CANCELLED,
}
OVER: Final = frozenset({State.DONE, State.DROPPED})
MAX_MINUTES: Final = 100_000
DEFAULT_MINUTES: Final = TaskHead(id="", title="", status=Status.QUEUED).budget_minutes


class ImportOptions(NamedTuple):
    """Who imports, when (as our files write times), whether what is over comes along, and how open work begins.

    `as_proposals` is for trackers where strangers write: somebody looks at each task before an agent is given it.
    """

    author: str = ""
    now: str = ""
    with_closed: bool = True
    as_proposals: bool = False


class PlannedTask(NamedTuple):
    """A task to add: what its file says, and the file."""

    task: TaskHead
    content: bytes


class ImportPlan(NamedTuple):
    """What an import does: tasks to add, tasks that are there already (origin to our id), left out, and warnings."""

    tasks: tuple[PlannedTask, ...]
    present: dict[str, str]
    closed: tuple[str, ...]
    warnings: tuple[Finding, ...]


def require_import(rights: frozenset[Right]) -> None:
    """Raises IllegalMoveError unless `rights` entitle to an import, which may begin tasks in any state."""
    if Right.LEAD not in rights:
        raise IllegalMoveError(
            "importing tasks is for the lead only", "propose them one by one: `openclaw task propose`"
        )


def plan_import(
    imported: Sequence[Imported], tasks: Iterable[TaskHead], new_id: Callable[[], str], options: ImportOptions
) -> ImportPlan:
    """The plan of an import of `imported` onto a board that has `tasks` (archived ones included).

    A task whose origin is on the board is never added again, and what depends on it depends on the one that is there.
    Nothing that was imported becomes a command or a scope: texts stay texts.
    Records that no file of ours can hold are left out with a warning; a dependency on something that is not there is
    named in the body and in a warning, and cycles are broken with a warning.
    """
    warnings: list[Finding] = []
    ours = {task.origin: task.id for task in tasks if task.origin}
    present = {found.origin: ours[found.origin] for found in imported if found.origin in ours}
    fresh = [found for found in imported if found.origin not in ours]
    closed = [] if options.with_closed else [found.origin for found in fresh if found.state in OVER]
    wanted = [found for found in fresh if found.origin not in set(closed)]
    ids: dict[str, str] = {}
    for found in wanted:
        if reason := _refuse(found):
            warnings.append(_warn(found, f"skipped: {reason}"))
        else:
            ids[found.origin] = new_id()
    kept = {found.origin: found for found in wanted if found.origin in ids}
    edges = _link(kept, warnings)
    planned: list[PlannedTask] = []
    for origin, found in kept.items():
        given_up = {name for name in edges[origin] if name in kept and kept[name].state is State.DROPPED}
        known = {name: ids.get(name) or ours.get(name, "") for name in edges[origin] if name not in given_up}
        lost = [name for name in edges[origin] if not known.get(name) and name not in closed]
        if lost and found.state not in OVER:
            warnings.append(_warn(found, f"no longer waits for {', '.join(lost)}: not there, or given up"))
        planned.append(_make_task(found, ids[origin], tuple(filter(None, known.values())), (lost, options)))
    return ImportPlan(tuple(planned), present, tuple(closed), tuple(warnings))


def _refuse(found: Imported) -> str:
    """Why no file of ours can hold the record; empty when one can."""
    try:
        _make_task(found, "T-000000", (), ([], ImportOptions()))
    except OpenclawError as error:
        return error.message
    return ""


def _make_task(
    found: Imported, task_id: str, depends_on: tuple[str, ...], rest: tuple[list[str], ImportOptions]
) -> PlannedTask:
    lost, options = rest
    title, whole_title = found.title, ""
    if len(title) > MAX_TITLE:
        title, whole_title = f"{title[: MAX_TITLE - 1].rstrip()}…", title
    validate_title(title)
    dropped = {"title": whole_title, "depends_on": ", ".join(lost)}
    task = TaskHead(
        id=task_id,
        title=title,
        status=_begin(found.state, options),
        priority=max(-1000, min(found.priority, 1000)),
        labels=found.labels,
        depends_on=depends_on,
        success_criteria=found.success_criteria,
        created=found.created or options.now,
        created_by=found.created_by or options.author,
        origin=found.origin,
        budget_minutes=min(found.budget_minutes, MAX_MINUTES) or DEFAULT_MINUTES,
    )
    return PlannedTask(task, new_task_text(task, write_facts(found.body, dropped)))


def _begin(state: State, options: ImportOptions) -> Status:
    return Status.PROPOSED if options.as_proposals and state not in OVER else BIRTHS[state]


def _link(kept: Mapping[str, Imported], warnings: list[Finding]) -> dict[str, list[str]]:
    """What each task depends on, without cycles: what it says itself, and for a parent its children.

    A parent is over when its children are; so nobody is sent to work on it before.
    """
    edges: dict[str, list[str]] = {}
    for origin, found in kept.items():
        edges[origin] = [name for name in dict.fromkeys(found.depends_on) if name != origin]
        if origin in found.depends_on:
            warnings.append(_warn(found, f"{origin} depends on itself; that is left out"))
    for origin, name in _cut_cycles(edges):
        warnings.append(_warn(kept[origin], f"{origin} and {name} wait for each other; {origin} no longer waits"))
    for origin, found in kept.items():
        parent = found.parent
        if parent not in edges or parent == origin or origin in edges[parent]:
            continue
        if found.state in OVER or kept[parent].state in OVER:
            continue
        if _reaches(edges, origin, parent):
            warnings.append(_warn(found, f"{origin} waits for its parent {parent}; so that cannot wait for it"))
        else:
            edges[parent].append(origin)
    return edges


def _cut_cycles(edges: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Takes out of `edges` each one that leads back onto the way to it, and says which; one pass, without recursion."""
    cut: list[tuple[str, str]] = []
    done: set[str] = set()
    for start, first in edges.items():
        if start in done:
            continue
        way: dict[str, None] = {start: None}  # insertion order is the way from `start`
        stack = [iter(tuple(first))]
        while stack:
            name = next(stack[-1], None)
            here = next(reversed(way))
            if name is None:
                stack.pop()
                done.add(way.popitem()[0])
            elif name in way:
                edges[here].remove(name)
                cut.append((here, name))
            elif name in edges and name not in done:
                way[name] = None
                stack.append(iter(tuple(edges[name])))
    return cut


def _reaches(edges: Mapping[str, list[str]], start: str, target: str) -> bool:
    seen = {start}
    front = [start]
    while front:
        for name in edges.get(front.pop(), ()):
            if name == target:
                return True
            if name not in seen:
                seen.add(name)
                front.append(name)
    return False


def _warn(found: Imported, message: str, hint: str = "") -> Finding:
    return Finding(CHECK, Severity.WARNING, found.path, found.line, message, hint)
