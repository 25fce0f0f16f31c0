"""A process that changes tasks without end and says what it has done; tests kill it."""

from __future__ import annotations

import sys

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board


def write(where: str, task_ids: list[str], start: int, count: int) -> None:
    """Counts the priority of all `task_ids` up in one commit each time; a line on stdout for each that is done."""
    board = open_board(where)
    actor = find_actor(board.repo)
    for number in range(start, start + count):
        with edit_board(board, actor) as edit:
            for task_id in task_ids:
                edit.put_task(task_id, {"priority": number, "body": f"{number}\n" * 2000})
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2].split(","), int(sys.argv[3]), int(sys.argv[4]))
