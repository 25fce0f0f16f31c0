"""What the logs of refs say: who moved one, from where to where."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo

MAX_BYTES: Final = 4_000_000


class Move(NamedTuple):
    """One move of a ref: from, to, the mail address of who did it, and what it was for."""

    old: str
    new: str
    mail: str
    why: str


def read_log(folder: str, ref: str) -> list[Move]:
    """The moves of `ref`, oldest first, as the folder of a repository or of a checkout has them logged."""
    if ".." in ref:
        return []
    with suppress(OSError), open(os.path.join(folder, "logs", ref), "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        stream.seek(max(size - MAX_BYTES, 0))
        return [move for line in stream.read().split(b"\n") if (move := parse_move(line))]
    return []


def parse_move(line: bytes) -> Move | None:
    """The move that a line of a log tells of."""
    head, _, why = line.partition(b"\t")
    words = head.split(b" ", 2)
    if len(words) != 3 or len(words[0]) not in (40, 64):
        return None
    mail = words[2].rpartition(b">")[0].rpartition(b"<")[2]
    return Move(words[0].decode("ascii", "replace"), words[1].decode("ascii", "replace"), _text(mail), _text(why))


def moves_since(repo: Repo, ref: str, old: str) -> list[Move]:
    """The moves of a ref since it was at `old` (empty: since it was made)."""
    moves = read_log(repo.common_dir, ref)
    last = max((at for at, move in enumerate(moves, 1) if old and move.new == old), default=0)
    return moves[last:]


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
