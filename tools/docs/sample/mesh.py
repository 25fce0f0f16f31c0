"""What the lead of the invented mesh knows: its nodes, how the sidecar stands, and what it noted last."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import msgspec

from openclaw_hooks import __version__
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.board.membership import FOLDER
from openclaw_hooks.files import atomic_write
from openclaw_hooks.mesh.nodes import Node, NodeRole, Registry
from openclaw_hooks.mesh.sidecar.status import NodeStatus, SyncStatus
from tools.docs.sample.cast import HERON, MARA, PLOVER
from tools.docs.sample.desk import DAY, HOUR

if TYPE_CHECKING:
    import random

KEY_LENGTH: Final = 55
KEY_CHARS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LEAD: Final = MARA.node
LOG: Final = (
    ("info", "started", ""),
    ("info", "leads", "term 3"),
    ("info", "joined", f"{HERON.node} joined as worker"),
    ("info", "pass", "12 changes taken over"),
    ("error", "lost", f"{PLOVER.node} has been silent for 60 s"),
    ("info", "pass", "3 changes taken over"),
)


def write_mesh(state_dir: str, rng: random.Random, now: float) -> None:
    """The files that `openclaw sync` keeps beside the repository; no sidecar runs, which the pages say."""
    folder = os.path.join(state_dir, FOLDER)
    os.makedirs(folder, exist_ok=True)
    for name, content in {
        "nodes.json": msgspec.json.encode(_register(rng, now)),
        "sync.json": msgspec.json.encode(_stand(now)),
        "sync.log": b"".join(_note(number, now) for number in range(len(LOG))),
    }.items():
        atomic_write(os.path.join(folder, name), content)


def _register(rng: random.Random, now: float) -> Registry:
    def node(name: str, role: NodeRole, days: float, **times: str) -> Node:
        key = "U" + "".join(rng.choices(KEY_CHARS, k=KEY_LENGTH))
        return Node(name=name, role=role, public_key=key, created=stamp(now - days * DAY), **times)

    return Registry(
        (
            node("guest", NodeRole.HUMAN, 1, expires=stamp(now + DAY)),
            node(HERON.node, NodeRole.WORKER, 90, joined=stamp(now - 89 * DAY)),
            node(LEAD, NodeRole.LEAD, 100),
            node("old-laptop", NodeRole.WORKER, 95, joined=stamp(now - 94 * DAY), revoked=stamp(now - 20 * DAY)),
            node(PLOVER.node, NodeRole.WORKER, 30, joined=stamp(now - 29 * DAY)),
        )
    )


def _stand(now: float) -> SyncStatus:
    return SyncStatus(
        pid=4242,
        started=stamp(now - 25 * HOUR),
        node=LEAD,
        role="lead",
        state="following",
        leading=True,
        lead=LEAD,
        term=3,
        server="nats://127.0.0.1:4222",
        pending=1,
        last_pass=stamp(now - 2),
        at=stamp(now - 1),
        nodes=(
            NodeStatus(LEAD, "lead", 0.4, version=__version__, host="harbour"),
            NodeStatus(HERON.node, "worker", 2.1, 0, __version__, "quay-runner", ("knowledge.semantic_search",)),
            NodeStatus(PLOVER.node, "worker", 2400, 31, __version__, "old-quay"),
        ),
    )


def _note(number: int, now: float) -> bytes:
    level, event, text = LOG[number]
    at = f"{stamp(now - (len(LOG) - number) * 600)[:-1]}.000Z"
    return msgspec.json.encode({"at": at, "level": level, "event": event, "text": text}) + b"\n"
