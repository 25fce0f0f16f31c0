"""The graph without JavaScript: circles, who waits for whom, and who links to whom, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.mission_control.fallback.board import broken_html
from openclaw_hooks.mission_control.fallback.table import heading, items, table
from openclaw_hooks.mission_control.texts import text

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.views.graph import GraphView

MAX_ROWS = 1_000


def graph_html(view: GraphView) -> str:
    """Every node with what it waits for, and with what it links to."""
    waits: dict[int, list[int]] = {}
    links: dict[int, list[int]] = {}
    for source, target, kind in view.edges:
        (waits if view.edge_kinds[kind] == "depends" else links).setdefault(source, []).append(target)
    circles = ""
    if view.cycles:
        shown = items(" → ".join(cycle) for cycle in view.cycles)
        circles = heading(text("graph.cycles", n=len(view.cycles))) + shown
    return (
        broken_html(view.broken)
        + circles
        + _edge_table(view, waits, "graph.depends-out")
        + _edge_table(view, links, "graph.link-out")
    )


def _edge_table(view: GraphView, edges: dict[int, list[int]], key: str) -> str:
    headers = (text("graph.head-kind"), text("graph.head-name"), text(key))
    rows = (
        (
            text(f"graph.kind-{view.nodes[number].kind}"),
            _name(view, number),
            "; ".join(dict.fromkeys(_name(view, target) for target in targets)),
        )
        for number, targets in list(edges.items())[:MAX_ROWS]
    )
    return table(headers, rows, text(key))


def _name(view: GraphView, number: int) -> str:
    node = view.nodes[number]
    return f"{node.id} {node.name}" if node.kind == "task" else node.name
