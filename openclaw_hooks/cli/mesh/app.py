"""`openclaw mesh`: its verbs in a table, each loaded only when it is called."""

from __future__ import annotations

from openclaw_hooks.cli.lazy import LazyCommand, make_app

COMMANDS = {
    "up": LazyCommand("mesh.up", "up", "Start the server of this repository, or find it running."),
    "down": LazyCommand("mesh.down", "down", "Stop the server of this repository."),
    "status": LazyCommand("mesh.status", "status", "Show how the server and the sidecar stand, and what waits."),
    "nodes": LazyCommand("mesh.nodes", "nodes", "Show the nodes, who leads, and when each was heard."),
    "invite": LazyCommand("mesh.invite", "invite", "Let a node in: write the file that it joins with."),
    "revoke": LazyCommand("mesh.revoke", "revoke", "Cut a node off, for good."),
    "intents": LazyCommand("mesh.intents", "intents", "Show the commands that wait for the lead, or drop one."),
    "tools": LazyCommand("mesh.tools", "tools", "Show what nodes offer each other."),
    "call": LazyCommand("mesh.call", "call", "Call a method of a node's tool, through the lead."),
    "run": LazyCommand("mesh.run", "run", "Run a command that a node has on its list, by its name."),
    "events": LazyCommand("mesh.events", "events", "Show what happens to tasks, plans and nodes."),
}

app = make_app(
    COMMANDS,
    "Run the server that boards of many machines are joined on, and say who may connect.\n\n"
    "Boards are mirrored over it by `openclaw sync`.\n\nExample: openclaw mesh up",
)
