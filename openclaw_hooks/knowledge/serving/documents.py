"""The text of an indexed document as it is on disk, and nothing that lies outside of what is indexed."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.place import FOLDER as BOARD_FOLDER
from openclaw_hooks.board.place import find_board_folder
from openclaw_hooks.files import display_path
from openclaw_hooks.knowledge.model import KnowledgeError
from openclaw_hooks.knowledge.sources import MOST_BYTES, decode_source

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.place import Place
    from openclaw_hooks.knowledge.store.reading import Known

MOST_CHARACTERS: Final = 200_000  # of one answer; a larger document says how much is left out

_FILE = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_FOLDER = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_DIRECTORY


class Text(NamedTuple):
    """A document's text; `left_out` characters of its end are not in it."""

    path: str
    text: str
    left_out: int


def read_document(place: Place, document: Known) -> Text:
    """The text of `document`; raises KnowledgeError when it cannot be read or became a link."""
    try:
        content = _read_below(*_locate(place, document.path))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a regular file"
        raise KnowledgeError(f"{display_path(document.path)} cannot be read: {reason}") from error
    text, problem = decode_source(content)
    if problem and not text:
        raise KnowledgeError(f"{display_path(document.path)}: {problem}")
    return Text(document.path, text[:MOST_CHARACTERS], max(0, len(text) - MOST_CHARACTERS))


def _locate(place: Place, path: str) -> tuple[str, str]:
    """The folder that a document may lie below, and its path from there; the board lies where its worktree is."""
    is_of_board = place.checkout is not None and path.startswith(f"{BOARD_FOLDER}/")
    board = find_board_folder(place.checkout) if place.checkout and is_of_board else ""
    return (board, path[len(BOARD_FOLDER) + 1 :]) if board else (place.root, path)


def _read_below(top: str, path: str) -> bytes:
    """The content of a file below `top`, opened folder by folder: no link on the way is followed, however late it came."""
    *folders, name = path.split("/")
    here = os.open(top, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    try:
        for folder in folders:
            below = os.open(folder, _FOLDER, dir_fd=here)
            os.close(here)
            here = below
        with open(os.open(name, _FILE, dir_fd=here), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise ValueError
            return stream.read(MOST_BYTES + 1)
    finally:
        os.close(here)
