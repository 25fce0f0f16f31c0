"""What becomes of kept work beyond its branch: fast-forwarded into the target, or pushed; never into anything unfinished."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent.trees.calls import tree_env
from openclaw_hooks.agent.trees.checkout import last_complaint
from openclaw_hooks.board.plumbing import call_store, read_ref
from openclaw_hooks.files import display_path
from openclaw_hooks.git import call_git
from openclaw_hooks.settings import Merge

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.process import Completed

# What git leaves in the folder of a checkout while it is in the middle of something.
UNDER_WAY: Final = (
    *("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply", "sequencer"),
    "index.lock",
)
PUSH_TIMEOUT_S: Final = 300.0


class Offer(NamedTuple):
    """Kept work on `branch` that leads from `old` to `new`, for the branch `target`, or for `remote`."""

    policy: Merge
    branch: str
    target: str
    old: str
    new: str
    remote: str = "origin"


class MergeDone(NamedTuple):
    """Whether kept work went further than its branch, and where or why not."""

    done: bool
    why: str


class _Place(NamedTuple):
    """A checkout: its files and git's folder of it."""

    top: str
    git_dir: str


def merge_kept(repo: Repo, offer: Offer) -> MergeDone:
    """Does with kept work what the policy says; can be asked again, and what is done already is done."""
    match offer.policy:
        case Merge.NONE:
            return MergeDone(False, f"it stays on {offer.branch}")
        case Merge.FF:
            return _fast_forward(repo, offer)
        case Merge.BRANCH:
            return _push(repo, offer)


def _fast_forward(repo: Repo, offer: Offer) -> MergeDone:
    if not offer.target:
        return MergeDone(False, f"no branch is checked out that it could be merged into; it stays on {offer.branch}")
    ref = f"refs/heads/{offer.target}"
    now = read_ref(repo, ref)
    by_hand = f"merge it yourself: git merge {offer.branch}"
    if not now:
        return MergeDone(False, f"the branch {offer.target} is gone; {by_hand}")
    if _contains(repo, now, offer.new):
        return MergeDone(True, f"{offer.target} contains it")
    if not _contains(repo, offer.new, now):
        return MergeDone(False, f"{offer.target} has moved on; {by_hand}")
    place = _find_checkout(repo, ref)
    if place is None:
        words = ["update-ref", "-m", f"openclaw: fast-forward to {offer.branch}", ref, offer.new, now]
        done = call_store(repo, words)
    elif reason := _find_obstacle(place):
        return MergeDone(False, f"{display_path(place.top)} {reason}; {by_hand}")
    else:
        done = _call_checkout(place, ["merge", "--ff-only", "--no-stat", "--quiet", offer.new])
    if read_ref(repo, ref) == offer.new:
        return MergeDone(True, f"{offer.target} was fast-forwarded")
    return MergeDone(False, f"{offer.target} could not be fast-forwarded: {last_complaint(done)}; {by_hand}")


def _push(repo: Repo, offer: Offer) -> MergeDone:
    """Pushes the branch as a person would, past the hooks that check what is pushed."""
    ref = f"refs/heads/{offer.branch}"
    words = ["push", "--quiet", "--no-follow-tags", offer.remote, f"{ref}:{ref}"]
    try:
        done = call_git(words, cwd=repo.top or repo.git_dir, env=tree_env(), timeout_s=PUSH_TIMEOUT_S)
    except Exception as error:
        return MergeDone(False, f"{offer.branch} was not pushed: {error}")
    if done.code == 0:
        return MergeDone(True, f"{offer.branch} was pushed to {offer.remote}")
    return MergeDone(False, f"{offer.branch} was not pushed to {offer.remote}: {_first_complaint(done)}")


def _first_complaint(done: Completed) -> str:
    """What a push failed of, fit for one line: a hook's or the server's own words come first, advice on how to go on last."""
    lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("To ", "hint:", "warning:"))]
    first = (told or [f"exit code {done.code}"])[0]
    return display_path(first.removeprefix("fatal: ").removeprefix("error: ").rstrip("."))[:300]


def _find_checkout(repo: Repo, ref: str) -> _Place | None:
    """The checkout that is on `ref`; None where none is."""
    listing = call_store(repo, ["worktree", "list", "--porcelain", "-z"]).stdout
    for block in listing.split(b"\0\0"):
        lines = dict(line.partition(b" ")[::2] for line in block.split(b"\0") if line)
        if lines.get(b"branch") == os.fsencode(ref):
            top = os.fsdecode(lines[b"worktree"])
            done = call_git(["rev-parse", "--absolute-git-dir"], cwd=top, env=tree_env())
            return _Place(top, os.fsdecode(done.stdout.removesuffix(b"\n")))
    return None


def _find_obstacle(place: _Place) -> str:
    """Why nothing is merged into a checkout; empty where it is clean."""
    for name in UNDER_WAY:
        if os.path.lexists(os.path.join(place.git_dir, name)):
            return f"is in the middle of something ({name})"
    done = _call_checkout(place, ["status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=none"])
    if done.code != 0:
        return f"cannot be looked at: {last_complaint(done)}"
    return "has changes that are not committed" if done.stdout else ""


def _call_checkout(place: _Place, words: list[str]) -> Completed:
    return call_git(words, cwd=place.top, env=tree_env())


def _contains(repo: Repo, newer: str, older: str) -> bool:
    return call_store(repo, ["merge-base", "--is-ancestor", older, newer]).code == 0
