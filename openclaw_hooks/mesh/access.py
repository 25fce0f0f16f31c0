"""What it takes to connect: addresses and a secret, of our own server, of a join file, or of a server of others."""

from __future__ import annotations

import base64
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.accounts import API_PREFIX
from openclaw_hooks.mesh.config import EVERYWHERE, LOOPBACK, make_url, read_settings
from openclaw_hooks.mesh.keys import load_key
from openclaw_hooks.mesh.nodes import NodeRole
from openclaw_hooks.mesh.place import MeshError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.mesh.invite import JoinFile
    from openclaw_hooks.mesh.place import Place

SERVER_VARIABLE = "OPENCLAW_NATS"
CREDENTIALS_VARIABLE = "OPENCLAW_NATS_CREDS"
AUTHORITY_VARIABLE = "OPENCLAW_NATS_CA"
LEAD_PREFIX = "$JS.API"


class Access(NamedTuple):
    """Where to connect and with what: a seed, or the path of a credentials file; `authority` is a certificate (PEM)."""

    urls: tuple[str, ...]
    seed: str = ""
    credentials: str = ""
    authority: str = ""
    api_prefix: str = LEAD_PREFIX

    def __repr__(self) -> str:
        """Without secrets: this may end up in a log or a traceback."""
        return f"Access({self.show()})"

    def show(self) -> str:
        """The addresses for people, without the passwords that they may hold."""
        return ", ".join(re.sub(r"//.*@", "//", url) for url in self.urls)


def external_access(env: Mapping[str, str] | None = None) -> Access | None:
    """The server that the environment names; None when it names none. Raises MeshError for one that cannot be."""
    env = os.environ if env is None else env
    urls = tuple(url.strip() for url in env.get(SERVER_VARIABLE, "").split(",") if url.strip())
    if not urls:
        return None
    for url in urls:
        if not re.fullmatch(r"(nats|tls|ws|wss)://(\S+@)?(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:\d{1,5})?/?", url):
            shown = Access((url,)).show()
            raise MeshError(f"{SERVER_VARIABLE}: `{display_path(shown[:200])}` is no address", "write nats://HOST:PORT")
    credentials = env.get(CREDENTIALS_VARIABLE, "")
    told = _read(CREDENTIALS_VARIABLE, credentials)
    authority = _read(AUTHORITY_VARIABLE, env.get(AUTHORITY_VARIABLE, ""))
    if told.strip().startswith("SU"):  # a bare seed, in place of a token with its seed
        return Access(urls, seed=load_key(credentials).seed, authority=authority)
    return Access(urls, credentials=os.path.abspath(credentials) if credentials else "", authority=authority)


def _read(variable: str, path: str) -> str:
    if not path:
        return ""
    try:
        with open(path, encoding="ascii", errors="replace") as stream:
            return stream.read(1_000_000)
    except OSError as error:
        raise MeshError(f"{variable}: {display_path(path)} cannot be read: {error.strerror}") from error


def find_access(place: Place, node: str, env: Mapping[str, str] | None = None) -> Access:
    """How `node` of this repository connects: to the server that the environment names, to the mesh that it joined, or
    to the server of its own machine.

    Raises MeshError where it has no key for that, OpenclawError for a membership that cannot be read.
    """
    from openclaw_hooks.board.membership import read_membership

    external = external_access(env)
    if external:
        return external
    known = read_membership(os.path.dirname(place.folder))
    if known is None and not os.path.lexists(place.seed(node)):
        raise MeshError(f"`{node}` is in no mesh here", "openclaw sync --join FILE, or openclaw sync to lead one")
    if known is None or known.lead:
        return own_access(place, node)
    authority = base64.b64decode(known.authority).decode("ascii", "replace") if known.authority else ""
    prefix = LEAD_PREFIX if known.role == NodeRole.LEAD else API_PREFIX
    return Access(known.urls, seed=load_key(place.seed(node)).seed, authority=authority, api_prefix=prefix)


def own_access(place: Place, node: str) -> Access:
    """How the lead `node` connects to the server of its own machine; raises MeshError without its key."""
    settings = read_settings(place)
    host = LOOPBACK if settings.host == EVERYWHERE[0] else "::1" if settings.host == EVERYWHERE[1] else ""
    authority = _read("the server's authority", settings.tls_authority)
    return Access((make_url(settings, host),), seed=load_key(place.seed(node)).seed, authority=authority)


def join_access(join: JoinFile) -> Access:
    """How the node that was invited by `join` connects."""
    authority = base64.b64decode(join.authority).decode("ascii", "replace") if join.authority else ""
    prefix = LEAD_PREFIX if join.role is NodeRole.LEAD else API_PREFIX
    return Access(join.urls, seed=join.seed, authority=authority, api_prefix=prefix)
