"""Reading buckets: how one stands, one key, several, or all that is newer than what is known already.

A worker may not make consumers, so everything is read in pages of direct gets. The server gives pages in the order of
writing, with all revisions that it keeps; where most of them are old ones, keys are listed and asked for by name.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.mesh.connection import NotDoneError, UnknownOutcomeError
from openclaw_hooks.mesh.replica.pages import PageReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.pages import Entry

PAGE = 1000  # entries of a page; the server refuses requests that match more than 1,024 keys
# Reading all revisions in order costs half of asking by name, as long as not many are old ones.
BY_NAME_FACTOR = 2
FEW = 1000
MISSING = 10059  # no such stream; error code of the server


class Epoch(NamedTuple):
    """Which life of a bucket something was read from: when it was made, its last write, and when that was made.

    `created` and `stamp` are the server's own words, compared and never calculated with; both empty: nothing is known.
    """

    created: str = ""
    last: int = 0
    stamp: str = ""


class StreamState(NamedTuple):
    """How a bucket stands at `at` on the server's clock (seconds since 1970): entries it keeps, and of how many keys."""

    epoch: Epoch
    entries: int
    keys: int
    at: float
    is_atomic: bool = False
    is_clustered: bool = False


def parse_stamp(stamp: str) -> float:
    """Seconds since 1970 of a time as the server writes it; 0.0 for what is none."""
    try:
        return datetime.fromisoformat(stamp).timestamp()
    except (ValueError, OverflowError):
        return 0.0


async def stream_state(connection: Connection, bucket: str) -> StreamState:
    """How `bucket` stands; raises NotDoneError when there is none, MeshError when nobody answers."""
    found = await _ask_info(connection, bucket)
    state = found["state"]
    last = int(state["last_seq"])
    return StreamState(
        Epoch(str(found["created"]), last, str(state.get("last_ts", "")) if last else ""),
        int(state["messages"]),
        int(state.get("num_subjects", 0)),
        parse_stamp(str(found.get("ts", ""))),
        bool(found["config"].get("allow_atomic")),
        int(found["config"].get("num_replicas", 1)) > 1,
    )


async def read_key(connection: Connection, bucket: str, key: str) -> Entry | None:
    """The newest entry of `key`, a deletion included; None when the bucket keeps none."""
    async with PageReader(connection, bucket) as reader:
        page = await reader.ask({"multi_last": [f"$KV.{bucket}.{key}"], "batch": 1})
    return page.entries[0] if page.entries else None


async def read_keys(connection: Connection, bucket: str, keys: Sequence[str]) -> dict[str, Entry]:
    """The newest entries of `keys`, of those that the bucket keeps."""
    async with PageReader(connection, bucket) as reader:
        return await _read_by_name(reader, [f"$KV.{bucket}.{key}" for key in keys], 0)


async def read_from(connection: Connection, bucket: str, sequence: int, key: str = ">") -> Entry | None:
    """The first entry that the bucket keeps (of `key`) from `sequence` on, old revisions included; None without one."""
    async with PageReader(connection, bucket) as reader:
        page = await reader.ask({"next_by_subj": f"$KV.{bucket}.{key}", "seq": max(sequence, 1), "batch": 1})
    return page.entries[0] if page.entries else None


async def read_all(connection: Connection, bucket: str, since_sequence: int = 0) -> list[Entry]:
    """The newest entry of every key that was written after `since_sequence`, deletions included; oldest write first.

    What is not in it may exist all the same: nothing follows from a key that is absent. Raises MeshError when it
    could not be read completely.
    """
    state = await stream_state(connection, bucket)
    unread = min(state.entries, state.epoch.last - since_sequence)
    if unread <= 0:
        return []
    async with PageReader(connection, bucket) as reader:
        if unread > FEW + BY_NAME_FACTOR * state.keys:
            subjects = await _list_subjects(connection, bucket)
            found = await _read_by_name(reader, subjects, since_sequence)
        else:
            found = await _read_in_order(reader, since_sequence)
    return sorted(found.values(), key=lambda entry: entry.revision)


async def _read_in_order(reader: PageReader, since: int) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    is_more = True
    while is_more:
        page = await reader.ask({"next_by_subj": f"$KV.{reader.bucket}.>", "seq": since + 1, "batch": PAGE})
        found.update((entry.key, entry) for entry in page.entries)
        since = page.last or since
        is_more = page.pending > 0
    return found


async def _read_by_name(reader: PageReader, subjects: Sequence[str], since: int) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for start in range(0, len(subjects), PAGE):
        some, first = subjects[start : start + PAGE], since + 1
        while first:
            page = await reader.ask({"multi_last": some, "seq": first, "batch": len(some)})
            found.update((entry.key, entry) for entry in page.entries)
            first = page.last + 1 if page.pending else 0
    return found


async def _list_subjects(connection: Connection, bucket: str) -> list[str]:
    """The subjects of all keys; a server lists 100,000 at a time."""
    listed: dict[str, None] = {}
    is_more = True
    while is_more:
        found = await _ask_info(connection, bucket, {"subjects_filter": ">", "offset": len(listed)})
        more: Iterable[str] = found["state"].get("subjects") or ()
        before = len(listed)
        listed.update(dict.fromkeys(more))
        is_more = before < len(listed) < int(found.get("total", 0))
    return list(listed)


async def _ask_info(connection: Connection, bucket: str, wanted: dict[str, Any] | None = None) -> dict[str, Any]:
    payload = json.dumps(wanted).encode() if wanted else b""
    try:
        answer = await connection.request(f"{connection.api_prefix}.STREAM.INFO.KV_{bucket}", payload)
    except UnknownOutcomeError as error:  # of a question: it changed nothing
        raise NotDoneError(f"{bucket} could not be read: {error.message}") from error
    found: dict[str, Any] = json.loads(answer)
    if "error" in found:
        if found["error"].get("err_code") == MISSING:
            raise NotDoneError(f"the mesh has no bucket {bucket}", "its lead makes it: openclaw sync")
        raise NotDoneError(f"bucket {bucket} cannot be read: {found['error'].get('description', 'no reason given')}")
    return found
