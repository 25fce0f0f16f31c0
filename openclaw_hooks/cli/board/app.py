"""`openclaw board`: its verbs in a table, each loaded only when it is called."""

from __future__ import annotations

from openclaw_hooks.cli.lazy import LazyCommand, make_app

COMMANDS = {
    "attach": LazyCommand("board.attach", "attach", "Put the board in place: branch, worktree, merge driver."),
    "status": LazyCommand("board.status", "status", "Show where the board lies and how it stands."),
    "sync": LazyCommand("board.sync", "sync", "Bring the board in step with that of a git remote."),
    "conflicts": LazyCommand("board.conflicts", "conflicts", "List what gave way in merges, and decide about it."),
    "log": LazyCommand("board.log", "log", "Show who did what on the board, and when."),
}

app = make_app(
    COMMANDS, "Attach, look at and share the branch that holds tasks and plans.\n\nExample: openclaw board status"
)
