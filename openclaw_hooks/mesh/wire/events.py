"""Events: what the lead tells everybody about tasks, plans and nodes as it happens."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from openclaw_hooks.mesh.wire.messages import WireError

MAX_EVENT_BYTES: Final = 16_000
MAX_REASON: Final = 500  # characters
TASK, PLAN, NODE = "task", "plan", "node"


class Event(Struct, frozen=True, omit_defaults=True):
    """One thing that happened: to the task, plan or node `name`, at `at` (UTC), asked for by the node `by`.

    `what` is a status (`claimed`, `completed`), or what else it was (`edited`, `joined`, `silent`, `leads`);
    `old` is the status before; `revision` the key's after.
    """

    at: str
    kind: str
    name: str
    what: str
    by: str = ""
    old: str = ""
    owner: str = ""
    reason: str = ""
    title: str = ""
    revision: int = 0


def encode_event(event: Event) -> bytes:
    """`event` as it travels."""
    return msgspec.json.encode(msgspec.structs.replace(event, reason=event.reason[:MAX_REASON]))


def decode_event(payload: bytes) -> Event:
    """The event that `payload` is; raises WireError."""
    if len(payload) > MAX_EVENT_BYTES:
        raise WireError(f"an event of {len(payload):,} bytes, of {MAX_EVENT_BYTES:,} at most")
    try:
        return msgspec.json.decode(payload, type=Event)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(f"not an event of the mesh: {error}") from error
