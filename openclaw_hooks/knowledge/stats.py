"""How much the index holds, as JSON shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openclaw_hooks.knowledge.store.reading import count_tree, list_files

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.store import Store


def tree_stats(store: Store, tree: int) -> dict[str, Any]:
    """Documents by kind, chunks, bytes, vectors by model, when it was brought up to date, and files left out."""
    from datetime import UTC, datetime

    with store.snapshot():
        figures = count_tree(store, tree)
        problems = {path: file.problem for path, file in list_files(store, tree).items() if file.problem}
    when = datetime.fromtimestamp(figures.indexed_at, UTC).isoformat(timespec="seconds") if figures.indexed_at else None
    return {**figures._asdict(), "indexed_at": when, "problems": problems}
