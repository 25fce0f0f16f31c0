"""`knowledge stats`: what the index holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.knowledge.place import Json, open_knowledge, tell_problems
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.place import Place


def stats(as_json: Json = False) -> None:
    """Show how many documents and chunks the index holds, where it lies and how old it is. Only looks.

    Example: openclaw knowledge stats
    """
    place, _ = open_knowledge()
    found = read_stats(place)
    if as_json:
        print_json("knowledge-stats", found)
        return
    typer.echo(f"root    {display_path(place.root)}\nindex   {display_path(place.db)}")
    for line in describe(found) if found["indexed_at"] else ["nothing indexed yet; `openclaw knowledge index` does"]:
        typer.echo(line)


def read_stats(place: Place) -> dict[str, Any]:
    """Everything about the index, as JSON shows it."""
    from openclaw_hooks.knowledge.stats import tree_stats
    from openclaw_hooks.knowledge.store import clear_errors, open_store
    from openclaw_hooks.knowledge.store.reading import find_tree

    stats: dict[str, Any] = {"root": place.root, "index": place.db, "indexed_at": None}
    store = open_store(place)
    if store is None:
        return stats
    with store, clear_errors(place), store.snapshot():
        tree = find_tree(store, place.root)
        return stats if tree is None else {**stats, **tree_stats(store, tree)}


def describe(found: dict[str, Any]) -> list[str]:
    """The lines for people."""
    total = sum(found["documents"].values())
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(found["documents"].items()))
    lines = [
        f"holds   {total:,} documents ({kinds}), {found['chunks']:,} chunks, {found['bytes'] / 1e6:.1f} MB",
        f"as of   {found['indexed_at']}",
    ]
    lines += [f"vectors {count:,} chunks by {one_line(name)}" for name, count in sorted(found["models"].items())]
    lines += [f"problem {line}" for line in tell_problems(sorted(found["problems"].items()))]
    return lines
