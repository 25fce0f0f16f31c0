"""What uninstall does about the board: its worktree goes, its branch stays, and nothing that is only on disk is lost."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.attach import LOCK_REASON, choose_folder
from openclaw_hooks.board.commits import commit_files, recover
from openclaw_hooks.board.disk import read_disk
from openclaw_hooks.board.leases.refs import PREFIX
from openclaw_hooks.board.place import BRANCH, FOLDER, REF, Board, find_board_folder
from openclaw_hooks.board.plumbing import ask_store, ask_worktree, call_store, read_ref
from openclaw_hooks.board.sharing.remote import INCOMING, SHARED
from openclaw_hooks.checkout import Checkout
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.process import require_success
from openclaw_hooks.setup.board_facts import admin_folder, list_links
from openclaw_hooks.setup.board_setup import show_below

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.setup.edits import Plan

MOST_NAMED = 5  # of paths in one line
START = "|board@openclaw.invalid|board: start"  # no parents, author and subject of a branch's first commit


class Removed(NamedTuple):
    """What was done about the board, or would be, one line each; what people should know; whether its worktree is left."""

    lines: list[str]
    notes: list[str]
    is_left: bool = False


def has_main_elsewhere(repo: Repo) -> bool:
    """Whether `repo` is seen from a linked worktree beside a main one; beside a bare repository any will do."""
    if os.path.realpath(repo.git_dir) == os.path.realpath(repo.common_dir):
        return False
    return choose_folder(repo) != os.path.join(repo.state_dir, "board")


def plan_board_removal(repo: Repo) -> Removed:
    """What removing the board would do; looks only."""
    top = find_board_folder(Checkout(repo.top, repo.git_dir, repo.common_dir))
    lines, notes = [], []
    if top:
        board = Board(repo, top)
        if edits := list_edits(board):
            lines.append(f"commit to {BRANCH} what was edited by hand: {_name_some(edits)}")
        lines += [f"remove the link {show_below(repo.top, link)}" for link in list_links(repo, top)]
        lines.append(f"remove the worktree {show_below(repo.top, top)}")
    if is_untouched(repo):
        lines.append(f"delete the branch {BRANCH}: nothing was ever put on it")
    else:
        notes += _tell_what_stays(repo)
    return Removed(lines, notes)


def remove_board(repo: Repo) -> Removed:
    """Takes the board's worktree away, edits by hand committed first; it stays, with a note, where that cannot be."""
    planned = plan_board_removal(repo)
    top = find_board_folder(Checkout(repo.top, repo.git_dir, repo.common_dir))
    if top:
        try:
            _remove_worktree(Board(repo, top))
        except (OpenclawError, OSError) as error:
            reason = error.message if isinstance(error, OpenclawError) else str(error)
            shown = display_path(top)
            note = f"{shown} stays: {reason}; `git worktree remove -f -f {shown}` removes it with what is in it"
            return Removed([], [note, *_tell_what_stays(repo)], is_left=True)
    is_over = is_untouched(repo)
    _forget_remotes(repo)
    if is_over:
        ask_store(repo, ["update-ref", "-d", REF])
        _remove_empty(os.path.join(repo.common_dir, "logs"), os.path.join("refs", "heads"))
    return planned


def keep_exclude(plan: Plan, repo: Repo) -> Plan:
    """`plan` without its edit of the exclude file: a board that is left is still to be kept out of `git status`."""
    exclude = os.path.join(repo.common_dir, "info", "exclude")
    return plan._replace(edits=tuple(edit for edit in plan.edits if edit.path != exclude))


def _remove_worktree(board: Board) -> None:
    """Raises OpenclawError or OSError where something in the worktree would be lost, or git refuses."""
    if list_edits(board):
        _commit_edits(board)
    links = list_links(board.repo, board.top)
    lock = os.path.join(admin_folder(board), "locked")
    with suppress(OSError):
        os.unlink(lock)
    # Without --force: git itself refuses where somebody edits a file at this very moment.
    done = call_store(board.repo, ["worktree", "remove", board.top])
    if done.code != 0:
        with suppress(OSError), open(lock, "w", encoding="utf-8") as stream:
            stream.write(f"{LOCK_REASON}\n")
    require_success(["git", "worktree", "remove", board.top], done)
    for link in links:
        os.unlink(link)
        if os.path.dirname(link) != os.path.join(board.repo.top, os.path.dirname(FOLDER)):
            with suppress(OSError):  # it holds more than the link
                os.rmdir(os.path.dirname(link))


def list_edits(board: Board) -> list[str]:
    """The paths whose content is on disk only: edited, new or missing; what the board itself ignores left out."""
    own = ["-c", "core.excludesFile=", "-c", "status.relativePaths=false"]
    words = [*own, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"]
    status = ask_worktree(board.top, words)
    return [os.fsdecode(entry[3:]) for entry in status.split(b"\0") if entry]


def _commit_edits(board: Board) -> None:
    """Commits what was edited by hand; raises OpenclawError where something cannot be."""
    from openclaw_hooks.board.actor import find_actor
    from openclaw_hooks.board.lock import board_lock
    from openclaw_hooks.board.store import commit_waiting

    actor = find_actor(board.repo)
    commit_waiting(board, actor)  # judges and commits tasks and plans
    with board_lock(board):
        recover(board)
        # What is neither task nor plan, such as notes beside them, is kept as it is.
        found = {
            path: read_disk(board, path) for path in list_edits(board) if not path.startswith(("tasks/", "plans/"))
        }
        commit_files(board, {path: content for path, content in found.items() if content}, "board: files", actor)
    if left := list_edits(board):
        raise OpenclawError(f"{_name_some(left)} cannot be committed; see `openclaw board status`")


def is_untouched(repo: Repo) -> bool:
    """Whether the branch is at the commit that making it put there, known to nobody else: deleting it loses nothing."""
    head = read_ref(repo, REF)
    if not head or call_store(repo, ["config", "--get", f"branch.{BRANCH}.remote"]).code == 0:
        return False
    shown = ask_store(repo, ["log", "-1", "--format=%P|%ae|%s", head, "--"]).decode("utf-8", "replace").strip()
    known = ask_store(repo, ["for-each-ref", f"refs/remotes/*/{BRANCH}", PREFIX, SHARED])
    return shown == START and not known


def _forget_remotes(repo: Repo) -> None:
    """Takes away what sync remembers of remotes."""
    names = ask_store(repo, ["for-each-ref", "--format=delete %(refname)", INCOMING, SHARED])
    if names:
        ask_store(repo, ["update-ref", "--stdin"], stdin=names)


def _tell_what_stays(repo: Repo) -> list[str]:
    notes = []
    if read_ref(repo, REF):
        notes.append(f"the board's branch stays, with its history; `git branch -D {BRANCH}` deletes it")
    if ask_store(repo, ["for-each-ref", "--count=1", PREFIX]):
        removal = f"git for-each-ref --format='delete %(refname)' {PREFIX} | git update-ref --stdin"
        notes.append(f"the claims stay; `{removal}` removes them")
    return notes


def _remove_empty(folder: str, below: str) -> None:
    """Takes away the folders that git made for the branch's log, as far as they are empty."""
    while below:
        with suppress(OSError):
            os.rmdir(os.path.join(folder, below))
        below = os.path.dirname(below)
    with suppress(OSError):
        os.rmdir(folder)


def _name_some(paths: list[str]) -> str:
    more = f" and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else ""
    return ", ".join(map(display_path, paths[:MOST_NAMED])) + more
