"""`openclaw agent attempts`: all that was tried for a task, kept or not, by whichever run and machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.task.options import Json, TaskArgument  # noqa: TC001 - Typer reads them
from openclaw_hooks.errors import OpenclawError, RefusedError

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.museum import Exhibit
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.git import Repo


def attempts(
    task: TaskArgument,
    table: Annotated[bool, typer.Option("--table", help="A line each, with the figures of the metric.")] = False,
    tsv: Annotated[bool, typer.Option("--tsv", help="The same, separated by tabs, for a spreadsheet.")] = False,
    diff: Annotated[int | None, typer.Option(metavar="N", min=1, help="What attempt N changed, as a diff.")] = None,
    as_json: Json = False,
) -> None:
    """Show all that was tried for a task: change, metric, verdict, why it was not kept, cost, and where it lies.

    Nothing that an agent made is thrown away: each attempt is a commit under `refs/openclaw/attempts/TASK/N`.

    Example: openclaw agent attempts T-4k7 --diff 2
    """
    from openclaw_hooks.agent.records.museum import attempts_of
    from openclaw_hooks.board.opening import open_board
    from openclaw_hooks.cli.agent.results import print_results, print_tsv
    from openclaw_hooks.cli.output import print_json

    if sum((table, tsv, bool(diff), as_json)) > 1:
        raise OpenclawError("--table, --tsv, --diff and --json exclude each other", "give one of them")
    board = open_board()
    task_id, title = _find(board, task)
    found = attempts_of(board.repo, task_id)
    if diff:
        show_diff(board.repo, found, diff)
    elif as_json:
        print_json("attempts", {"task": task_id, "title": title, "attempts": [_values(one) for one in found]})
    elif tsv:
        print_tsv(found)
    elif not found:
        raise RefusedError(f"nothing was tried for {task_id}", f"run an agent on it: `openclaw agent run {task_id}`")
    elif table:
        print_results(found)
    else:
        from openclaw_hooks.cli.agent.museum import describe_attempts

        for line in describe_attempts(task_id, title, found):
            typer.echo(line)


def show_diff(repo: Repo, found: tuple[Exhibit, ...], number: int) -> None:
    """Print what the attempt of that number changed against its base; one whose snapshot is in this clone comes first."""
    from openclaw_hooks.cli.output import print_raw
    from openclaw_hooks.git import ask_git

    same = [one for one in found if one.trial.n == number]
    if not same:
        listed = ", ".join(str(one.trial.n) for one in found) or "none"
        raise OpenclawError(f"there is no attempt {number}", f"those that there are: {listed}")
    here = [one for one in same if one.ref]
    if not here:
        where = f"the snapshot of attempt {number} is not in this clone"
        raise RefusedError(where, f"it was made on {same[-1].node}" if same[-1].node else "it left nothing")
    commit = here[-1].trial.snapshot
    base = here[-1].trial.base or f"{commit}^"
    words = ["diff", "--no-ext-diff", "--no-textconv", "--no-color", base, commit, "--"]
    print_raw(ask_git(words, cwd=repo.top or repo.git_dir))


def _find(board: Board, name: str) -> tuple[str, str]:
    """The id and title of the task that `name` means; a whole id may be of one that is not on the board any more."""
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.tasks.ids import find_id, is_task_id

    tasks = read_board(board).tasks
    found = name if is_task_id(name) and name not in tasks else find_id(name, tasks)
    return found, tasks[found].title if found in tasks else ""


def _values(one: Exhibit) -> dict[str, object]:
    from openclaw_hooks.cli.output import all_fields

    told = {name: all_fields(getattr(one, name)) for name in one._fields if name != "trial"}
    return {**told, **all_fields(one.trial)}
