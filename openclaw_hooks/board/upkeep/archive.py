"""Old tasks and ended plans, moved out of the way and kept: byte for byte, with their ids, for good.

An archived file is the same file at `archive/<year>/<status>/<id>.md` (`.yaml` for a plan). Git stores it once, follows
its history through the move, and searches it with `git grep`; nothing is rewritten, so two clones that archive at once
cannot conflict. Year and status stand in the path, so a listing of names alone says which ids are taken and which
dependencies are completed, without reading a file and without an index that could go stale. Commands list `tasks/`
only, and look here when a name is not there.

Where a task lies in both places, the one in `tasks/` counts: somebody worked on it while another clone archived it.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.tasks.model import PLAN_ID_PATTERN, TASK_ID_PATTERN, TERMINAL, Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from openclaw_hooks.tasks.graph import Standing
    from openclaw_hooks.tasks.model import Task

ARCHIVE_FOLDER: Final = "archive"
TASKS: Final = "tasks"
PLANS: Final = "plans"
_PATH: Final = re.compile(
    rf"{ARCHIVE_FOLDER}/(\d{{4}})/([a-z_]+)/(?:({TASK_ID_PATTERN.strip('^$')})\.md|({PLAN_ID_PATTERN.strip('^$')})\.yaml)"
)


class Archived(NamedTuple):
    """A file of the archive, as its path tells."""

    id: str
    path: str
    status: str
    year: int


class PlanFacts(NamedTuple):
    """What archiving needs to know of a plan: how it ended (empty while it has not), and when."""

    ended: str = ""
    closed_at: datetime | None = None


class ArchiveOptions(NamedTuple):
    """What may be archived: what was closed before `before`, except `keep`; `plans` are those of the board."""

    before: datetime
    keep: Collection[str] = ()
    plans: Mapping[str, PlanFacts] = {}


def plan_archive(
    tasks: Mapping[str, TaskHead], closed_at: Mapping[str, datetime], options: ArchiveOptions
) -> tuple[str, ...]:
    """The ids of tasks and plans to archive: closed long enough, and nothing that is open needs them.

    A plan goes with all of its tasks or not at all, for its state is theirs. A task whose time of closing is not
    known stays.
    """
    old = {
        name
        for name, task in tasks.items()
        if task.status in TERMINAL and name not in options.keep and _is_before(closed_at.get(name), options.before)
    }
    old -= _needed(tasks.values())
    members: dict[str, set[str]] = {}
    for name, task in tasks.items():
        if task.plan:
            members.setdefault(task.plan, set()).add(name)
    ended = {
        name
        for name, plan in options.plans.items()
        if plan.ended
        and name not in options.keep
        and _is_before(plan.closed_at, options.before)
        and members.get(name, set()) <= old
    }
    held = {name for plan, names in members.items() if plan in options.plans and plan not in ended for name in names}
    return (*sorted(old - held), *sorted(ended))


def _is_before(moment: datetime | None, limit: datetime) -> bool:
    return moment is not None and moment < limit


def _needed(tasks: Iterable[TaskHead]) -> set[str]:
    """What open tasks depend on or make good."""
    needed: set[str] = set()
    for task in tasks:
        if task.status not in TERMINAL:
            needed.update(task.depends_on)
            needed.add(task.recovers)
    return needed


def archive_path(name: str, status: str, closed_at: datetime) -> str:
    """Where the task or plan `name` goes."""
    suffix = "md" if name.startswith("T-") else "yaml"
    return f"{ARCHIVE_FOLDER}/{closed_at.year:04}/{status}/{name}.{suffix}"


def live_path(name: str) -> str:
    """Where the task or plan lies, or lay, on the board."""
    return f"{TASKS}/{name}.md" if name.startswith("T-") else f"{PLANS}/{name}.yaml"


def read_path(path: str) -> Archived | None:
    """What a path of the board tells about an archived file; None for any other file."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    year, status, task, plan = found.groups()
    if task and status not in TERMINAL:
        return None
    return Archived(task or plan, path, status, int(year))


def index_archive(paths: Iterable[str], live: Collection[str] = ()) -> dict[str, Archived]:
    """The archived tasks and plans by id, those left out that are `live`; of two files of an id the later year counts."""
    found: dict[str, Archived] = {}
    for entry in filter(None, map(read_path, paths)):
        other = found.get(entry.id)
        if entry.id not in live and (other is None or (other.year, other.path) < (entry.year, entry.path)):
            found[entry.id] = entry
    return found


def find_shadowed(paths: Iterable[str], live: Iterable[str]) -> list[str]:
    """The archived files whose task or plan is on the board as well, where the live one counts."""
    names = set(live)
    return [path for path in paths if (entry := read_path(path)) is not None and entry.id in names]


def list_archive(top: str) -> list[str]:
    """The paths below `archive/` of the board's worktree at `top`, by looking at names alone."""
    root = os.path.join(top, ARCHIVE_FOLDER)
    found: list[str] = []
    for year in _names(root):
        for status in _names(os.path.join(root, year)):
            found += [f"{ARCHIVE_FOLDER}/{year}/{status}/{name}" for name in _names(os.path.join(root, year, status))]
    return found


def _names(folder: str) -> list[str]:
    with suppress(OSError):
        return sorted(os.listdir(folder))
    return []


def find_archived_dependencies(
    tasks: Mapping[str, TaskHead], list_paths: Callable[[], list[str]]
) -> dict[str, TaskHead]:
    """The archived tasks that `tasks` depend on, as far as their paths tell: id and status, to judge the others by.

    The archive is listed only when some dependency is not among `tasks`, so a board without such costs nothing.
    """
    missing = {name for task in tasks.values() for name in task.depends_on if name not in tasks}
    index = index_archive(list_paths(), tasks) if missing else {}
    return {name: _stand_in(index[name]) for name in sorted(missing) if name in index}


def judge_board(tasks: Mapping[str, Task], top: str) -> dict[str, Standing]:
    """Where each of the board's `tasks` stands, archived dependencies considered; `top` is the board's worktree."""
    from openclaw_hooks.tasks.graph import judge_task

    known = {**find_archived_dependencies(tasks, lambda: list_archive(top)), **tasks}
    return {name: judge_task(task, known) for name, task in tasks.items()}


def judge_on_board(task: Task, tasks: Mapping[str, Task], top: str) -> Standing:
    """Where one task stands, as `judge_board` says."""
    from openclaw_hooks.tasks.graph import judge_task

    needed = {task.id: task, **{name: tasks[name] for name in task.depends_on if name in tasks}}
    return judge_task(task, {**find_archived_dependencies(needed, lambda: list_archive(top)), **needed})


def _stand_in(entry: Archived) -> TaskHead:
    return TaskHead(id=entry.id, title=f"(archived {entry.year})", status=Status(entry.status))


def require_archived(index: Mapping[str, Archived], name: str) -> Archived:
    """The entry of `name`; raises OpenclawError when it is not archived."""
    if name not in index:
        raise OpenclawError(f"{name} is not archived", "see `openclaw task archive --list`")
    return index[name]


def require_closed(task: TaskHead, tasks: Mapping[str, TaskHead]) -> None:
    """Raises RefusedError unless `task` may be archived by name: it is closed, and no open task needs it."""
    if task.status not in TERMINAL:
        raise RefusedError(f"{task.id} is {task.status}; only what is closed can be archived", "finish or cancel it")
    users = [other.id for other in tasks.values() if other.id != task.id and task.id in _needed([other])]
    if users:
        raise RefusedError(f"{task.id} is needed by {', '.join(sorted(users)[:5])}, which is open", "archive it later")
