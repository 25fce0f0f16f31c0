"""What this clone holds of claims, as files that hooks read within a millisecond: no git, no YAML.

The claim itself is a ref (see `claims`); a file here is its holder's copy, with what the hooks need of the task.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress

from openclaw_hooks.imports import import_msgspec

import_msgspec()

import msgspec  # noqa: E402 - after the import that makes this one cheap
from msgspec import Struct  # noqa: E402

TYPE_CHECKING = False  # `typing` takes 8 ms to import
if TYPE_CHECKING:
    from typing import Protocol

    class Place(Protocol):
        """Where claims are looked for: a `Checkout` or a `git.Repo`."""

        @property
        def top(self) -> str:
            """The working tree's own folder."""

        @property
        def state_dir(self) -> str:
            """The machine state that all worktrees share."""


FOLDER = "leases"
VARIABLE = "OPENCLAW_TASK"  # the claim that a process works under, wherever its worktree lies
RUN_VARIABLE = "OPENCLAW_RUN"  # the run that a process works in an attempt of
MAX_BYTES = 1_000_000


class Held(Struct, frozen=True, omit_defaults=True):
    """A claim that this clone made: `expires` and `made` in UTC, `worktree` the folder of the work.

    `remote` is the one that decided the claim; empty for a claim within this clone only. `tried` is when a hook last
    failed to renew it. `run` is the agent run that holds it: that one alone ends it, by its token.
    """

    task: str
    owner: str
    token: str
    expires: str
    made: str = ""
    minutes: int = 0
    remote: str = ""
    worktree: str = ""
    session: str = ""
    title: str = ""
    scope: tuple[str, ...] = ()
    role: str = ""
    metric: str = ""
    tried: str = ""
    run: str = ""


def stamp(seconds: float) -> str:
    """A time as ISO 8601 in UTC, to the second; such texts sort as the times do."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def current_claims(checkout: Place) -> list[Held]:
    """The claims that work in this working tree is done under, oldest first; with OPENCLAW_TASK that one alone.

    A claim counts until it is dropped or known to be lost, also after its end: work does not become free of its
    scope by taking long. Files that cannot be read are passed over.
    """
    named = os.environ.get(VARIABLE, "")
    if named and (held := held_lease(checkout.state_dir, named)):
        return [held]  # a name that means nothing must not lift the limits
    folder = os.path.join(checkout.state_dir, FOLDER)
    try:
        names = [name for name in os.listdir(folder) if name.endswith(".json") and not name.startswith(".")]
    except OSError:
        return []
    if not names:
        return []
    top = os.path.realpath(checkout.top)
    found = [held for name in names if (held := _load(os.path.join(folder, name))) and held.worktree == top]
    return sorted(found, key=lambda held: (held.made, held.task))


def held_lease(state_dir: str, task: str) -> Held | None:
    """What this clone holds of `task`; None when it holds nothing that can be read."""
    held = _load(held_path(state_dir, task)) if is_file_name(task) else None
    return held if held and held.task == task else None


def remembers_claims(state_dir: str) -> bool:
    """Whether this clone holds any claim or has lost one."""
    try:
        return bool(os.listdir(os.path.join(state_dir, FOLDER)))
    except OSError:
        return False


def is_inside(held: Held) -> bool:
    """Whether this process was started by the agent of the very run that holds the claim: even its token is not for those."""
    return bool(held.run) and os.environ.get(RUN_VARIABLE, "") == held.run


def save_held(state_dir: str, held: Held) -> None:
    """Write down what is held, in one step; raises OSError."""
    from openclaw_hooks.files import atomic_write

    atomic_write(held_path(state_dir, held.task), msgspec.json.encode(held))
    with suppress(OSError):
        os.unlink(_lost_path(state_dir, held.task))


def forget_held(state_dir: str, task: str) -> None:
    """Forget what is held of `task`: it is done, or given free."""
    with suppress(OSError):
        os.unlink(held_path(state_dir, task))


def lose_held(state_dir: str, task: str, token: str) -> None:
    """Hold `task` no more but remember it as lost: commits made under the claim must not be sent."""
    held = held_lease(state_dir, task)
    if held and held.token == token:
        with suppress(OSError):
            os.replace(held_path(state_dir, task), _lost_path(state_dir, task))


def lost_lease(state_dir: str, task: str) -> Held | None:
    """What this clone held of `task` until it lost it to somebody else."""
    return _load(_lost_path(state_dir, task)) if is_file_name(task) else None


def held_path(state_dir: str, task: str) -> str:
    """The file that says what is held of `task`."""
    return os.path.join(state_dir, FOLDER, f"{task}.json")


def _lost_path(state_dir: str, task: str) -> str:
    return os.path.join(state_dir, FOLDER, f"{task}.lost")


def is_file_name(task: str) -> bool:
    """Whether `task` can be part of a file's and a ref's name: it may come from a variable or a message."""
    return task.replace("-", "").isalnum() and task.isascii() and not task.startswith("-")


def _load(path: str) -> Held | None:
    with suppress(OSError, msgspec.MsgspecError, RecursionError), open(path, "rb") as stream:
        return msgspec.json.decode(stream.read(MAX_BYTES), type=Held)
    return None
