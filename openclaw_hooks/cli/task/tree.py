"""Tasks as a tree: below each what depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.tasks.model import Task


def order_tree(tasks: Sequence[Task]) -> list[tuple[Task, str]]:
    """`tasks` with the indent that each is shown at, in the order of a tree.

    A task stands once, below the first of its dependencies in the list; one in a cycle stands at the top.
    """
    by_id = {task.id: task for task in tasks}
    below: dict[str, list[Task]] = {}
    roots = []
    for task in tasks:
        parent = next((other for other in task.depends_on if other in by_id), "")
        if parent:
            below.setdefault(parent, []).append(task)
        else:
            roots.append(task)
    shown: dict[str, tuple[Task, str]] = {}
    for root in [*roots, *tasks]:
        waiting = [(root, 0)]
        while waiting:
            task, depth = waiting.pop()
            if task.id in shown:
                continue
            shown[task.id] = (task, "  " * (depth - 1) + "└ " if depth else "")
            waiting += [(child, depth + 1) for child in reversed(below.get(task.id, []))]
    return list(shown.values())
