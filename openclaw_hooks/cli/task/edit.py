"""`task edit`: fields by option, or the whole file in an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.cli.task.door import find_line, find_task, keep_claim, read_outcome, show_queued
from openclaw_hooks.cli.task.draft import Draft, draft_file, drop_draft, keeping, put_draft, read_draft
from openclaw_hooks.cli.task.edit_fields import NO_EVALUATION, ListChanges, Wish, make_changes, refuse_worker
from openclaw_hooks.cli.task.evaluation import (  # noqa: TC001 - Typer reads the annotations
    EvaluatorGlobs,
    MeasureText,
    MinGain,
)
from openclaw_hooks.cli.task.input import read_text_file
from openclaw_hooks.cli.task.options import As, Json, TaskArgument, open_place, show_moved, show_reports, tell_followed
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.tasks.model import Mode  # noqa: TC001 - Typer reads the annotations

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.relay.line import Line
    from openclaw_hooks.mesh.wire.messages import Answer


def edit(
    task_id: TaskArgument,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="A new title.")] = None,
    priority: Annotated[int | None, typer.Option("--priority", "-p", help="Higher comes first.")] = None,
    budget_minutes: Annotated[int | None, typer.Option(metavar="N", help="How long it may take.")] = None,
    metric: Annotated[str | None, typer.Option(metavar="CMD", help="The command that says it is done.")] = None,
    measure: MeasureText = None,
    min_gain: MinGain = None,
    evaluator: EvaluatorGlobs = None,
    role: Annotated[str | None, typer.Option(metavar="ROLE", help="In which role.")] = None,
    mode: Annotated[Mode | None, typer.Option(help="Who is to do it.")] = None,
    scope: Annotated[list[str] | None, typer.Option(metavar="GLOB", help="The scope, in place of the old one.")] = None,
    add_label: Annotated[list[str] | None, typer.Option(metavar="LABEL", help="May be repeated.")] = None,
    remove_label: Annotated[list[str] | None, typer.Option(metavar="LABEL", help="May be repeated.")] = None,
    depends_on: Annotated[list[str] | None, typer.Option(metavar="TASK", help="One more thing it waits for.")] = None,
    drop_dependency: Annotated[list[str] | None, typer.Option(metavar="TASK", help="It waits for it no more.")] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="A line for the section Notes.")] = "",
    body_file: Annotated[str, typer.Option(metavar="FILE", help="The text below, `-` for stdin.")] = "",
    file: Annotated[str, typer.Option(metavar="FILE", help="The whole file, as an editor left it.")] = "",
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Edit a task: by options, or without any in $VISUAL or $EDITOR; what is not valid is refused and kept aside.

    Example: openclaw task edit T-4k7 --priority 5 --add-label security
    """
    plain = {"title": title, "priority": priority, "budget_minutes": budget_minutes, "metric": metric, "role": role}
    asked: dict[str, object] = {name: value for name, value in plain.items() if value is not None}
    if scope is not None:
        asked["scope"] = tuple(scope)
    lists = ListChanges(*map(tuple, (add_label or (), remove_label or (), depends_on or (), drop_dependency or ())))
    asked_evaluation = (measure, min_gain, None if evaluator is None else tuple(evaluator))
    is_measured_anew = asked_evaluation != NO_EVALUATION
    is_by_option = bool(asked or mode or any(lists) or note or body_file or is_measured_anew)
    if is_by_option and file:
        raise OpenclawError("--file and the fields exclude each other", "give one of them")
    board, actor = open_place(as_name)
    if bool(asked or mode or any(lists) or body_file or is_measured_anew) or not note:
        refuse_worker(actor)
    draft = None if is_by_option else draft_file(board, task_id, file)
    wish = Wish(asked, lists, mode, read_text_file(body_file) if body_file else None, note, asked_evaluation)
    line = find_line(board, actor)
    if line is None:
        edit_here(board, actor, (task_id, as_json), draft or wish)
    else:
        with keeping(draft):
            edit_there(line, board, (task_id, as_json), draft or wish)
    if draft:
        drop_draft(board, draft)


