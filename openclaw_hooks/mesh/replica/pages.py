"""Pages of direct gets: many answers to one request, complete or not at all."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.mesh.connection import REQUEST_S, NotDoneError

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.aio.subscription import Subscription

    from openclaw_hooks.mesh.connection import Connection

MAX_PAGE_BYTES = 8 << 20
LOOK_S = 0.1  # how often a page that does not come is asked whether it still can
WRITE_HEADER = "Openclaw-Write"  # which write an entry comes from: equal bytes of others are not ours


class Entry(NamedTuple):
    """One revision of a key: its bytes, None for a deletion; when the server took it, and from which write it comes.

    `key` is whatever its writer chose, with U+FFFD for what is no UTF-8.
    """

    key: str
    revision: int
    content: bytes | None
    stamp: str = ""
    write: str = ""


class Page:
    """What came of one request so far."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.pending = 0
        self.last = 0  # the highest sequence in it
        self.is_whole = True  # nothing is missing between its entries
        self.trouble = ""
        self.heard = time.monotonic()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def end(self, trouble: str = "") -> None:
        """Notes that nothing more comes."""
        self.trouble = trouble
        if not self.done.done():
            self.done.set_result(None)


class PageReader:
    """Asks a bucket for pages; a context manager, which leaves nothing on the server."""

    def __init__(self, connection: Connection, bucket: str) -> None:
        self.bucket = bucket
        self._connection = connection
        self._prefix = f"$KV.{bucket}."
        self._inbox = connection.client.new_inbox()
        self._subscription: Subscription | None = None
        self._page: Page | None = None
        self._number = 0

    async def __aenter__(self) -> PageReader:
        """Listens for answers."""
        if not self._connection.is_up:
            raise NotDoneError("the mesh is out of reach")
        self._subscription = await self._connection.client.subscribe(f"{self._inbox}.*", cb=self._take)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Listens no more."""
        if self._subscription:
            with suppress(Exception):  # the connection is gone, and the subscription with it
                await self._subscription.unsubscribe()

    async def ask(self, wanted: dict[str, Any]) -> Page:
        """The page that the server gives for `wanted`; raises NotDoneError when it does not come whole."""
        client = self._connection.client
        if not self._connection.is_up:
            raise NotDoneError("the mesh is out of reach")
        life = client.stats["reconnects"]
        self._number += 1
        page = self._page = Page()
        request = json.dumps({**wanted, "max_bytes": MAX_PAGE_BYTES}).encode()
        subject = f"{self._connection.api_prefix}.DIRECT.GET.KV_{self.bucket}"
        await client.publish(subject, request, reply=f"{self._inbox}.{self._number}")
        while not page.done.done():
            await asyncio.wait([page.done], timeout=LOOK_S)
            if not self._connection.is_up or client.stats["reconnects"] != life:
                raise NotDoneError(f"the connection was lost while {self.bucket} was read")
            if time.monotonic() - page.heard > REQUEST_S:
                raise NotDoneError(f"{self.bucket} could not be read: no answer within {REQUEST_S:g} s")
        if page.trouble or not page.is_whole:
            raise NotDoneError(f"{self.bucket} could not be read: {page.trouble or 'a part of a page was lost'}")
        return page

    async def _take(self, message: Msg) -> None:
        page = self._page
        if page is None or page.done.done() or not message.subject.endswith(f".{self._number}"):
            return  # of a page that was given up
        page.heard = time.monotonic()
        headers = message.headers or {}
        if "Nats-Sequence" not in headers:  # the server adds it to every entry, whatever its writer put there
            _end_page(page, headers)
            return
        sequence = int(headers["Nats-Sequence"])
        if headers.get("Nats-Last-Sequence") != str(page.last):
            page.is_whole = False
        page.last = sequence
        entry = read_entry(headers, message.data, self._prefix)
        if entry:
            page.entries.append(entry)


def read_entry(headers: dict[str, str], payload: bytes, prefix: str) -> Entry | None:
    """The entry in a message that the server made of one; None when its subject does not begin with `prefix`."""
    subject = headers.get("Nats-Subject", "")
    if not subject.startswith(prefix):
        return None
    is_marker = headers.get("KV-Operation") in ("DEL", "PURGE") or "Nats-Marker-Reason" in headers
    return Entry(
        subject[len(prefix) :],
        int(headers["Nats-Sequence"]),
        None if is_marker else payload,
        headers.get("Nats-Time-Stamp", ""),
        headers.get(WRITE_HEADER, ""),
    )


def _end_page(page: Page, headers: dict[str, str]) -> None:
    status = headers.get("Status", "")
    if status == "204":
        page.pending = int(headers.get("Nats-Num-Pending", "0"))
        page.is_whole = page.is_whole and headers.get("Nats-Last-Sequence") == str(page.last)
        page.end()
    elif status == "404":
        page.end()
    elif status == "503":
        page.end("there is no such bucket, or the server has only just started")
    else:
        page.end(f"the server says {status or 'something else'} {headers.get('Description', '')}".rstrip())
