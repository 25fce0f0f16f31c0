"""Where the worktrees of runs lie, and whose each is: said in git's own folder of it and once more beside the runs."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec import Struct

from openclaw_hooks.board.attach import choose_folder
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import atomic_write, display_path

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo

FOLDER: Final = "worktrees"
OWNER: Final = "openclaw-owner"  # in git's folder of a worktree
LEDGER: Final = "trees"  # in our state folder: what an agent that deletes git's folder leaves


class Spot(NamedTuple):
    """A worktree to be made: for which run, attempt and task, and where; `share` are ignored files it gets links to."""

    run: str
    n: int
    task: str
    path: str
    share: tuple[str, ...] = ()


class Owner(Struct, frozen=True, omit_defaults=True):
    """Whose a worktree is: what has to be there, with this path, before anything is removed.

    `admin` is git's folder of it. `shared` are the links in it. `raw` are filters that did not work, for `raw_why`:
    files lie as they are stored.
    """

    run: str
    n: int
    task: str
    path: str
    commit: str
    admin: str
    shared: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()
    raw_why: str = ""
    is_sparse: bool = False


def attempt_path(repo: Repo, run: str, n: int, suffix: str = "") -> str:
    """The absolute path of the worktree of an attempt; `suffix` names another one of the same attempt."""
    return os.path.join(worktrees_folder(repo), f"{run}-{n}{suffix}")


def worktrees_folder(repo: Repo) -> str:
    """Where they lie: beside the board, below the main worktree; in the state folder where there is none."""
    return os.path.join(os.path.dirname(choose_folder(repo)), FOLDER)


def main_top(repo: Repo) -> str:
    """The folder of the main worktree; empty where there is none."""
    folder = choose_folder(repo)
    return "" if folder.startswith(os.path.join(repo.common_dir, "")) else os.path.dirname(os.path.dirname(folder))


def require_place(repo: Repo, path: str) -> None:
    """Raises OpenclawError unless `path` names a folder right below ours, and no link leads away from there."""
    folder = worktrees_folder(repo)
    name = os.path.basename(path)
    if path != os.path.join(folder, name) or name in ("", ".", "..") or name.startswith("-"):
        raise OpenclawError(f"{display_path(path)} is no place for the worktree of a run")
    if not path.isprintable():
        raise OpenclawError(f"{display_path(path)} cannot be written down", "move the repository to a plain path")
    for parent in (os.path.dirname(folder), folder):
        if os.path.islink(parent):
            raise OpenclawError(
                f"{display_path(parent)} is a link: no worktree is made or removed behind it", "put a folder there"
            )


def list_owners(repo: Repo) -> list[Owner]:
    """The worktrees of all runs, made or half-made, by path."""
    found: dict[str, Owner] = {}
    for path in (*_files(os.path.join(repo.state_dir, LEDGER)), *_admin_files(repo)):
        if owner := _read_owner(path):
            found[owner.path] = owner
    return [found[path] for path in sorted(found)]


def find_owner(repo: Repo, path: str) -> Owner | None:
    """Whose the worktree at `path` is; None where no run has made one there."""
    owner = _read_owner(ledger_path(repo, path))
    if owner and owner.path == path:
        return owner
    return next((owner for owner in list_owners(repo) if owner.path == path), None)


def write_owner(repo: Repo, owner: Owner) -> None:
    """Say whose a worktree is, on disk before anything of it is there; raises OSError."""
    content = msgspec.json.encode(owner) + b"\n"
    atomic_write(ledger_path(repo, owner.path), content)
    if os.path.isdir(owner.admin):
        atomic_write(os.path.join(owner.admin, OWNER), content)


def forget_owner(repo: Repo, owner: Owner) -> None:
    """Forget a worktree that is gone, and what processes that were killed have left beside it."""
    name = re.escape(os.path.basename(owner.path))
    left = re.compile(rf"{name}\.[0-9]+\.index(\.(lock|none|module))*")
    scraps = [os.path.join(repo.state_dir, each) for each in os.listdir(repo.state_dir) if left.fullmatch(each)]
    for path in (*scraps, ledger_path(repo, owner.path), index_path(repo, owner.path)):
        with suppress(OSError):
            os.unlink(path)


def ledger_path(repo: Repo, path: str) -> str:
    """Our own word on the worktree at `path`."""
    return os.path.join(repo.state_dir, LEDGER, f"{os.path.basename(path)}.json")


def index_path(repo: Repo, path: str) -> str:
    """The index of the worktree at `path` as it was made: the agent's own may say that files did not change."""
    return os.path.join(repo.state_dir, LEDGER, f"{os.path.basename(path)}.index")


def _files(folder: str) -> list[str]:
    with suppress(OSError):
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".json")]
    return []


def _admin_files(repo: Repo) -> list[str]:
    parent = os.path.join(repo.common_dir, "worktrees")
    with suppress(OSError):
        return [os.path.join(parent, name, OWNER) for name in sorted(os.listdir(parent))]
    return []


def _read_owner(path: str) -> Owner | None:
    with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError), open(path, "rb") as stream:
        return msgspec.json.decode(stream.read(), type=Owner)
    return None
