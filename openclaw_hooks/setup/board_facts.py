"""How a repository's board stands, found out by looking: nothing is attached, written or fetched."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.attach import choose_folder, find_source
from openclaw_hooks.board.place import BRANCH, FOLDER, REF, Board, find_board_folder, registered_folder
from openclaw_hooks.board.plumbing import ask_store
from openclaw_hooks.board.sharing.remote import INCOMING, SHARED
from openclaw_hooks.checkout import Checkout, find_checkout

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo


class BoardFacts(NamedTuple):
    """Where the board is (`top`, empty while none is attached) or would be, and the ref that it is or would be from.

    `has_link`: whether the working tree's own `.openclaw/board` is the board or leads there.
    """

    top: str
    folder: str
    source: str
    has_link: bool

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing to attach."""
        return bool(self.top) and self.has_link


class Distance(NamedTuple):
    """How far the board is from the one of a remote, as far as that has been fetched: commits only here, only there."""

    remote: str
    ahead: int
    behind: int


def read_board_facts(repo: Repo) -> BoardFacts:
    """How the board of `repo` stands."""
    top = find_board_folder(Checkout(repo.top, repo.git_dir, repo.common_dir))
    link = os.path.join(repo.top, FOLDER) if repo.top else ""
    # What lies in a link's place and is none was put there by somebody, and attaching leaves it alone.
    has_link = bool(top) and (not link or (os.path.lexists(link) and not _is_stale(link, top)))
    return BoardFacts(top, top or choose_folder(repo), REF if top else find_source(repo), has_link or repo.top == top)


def _is_stale(link: str, top: str) -> bool:
    return os.path.islink(link) and os.path.realpath(link) != top


def admin_folder(board: Board) -> str:
    """The folder in which git keeps the board's worktree."""
    found = find_checkout(board.top)
    return found.git_dir if found else ""


def measure_distance(repo: Repo, remote: str) -> Distance | None:
    """How far the board is from that of `remote`, as far as it is known here; None when nothing is known of it."""
    known = list_known(repo, remote)
    if not known:
        return None
    ahead = ask_store(repo, ["rev-list", "--count", REF, "--not", *known, "--"])
    behind = ask_store(repo, ["rev-list", "--count", *known, "--not", REF, "--"])
    return Distance(remote, int(ahead), int(behind))


def list_known(repo: Repo, remote: str) -> list[str]:
    """The commits that the board of `remote` had when it was last fetched, by git or by us, or was in step with ours."""
    places = (f"refs/remotes/*/{BRANCH}", f"{INCOMING}*/heads/board", SHARED)
    words = ["for-each-ref", "--format=%(objectname) %(refname)", *places]
    found = (line.split(" ", 1) for line in os.fsdecode(ask_store(repo, words)).splitlines())
    # An address stands in the ref's name as a hash; there is but one such remote.
    return [oid for oid, ref in found if f"/{remote}/" in f"{ref}/" or (":" in remote and "/at-" in ref)]


def list_links(repo: Repo, top: str) -> list[str]:
    """The links to the board at `top` in the working trees of `repo`."""
    parent = os.path.join(repo.common_dir, "worktrees")
    admins = [os.path.join(parent, name) for name in (os.listdir(parent) if os.path.isdir(parent) else ())]
    tops = {repo.top, *map(registered_folder, admins)}
    if os.path.basename(repo.common_dir) == ".git":
        tops.add(os.path.dirname(repo.common_dir))
    links = sorted(os.path.join(one, FOLDER) for one in tops if one)
    return [link for link in links if os.path.islink(link) and os.path.realpath(link) == top]
