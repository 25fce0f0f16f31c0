"""What an attempt is told and judged by, as its base has it: read before the agent starts, so that nothing it edits counts."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from openclaw_hooks.checks.claimed import limit_to_task
from openclaw_hooks.checks.policy import Policy, compile_policy
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.rules.load import load_harness_rules
from openclaw_hooks.rules.model import HarnessRule, HarnessScope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.tasks.model import TaskHead

# An attempt is work that no person sits beside, on this machine or another.
WHERE: Final = HarnessScope.MESH
_NOWHERE: Final = os.path.join(os.devnull, "none")


class Ground(Struct, frozen=True, omit_defaults=True):
    """The policy for work on a task, its harness rules, and the content of the baseline of known secrets."""

    policy: Policy
    harness: tuple[HarnessRule, ...] = ()
    baseline: bytes = b""


def read_ground(worktree: str, task: TaskHead, agent: str) -> Ground:
    """The ground for an attempt of `agent` at `task` in a `worktree` that nobody has worked in yet.

    Neither the environment nor what is claimed there counts. Raises OpenclawError for a policy that is broken or has no
    such role: an attempt that could not be judged is not begun.
    """
    if not os.path.isdir(worktree):  # a folder that is not there would have no rules
        raise OpenclawError(f"there is no worktree at {display_path(worktree)}", "the attempt is not begun without one")
    policy = msgspec.structs.replace(limit_to_task(compile_policy(worktree), task), agent=agent or "agent")
    active = {rule.id for rule in policy.rules}
    harness = tuple(rule for rule in load_harness_rules(worktree) if rule.id in active)
    return Ground(policy, harness, _read_baseline(policy))


def _read_baseline(policy: Policy) -> bytes:
    path = os.path.join(policy.root, policy.settings.secrets.baseline)
    if not os.path.isfile(path):
        return b""
    with open(path, "rb") as stream:
        return stream.read()


def save_ground(path: str, ground: Ground) -> None:
    """Put `ground` at `path`, for whoever resumes the run; raises OSError."""
    from openclaw_hooks.files import atomic_write

    atomic_write(path, msgspec.json.encode(ground), 0o600)


def load_ground(path: str) -> Ground:
    """The ground that `save_ground` put at `path`; raises OSError, and msgspec.MsgspecError for a broken file."""
    with open(path, "rb") as stream:
        return msgspec.json.decode(stream.read(), type=Ground)


@contextmanager
def stand_on(ground: Ground) -> Iterator[Policy]:
    """The policy of `ground` with a root of its own that holds the baseline and nothing else.

    What lies in the worktree by now, and in the folder that this process stands in, is not read.
    """
    policy = ground.policy
    if not ground.baseline or os.path.isabs(policy.settings.secrets.baseline):
        yield msgspec.structs.replace(policy, root=_NOWHERE)
        return
    import tempfile

    from openclaw_hooks.files import atomic_write

    with tempfile.TemporaryDirectory(prefix="openclaw-ground-") as folder:
        path = os.path.normpath(os.path.join(folder, policy.settings.secrets.baseline))
        if path.startswith(folder + os.sep):  # one outside the worktree is nobody's to trust
            atomic_write(path, ground.baseline)
        yield msgspec.structs.replace(policy, root=folder)
