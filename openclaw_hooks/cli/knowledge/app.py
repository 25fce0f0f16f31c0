"""`openclaw knowledge`: its verbs in a table, each loaded only when it is called."""

from __future__ import annotations

from openclaw_hooks.cli.lazy import LazyCommand, make_app

COMMANDS = {
    "search": LazyCommand("knowledge.search", "search", "Find passages in the documents, tasks and rules here."),
    "related": LazyCommand("knowledge.related", "related", "Find documents that are about the same as another one."),
    "index": LazyCommand("knowledge.index", "index", "Bring the index up to date."),
    "serve": LazyCommand("knowledge.serve", "serve", "Serve what is known here to MCP clients."),
    "setup": LazyCommand("knowledge.setup", "setup", "Get the model that finds by meaning, once per machine."),
    "eval": LazyCommand("knowledge.eval", "evaluate", "Score the search on questions whose answers are known."),
    "stats": LazyCommand("knowledge.stats", "stats", "Show what the index holds."),
}

app = make_app(
    COMMANDS,
    "Search what this repository knows: its markdown, tasks, plans, rules, roles and memory.\n\n"
    "Example: openclaw knowledge search 'how are releases made'",
)
