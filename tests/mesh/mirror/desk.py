"""A board with a mirror, and a mesh that is a dictionary."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.mirror.answers import request_id
from openclaw_hooks.mesh.mirror.bases import Bases
from openclaw_hooks.mesh.mirror.mirror import Mirror, Outcome
from openclaw_hooks.tasks.markdown import edit_task

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board


class Station:
    """A node: its board, its mirror, and short words for what tests do all the time."""

    def __init__(self, board: Board, actor: Actor, *, leads: bool = True) -> None:
        self.board = board
        self.actor = actor
        self.leads = leads
        self.restart()

    def restart(self) -> None:
        """Begins anew, as after a crash."""
        bases = Bases(os.path.join(self.board.repo.state_dir, "nats", "mirror.db"))
        self.mirror = Mirror(self.board, self.actor, bases, leads=self.leads)

    def path(self, key: str) -> Path:
        """Where the file of a task lies."""
        from pathlib import Path

        return Path(self.board.top) / "tasks" / f"{key}.md"

    def edit(self, key: str, **changes: object) -> bytes:
        """Edits a file by hand."""
        content = edit_task(self.path(key).read_bytes(), changes)
        self.path(key).write_bytes(content)
        return content


class Mesh:
    """The values of all keys."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[int, bytes | None]] = {}
        self.last = 0

    def put(self, key: str, content: bytes) -> dict[str, tuple[int, bytes | None]]:
        """Writes a value; what a watcher is told."""
        self.last += 1
        self.values[key] = (self.last, content)
        return {key: self.values[key]}

    def accept(self, station: Station, outcome: Outcome) -> Outcome:
        """Takes everything that a node sends, as it is."""
        last = outcome
        for key, send in outcome.sends.items():
            assert (self.values[key][0] if key in self.values else 0) == send.revision
            assert len(request_id(key, send)) == 16
            self.put(key, send.content)
            last = station.mirror.answered(key, send.content, self.last, send.content)
        return last
