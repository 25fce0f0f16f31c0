"""Attaching the board: its branch made or taken from a remote, its worktree put in place, its files filled in."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from openclaw_hooks.board.commits import STEP, break_stale_lock, fill_files
from openclaw_hooks.board.exclude import ignore_board
from openclaw_hooks.board.lock import board_lock
from openclaw_hooks.board.place import (
    BRANCH,
    FOLDER,
    REF,
    Board,
    BoardError,
    board_admins,
    find_board_folder,
    is_board,
    registered_folder,
    shell_words,
)
from openclaw_hooks.board.plumbing import Commit, Identity, ask_store, call_store, make_commit, read_ref
from openclaw_hooks.checkout import Checkout, find_checkout
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import atomic_write, display_path

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo

LOCK_REASON = "the board of openclaw-hooks"
README = b"""\
# The board

Tasks (`tasks/*.md`) and plans (`plans/*.yaml`) of this repository, and what agent runs came to (`telemetry/*.jsonl`).
This branch shares no history with the code and is never merged into it. Edit tasks and plans by hand, or use `openclaw
task` and `openclaw plan`; the next command checks and commits what was edited.
"""
ATTRIBUTES = b"""\
* -text -filter -ident
tasks/*.md merge=openclaw-task
plans/*.yaml merge=openclaw-task
telemetry/*.jsonl merge=openclaw-task
"""
# Half-written files and those of editors: nobody means to add them.
IGNORE = b".*.tmp\n.*.sw?\n*~\n"


def attach_board(repo: Repo, *, create: bool = False) -> str:
    """The absolute path of the board's worktree, put in place; raises BoardError when there is no board to attach."""
    folder = choose_folder(repo)
    if not create and not find_source(repo):
        raise BoardError("there is no board here", "make one: openclaw board attach")
    with board_lock(Board(repo, folder)):
        top = find_board_folder(Checkout(repo.top, repo.git_dir, repo.common_dir))
        if top:  # another process was faster
            return top
        _refuse_occupied(repo, folder)
        _ignore(repo)  # first: whatever happens next, the code's branches must not show it
        _require_branch(repo)
        _place_worktree(repo, folder)
        top = os.path.realpath(folder)
        fill_files(Board(repo, top))
        _offer_driver(repo)
        return top


def _offer_driver(repo: Repo) -> None:
    """The merge driver for people's own `git merge` of the branch, unless one is set up already."""
    from openclaw_hooks.board.merge.driver import DriverState, driver_state, install_driver

    with suppress(OpenclawError):  # a board without it works; doctor says what is missing
        if driver_state(repo) is DriverState.ABSENT:
            install_driver(repo)


def choose_folder(repo: Repo) -> str:
    """The absolute path that the board's worktree gets when none is attached yet."""
    top = repo.top if repo.git_dir == repo.common_dir else ""
    if not top:
        asked = call_store(repo, ["config", "-z", "--get-regexp", r"^core\.(bare|worktree)$"]).stdout
        entries = (os.fsdecode(entry).partition("\n") for entry in asked.split(b"\0") if entry)
        settings = {key: value for key, _, value in entries}
        if settings.get("core.bare", "") not in ("true", "yes", "on", "1"):
            top = settings.get("core.worktree", "") or _parent_of_git(repo.common_dir)
    if top:
        return os.path.normpath(os.path.join(repo.common_dir, top, FOLDER))
    return os.path.join(repo.state_dir, "board")


def _parent_of_git(common_dir: str) -> str:
    return os.path.dirname(common_dir) if os.path.basename(common_dir) == ".git" else ""


def _refuse_occupied(repo: Repo, folder: str) -> None:
    """Raises BoardError where `folder` is a worktree of this repository on something else, or a repository of its own."""
    shown = display_path(folder)
    if os.path.isdir(os.path.join(folder, ".git")):
        raise BoardError(f"{shown} is a repository of its own", "move it away")
    found = find_checkout(folder)
    if (
        found is not None
        and found.top == folder
        and os.path.realpath(found.common_dir) == os.path.realpath(repo.common_dir)
    ):
        raise BoardError(
            f"the worktree {shown} is not on {BRANCH}",
            f"finish what is under way there: git -C {shell_words(folder)} status",
        )


def find_source(repo: Repo) -> str:
    """The ref that the board can come from: its branch, or the one of a remote; empty when there is none."""
    if read_ref(repo, REF):
        return REF
    listing = ask_store(repo, ["for-each-ref", "--format=%(refname)", f"refs/remotes/*/{BRANCH}"]).decode()
    remotes = sorted(listing.split(), key=lambda ref: (ref != f"refs/remotes/origin/{BRANCH}", ref))
    return remotes[0] if remotes else ""


