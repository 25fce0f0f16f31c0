"""The commits that an agent made by itself, wherever in its worktree it left them."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.plumbing import call_store, read_ref

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.agent.trees.spots import Owner
    from openclaw_hooks.git import Repo

MAX_TIPS: Final = 16
MAX_LOG_BYTES: Final = 4_000_000
_OID: Final = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class OwnCommits(NamedTuple):
    """The commit that the worktree stands on, where the agent made it, and the tips of all others that it made there."""

    head: str = ""
    others: tuple[str, ...] = ()

    @property
    def tips(self) -> tuple[str, ...]:
        """All of them, the head first."""
        return (self.head, *self.others) if self.head else self.others


def find_own_commits(repo: Repo, owner: Owner, base: str, before: Iterable[str]) -> OwnCommits:
    """What of a worktree's history can be reached neither from `base` nor from the commits `before` that refs had."""
    head = _read_head(repo, owner)
    seen = _read_reflog(owner) | ({head} if head else set())
    seen.discard(base)
    if not seen:
        return OwnCommits()
    known = _existing(repo, seen)
    new = _reach(repo, known, [base, *before])
    parents = {parent for line in new for parent in line[1:]}
    tips = [line[0] for line in new if line[0] not in parents]
    made = {line[0] for line in new}
    others = [tip for tip in tips if tip != head][:MAX_TIPS]
    return OwnCommits(head if head in made else "", tuple(others))


def _read_head(repo: Repo, owner: Owner) -> str:
    """The commit that HEAD of the worktree means; empty when it means none."""
    text = _read(os.path.join(owner.admin, "HEAD")).strip()
    if text.startswith(b"ref: "):
        ref = os.fsdecode(text[len(b"ref: ") :])
        return read_ref(repo, ref) if ref.startswith("refs/") and ".." not in ref else ""
    return text.decode() if _OID.fullmatch(text) else ""


def _read_reflog(owner: Owner) -> set[str]:
    """The commits that HEAD of the worktree has been at."""
    found: set[str] = set()
    for line in _read(os.path.join(owner.admin, "logs", "HEAD")).split(b"\n"):
        words = line.split(b" ", 2)
        found.update(word.decode() for word in words[:2] if len(words) == 3 and _OID.fullmatch(word))
    return {oid for oid in found if oid.strip("0")}


def _read(path: str) -> bytes:
    with suppress(OSError), open(path, "rb") as stream:
        return stream.read(MAX_LOG_BYTES)
    return b""


def _existing(repo: Repo, oids: Iterable[str]) -> list[str]:
    asked = "\n".join(sorted(oids)).encode() + b"\n"
    answers = call_store(repo, ["cat-file", "--batch-check"], stdin=asked).stdout.decode().splitlines()
    return [line.split(" ")[0] for line in answers if line.split(" ")[1:2] == ["commit"]]


def _reach(repo: Repo, tips: list[str], before: list[str]) -> list[list[str]]:
    """Commits with their parents, newest first, that `tips` lead to and `before` does not."""
    if not tips:
        return []
    asked = "\n".join([*tips, *(f"^{oid}" for oid in _existing(repo, before))]).encode() + b"\n"
    done = call_store(repo, ["rev-list", "--topo-order", "--parents", "--stdin"], stdin=asked)
    return [line.split(" ") for line in done.stdout.decode().splitlines()]


def parents_of(repo: Repo, commit: str) -> tuple[str, ...]:
    """The parents of `commit`, in their order."""
    done = call_store(repo, ["rev-list", "--parents", "-n1", commit, "--"])
    return tuple(done.stdout.decode().split()[1:])
