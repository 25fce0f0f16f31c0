"""What lies beside the history: claims as refs, the log of verdicts, the records of a conflict and of the sidecar."""

from __future__ import annotations

import hashlib
import json
import os
import time
from typing import TYPE_CHECKING, Final

import msgspec

from openclaw_hooks import audit
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.board.leases.lease import Lease
from openclaw_hooks.board.leases.refs import PREFIX
from openclaw_hooks.board.merge.field_merge import Conflict
from openclaw_hooks.board.merge.records import write_record
from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.files import atomic_write
from openclaw_hooks.tasks.model import ACTIVE, Status
from tools.docs.sample.cast import AGENTS, TOMAS
from tools.docs.sample.desk import DAY, HOUR

if TYPE_CHECKING:
    import random

    from tools.docs.sample.desk import Desk

LEASE_MINUTES: Final = 120
STALE_S: Final = 3 * HOUR  # a claim of before that was not renewed


def make_leases(desk: Desk) -> dict[str, bytes]:
    """The ref of each claim and what its blob says."""
    found = {}
    for task in desk.tasks.values():
        if task.status not in ACTIVE:
            continue
        began = desk.began[task.id]
        renewed = began if desk.now - began > STALE_S else desk.now - 600
        token = f"{desk.rng.randint(1, 4)}-{desk.rng.getrandbits(32):08x}"
        lease = Lease(
            task=task.id, owner=task.owner, token=token, expires=stamp(max(began, renewed) + LEASE_MINUTES * 60),
            made=stamp(began), minutes=LEASE_MINUTES, node=f"{task.owner}-laptop",
        )  # fmt: skip
        found[f"{PREFIX}{task.id}"] = msgspec.json.encode(lease)
    return found


def make_conflict(desk: Desk) -> None:
    """Adds a record of two titles that met."""
    task = next(task for task in desk.tasks.values() if task.status is Status.QUEUED)
    dropped = f"title: {task.title}, and on phones first\n"
    path, content = write_record(task_path(task.id), Conflict("title", "", f"title: {task.title}\n", dropped))
    sheet = desk.open(desk.now - 5 * HOUR, TOMAS)
    sheet.put(path, content, f"conflict in {task.id}: title ({TOMAS.node})")
    sheet.close()


def blob_id(content: bytes) -> str:
    """The id that git gives this content."""
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content)).hexdigest()  # noqa: S324  # git's own


def write_audit(state_dir: str, rng: random.Random, now: float, lines: int = 240) -> None:
    """The log of verdicts of the last two weeks, as hooks write it."""
    rules = (
        "security/hardcoded-secret",
        "git-hygiene/wip-commit",
        "tides/local-time",
        "block-rm-rf",
        "scope",
        "python/shell-true",
    )
    text = []
    for number in range(lines):
        at = now - (lines - number + rng.random()) * 14 * DAY / lines
        denied = rng.random() < 0.09
        asked = not denied and rng.random() < 0.04
        decision = audit.DENY if denied else audit.ASK if asked else audit.ALLOW
        tool = rng.choice(("Bash", "Edit", "Write", "Read"))
        is_hook = rng.random() < 0.25
        entry: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + ".000Z",
            "host": rng.choice(AGENTS).agent,
        }
        entry |= (
            {"event": rng.choice(("pre-commit", "commit-msg", "pre-push"))}
            if is_hook
            else {"event": "PreToolUse", "tool": tool}
        )
        entry |= {
            "decision": decision,
            "rules": [rng.choice(rules)] if denied or asked else [],
            "ms": round(rng.uniform(4, 60), 1),
        }
        text.append(json.dumps(entry, separators=(",", ":")))
    path = os.path.join(state_dir, audit.LOG)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    atomic_write(path, ("\n".join(text) + "\n").encode())
