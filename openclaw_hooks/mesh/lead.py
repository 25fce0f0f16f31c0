"""What the lead does with its own server: brings it up, says how it is reached, and looks how it stands."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.access import own_access
from openclaw_hooks.mesh.config import EVERYWHERE, is_host, make_url, read_settings
from openclaw_hooks.mesh.invite import Welcome, current_accounts, make_invite, put_back, register_lead
from openclaw_hooks.mesh.keys import ensure_key, write_secret
from openclaw_hooks.mesh.log import find_store_failure
from openclaw_hooks.mesh.nodes import check_name, read_registry
from openclaw_hooks.mesh.place import MeshError, mesh_lock
from openclaw_hooks.mesh.running import ask_server, find_running
from openclaw_hooks.mesh.server import Started, start_server

if TYPE_CHECKING:
    from datetime import timedelta

    from openclaw_hooks.mesh.access import Access
    from openclaw_hooks.mesh.config import ServerSettings
    from openclaw_hooks.mesh.nodes import NodeRole
    from openclaw_hooks.mesh.place import Place

PROBE_SUBJECT = "$JS.API.INFO"


class Health(NamedTuple):
    """How the server stands; `trouble` says in one line what keeps it from working, empty when nothing does."""

    pid: int
    url: str
    version: str
    trouble: str
    stored_bytes: int = 0
    free_bytes: int = 0


def bring_up(place: Place, node: str, wanted: ServerSettings | None = None) -> Started:
    """The server of `place`, running and knowing the lead `node`, whose key is made when it has none."""
    with mesh_lock(place):
        now = datetime.now(UTC)
        key = ensure_key(place.seed(node))
        registry = register_lead(place, node, key.public, now)
        return start_server(place, current_accounts(registry, now), wanted)


def make_welcome(place: Place, node: str, host: str = "") -> Welcome:
    """What join files say about this mesh, whose lead is `node`; `host` is what others call this machine.

    Raises MeshError when the mesh was never up: nothing could be said.
    """
    settings = read_settings(place)
    if not settings.port:
        raise MeshError("the mesh was never up here", "openclaw mesh up")
    if not host and settings.host in EVERYWHERE:
        host = os.uname().nodename
    if host and not is_host(host):
        raise MeshError(f"`{display_path(host[:80])}` is no name or address of a host", "leave out the port")
    key = ensure_key(place.seed(node))
    authority = ""
    if settings.tls_authority:
        try:
            with open(settings.tls_authority, "rb") as stream:
                authority = base64.b64encode(stream.read(40_000)).decode("ascii")
        except OSError as error:
            shown = display_path(settings.tls_authority)
            raise MeshError(f"{shown} cannot be read: {error.strerror}", "openclaw mesh up --tls-authority") from error
    return Welcome((make_url(settings, host),), settings.name, f"{node} {key.public}", authority)


def invite_node(
    place: Place, lead: str, guest: tuple[str, NodeRole | None, timedelta], host: str = "", path: str = ""
) -> str:
    """The text of a join file for `guest` (name, role, time to join), kept at `path` where one is given.

    Without a role it is for a node that is let in already, as `make_invite` has it. Nothing is changed when the file
    cannot be written. Raises RefusedError where there is a file already.
    """
    node, role, lifetime = guest
    check_name(node)
    with mesh_lock(place):
        welcome = make_welcome(place, lead, host)
        is_own = path == place.invitation(node)  # of an invitation before: it opens nothing any more
        if path and not is_own and os.path.lexists(path):
            raise RefusedError(f"{display_path(path)} exists", "nothing is written over")
        before = read_registry(place)
        text = make_invite(place, node, role, welcome, lifetime)
        try:
            if path:
                write_secret(path, text)
        except MeshError:
            put_back(place, before)
            raise
    return text


def read_health(place: Place, node: str) -> Health | None:
    """How the server of `place` stands, asked as the lead `node`; None when none runs."""
    running = find_running(place)
    if running is None:
        return None
    url = make_url(read_settings(place))
    greeting = ask_server(running)
    if greeting is None:
        return Health(running.process.pid, url, "", "it does not answer")
    found = os.statvfs(place.store)
    health = Health(running.process.pid, url, greeting.version, "", free_bytes=found.f_bavail * found.f_frsize)
    if failure := find_store_failure(place, running.process.pid):
        return health._replace(trouble=f"it writes no more until `openclaw mesh up` starts it anew: {failure}")
    if not os.path.lexists(place.seed(node)):
        return health._replace(trouble=f"`{node}` is not its lead", stored_bytes=0)
    try:
        return health._replace(stored_bytes=ask_store(own_access(place, node), node))
    except MeshError as error:
        return health._replace(trouble=error.message)


def ask_store(access: Access, node: str) -> int:
    """How many bytes JetStream keeps there; raises MeshError when it is out of reach or does not work."""
    import asyncio
    import json

    from openclaw_hooks.mesh.connection import open_connection

    async def ask() -> bytes:
        connection = await open_connection(access, node, lambda _: None, timeout_s=3)
        try:
            return await connection.request(PROBE_SUBJECT, timeout_s=3)
        finally:
            await connection.close()

    answer = json.loads(asyncio.run(ask()))
    if "error" in answer:
        raise MeshError(f"JetStream does not work: {answer['error'].get('description', 'it does not say why')}")
    return int(answer.get("storage", 0))


def ask_external(access: Access, node: str) -> Health:
    """How the server of others that `access` leads to stands, asked as `node`."""
    try:
        return Health(0, access.show(), "", "", ask_store(access, node))
    except MeshError as error:
        return Health(0, access.show(), "", error.message)
