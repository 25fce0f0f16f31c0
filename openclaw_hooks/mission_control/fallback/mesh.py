"""Mesh and events without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.mission_control.fallback.board import broken_html
from openclaw_hooks.mission_control.fallback.table import command, heading, paragraph, table
from openclaw_hooks.mission_control.moments import show_moment
from openclaw_hooks.mission_control.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.mission_control.views.events import EventsView
    from openclaw_hooks.mission_control.views.mesh import MeshView


def mesh_html(view: MeshView) -> str:
    """Nodes, leases, conflicts and those who work on the board."""
    start = "" if view.joined else paragraph(text("mesh.alone-why")) + command("openclaw mesh up && openclaw sync")
    nodes = [(node.name, node.role, text(f"mesh.state-{node.state}"), show_moment(node.heard)) for node in view.nodes]
    leases = [(f"{row.task} {row.title}", row.owner, row.node, show_moment(row.expires)) for row in view.leases]
    conflicts = [(row.path, row.field, row.kept, row.dropped) for row in view.conflicts]
    hands = [(hand.name, hand.commits, show_moment(hand.last)) for hand in view.hands]
    return (
        start
        + broken_html(view.broken)
        + heading(text("mesh.nodes"))
        + table(_heads("node", "role", "state", "heard"), nodes)
        + heading(text("mesh.leases"))
        + table(_heads("task", "owner", "machine", "expires"), leases)
        + heading(text("mesh.conflicts"))
        + table(_heads("file", "field", "kept", "dropped"), conflicts)
        + heading(text("mesh.hands"))
        + table(_heads("who", "changes", "last"), hands)
    )


def events_html(view: EventsView) -> str:
    """The newest events."""
    heads = [text(f"events.head-{name}") for name in ("time", "kind", "who", "what")]
    rows = (
        (
            show_moment(event.t),
            text(f"events.kind-{event.kind}"),
            event.who,
            " ".join(
                filter(
                    None, (event.run, event.task, event.title, event.new and f"{event.old} → {event.new}", event.what)
                )
            ),
        )
        for event in view.events
    )
    return table(heads, rows, text("events.told", n=view.total))


def _heads(*names: str) -> Sequence[str]:
    return [text(f"mesh.head-{name}") for name in names]