def edit_here(board: Board, actor: Actor, named: tuple[str, bool], wanted: Draft | Wish) -> None:
    """Make the change on the board of this repository, and tell it; `named`: the task, and whether as JSON."""
    from openclaw_hooks.plans.service import change_board
    from openclaw_hooks.tasks.ids import find_id
    from openclaw_hooks.tasks.markdown import parse_task

    name, as_json = named
    with change_board(board, actor) as change:
        task_id = find_id(name, change.snapshot.tasks)
        if isinstance(wanted, Wish):
            whole = parse_task(task_path(task_id), change.content(task_path(task_id)))
            change.put_task(task_id, make_changes(change.snapshot.tasks, actor, whole, wanted))
        else:
            put_draft(change, task_id, wanted)
    show_reports(change.reports)
    told = f"{task_id} edited" if change.commit else f"{task_id} is so already: nothing was changed"
    show_moved([change.snapshot.tasks[task_id]], [told, *tell_followed(change, {task_id})], as_json)


def edit_there(line: Line, board: Board, named: tuple[str, bool], wanted: Draft | Wish) -> None:
    """Have the lead make the change, merged with what others changed meanwhile; told as `edit_here` does."""
    from openclaw_hooks.board.store import read_board, read_task
    from openclaw_hooks.mesh.relay.line import QUEUED, send
    from openclaw_hooks.tasks.markdown import edit_task

    name, as_json = named
    task_id = find_task(board, name)
    if isinstance(wanted, Wish):
        task, base = read_task(board, task_id)
        tasks = read_board(board).tasks
        edited = edit_task(base, make_changes({**tasks, task_id: tasks.get(task_id, task)}, line.actor, task, wanted))
    else:
        read_draft(task_id, wanted)
        base, edited = wanted.base, wanted.edited
    if edited == base:
        show_moved([read_task(board, task_id)[0]], [f"{task_id} is so already: nothing was changed"], as_json)
        return
    answer = send(line, "edit", task_id, {"base": base.decode(), "content": edited.decode()})
    if answer.result.get(QUEUED):
        if as_json:
            show_queued([answer], "edit")
        for text in () if as_json else answer.lines:
            typer.echo(text)
        return
    outcome = read_outcome(answer, task_id)
    keep_claim(line, outcome)
    keep_conflicts(board, line.actor, task_id, answer)
    reports = [str(report) for report in answer.result.get("reports", ())]
    is_same = answer.files[task_path(task_id)].encode() == base
    if is_same and reports:
        raise RefusedError(f"{task_id}: nothing of the edit was taken", "; ".join(reports))
    show_reports(reports)
    told = f"{task_id} is so already: nothing was changed" if is_same else f"{task_id} edited"
    show_moved([outcome.task], [told, *answer.lines], as_json)


def keep_conflicts(board: Board, actor: Actor, task_id: str, answer: Answer) -> None:
    """What gave way to the changes of others is kept on this board, as after any merge, and told."""
    from openclaw_hooks.board.merge.field_merge import Conflict
    from openclaw_hooks.board.merge.records import write_record
    from openclaw_hooks.board.store import edit_board

    told = [one for one in answer.result.get("conflicts") or () if isinstance(one, dict)]
    conflicts = [Conflict(*(str(one.get(name, "")) for name in Conflict._fields)) for one in told]
    if not conflicts:
        return
    with edit_board(board, actor) as change:
        for conflict in conflicts:
            path, content = write_record(task_path(task_id), conflict)
            change.put(path, content)
            change.say(f"conflict in {task_id}: {conflict.field} ({actor.name})")
    named = ", ".join(f"`{conflict.field}`" for conflict in conflicts)
    show_reports([f"{task_id}: {named} changed by others meanwhile, theirs stays: see `openclaw board conflicts`"])
