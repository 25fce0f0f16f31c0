"""The library's client, made to withstand what other nodes put into subjects and headers.

Whoever may send something chooses its bytes. The library decodes them in the loop that reads from the socket, and an
error there ends that loop: with one message a node could make the lead deaf for six seconds, again and again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nats.aio.client import Client

# The library takes a vertical tab or a form feed for the end of a subject; the server takes them for a part of it.
_WORD = rb"([^ \t\r\n]+)"
_BLANK = rb"[ \t]+"
_REPLY = rb"(" + _WORD + _BLANK + rb")?"
MESSAGE = re.compile(rb"\AMSG" + _BLANK + _WORD + _BLANK + _WORD + _BLANK + _REPLY + rb"(\d+)\r\n")
HEADED = re.compile(rb"\AHMSG" + _BLANK + _WORD + _BLANK + _WORD + _BLANK + _REPLY + rb"(\d+)" + _BLANK + rb"(\d+)\r\n")


def make_client() -> Client:
    """A client of the library that reads on after any message; raises ImportError where the library is missing."""
    from nats.aio.client import Client
    from nats.protocol import parser

    parser.MSG_RE, parser.HMSG_RE = MESSAGE, HEADED

    class HardenedClient(Client):
        """Reads subjects and headers of any bytes; what is not UTF-8 comes with U+FFFD in its place."""

        def _build_message(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: Any) -> Any:
            return self.msg_class(
                subject=subject.decode("utf-8", "replace"),
                reply=reply.decode("utf-8", "replace"),
                data=data,
                headers=headers,
                _client=self,
                _sid=sid,
            )

        async def _process_headers(self, headers: bytes) -> dict[str, str] | None:
            return read_headers(headers)

    return HardenedClient()


def read_headers(block: bytes) -> dict[str, str] | None:
    """The headers in `block` as it came; a status of the server under `Status`. The last of a name counts.

    The server adds its own headers behind those of the sender: the last one is the true one.
    """
    if not block:
        return None
    first, *lines = block.decode("utf-8", "replace").split("\r\n")
    found = {}
    status, _, description = first[len("NATS/1.0") :].strip(" ").partition(" ")
    if status.isascii() and status.isdigit():
        found["Status"] = status[:3]
        found["Description"] = description
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:  # blanks around a value are no part of it; a vertical tab is
            found[name.strip(" \t")] = value.strip(" \t")
    return found or None
