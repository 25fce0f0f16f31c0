"""`openclaw plan`: its verbs, joined."""

from __future__ import annotations

import typer

from openclaw_hooks.cli.plan.create import create, templates
from openclaw_hooks.cli.plan.decide import abort, advance, approve
from openclaw_hooks.cli.plan.show import list_plans, show

app = typer.Typer(
    help="Make plans from templates, approve them and see how far they are.\n\nExample: openclaw plan show P-7xq",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
app.command("templates")(templates)
app.command("create")(create)
app.command("list")(list_plans)
app.command("show")(show)
app.command("approve")(approve)
app.command("abort")(abort)
app.command("advance")(advance)
