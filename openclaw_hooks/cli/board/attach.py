"""`board attach`: the board's branch and worktree, put in place."""

from __future__ import annotations

import typer

from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.task.options import Json  # noqa: TC001 - Typer reads the annotations


def attach(as_json: Json = False) -> None:
    """Put the board in place: its branch from the remote or made new, its worktree, its merge driver.

    Example: openclaw board attach
    """
    from openclaw_hooks.board.merge.driver import FLAGS, DriverState, driver_state, install_driver
    from openclaw_hooks.board.sharing.remote import look_for_board
    from openclaw_hooks.git import open_repo
    from openclaw_hooks.setup.board_facts import read_board_facts
    from openclaw_hooks.setup.board_setup import attach_fully, list_board_changes
    from openclaw_hooks.setup.interpreter import find_command

    repo = open_repo()
    look_for_board(repo)
    lines = list_board_changes(repo, read_board_facts(repo))
    start = (find_command().python, *FLAGS)
    is_set_up = driver_state(repo, start) is DriverState.CURRENT
    board = attach_fully(repo)  # which offers a driver too, under the name of the Python that runs
    if not is_set_up:
        install_driver(repo, start)
        lines.append("set the merge driver up: `git merge` of the board's branch goes field by field")
    if as_json:
        print_json("board-attach", {"path": board.top, "changes": lines})
        return
    for line in lines or [f"the board is attached already: {board.top}"]:
        typer.echo(line)
