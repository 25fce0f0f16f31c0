"""Who may ask over HTTP: by Host, Origin and token, judged before a byte of the body is read.

A page in somebody's browser can send requests to this machine under a name of its own that it made to mean us (DNS
rebinding). Such a request bears that name as Host, or a foreign Origin, and is turned away.
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
PATH: Final = "/mcp"
HEALTH: Final = "/health"


class Door(NamedTuple):
    """Who is let in: the names that we are called by, the token (empty: none is asked for), and whether any address is.

    With `any_address` a Host that is an IP address is fine: who came by a number was not led here by a name.
    """

    names: frozenset[str]
    token: str = ""
    any_address: bool = False


class Refusal(NamedTuple):
    """Why a request is turned away: the status and a line."""

    status: int
    reason: str


def judge_request(door: Door, method: str, path: str, headers: Mapping[str, str]) -> Refusal | None:
    """Why a request is turned away, None when it may come in; the names of `headers` are in lower case."""
    host = host_of(f"//{headers.get('host', '')}")
    if not _is_known(door, host):
        return Refusal(421, "this server is not called by that Host")
    origin = headers.get("origin")
    if origin is not None and host_of(origin) not in door.names | {host}:
        return Refusal(403, "no requests from pages of that Origin")
    if path == HEALTH:
        return None if method in ("GET", "HEAD") else Refusal(405, "GET")
    if path != PATH:
        return Refusal(404, f"the server is at {PATH}")
    if method != "POST":
        return Refusal(405, "POST")
    if door.token and not _has_token(door.token, headers.get("authorization", "")):
        return Refusal(401, "a token is needed: Authorization: Bearer TOKEN")
    return None


def is_loopback(host: str) -> bool:
    """Whether who listens at `host` can be reached from this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The host in `url` in lower case and without its port; empty for what has none."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return ""
    is_plain = not parts.path and not parts.query and not parts.fragment and parts.username is None
    return (parts.hostname or "") if is_plain else ""


def _is_known(door: Door, name: str) -> bool:
    if name in door.names:
        return True
    if not door.any_address:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _has_token(token: str, header: str) -> bool:
    scheme, _, given = header.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
