"""`task new`, `task propose`: tasks that are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from openclaw_hooks.cli.plan.options import complete_plan
from openclaw_hooks.cli.task.evaluation import EvaluatorGlobs, MeasureText, MinGain, evaluation_fields
from openclaw_hooks.cli.task.input import read_text_file
from openclaw_hooks.cli.task.options import As, Json, complete_task, open_place, show_reports, task_values
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.ids import find_id
from openclaw_hooks.tasks.model import Mode, Status

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.store import Snapshot
    from openclaw_hooks.mesh.relay.line import Line
    from openclaw_hooks.tasks.model import Task

Title = Annotated[str, typer.Argument(metavar="TITLE", help="One line that says what is wanted.")]
Description = Annotated[str, typer.Option("--description", "-d", metavar="TEXT", help="What is wanted, in markdown.")]
BodyFile = Annotated[str, typer.Option(metavar="FILE", help="The text below the frontmatter; `-` reads stdin.")]
Scope = Annotated[
    list[str] | None, typer.Option("--scope", "-s", metavar="GLOB", help="Files that may change; may be repeated.")
]
Metric = Annotated[str, typer.Option(metavar="CMD", help="The command whose success says that it is done.")]
DependsOn = Annotated[
    list[str] | None,
    typer.Option("--depends-on", metavar="TASK", help="What must be done before.", autocompletion=complete_task),
]
RoleId = Annotated[str, typer.Option("--role", metavar="ROLE", help="In which role; see `openclaw roles list`.")]
Label = Annotated[list[str] | None, typer.Option("--label", "-l", metavar="LABEL", help="May be repeated.")]
Criterion = Annotated[
    list[str] | None, typer.Option("--criterion", "-c", metavar="TEXT", help="What must hold in the end.")
]
Priority = Annotated[int, typer.Option("--priority", "-p", help="Higher comes first.")]
Budget = Annotated[int, typer.Option("--budget-minutes", metavar="N", help="How long it may take.")]
ModeOption = Annotated[Mode, typer.Option("--mode", help="Who is to do it.")]
PlanId = Annotated[
    str, typer.Option("--plan", metavar="PLAN", help="The plan that it goes with.", autocompletion=complete_plan)
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the id only.")]


def new(
    title: Title,
    description: Description = "",
    body_file: BodyFile = "",
    scope: Scope = None,
    metric: Metric = "",
    measure: MeasureText = None,
    min_gain: MinGain = None,
    evaluator: EvaluatorGlobs = None,
    depends_on: DependsOn = None,
    role: RoleId = "",
    label: Label = None,
    criterion: Criterion = None,
    priority: Priority = 0,
    budget_minutes: Budget = 30,
    mode: ModeOption = Mode.AUTO,
    plan: PlanId = "",
    propose: Annotated[bool, typer.Option("--propose", help="Only propose it: the lead accepts or rejects.")] = False,
    as_name: As = "",
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make a task.

    Example: openclaw task new "Refuse empty passwords" --scope src/auth/ --metric "pytest tests/auth"
    """
    fields: dict[str, object] = {
        "title": title,
        "scope": tuple(scope or ()),
        "metric": metric,
        "depends_on": tuple(depends_on or ()),
        "role": role,
        "labels": tuple(label or ()),
        "success_criteria": tuple(criterion or ()),
        "priority": priority,
        "budget_minutes": budget_minutes,
        "mode": mode,
        "plan": plan,
        **evaluation_fields(measure, min_gain, evaluator),
    }
    draft = Draft(fields, make_body(description, body_file), Status.PROPOSED if propose else Status.QUEUED)
    make_task(draft, (as_name, quiet, as_json))


