"""`openclaw task`: its verbs in a table, each loaded only when it is called."""

from __future__ import annotations

from openclaw_hooks.cli.lazy import LazyCommand, make_app

COMMANDS = {
    "new": LazyCommand("task.new", "new", "Make a task."),
    "propose": LazyCommand("task.new", "propose", "Propose a task; the lead accepts or rejects it."),
    "list": LazyCommand("task.list", "list_tasks", "List the tasks that are not over."),
    "ready": LazyCommand("task.list", "ready", "List what can be claimed now, the most urgent first."),
    "show": LazyCommand("task.show", "show", "Show a task: fields, what it waits for, who has it, its text."),
    "edit": LazyCommand("task.edit", "edit", "Edit a task, by options or in an editor."),
    "claim": LazyCommand("task.moves", "claim", "Claim tasks: they are yours until the lease ends."),
    "start": LazyCommand("task.moves", "start", "Say that the work on a claimed task has begun."),
    "heartbeat": LazyCommand("task.moves", "heartbeat", "Put off the end of your claim."),
    "complete": LazyCommand("task.moves", "complete", "Complete a task, or hand it in for review."),
    "fail": LazyCommand("task.moves", "fail", "Say that tasks cannot be done as asked."),
    "release": LazyCommand("task.moves", "release", "Give claimed tasks back."),
    "accept": LazyCommand("task.moves", "accept", "Put proposed tasks into the queue."),
    "reject": LazyCommand("task.moves", "reject", "Turn proposals down, or send work back."),
    "approve": LazyCommand("task.moves", "approve", "Approve work under review, as a person."),
    "cancel": LazyCommand("task.moves", "cancel", "End tasks that are not wanted any more."),
    "requeue": LazyCommand("task.moves", "requeue", "Put failed, released or stalled tasks back."),
    "import": LazyCommand("task.imports", "import_", "Import the tasks of another tool."),
    "archive": LazyCommand("task.archive", "archive", "Archive what was closed long ago."),
    "lint": LazyCommand("task.lint", "lint", "Find what does not hold together on the board."),
}

app = make_app(COMMANDS, "Make, list, claim and finish tasks.\n\nExample: openclaw task ready")
