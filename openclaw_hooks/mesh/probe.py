"""What answers on a port: the first line that a NATS server says to whoever connects, read without a NATS client."""

from __future__ import annotations

import errno
from typing import NamedTuple

MAX_GREETING_BYTES = 64 << 10


class Greeting(NamedTuple):
    """What a NATS server says of itself."""

    name: str
    version: str
    has_jetstream: bool


def read_greeting(host: str, port: int, timeout_s: float = 2.0) -> Greeting | None:
    """What the server at `host` and `port` says of itself; None when nothing is there or it is no NATS server."""
    import json
    import socket

    received = b""
    try:
        with socket.create_connection((host, port), timeout_s) as connection:
            while b"\n" not in received and len(received) < MAX_GREETING_BYTES:
                chunk = connection.recv(16384)
                if not chunk:
                    break
                received += chunk
        kind, _, rest = received.partition(b"\n")[0].partition(b" ")
        said = json.loads(rest) if kind == b"INFO" else None
    except (OSError, ValueError):
        return None
    if not isinstance(said, dict):
        return None
    return Greeting(str(said.get("server_name", "")), str(said.get("version", "")), said.get("jetstream") is True)


def why_not_free(host: str, port: int) -> str:
    """Why no server can listen there, in the system's words; empty when one can."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            return "it is taken" if error.errno == errno.EADDRINUSE else str(error.strerror or error).lower()
    return ""
