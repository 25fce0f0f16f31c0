"""`openclaw task`: its verbs, joined."""

from __future__ import annotations

import typer

from openclaw_hooks.cli.task import moves
from openclaw_hooks.cli.task.edit import edit
from openclaw_hooks.cli.task.list import list_tasks, ready
from openclaw_hooks.cli.task.new import new, propose
from openclaw_hooks.cli.task.show import show

app = typer.Typer(
    help="Make, list, claim and finish tasks.\n\nExample: openclaw task ready",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
app.command("new")(new)
app.command("propose")(propose)
app.command("list")(list_tasks)
app.command("ready")(ready)
app.command("show")(show)
app.command("edit")(edit)
app.command("claim")(moves.claim)
app.command("start")(moves.start)
app.command("heartbeat")(moves.heartbeat)
app.command("complete")(moves.complete)
app.command("fail")(moves.fail)
app.command("release")(moves.release)
app.command("accept")(moves.accept)
app.command("reject")(moves.reject)
app.command("approve")(moves.approve)
app.command("cancel")(moves.cancel)
app.command("requeue")(moves.requeue)
