"""`openclaw plan`: its verbs in a table, each loaded only when it is called."""

from __future__ import annotations

from openclaw_hooks.cli.lazy import LazyCommand, make_app

COMMANDS = {
    "templates": LazyCommand("plan.create", "templates", "List the plan templates, shipped and of this project."),
    "create": LazyCommand("plan.create", "create", "Make a plan from a template: a draft to look at."),
    "list": LazyCommand("plan.show", "list_plans", "List the plans that have not ended."),
    "show": LazyCommand("plan.show", "show", "Show a plan: its waves, who does what, and how far it is."),
    "approve": LazyCommand("plan.decide", "approve", "Approve a draft, as a person: its first wave becomes tasks."),
    "abort": LazyCommand("plan.decide", "abort", "End a plan: what is not finished is cancelled."),
    "advance": LazyCommand("plan.decide", "advance", "Do what follows from how the plan's tasks stand."),
}

app = make_app(
    COMMANDS,
    "Make plans from templates, approve them and see how far they are.\n\nExample: openclaw plan show P-7xq",
)
