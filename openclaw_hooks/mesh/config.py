"""Where the server listens and how it is configured: settings that outlive it, and the text that it is started with."""

from __future__ import annotations

import os
import re

import msgspec
from msgspec import Struct

from openclaw_hooks.files import atomic_write, display_path
from openclaw_hooks.mesh.place import MeshError, Place

LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # only ever what the user asked to listen on
MAX_PAYLOAD_BYTES = 1 << 20
LOG_LIMIT_BYTES = 4 << 20
MAX_MEMORY_BYTES = 64 << 20  # of streams that are kept in memory only: none of ours
LISTEN = re.compile(
    r"\[(?P<bracketed>[0-9A-Fa-f:.]+)\](:(?P<port>\d{1,5}))?"
    r"|(?P<name>[\w.-]+)(:(?P<port_>\d{1,5}))?"
    r"|(?P<bare>[0-9A-Fa-f:.]+)"
)


class ServerSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is the same each time the server starts: invitations name its address.

    `port` 0 is not chosen yet; `version` is that of the newest program that wrote the store.
    """

    name: str = ""
    host: str = LOOPBACK
    port: int = 0
    tls_certificate: str = ""
    tls_key: str = ""
    tls_authority: str = ""
    version: tuple[int, int, int] = (0, 0, 0)

    @property
    def is_loopback(self) -> bool:
        """Whether only programs of this machine can connect."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")


def read_settings(place: Place) -> ServerSettings:
    """The settings at `place`, the defaults when there are none; raises MeshError when they are broken."""
    try:
        with open(place.settings, "rb") as stream:
            return msgspec.json.decode(stream.read(), type=ServerSettings)
    except FileNotFoundError:
        return ServerSettings()
    except OSError as error:
        raise MeshError(f"{display_path(place.settings)} cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MeshError(f"{display_path(place.settings)} is broken: {error}", "delete it: it is made anew") from error


def write_settings(place: Place, settings: ServerSettings) -> None:
    """Puts `settings` at `place`; raises MeshError when they cannot be written."""
    write_file(place.settings, msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n")


def write_file(path: str, content: bytes) -> None:
    """Puts `content` at `path` for its owner alone; raises MeshError when it cannot be written."""
    try:
        atomic_write(path, content, 0o600)
    except OSError as error:
        raise MeshError(f"{display_path(path)} cannot be written: {error.strerror}") from error


def parse_listen(text: str) -> tuple[str, int]:
    """The host and port of `HOST`, `HOST:PORT` or `[HOST]:PORT` (port 0 where none is named); raises MeshError."""
    found = LISTEN.fullmatch(text)
    host = (found["bracketed"] or found["name"] or found["bare"]) if found else ""
    port = (found["port"] or found["port_"]) if found else ""
    if not host or (":" in host and not _is_ipv6(host)) or int(port or 0) > 65535:
        shown = display_path(text[:80])
        raise MeshError(f"`{shown}` is no address to listen on", "write HOST or HOST:PORT, such as 192.0.2.7:4222")
    return host, int(port or 0)


def is_host(text: str) -> bool:
    """Whether `text` is the name or address of a host, without a port."""
    return _is_ipv6(text) if ":" in text else re.fullmatch(r"[\w.-]+", text) is not None


def _is_ipv6(text: str) -> bool:
    import socket

    try:
        socket.inet_pton(socket.AF_INET6, text)
    except OSError:
        return False
    return True


def make_url(settings: ServerSettings, host: str = "") -> str:
    """How a client names the server; `host` where it is not to be called what it listens on."""
    name = host or settings.host
    scheme = "tls" if settings.tls_certificate else "nats"
    return f"{scheme}://[{name}]:{settings.port}" if ":" in name else f"{scheme}://{name}:{settings.port}"


def make_config(place: Place, settings: ServerSettings, max_store_bytes: int) -> str:
    """The server's configuration; accounts are in a file of their own, the only one that changes while it runs."""
    listen = f"[{settings.host}]" if ":" in settings.host else settings.host
    lines = [
        f"server_name: {_quote(settings.name)}",
        f"listen: {_quote(f'{listen}:{settings.port or -1}')}",
        f"pid_file: {_quote(place.pid)}",
        f"ports_file_dir: {_quote(place.ports)}",
        f"log_file: {_quote(place.log)}",
        f"logfile_size_limit: {LOG_LIMIT_BYTES}",
        "logfile_max_num: 3",
        f"max_payload: {MAX_PAYLOAD_BYTES}",
        "jetstream {",
        f"  store_dir: {_quote(place.store)}",
        f"  max_file_store: {max_store_bytes}",
        f"  max_memory_store: {MAX_MEMORY_BYTES}",
        "  sync_interval: always  # the default loses what was acknowledged when the power goes",
        "}",
    ]
    if settings.tls_certificate:
        lines += [
            "tls {",
            f"  cert_file: {_quote(settings.tls_certificate)}",
            f"  key_file: {_quote(settings.tls_key)}",
            "}",
        ]
    lines.append(f"include {_quote(os.path.basename(place.accounts))}")
    return "\n".join([*lines, ""])


def _quote(text: str) -> str:
    """`text` as a string of the server's configuration language."""
    if any(char in text for char in "\n\r\t\0"):
        raise MeshError(f"the server cannot be told of {display_path(text)}", "move the repository")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
