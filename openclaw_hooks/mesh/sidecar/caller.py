"""Who is at the other end of the sidecar's socket: a program that an agent started is no person, whatever it says."""

from __future__ import annotations

import socket
import struct
from typing import Any

from openclaw_hooks.agents import detect_agent

MAX_ENVIRONMENT = 1 << 20
CREDENTIALS = struct.Struct("3i")  # `struct ucred` of unix(7): process, user, group


def find_agent(connection: Any) -> str:
    """The agent in whose environment the program at the other end was started; empty where none is seen.

    Linux alone tells. A program that cleans its environment before it starts another is not seen: where an agent must
    not be able to approve at all, approvals are signed.
    """
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return ""
    try:
        process, _, _ = CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, option, CREDENTIALS.size))
        with open(f"/proc/{process}/environ", "rb") as stream:
            content = stream.read(MAX_ENVIRONMENT)
    except OSError:  # it is gone, or there is no /proc
        return ""
    entries = (entry.partition("=") for entry in content.decode("utf-8", "replace").split("\0"))
    return detect_agent({name: value for name, _, value in entries})
