"""`board conflicts`: fields that two sides changed, with the value that gave way; dropped, or put in force after all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.task.options import As, Json, open_place, show_reports
from openclaw_hooks.errors import OpenclawError, RefusedError

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.merge.records import Record
    from openclaw_hooks.board.place import Board

Drop = Annotated[str, typer.Option("--drop", metavar="ID", help="Take this record away: what is in force is right.")]
Take = Annotated[str, typer.Option("--take", metavar="ID", help="Put what gave way in force after all.")]


def conflicts(drop: Drop = "", take: Take = "", as_name: As = "", as_json: Json = False) -> None:
    """List what gave way when two sides had changed the same field, and decide about it.

    Example: openclaw board conflicts --take T-4kf2mz-1a2b3c4d
    """
    from openclaw_hooks.board.merge.conflicts import drop_conflict, list_conflicts
    from openclaw_hooks.plans.service import settle_plans

    if drop and take:
        raise OpenclawError("--drop and --take exclude each other", "give one of them")
    board, actor = open_place(as_name)
    if take:
        record = take_conflict(board, actor, take)
        _tell(record, f"{record.id}: {record.conflict.field} of {record.path} is as it was here", as_json)
    elif drop:
        show_reports(settle_plans(board, actor).reports)  # edits by hand that wait may concern a plan
        record = drop_conflict(board, actor, drop)
        _tell(record, f"{record.id} dropped: {record.conflict.field} of {record.path} stays as it is", as_json)
    else:
        records = list_conflicts(board)
        if as_json:
            print_json("board-conflicts", {"conflicts": [_values(record) for record in records]})
            return
        for record in records:
            _show(record)
        if not records:
            typer.echo("no conflicts", err=True)


def take_conflict(board: Board, actor: Actor, name: str) -> Record:
    """Puts the value that gave way in force, as one may by hand, and takes the record away.

    Raises RefusedError where that is not allowed by hand, or where the text has changed since.
    """
    from openclaw_hooks.board.absorb import judge_edit
    from openclaw_hooks.board.merge.conflicts import find_conflict
    from openclaw_hooks.board.merge.records import FOLDER
    from openclaw_hooks.plans.service import change_board

    with change_board(board, actor) as edit:
        record = find_conflict(board, name)
        if record.path.startswith(f"{FOLDER}/"):
            raise RefusedError(f"{record.id} {record.conflict.dropped}", "--drop it")
        base = edit.content(record.path)
        judged = judge_edit(base, apply_dropped(record, base), record.path, actor.rights)
        if judged.reports or judged.content is None:
            reason = "; ".join(judged.reports)
            raise RefusedError(
                f"{record.id} cannot be taken: {reason}", "use the command for it, then --drop the record"
            )
        edit.put(record.path, judged.content)
        edit.put(f"{FOLDER}/{record.id}.yaml", None)
        edit.say(f"conflict {record.id} taken: {record.conflict.field} of {record.path} ({actor.name})")
    show_reports(edit.reports)
    return record


def apply_dropped(record: Record, content: bytes) -> bytes:
    """`content` with the value that gave way; raises RefusedError when it is not clear where that belongs."""
    from openclaw_hooks.board.merge.reconcile import WHOLE_FILE

    conflict = record.conflict
    if conflict.field.partition(" ")[0] != "body" and conflict.field != WHOLE_FILE:
        return _apply_entries(record, content)
    if conflict.field == WHOLE_FILE and not conflict.base:
        return conflict.dropped.encode()
    text = content.decode("utf-8")
    newline = "\r\n" if "\r\n" in text else "\n"
    kept, dropped = (part.replace("\n", newline) for part in (conflict.kept, conflict.dropped))
    if kept and text.count(kept) == 1:
        return text.replace(kept, dropped).encode()
    heading = dropped.partition(newline)[0]
    if not kept and heading not in text.splitlines():
        return (text.rstrip() + newline * 2 + dropped + newline).encode()
    hint = f"edit it by hand, then `openclaw board conflicts --drop {record.id}`"
    raise RefusedError(f"{record.path} has changed since {record.id} was written", hint)


def _apply_entries(record: Record, content: bytes) -> bytes:
    """The lines of a field's keys in place of those that are there; a key that the dropped lines lack goes."""
    from openclaw_hooks.board.merge.fields import Field, join_fields, read_fields
    from openclaw_hooks.board.merge.reconcile import PLAN_STATE, TASK_STATE
    from openclaw_hooks.tasks.yaml_edit import get_keys

    state = TASK_STATE if record.path.startswith("tasks/") else PLAN_STATE
    keys = state if record.conflict.field == "state" else (record.conflict.field,)
    parts = read_fields(record.path, content, {})
    entries = get_keys(f"{record.conflict.dropped}\n")
    fields = {key: field for key, field in parts.fields.items() if key not in keys or key in entries}
    fields.update({key: Field(text, "") for key, text in entries.items() if key in keys})
    return join_fields(parts._replace(fields=fields))


def _tell(record: Record, line: str, as_json: bool) -> None:
    if as_json:
        print_json("board-conflict", _values(record))
    else:
        typer.echo(line)


def _values(record: Record) -> dict[str, str]:
    return {"id": record.id, "path": record.path, **record.conflict._asdict()}


def _show(record: Record) -> None:
    typer.echo(f"{record.id}  {record.conflict.field} of {record.path}")
    for name, text in (("in force", record.conflict.kept), ("gave way", record.conflict.dropped)):
        lines = [ascii_safe(line) for line in text.splitlines()] or ["(nothing)"]
        typer.echo(f"    {name}  {lines[0]}")
        for line in lines[1:]:
            typer.echo(f"              {line}")


def ascii_safe(line: str) -> str:
    """A line of somebody's text without what a terminal would obey."""
    from openclaw_hooks.checks.report import one_line

    return one_line(line)
