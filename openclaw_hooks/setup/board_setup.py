"""What init and doctor do about the board: attached where it is not, with one line for each thing done.

Apart from the plan of everything else: the board is a branch and a worktree, which git makes, and a guard that is
complete without it must not fail with it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.board.attach import LOCK_REASON
from openclaw_hooks.board.commits import board_head, read_step, recover
from openclaw_hooks.board.lock import board_lock
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.place import BRANCH, FOLDER, REF, Board
from openclaw_hooks.board.sharing.remote import look_for_board
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import atomic_write, display_path
from openclaw_hooks.setup.board_facts import admin_folder, read_board_facts

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.setup.board_facts import BoardFacts


def list_board_changes(repo: Repo, facts: BoardFacts) -> list[str]:
    """What attaching the board would do, one line each; nothing where it is attached."""
    if facts.top:
        shown = show_below(repo.top, facts.top)
        return [] if facts.has_link else [f"link {FOLDER} to {shown}: one board for all worktrees"]
    lines = []
    if not facts.source:
        lines.append(f"create the branch {BRANCH}: tasks and plans, apart from the history of the code")
    elif facts.source != REF:
        name = facts.source.removeprefix("refs/remotes/")
        lines.append(f"create the branch {BRANCH} from {display_path(name)}: the board that others share")
    lines.append(f"create the worktree {show_below(repo.top, facts.folder)}: the files of the branch {BRANCH}")
    return lines


def show_below(top: str, path: str) -> str:
    """`path` for people: from `top` where it lies below it."""
    below = os.path.relpath(path, top or os.sep)
    return display_path(path if below.startswith(os.pardir) else below)


def set_up_board(repo: Repo) -> tuple[list[str], str]:
    """Attaches the board; the lines that say what was done, and what went wrong (empty: nothing)."""
    try:
        look_for_board(repo)
        lines = list_board_changes(repo, read_board_facts(repo))
        board = attach_fully(repo)
        return lines if board else [], ""
    except OpenclawError as error:
        hint = f" ({error.hint})" if error.hint else ""
        return [], f"the board was not attached: {error.message}{hint}; the guard is in place all the same"
    except OSError as error:
        shown = display_path(str(error.filename or FOLDER))
        return [], f"the board was not attached: {shown}: {error.strerror}; try `openclaw board attach`"


def mend_board(repo: Repo) -> list[str]:
    """Mends what keeps the board from working: not attached, not locked, files not in step; one line each.

    A repository without a board gets none.
    """
    facts = read_board_facts(repo)
    if not facts.source:
        return []
    lines = list_board_changes(repo, facts)
    board = attach_fully(repo)
    shown = show_below(repo.top, board.top)
    lock = os.path.join(admin_folder(board), "locked")
    if not os.path.lexists(lock):
        atomic_write(lock, f"{LOCK_REASON}\n".encode())
        lines.append(f"lock the worktree {shown}: `git worktree prune` leaves it alone")
    if read_step(board) != board_head(board):
        with board_lock(board):
            recover(board)
        lines.append(f"bring the files in {shown} in step with {BRANCH}")
    return lines


def attach_fully(repo: Repo) -> Board:
    """The board of `repo`, made when there is none, read once so that the next command finds its cache."""
    from openclaw_hooks.board.store import read_board

    board = open_board(repo.top or repo.git_dir, create=True)
    read_board(board)
    return board
