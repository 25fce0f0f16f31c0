"""Which requests a server on this machine answers, and which file each one means: decisions only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from openclaw_hooks.knowledge.serving.gate import LOOPBACK_NAMES, host_of

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".map": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".pdf": "application/pdf",
    ".wasm": "application/wasm",
}
UNKNOWN: Final = "application/octet-stream"


def refuse_request(headers: Mapping[str, str]) -> str:
    """Why a request is turned away, empty when it is let in; `headers` by lower-case name.

    A page elsewhere can send a browser here under a name of its own (DNS rebinding) or straight away: the first bears a
    foreign Host, the second a foreign Origin or says that it is cross-site.
    """
    host = headers.get("host", "")
    if host_of(f"//{host}") not in LOOPBACK_NAMES:
        return "this server is not called by that Host"
    origin = headers.get("origin")
    if origin is not None and (
        host_of(origin) not in LOOPBACK_NAMES or urlsplit(origin).netloc.lower() != host.lower()
    ):
        return "no requests from pages of that Origin"
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate":
        return "no requests from pages of another site"
    return ""


def find_file(folder: str, address: str) -> str | None:
    """The file below `folder` that the path of a request means; None for one that leads out or means none.

    A folder means its index.html.
    """
    path = unquote(address, errors="surrogateescape")
    words = path.split("/")
    if "\0" in path or "\\" in path or not path.startswith("/") or ".." in words:
        return None
    if any(word.startswith(".") and word != "." for word in words):  # nothing hidden belongs to a site
        return None
    root = os.path.realpath(folder)
    full = os.path.realpath(os.path.join(root, *words))
    if full != root and not full.startswith(root + os.sep):
        return None
    if os.path.isdir(full):
        full = os.path.join(full, "index.html")
    return full if os.path.isfile(full) else None


def type_of(path: str) -> str:
    """The media type of a file by its name."""
    return TYPES.get(os.path.splitext(path)[1].lower(), UNKNOWN)