def propose(
    title: Title,
    description: Description = "",
    scope: Scope = None,
    metric: Metric = "",
    measure: MeasureText = None,
    min_gain: MinGain = None,
    evaluator: EvaluatorGlobs = None,
    label: Label = None,
    as_name: As = "",
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Propose a task; the lead accepts or rejects it.

    Example: openclaw task propose "Cache the parser's tables" --label performance
    """
    fields: dict[str, object] = {
        "title": title,
        "scope": tuple(scope or ()),
        "metric": metric,
        "labels": tuple(label or ()),
        **evaluation_fields(measure, min_gain, evaluator),
    }
    make_task(Draft(fields, make_body(description, ""), Status.PROPOSED), (as_name, quiet, as_json))


def make_body(description: str, body_file: str) -> str:
    """The text of a new task; raises OpenclawError when both are given or the file cannot be read."""
    if description and body_file:
        raise OpenclawError("--description and --body-file exclude each other", "give one of them")
    if not body_file:
        return f"## Description\n\n{description.rstrip()}\n" if description.strip() else ""
    return read_text_file(body_file)


class Draft(NamedTuple):
    """A task that is wanted: its fields, its text, and what it is to begin as."""

    fields: dict[str, object]
    body: str
    status: Status


def make_task(draft: Draft, how: tuple[str, bool, bool]) -> None:
    """Put a task on the board and print it; `how` is the name to act in, whether quietly, whether as JSON."""
    from openclaw_hooks.cli.task.door import find_line

    as_name, quiet, as_json = how
    board, actor = open_place(as_name)
    line = find_line(board, actor)
    task = add_here(board, actor, draft) if line is None else ask_for_task(line, board, draft, (quiet, as_json))
    if task is None:
        return
    if as_json:
        from openclaw_hooks.cli.output import print_json

        print_json("task", task_values(task))
    else:
        typer.echo(task.id if quiet else f"{task.id} {task.status}: {task.title}")


def add_here(board: Board, actor: Actor, draft: Draft) -> Task:
    """The task, on the board of this repository."""
    from openclaw_hooks.board.clock import utc_now
    from openclaw_hooks.plans.service import change_board
    from openclaw_hooks.tasks.build import Birth, make_head
    from openclaw_hooks.tasks.moves import require_move

    with change_board(board, actor) as edit:
        require_move("a new task", None, draft.status, actor.rights)
        fields = resolve_references(board, edit.snapshot, draft.fields)
        birth = Birth(edit.new_id("T"), draft.status, utc_now(), actor.name)
        task_id = edit.add_task(make_head(birth, fields, edit.snapshot.tasks), draft.body)
    show_reports(edit.reports)
    return edit.snapshot.tasks[task_id]


def ask_for_task(line: Line, board: Board, draft: Draft, how: tuple[bool, bool]) -> Task | None:
    """The task as the lead made it, None when it cannot be asked now; who is no lead can only propose one."""
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.cli.task.door import read_task_of, tell_queued
    from openclaw_hooks.mesh.relay.line import QUEUED, send
    from openclaw_hooks.tasks.build import Birth, make_head
    from openclaw_hooks.tasks.moves import Right

    snapshot = read_board(board)
    fields = resolve_references(board, snapshot, draft.fields)
    may_make = Right.LEAD in line.actor.rights
    # What is wrong with it is said here, in the words that it is said in without a mesh.
    head = make_head(Birth("T-000000", draft.status, "", line.actor.name), fields, snapshot.tasks)
    wanted = fields | {"title": head.title, "depends_on": head.depends_on}
    verb = "new" if may_make and draft.status is Status.QUEUED else "propose"
    answer = send(line, verb, args={"fields": wanted, "body": draft.body})
    if answer.result.get(QUEUED):
        tell_queued(answer, verb, *how)
        return None
    show_reports(map(str, answer.result.get("reports", ())))
    task = read_task_of(answer, str(answer.result.get("task", "")))
    if draft.status is Status.QUEUED and task.status is Status.PROPOSED:
        show_reports(
            [f"{line.actor.name} is no lead of its mesh: {task.id} is proposed, for the lead to accept or reject"]
        )
    return task


def resolve_references(board: Board, snapshot: Snapshot, fields: dict[str, object]) -> dict[str, object]:
    """`fields` with the whole id of the plan that is named; raises OpenclawError for a plan or role that is not there."""
    if role := fields.get("role"):
        from openclaw_hooks.roles.load import find_role, load_roles

        find_role(load_roles(board.repo.top or None), str(role))
    plan = fields.get("plan")
    return fields | {"plan": find_id(str(plan), snapshot.plans)} if plan else fields
