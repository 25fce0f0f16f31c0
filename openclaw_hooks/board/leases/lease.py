"""What the ref of a claim says, and how long that counts."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from openclaw_hooks.board.leases.held import is_file_name, stamp
from openclaw_hooks.board.leases.refs import RefValue, read_ref
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo

SKEW_S = 60.0  # by which clocks may differ: nobody takes a lease over before it has ended for so long


class Lease(Struct, frozen=True, omit_defaults=True):
    """What the blob of a claim says; without an owner nobody holds it, and only the token's number counts on.

    `clone` is a random id of the clone that made it, so that two clones on one machine are not taken for one.
    """

    task: str
    owner: str = ""
    token: str = ""
    expires: str = ""
    made: str = ""
    minutes: int = 0
    node: str = ""
    clone: str = ""

    @property
    def number(self) -> int:
        """The growing part of the token."""
        digits = self.token.partition("-")[0]
        return int(digits) if digits.isdecimal() and len(digits) < 19 else 0


def is_live(lease: Lease, now: float) -> bool:
    """Whether nobody may take the lease over yet."""
    return bool(lease.owner) and stamp(now - SKEW_S) <= lease.expires


def read_claim(repo: Repo, task: str) -> tuple[RefValue, Lease]:
    """The ref as this clone knows it and what it says; a blob that is no lease is read as one that nobody holds."""
    if not is_file_name(task):
        raise OpenclawError(f"`{task}` is no task id", "ids look like T-4kf2mz")
    known = read_ref(repo, task)
    return known, parse_lease(task, known.content) or Lease(task)


def parse_lease(task: str, content: bytes) -> Lease | None:
    """What the blob of a claim of `task` says; None when it is no lease."""
    with suppress(msgspec.MsgspecError, RecursionError):
        lease = msgspec.json.decode(content, type=Lease)
        if lease.task == task and (not lease.owner or _is_whole(lease)):
            return lease
    return None


def _is_whole(lease: Lease) -> bool:
    return bool(lease.number) and len(lease.expires) == len("2026-01-01T00:00:00Z") and lease.expires.isascii()


def describe_holder(lease: Lease) -> str:
    """The owner, with the machine's name where that says more."""
    return lease.owner if lease.node in ("", lease.owner) else f"{lease.owner} (on {lease.node})"


def next_token(known: RefValue, lease: Lease) -> str:
    """The next holder's token; behind an unreadable lease it starts from the clock, above any number counted so far."""
    lost_count = (bool(known.oid) or known.is_broken) and not lease.number
    return f"{int(time.time()) if lost_count else lease.number + 1}-{os.urandom(4).hex()}"


def make_lease(old: Lease, holder: tuple[str, str, str], minutes: int, now: float) -> Lease:
    """`old` for `holder` (owner, token, clone), `minutes` long from `now` on; when it was first made stays."""
    import platform

    owner, token, clone = holder
    return Lease(
        task=old.task,
        owner=owner,
        token=token,
        expires=stamp(now + minutes * 60),
        made=old.made or stamp(now),
        minutes=minutes,
        node=platform.node(),
        clone=clone,
    )
