"""`task edit`: fields by option, or the whole file in an editor."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from openclaw_hooks.cli.task.input import read_text_file
from openclaw_hooks.cli.task.options import As, Json, TaskArgument, open_place, show_moved, show_reports, tell_followed
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.files import atomic_write
from openclaw_hooks.process import run_in_terminal
from openclaw_hooks.tasks.markdown import parse_task
from openclaw_hooks.tasks.model import Mode  # noqa: TC001 - Typer reads the annotations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.store import Edit
    from openclaw_hooks.tasks.model import Task


DRAFTS = "drafts"  # below the state folder of the repository


class Draft(NamedTuple):
    """A task's file as it was, as it was made, and where that lies."""

    base: bytes
    edited: bytes
    path: str


def edit(
    task_id: TaskArgument,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="A new title.")] = None,
    priority: Annotated[int | None, typer.Option("--priority", "-p", help="Higher comes first.")] = None,
    budget_minutes: Annotated[int | None, typer.Option(metavar="N", help="How long it may take.")] = None,
    metric: Annotated[str | None, typer.Option(metavar="CMD", help="The command that says it is done.")] = None,
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
    from openclaw_hooks.plans.service import change_board
    from openclaw_hooks.tasks.ids import find_id

    plain = {"title": title, "priority": priority, "budget_minutes": budget_minutes, "metric": metric, "role": role}
    asked: dict[str, object] = {name: value for name, value in plain.items() if value is not None}
    if scope is not None:
        asked["scope"] = tuple(scope)
    lists = ListChanges(*map(tuple, (add_label or (), remove_label or (), depends_on or (), drop_dependency or ())))
    is_by_option = bool(asked or mode or any(lists) or note or body_file)
    if is_by_option and file:
        raise OpenclawError("--file and the fields exclude each other", "give one of them")
    board, actor = open_place(as_name)
    if bool(asked or mode or any(lists) or body_file) or not note:
        refuse_worker(actor)
    draft = None if is_by_option else draft_file(board, task_id, file)
    body = read_text_file(body_file) if body_file else None
    with change_board(board, actor) as change:
        task_id = find_id(task_id, change.snapshot.tasks)
        if draft is None:
            changes = merge_fields(change.snapshot.tasks, task_id, asked, lists, mode)
            refuse_loosening(change, task_id, changes)
            put_fields(change, task_id, changes, (body, note))
        else:
            put_draft(change, task_id, draft)
    if draft and draft.path.startswith(os.path.join(board.repo.state_dir, DRAFTS)):
        os.unlink(draft.path)
    show_reports(change.reports)
    told = f"{task_id} edited" if change.commit else f"{task_id} is so already: nothing was changed"
    show_moved([change.snapshot.tasks[task_id]], [told, *tell_followed(change, {task_id})], as_json)


class ListChanges(NamedTuple):
    """What to add to and take from the labels and the dependencies of a task."""

    add_labels: tuple[str, ...]
    remove_labels: tuple[str, ...]
    add_dependencies: tuple[str, ...]
    drop_dependencies: tuple[str, ...]


def merge_fields(
    tasks: Mapping[str, Task], task_id: str, asked: Mapping[str, object], lists: ListChanges, mode: Mode | None
) -> dict[str, object]:
    """The new values of the fields that change; raises OpenclawError for a bad one."""
    from msgspec.structs import replace

    from openclaw_hooks.tasks.build import check_limits, validate_scope
    from openclaw_hooks.tasks.graph import refuse_cycle
    from openclaw_hooks.tasks.ids import find_id
    from openclaw_hooks.tasks.markdown import validate_title

    task = tasks[task_id]
    changes = dict(asked)
    if "title" in changes:
        changes["title"] = validate_title(str(changes["title"]))
    if lists.add_labels or lists.remove_labels:
        labels = dict.fromkeys([*task.labels, *lists.add_labels])
        changes["labels"] = tuple(label for label in labels if label not in lists.remove_labels)
    if lists.add_dependencies or lists.drop_dependencies:
        added = dict.fromkeys([*task.depends_on, *(find_id(name, tasks) for name in lists.add_dependencies)])
        dropped = {find_id(name, dict.fromkeys(added)) for name in lists.drop_dependencies}
        changes["depends_on"] = tuple(other for other in added if other not in dropped)
    if mode:
        changes["delegation"] = replace(task.delegation, mode=mode, reason="")
    edited = replace(task, **changes)
    validate_scope(edited.scope)
    check_limits(edited)
    refuse_cycle({**tasks, task_id: edited}, edited)
    return changes


