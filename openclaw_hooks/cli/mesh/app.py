"""`openclaw mesh`: its verbs in a table, each loaded only when it is called."""

from __future__ import annotations

from openclaw_hooks.cli.lazy import LazyCommand, LazyGroup, make_app

COMMANDS = {
    "up": LazyCommand("mesh.up", "up", "Start the server of this repository, or find it running."),
    "down": LazyCommand("mesh.down", "down", "Stop the server of this repository."),
    "status": LazyCommand("mesh.status", "status", "Show how the server stands and which nodes there are."),
    "invite": LazyCommand("mesh.invite", "invite", "Let a node in: write the file that it joins with."),
    "revoke": LazyCommand("mesh.revoke", "revoke", "Cut a node off, for good."),
}


class MeshCommands(LazyGroup):
    """The verbs of `openclaw mesh`."""

    table = COMMANDS


app = make_app(
    MeshCommands,
    "Run the server that boards of many machines will be joined on, and say who may connect.\n\n"
    "Boards are not mirrored over it yet: share them with `openclaw board sync`.\n\nExample: openclaw mesh up",
)
