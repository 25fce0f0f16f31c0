"""What is wrong on the board that no single command would notice, each with file, line and what to do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.upkeep.lint_files import Lines, judge_telemetry, read_plan_subtasks
from openclaw_hooks.documents import suggest
from openclaw_hooks.globs import GlobError, refuse_negations_only, validate_glob
from openclaw_hooks.roles.model import HUMAN
from openclaw_hooks.tasks.graph import find_cycle
from openclaw_hooks.tasks.model import ACTIVE, Status
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.snapshot import Snapshot
    from openclaw_hooks.documents import KeyPath
    from openclaw_hooks.tasks.model import Task

CHECK: Final = "board"
MAX_CYCLES: Final = 20  # named one by one; each search is linear
WAITING: Final = frozenset({Status.PROPOSED, Status.QUEUED, Status.RELEASED})
LOST: Final = frozenset({Status.CANCELLED, Status.REJECTED})


class LintFacts(NamedTuple):
    """What the findings need beside the board: None where it is not known, and then nothing is said about it.

    `leases` are those that this clone knows, by task, `now` is UTC as leases write it. `archived` are the ids of
    archived tasks and plans. `read` gives the file at a path of the board, for the lines. `telemetry` are its files of
    telemetry by path.
    """

    roles: Collection[str] | None = None
    leases: Mapping[str, Lease] | None = None
    now: str = ""
    archived: Collection[str] = ()
    read: Callable[[str], bytes | None] = lambda _: None
    telemetry: Mapping[str, bytes] = {}


class Fault(NamedTuple):
    """Something wrong with a task at the keys of its frontmatter."""

    keys: KeyPath
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR


def lint_board(snapshot: Snapshot, facts: LintFacts) -> list[Finding]:
    """Every fault of the board, by path and line: broken files first to mend, then what does not hold together."""
    broken = [
        Finding(CHECK, Severity.ERROR, error.path, error.line, error.reason, error.hint) for error in snapshot.broken
    ]
    subtasks, unread = read_plan_subtasks(snapshot.plans)
    known = {(finding.path, finding.line) for finding in broken}
    broken += [
        Finding(CHECK, Severity.ERROR, error.path, error.line, error.reason, error.hint)
        for error in unread
        if (error.path, error.line) not in known
    ]
    broken += [
        Finding(CHECK, Severity.ERROR, error.path, error.line, error.reason, error.hint)
        for error in judge_telemetry(facts.telemetry)
    ]
    findings = lint_tasks(snapshot.tasks, facts, subtasks)
    return sorted(broken + findings, key=lambda finding: (finding.path, finding.line))


def lint_tasks(tasks: Mapping[str, Task], facts: LintFacts, subtasks: Mapping[str, Collection[str]]) -> list[Finding]:
    """What does not hold together among `tasks`; `subtasks` are the ids of those of each plan that there is."""
    lines = Lines(facts.read)
    return [
        Finding(CHECK, fault.severity, lines.path(task_id), lines.find(task_id, fault.keys), fault.message, fault.hint)
        for task_id, fault in _find_faults(tasks, facts, subtasks)
    ]


def _find_faults(
    tasks: Mapping[str, Task], facts: LintFacts, subtasks: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, Fault]]:
    for task in tasks.values():
        found = (
            *_judge_dependencies(task, tasks, facts.archived),
            *_judge_words(task, facts),
            *_judge_scope(task),
            *_judge_owner(task),
            *_judge_lease(task, facts),
            *_judge_plan(task, subtasks, facts.archived),
        )
        yield from ((task.id, fault) for fault in found)
    yield from _find_cycles(tasks)
    yield from _find_twins(tasks)


def _judge_dependencies(task: Task, tasks: Mapping[str, Task], archived: Collection[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, name in enumerate(task.depends_on):
        keys = ("depends_on", index)
        if name in seen:
            yield Fault(keys, f"depends on {name} twice", "take one out", Severity.WARNING)
        seen.add(name)
        other = tasks.get(name)
        if other is None and name not in archived:
            yield Fault(keys, f"depends on {name}, which does not exist", "take it out, or mend the id")
        elif other is not None and other.status in LOST and task.status in WAITING:
            hint = "take it out, or cancel this task as well"
            yield Fault(keys, f"waits for {name}, which is {other.status}: it can never begin", hint)
    for key in ("recovers", "recovered_by"):
        name = getattr(task, key)
        if name and name not in tasks and name not in archived:
            yield Fault((key,), f"`{key}` names {name}, which does not exist", "take it out", Severity.WARNING)


def _judge_words(task: Task, facts: LintFacts) -> Iterator[Fault]:
    if facts.roles is not None and task.role and task.role not in facts.roles and task.role != HUMAN:
        yield Fault(("role",), f"there is no role `{task.role}`", suggest(task.role, [*facts.roles, HUMAN]))
    for index, label in enumerate(task.labels):
        if not label or any(char.isspace() or not char.isprintable() for char in label):
            hint = f"write `{'-'.join(label.split())}`" if label.strip() else "take it out"
            message = f"label {label!r} holds a blank: it is awkward to ask for"
            yield Fault(("labels", index), message, hint, Severity.WARNING)
    for label, times in Counter(task.labels).items():
        if times > 1:
            yield Fault(("labels",), f"label `{label}` stands there {times} times", "once is enough", Severity.WARNING)


def _judge_scope(task: Task) -> Iterator[Fault]:
    for index, pattern in enumerate(task.scope):
        try:
            validate_glob(pattern)
        except GlobError as error:
            yield Fault(("scope", index), error.message, error.hint)
    try:
        refuse_negations_only(task.scope)
    except GlobError as error:
        yield Fault(("scope",), f"the scope allows no file: {error.message}", error.hint)


def _judge_owner(task: Task) -> Iterator[Fault]:
    if task.status in ACTIVE and not task.owner:
        yield Fault(("status",), f"{task.status} by nobody", f"openclaw task release {task.id}")
    if task.owner and task.status in WAITING:
        hint = f"take `owner` out, or claim it: openclaw task claim {task.id}"
        yield Fault(("owner",), f"owned by {task.owner} while it is {task.status}: nobody else is offered it", hint)


def _judge_lease(task: Task, facts: LintFacts) -> Iterator[Fault]:
    """Leases of other clones without a shared remote are not known here, so nothing about them is an error."""
    if facts.leases is None:
        return
    lease = facts.leases.get(task.id)
    held = lease if lease is not None and lease.owner else None
    take_over = f"openclaw task claim {task.id} takes it over, openclaw task release {task.id} gives it free"
    if task.status not in ACTIVE:
        if held:
            message = f"{held.owner} still holds a claim while it is {task.status}"
            yield Fault(("status",), message, f"openclaw task release {task.id}", Severity.WARNING)
    elif held is None:
        yield Fault(("status",), f"{task.status} without a claim that is known here", take_over, Severity.WARNING)
    elif task.owner and held.owner != task.owner:
        message = f"owned by {task.owner}, but the claim is {held.owner}'s"
        yield Fault(("owner",), message, "openclaw board sync brings both in step", Severity.WARNING)
    elif facts.now and held.expires < facts.now:
        yield Fault(("owner",), f"the claim of {held.owner} ended at {held.expires}", take_over, Severity.WARNING)


def _judge_plan(task: Task, subtasks: Mapping[str, Collection[str]], archived: Collection[str]) -> Iterator[Fault]:
    if task.subtask and not task.plan:
        yield Fault(("subtask",), f"`subtask` is {task.subtask}, but no plan is named", "take it out")
    if not task.plan or task.plan in archived:
        return
    if task.plan not in subtasks:
        yield Fault(("plan",), f"belongs to plan {task.plan}, which does not exist", "take it out, or mend the id")
    elif task.subtask and task.subtask not in subtasks[task.plan]:
        hint = suggest(task.subtask, sorted(subtasks[task.plan]))
        yield Fault(("subtask",), f"plan {task.plan} has no subtask `{task.subtask}`", hint)


def _find_cycles(tasks: Mapping[str, Task]) -> Iterator[tuple[str, Fault]]:
    depends = {name: task.depends_on for name, task in tasks.items()}
    for _ in range(MAX_CYCLES):
        cycle = find_cycle(depends)
        if not cycle:
            return
        hint = "take one of these dependencies out"
        index = depends[cycle[0]].index(cycle[1])
        yield cycle[0], Fault(("depends_on", index), f"waits for itself: {' -> '.join(cycle)}", hint)
        depends = {name: others for name, others in depends.items() if name not in cycle}


def _find_twins(tasks: Mapping[str, Task]) -> Iterator[tuple[str, Fault]]:
    """Tasks that were imported twice, as when two clones import before they are in step."""
    first: dict[str, str] = {}
    for name, task in sorted(tasks.items()):
        if not task.origin or ":" not in task.origin:
            continue
        if task.origin in first:
            message = f"{task.origin} is also {first[task.origin]}"
            yield name, Fault(("origin",), message, "cancel one of the two", Severity.WARNING)
        first.setdefault(task.origin, name)
