"""What `mkdocs serve` looks at beside the documents."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.place import REF, find_board_folder
from openclaw_hooks.checkout import find_checkout

if TYPE_CHECKING:
    from collections.abc import Iterator

POLICY: Final = ".openclaw"


def list_watched(root: str) -> Iterator[str]:
    """The folders whose change makes a new build: the policy, the board, and where git keeps the board's branch."""
    checkout = find_checkout(root)
    if checkout is None:
        return
    folders = [os.path.join(checkout.top, POLICY), find_board_folder(checkout)]
    folders.append(os.path.join(checkout.common_dir, os.path.dirname(REF)))
    for folder in dict.fromkeys(folders):
        if folder and os.path.isdir(folder):
            yield folder
