"""Bringing the tasks of a reading onto the board, as one change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.board.importers.plan import ImportPlan, plan_import, require_import
from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.board.store import edit_board, read_board
from openclaw_hooks.board.upkeep.archive_edit import read_archived

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.importers.model import Reading
    from openclaw_hooks.board.importers.plan import ImportOptions
    from openclaw_hooks.board.place import Board


def import_tasks(board: Board, actor: Actor, reading: Reading, options: ImportOptions) -> ImportPlan:
    """What was added and left out, by one commit; its warnings come after those of `reading`.

    Raises IllegalMoveError unless the actor keeps the board.
    """
    require_import(actor.rights)
    with edit_board(board, actor) as edit:
        there = (*edit.snapshot.tasks.values(), *read_archived(board)[0])
        plan = plan_import(reading.imported, there, lambda: edit.new_id("T"), options)
        for planned in plan.tasks:
            task = planned.task
            edit.put(task_path(task.id), planned.content)
            edit.say(f"task {task.id} {task.status}: {task.title}, from {task.origin} ({actor.name})")
    return plan


def preview_import(board: Board, reading: Reading, options: ImportOptions) -> ImportPlan:
    """What `import_tasks` would do now; nothing is written, and the ids are not those that it will give."""
    from openclaw_hooks.tasks.ids import new_id

    tasks = read_board(board).tasks
    taken = {name.casefold() for name in tasks}

    def take_id() -> str:
        made = new_id("T", taken)
        taken.add(made)
        return made

    return plan_import(reading.imported, (*tasks.values(), *read_archived(board)[0]), take_id, options)
