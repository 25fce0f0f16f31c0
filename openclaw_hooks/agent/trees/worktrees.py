"""Worktrees of attempts: detached, locked, each with its owner's name, made and removed without touching anything else."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks.agent.removal import remove_folder
from openclaw_hooks.agent.trees.checkout import fill_worktree
from openclaw_hooks.agent.trees.removal import drop_caches, remove_admin, remove_admins_below
from openclaw_hooks.agent.trees.spots import (
    OWNER,
    Owner,
    find_owner,
    forget_owner,
    list_owners,
    require_place,
    worktrees_folder,
    write_owner,
)
from openclaw_hooks.agent.trees.spread import make_spread_folder
from openclaw_hooks.board.exclude import ignore_board
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import atomic_write, display_path

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.spots import Spot
    from openclaw_hooks.git import Repo


def make_worktree(repo: Repo, spot: Spot, commit: str) -> Owner:
    """Makes a worktree at `commit` for an attempt, no branch checked out in it; what of ours lies there goes first.

    Raises OpenclawError where anything else lies there, and ProcessError where the files cannot be checked out.
    """
    try:
        return _make(repo, spot, commit)
    except OSError as error:
        message = f"no worktree can be made at {display_path(spot.path)}: {error.strerror}"
        raise OpenclawError(message, "is the disk full, or something in the way?") from error


def _make(repo: Repo, spot: Spot, commit: str) -> Owner:
    require_place(repo, spot.path)
    prepare_folder(repo)
    remove_worktree(repo, spot.path)
    owner = Owner(spot.run, spot.n, spot.task, spot.path, commit, _free_admin(repo, spot.path))
    write_owner(repo, owner)
    os.mkdir(spot.path)
    _place_admin(repo, owner)
    owner = fill_worktree(repo, owner, spot.share)
    write_owner(repo, owner)
    return owner


def remove_worktree(repo: Repo, path: str) -> bool:
    """Whether there was a worktree of a run at `path`, which is gone now, made or half-made; links are not followed.

    Raises OpenclawError where what lies there is not one that a run has made.
    """
    require_place(repo, path)
    owner = find_owner(repo, path)
    if owner is None:
        if os.path.lexists(path):
            raise OpenclawError(f"{display_path(path)} was not made by a run: it stays", "move it away")
        return False
    _refuse_others(repo, owner)
    remove_folder(path)
    remove_admins_below(repo, path)
    remove_admin(repo, owner)
    drop_caches(repo, owner)
    forget_owner(repo, owner)
    return True


def list_worktrees(repo: Repo) -> list[Owner]:
    """The worktrees of all runs of this clone, half-made ones too."""
    return list_owners(repo)


def list_worktrees_of(repo: Repo, run: str) -> list[Owner]:
    """The worktrees of one run."""
    return [owner for owner in list_owners(repo) if owner.run == run]


def _refuse_others(repo: Repo, owner: Owner) -> None:
    """Raises OpenclawError where a worktree of somebody else, made with git, lies at the path by now."""
    pointer = os.path.join(owner.path, ".git")
    if os.path.islink(owner.path) or os.path.islink(pointer) or not os.path.isfile(pointer):
        return
    with open(pointer, "rb") as stream:
        target = os.fsdecode(stream.read(8192)).removeprefix("gitdir: ").rstrip("\n")
    admin = os.path.normpath(os.path.join(owner.path, target))
    is_gits = os.path.dirname(os.path.realpath(admin)) == os.path.realpath(os.path.join(repo.common_dir, "worktrees"))
    if is_gits and os.path.isfile(os.path.join(admin, "HEAD")) and not os.path.isfile(os.path.join(admin, OWNER)):
        raise OpenclawError(
            f"{display_path(owner.path)} is a worktree that no run has made: it stays", "git worktree list shows it"
        )


def _free_admin(repo: Repo, path: str) -> str:
    parent = os.path.join(repo.common_dir, "worktrees")
    name = os.path.basename(path)
    names = (name, *(f"{name}.{number}" for number in range(1, 1000)))
    return next(admin for each in names if not os.path.lexists(admin := os.path.join(parent, each)))


def _place_admin(repo: Repo, owner: Owner) -> None:
    """Git's folder of the worktree, complete when it appears (gitrepository-layout(5), `worktrees/`).

    Not by `git worktree add`: killed halfway, it would leave a folder that does not say whose it is.
    """
    passing = os.path.join(repo.state_dir, f"{os.path.basename(owner.path)}.{os.getpid()}.new")
    shutil.rmtree(passing, ignore_errors=True)
    os.makedirs(passing)
    texts = {
        "HEAD": owner.commit,
        "commondir": "../..",
        "gitdir": os.path.join(owner.path, ".git"),
        "locked": f"openclaw run {owner.run}",
    }
    for name, text in texts.items():
        with open(os.path.join(passing, name), "wb") as stream:
            stream.write(os.fsencode(text) + b"\n")
    with open(os.path.join(passing, OWNER), "wb") as stream:
        stream.write(msgspec.json.encode(owner) + b"\n")
    os.makedirs(os.path.dirname(owner.admin), exist_ok=True)
    os.rename(passing, owner.admin)
    with open(os.path.join(owner.path, ".git"), "wb") as stream:
        stream.write(b"gitdir: " + os.fsencode(owner.admin) + b"\n")


def prepare_folder(repo: Repo) -> None:
    """Makes the folder of all worktrees, and keeps it out of `git status` of the main worktree, where it lies in it."""
    folder = worktrees_folder(repo)
    _ignore(repo, folder)
    make_spread_folder(folder)


def _ignore(repo: Repo, folder: str) -> None:
    if folder.startswith(os.path.join(repo.common_dir, "")):
        return
    path = os.path.join(repo.common_dir, "info", "exclude")
    try:
        with open(path, "rb") as stream:
            content = stream.read()
    except FileNotFoundError:
        content = b""
    if (after := ignore_board(content)) != content:
        atomic_write(path, after)