def refuse_worker(actor: Actor) -> None:
    """Raises IllegalMoveError for who is neither the lead nor a person; a note is all that they may add."""
    from openclaw_hooks.tasks.moves import IllegalMoveError, Right

    if not actor.rights & {Right.LEAD, Right.HUMAN}:
        raise IllegalMoveError("editing is for the lead, not for a worker", "add a note with --note")


def refuse_loosening(change: Edit, task_id: str, changes: Mapping[str, object]) -> None:
    """Raises RefusedError when who is no person takes a review away, changes what a metric measures, or widens a scope."""
    from msgspec.structs import replace

    from openclaw_hooks.tasks.gate import judge_gate, loosens_gate, widens_bounds
    from openclaw_hooks.tasks.moves import Right

    task = change.snapshot.tasks[task_id]
    edited = replace(task, **changes)
    if Right.HUMAN in change.actor.rights:
        return
    if widens_bounds(task, edited):
        bounds = f"its scope is {', '.join(task.scope) or 'open'}, its role {task.role or 'none'}"
        raise RefusedError(f"{task_id}: {bounds}, and only a person widens that", "a person runs this command")
    if not loosens_gate(task, edited):
        return
    gate = judge_gate(task)
    why = f"it is reviewed ({gate.reason})" if gate.needs_review else f"its metric is `{task.metric}`"
    raise RefusedError(f"{task_id}: {why}, and only a person changes that", "a person runs this command")


def put_fields(change: Edit, task_id: str, changes: dict[str, object], text: tuple[str | None, str]) -> None:
    """Write the fields, a new body, and a line of the section Notes."""
    from openclaw_hooks.board.snapshot import task_path
    from openclaw_hooks.tasks.markdown import append_section

    body, note = text
    if note:
        body = append_section(
            parse_task(task_path(task_id), change.content(task_path(task_id))).body if body is None else body,
            "Notes",
            f"- {note}",
        )
    if body is not None:
        changes["body"] = body
    change.put_task(task_id, changes)


def draft_file(board: Board, name: str, file: str) -> Draft:
    """What a person made of the task's file: in `file`, or now in their editor."""
    from openclaw_hooks.board.store import read_board, read_task
    from openclaw_hooks.tasks.ids import find_id

    task_id = find_id(name, read_board(board).tasks)
    _, base = read_task(board, task_id)
    if file:
        return Draft(base, read_text_file(file).encode(), file)
    path = os.path.join(board.repo.state_dir, DRAFTS, f"{task_id}.md")
    if os.path.lexists(path):
        hint = f"give it with `openclaw task edit {task_id} --file {path}`, or delete it"
        raise RefusedError(f"a draft of {task_id} from before is in {path}", hint)
    atomic_write(path, base)
    edited = run_editor(path, base)
    if edited == base:
        os.unlink(path)
        raise RefusedError("nothing was changed")
    return Draft(base, edited, path)


def run_editor(path: str, base: bytes) -> bytes:
    """What the editor of $VISUAL or $EDITOR left in the file; raises OpenclawError when it fails.

    A draft that differs from `base` is then kept.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        code = run_in_terminal([*shlex.split(command), path])
    except (OpenclawError, ValueError) as error:  # ValueError: a quote that is not closed
        os.unlink(path)
        raise OpenclawError(f"the editor `{command}` cannot be started: {error}", "set VISUAL or EDITOR") from error
    with open(path, "rb") as stream:
        edited = stream.read()
    if code and edited == base:
        os.unlink(path)
    if code:
        kept = f"the draft is in {path}" if edited != base else ""
        raise OpenclawError(f"the editor `{command}` ended with exit code {code}", kept)
    return edited


def put_draft(change: Edit, task_id: str, draft: Draft) -> None:
    """Write a draft over what the board has now; raises OpenclawError when it is not valid, and keeps it aside."""
    from openclaw_hooks.board.absorb import judge_edit
    from openclaw_hooks.board.snapshot import task_path

    path = task_path(task_id)
    if change.content(path) != draft.base:
        again = f"`openclaw task edit {task_id} --file {draft.path}`"
        hint = f"look at it with `openclaw task show {task_id}`, then give the draft again with {again}"
        raise RefusedError(f"{task_id} was changed by somebody else meanwhile", hint)
    try:
        parse_task(path, draft.edited)
    except DocumentError as error:
        again = f"mend the draft and give it with `openclaw task edit {task_id} --file {draft.path}`"
        raise OpenclawError(error.message, f"{error.hint}; {again}" if error.hint else again) from error
    judged = judge_edit(draft.base, draft.edited, path, change.actor.rights)
    change.put(path, judged.content)
    change.say(f"task {task_id} edited")
    change.reports.extend(judged.reports)