def _require_branch(repo: Repo) -> None:
    source = find_source(repo)
    if source == REF:
        return
    if source:
        remote = source.removeprefix("refs/remotes/").removesuffix(f"/{BRANCH}")
        ask_store(repo, ["update-ref", "-m", f"board: from {remote}", REF, source, ""])
        ask_store(repo, ["config", f"branch.{BRANCH}.remote", remote])
        ask_store(repo, ["config", f"branch.{BRANCH}.merge", REF])
        return
    identity = Identity("openclaw-hooks <board@openclaw.invalid>", f"{int(time.time())} +0000")
    changes = {".gitattributes": ATTRIBUTES, ".gitignore": IGNORE, "README.md": README}
    start = Commit(REF, (), changes, "board: start\n", identity)
    written = make_commit(repo, start)
    if not written.oid and break_stale_lock(os.path.join(repo.common_dir, f"{REF}.lock")):
        written = make_commit(repo, start)
    if not written.oid:
        hint = ""
        if read_ref(repo, "refs/heads/openclaw"):
            hint = "a branch named `openclaw` is in the way: git branch -m openclaw openclaw-old"
        raise BoardError(f"the branch {BRANCH} cannot be made: {written.complaint}", hint)


def _place_worktree(repo: Repo, folder: str) -> None:
    """Makes `folder` a worktree on the board's branch; what files lie in it already stay as they are.

    Not by `git worktree add`, which takes no folder with files in it, and leaves half a worktree when it is killed.
    """
    if not os.path.isdir(folder) or not os.listdir(folder):
        with suppress(OSError):
            os.unlink(os.path.join(repo.state_dir, STEP))
    admins = board_admins(repo.common_dir)
    gone = [admin for admin in admins if not is_board(registered_folder(admin), repo.common_dir)]
    admin = gone[0] if gone else _make_admin(repo)  # moved, copied or deleted without git: taken over
    for name in ("info/sparse-checkout", "index.lock"):
        with suppress(OSError):
            os.unlink(os.path.join(admin, name))
    os.makedirs(folder, exist_ok=True)
    atomic_write(os.path.join(admin, "locked"), LOCK_REASON.encode() + b"\n")
    atomic_write(os.path.join(admin, "gitdir"), os.fsencode(os.path.join(os.path.realpath(folder), ".git")) + b"\n")
    atomic_write(os.path.join(folder, ".git"), b"gitdir: " + os.fsencode(os.path.realpath(admin)) + b"\n")


def _make_admin(repo: Repo) -> str:
    """A new folder in which git keeps a worktree, complete when it appears (gitrepository-layout(5), `worktrees/`)."""
    import shutil

    passing = os.path.join(repo.state_dir, "worktree.new")
    shutil.rmtree(passing, ignore_errors=True)
    os.makedirs(passing)
    for name, text in {"HEAD": f"ref: {REF}", "commondir": "../..", "locked": LOCK_REASON}.items():
        atomic_write(os.path.join(passing, name), text.encode() + b"\n")
    parent = os.path.join(repo.common_dir, "worktrees")
    os.makedirs(parent, exist_ok=True)
    names = ("board", *(f"board{number}" for number in range(1, 1000)))
    admin = next(path for name in names if not os.path.lexists(path := os.path.join(parent, name)))
    os.rename(passing, admin)
    return admin


def _ignore(repo: Repo) -> None:
    path = os.path.join(repo.common_dir, "info", "exclude")
    try:
        with open(path, "rb") as stream:
            content = stream.read()
    except FileNotFoundError:
        content = b""
    if (after := ignore_board(content)) != content:
        atomic_write(path, after)
