"""`openclaw agent`: its verbs in a table, each loaded only when it is called."""

from __future__ import annotations

from openclaw_hooks.cli.lazy import LazyCommand, make_app

COMMANDS = {
    "list": LazyCommand("agent.list", "list_agents", "List the agent commands, and whether they are here."),
    "run": LazyCommand("agent.run", "run", "Run an agent on a task; only what passes is kept."),
    "work": LazyCommand("agent.work", "work", "Run an agent on one ready task after the other."),
    "attempts": LazyCommand("agent.attempts", "attempts", "Show all that was tried for a task, and why it failed."),
    "resume": LazyCommand("agent.resume", "resume", "Go on with a run that was cut off."),
    "replay": LazyCommand("agent.replay", "replay", "Measure kept work once more, and compare."),
}

app = make_app(
    COMMANDS,
    "Run agents on tasks: each attempt in a worktree of its own, measured, kept or discarded.\n\n"
    "Example: openclaw agent run T-4k7 --agent claude",
)
