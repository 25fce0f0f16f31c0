"""The buckets of the mesh, made by the lead: what they keep, how long, and what those who write there may do to others.

Beside them one stream that keeps what the lead told, for a while: who looks later, or was cut off, reads it there.

A node writes its own keys of `MESH_NODES`, `MESH_TOOLS` and `MESH_IN`, and with them any header. A bucket as client
libraries make it takes a header that removes all other keys, and for two minutes drops what repeats a message id.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.mesh.accounts import EVENTS, STREAMS
from openclaw_hooks.mesh.place import MeshError

if TYPE_CHECKING:
    from openclaw_hooks.mesh.connection import Connection

MAX_VALUE_BYTES = 256 << 10
SECOND_NS = 1_000_000_000
EVENT_DAYS = 7
# The server sets aside what a stream may hold at most, and refuses the stream where the disk has less. All of these
# together fit into what it may take of a disk with the least room that a mesh starts on.
MAX_NODES_BYTES = 2 << 20
MAX_TOOLS_BYTES = 4 << 20
MAX_INBOX_BYTES = 8 << 20  # of a proposal that does not fit its node keeps hold
MAX_EVENTS_BYTES = 12 << 20  # some 40,000
TTL_STAYS = 10052  # a configuration that cannot be: lifetimes of single values can't be forbidden later
NAME_IN_USE = 10058  # with another configuration; error code of the server


class Bucket(NamedTuple):
    """What a bucket keeps: values per key, for how long (0 for ever), and whether nodes write there themselves."""

    history: int = 1
    ttl_s: int = 0
    is_open: bool = False
    max_bytes: int = -1
    republish: str = ""
    is_atomic: bool = False  # takes many writes whole or not at all; servers before 2.12 leave that out


BUCKETS = {
    "MESH_TASKS": Bucket(history=64, republish="mesh.kv.>", is_atomic=True),
    "MESH_PLANS": Bucket(history=64, republish="mesh.kv.>", is_atomic=True),
    "MESH_LEASES": Bucket(),  # its keys end one by one
    "MESH_NODES": Bucket(ttl_s=300, is_open=True, max_bytes=MAX_NODES_BYTES),
    "MESH_TOOLS": Bucket(ttl_s=120, is_open=True, max_bytes=MAX_TOOLS_BYTES),
    "MESH_IN": Bucket(is_open=True, max_bytes=MAX_INBOX_BYTES),
}


def make_stream(name: str, replicas: int = 1) -> dict[str, Any]:
    """The configuration of the stream behind the bucket `name`, as the server takes it."""
    bucket = BUCKETS[name]
    config: dict[str, Any] = {
        "name": f"KV_{name}",
        "subjects": [f"$KV.{name}.>"],
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "num_replicas": replicas,
        "max_msgs_per_subject": bucket.history,
        "max_msg_size": MAX_VALUE_BYTES,
        "max_bytes": bucket.max_bytes,
        "max_age": bucket.ttl_s * SECOND_NS,
        "allow_direct": True,
        "deny_delete": True,
        "allow_msg_ttl": not bucket.is_open,  # or a node could make its word stay for ever
        "allow_rollup_hdrs": not bucket.is_open,
        "duplicate_window": SECOND_NS // 10 if bucket.is_open else 120 * SECOND_NS,
    }
    if bucket.republish:
        config["republish"] = {"src": f"$KV.{name}.>", "dest": bucket.republish}
    if bucket.is_atomic:
        config["allow_atomic"] = True
    return config


def make_event_stream(replicas: int = 1) -> dict[str, Any]:
    """The configuration of the stream that keeps events; its oldest go when it is full.

    On a single server it is written without waiting for the disk: what the power takes from it nobody was promised.
    """
    config: dict[str, Any] = {
        "name": EVENTS,
        "subjects": [STREAMS[1]],
        "storage": "file",
        "retention": "limits",
        "discard": "old",
        "num_replicas": replicas,
        "max_msg_size": MAX_VALUE_BYTES,
        "max_bytes": MAX_EVENTS_BYTES,
        "max_age": EVENT_DAYS * 86_400 * SECOND_NS,
        "allow_direct": True,
        "deny_delete": True,
    }
    return config if replicas > 1 else config | {"persist_mode": "async"}


async def ensure_buckets(lead: Connection, replicas: int = 1) -> None:
    """Makes the buckets that are missing, and brings those that are there up to these settings; loses no value.

    Raises MeshError when the server refuses one.
    """
    for config in (*(make_stream(name, replicas) for name in BUCKETS), make_event_stream(replicas)):
        error = await _ask(lead, "CREATE", config)
        if error.get("err_code") == NAME_IN_USE:
            error = await _ask(lead, "UPDATE", config)
            if error.get("err_code") == TTL_STAYS:  # of a bucket that was made with it
                error = await _ask(lead, "UPDATE", config | {"allow_msg_ttl": True})
            if error and config["name"] == EVENTS:
                continue  # how it is written can't be changed when a cluster grows: it keeps events all the same
        if error:
            name = config["name"].removeprefix("KV_")
            raise MeshError(f"the server refuses bucket {name}: {error.get('description', 'it does not say why')}")


async def _ask(lead: Connection, verb: str, config: dict[str, Any]) -> dict[str, Any]:
    """The error in the server's answer, empty when it did what was asked."""
    subject = f"{lead.api_prefix}.STREAM.{verb}.{config['name']}"
    answer = json.loads(await lead.request(subject, json.dumps(config).encode()))
    error: dict[str, Any] = answer.get("error", {})
    return error
