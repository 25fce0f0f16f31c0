"""Asking another node's index: what `--node` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.keyword import Filters
    from openclaw_hooks.knowledge.model import Answer

TIMEOUT_S: Final = 30.0

Node = Annotated[
    str, typer.Option("--node", metavar="NODE", help="Ask that node of the mesh; nothing is needed on this machine.")
]


def ask_node(node: str, method: str, params: dict[str, Any], filters: Filters) -> Answer:
    """What `node` answers; raises RefusedError for a no, KnowledgeError for what is no answer."""
    from openclaw_hooks.cli.mesh.connect import call_tool
    from openclaw_hooks.knowledge.answers import read_answer

    limits = {"kind": list(filters.kinds), "path": list(filters.paths)}
    asked = {**params, **{name: values for name, values in limits.items() if values}}
    answer = read_answer(call_tool((node, "knowledge", method), asked, TIMEOUT_S))
    return answer._replace(note=f"on {node}: {answer.note}") if answer.note else answer
