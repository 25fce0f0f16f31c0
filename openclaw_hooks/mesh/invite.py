"""Letting nodes in and out: join files, and the registry that the server's accounts are made from."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.accounts import make_accounts
from openclaw_hooks.mesh.keys import make_key, read_seed
from openclaw_hooks.mesh.nodes import (
    Node,
    NodeRole,
    check_name,
    format_time,
    is_let_in,
    read_registry,
    write_registry,
)
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.running import find_running
from openclaw_hooks.mesh.server import reload_server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.mesh.nodes import Registry
    from openclaw_hooks.mesh.place import Place

TITLE = "openclaw mesh join file"
MAX_CHARS = 64_000
KEYS = ("node", "role", "url", "seed", "server", "lead", "authority", "expires", "checksum")
REQUIRED = ("node", "role", "url", "seed", "server", "lead", "expires", "checksum")


class JoinFile(NamedTuple):
    """What a node needs to join: who it will be, where to, its secret, and who leads there.

    `lead` is the lead's name and public key; `authority` the certificate that the server's is signed with, in base64
    without line ends, empty where the system's own do.
    """

    node: str
    role: NodeRole
    urls: tuple[str, ...]
    seed: str
    server: str
    lead: str
    expires: str
    authority: str = ""

    def __repr__(self) -> str:
        """Without the seed: this may end up in a log or a traceback."""
        return f"JoinFile(node={self.node!r}, role={self.role.value!r}, urls={self.urls!r}, expires={self.expires!r})"


class Welcome(NamedTuple):
    """What all join files of a mesh say alike: addresses, server, lead, and the certificate to trust."""

    urls: tuple[str, ...]
    server: str
    lead: str
    authority: str = ""


def current_accounts(registry: Registry, now: datetime) -> str:
    """The server's accounts as they are to be at `now`."""
    return make_accounts([node for node in registry.nodes if is_let_in(node, now)])


def register_lead(place: Place, name: str, public_key: str, now: datetime) -> Registry:
    """The registry with this machine's own node in it, written when that changed."""
    registry = read_registry(place)
    known = registry.find(check_name(name))
    if known and known.role is NodeRole.LEAD and known.public_key == public_key and not known.revoked:
        return registry
    if known and not known.revoked and known.role is not NodeRole.LEAD:
        raise MeshError(f"`{name}` is a {known.role.value} of this mesh already", "name this node: OPENCLAW_NODE_ID")
    registry = registry.with_node(Node(name, NodeRole.LEAD, public_key, format_time(now)))
    write_registry(place, registry)
    return registry


def make_invite(place: Place, node: str, role: NodeRole | None, welcome: Welcome, lifetime: timedelta) -> str:
    """The text of a join file for `node`, whose key the server knows from now on; its seed is kept nowhere else.

    Without a role it is another file for a node that is let in: it stays what it is, and the key that it had opens
    nothing more. Raises RefusedError when the node is let in already, or then when it is not. The caller holds
    `mesh_lock`.
    """
    now = datetime.now(UTC)
    registry = read_registry(place)
    known = registry.find(check_name(node))
    if role is None:
        role = find_guest(place, node).role
    elif known and is_let_in(known, now):
        raise RefusedError(
            f"`{node}` is a {known.role.value} of this mesh already", f"another file for it: mesh invite {node} --again"
        )
    key = make_key()
    expires = format_time(now + lifetime)
    _apply(place, registry, registry.with_node(Node(node, role, key.public, format_time(now), expires)), now)
    join = JoinFile(node, role, welcome.urls, key.seed, welcome.server, welcome.lead, expires, welcome.authority)
    return write_join_text(join)


def revoke(place: Place, node: str) -> Node:
    """The node as it was; the server cuts it off at once, or does not know it when it starts again.

    Raises RefusedError when it is not let in. The caller holds `mesh_lock`.
    """
    now = datetime.now(UTC)
    registry, known = read_registry(place), find_guest(place, node)
    with suppress(OSError):
        os.unlink(place.invitation(node))
    changed = registry.with_node(replace(known, revoked=format_time(now)))
    write_registry(place, changed)  # first: whatever the server says now, it will not start with this node again
    if find_running(place):
        reload_server(place, current_accounts(changed, now))
    return known


def find_guest(place: Place, node: str) -> Node:
    """The node as it is let in; raises RefusedError when it is not, or works on this machine."""
    registry = read_registry(place)
    known = registry.find(node)
    if known is None or known.revoked:
        raise RefusedError(f"no node `{node[:80]}` is let in", _name_nodes(registry))
    if os.path.lexists(place.seed(node)):
        raise RefusedError(f"`{node}` is this machine's own node", "revoke it on another lead, or: openclaw mesh down")
    return known


def put_back(place: Place, registry: Registry) -> None:
    """Makes it so again that nobody but those of `registry` is let in. The caller holds `mesh_lock`."""
    _apply(place, read_registry(place), registry, datetime.now(UTC))


def record_join(place: Place, node: str) -> None:
    """Notes that `node` has joined, so that it stays when its invitation runs out. The caller holds `mesh_lock`."""
    registry = read_registry(place)
    known = registry.find(node)
    if known and not known.joined and not known.revoked:
        write_registry(place, registry.with_node(replace(known, joined=format_time(datetime.now(UTC)))))


def _apply(place: Place, before: Registry, after: Registry, now: datetime) -> None:
    """Makes `after` the registry and tells a running server; `before` stays when that refuses it."""
    write_registry(place, after)
    try:
        if find_running(place):
            reload_server(place, current_accounts(after, now))
    except BaseException:
        write_registry(place, before)
        raise


def _name_nodes(registry: Registry) -> str:
    names = [node.name for node in registry.nodes if not node.revoked]
    return f"let in: {', '.join(names)}" if names else ""


def write_join_text(join: JoinFile) -> str:
    """`join` as the text of a join file."""
    lines = [
        f"{TITLE} 1",
        "# Whoever has this file is the node: hand it over in private, and delete it once the node has joined.",
        f"node: {join.node}",
        f"role: {join.role.value}",
        *(f"url: {url}" for url in join.urls),
        f"server: {join.server}",
        f"lead: {join.lead}",
        *([f"authority: {join.authority}"] if join.authority else []),
        f"expires: {join.expires}",
        f"seed: {join.seed}",
    ]
    return "\n".join([*lines, f"checksum: {_checksum(lines)}", ""])


def _checksum(lines: Sequence[str]) -> str:
    """Against a file that was cut off or mangled on its way; line ends and blanks at their ends do not count."""
    told = "\n".join(line.rstrip() for line in lines)
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def read_join_file(path: str, now: datetime | None = None) -> JoinFile:
    """The join file at `path`; raises MeshError when it is none, damaged, too old, or open to others."""
    shown = display_path(path)
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            text = stream.read(MAX_CHARS)
    except OSError as error:
        raise MeshError(f"{shown} cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise MeshError(f"others may read {shown}", f"chmod 600 {shown}, or ask for a new one")
    try:
        join = parse_join_text(text)
    except MeshError as error:
        raise MeshError(f"{shown}: {error.message}", error.hint) from error
    if format_time(now or datetime.now(UTC)) >= join.expires:
        raise MeshError(f"{shown}: the invitation ran out at {join.expires}", "ask the lead for a new one")
    return join


def parse_join_text(text: str) -> JoinFile:
    """The join file that `text` is; raises MeshError, which never shows the seed."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    title = re.fullmatch(rf"{TITLE} (\d+)", lines[0]) if lines else None
    if title is None:
        raise MeshError("not a join file", f"its first line is `{TITLE} 1`")
    if title[1] != "1":
        raise MeshError(f"a join file of format {title[1]}", "update openclaw-hooks")
    fields = _read_fields(lines[1:])
    missing = [key for key in REQUIRED if key not in fields]
    if missing or fields["checksum"] != [_checksum(lines[:-1])]:
        raise MeshError("the join file is damaged", "copy it again, whole and as it is")
    one = {key: values[0] for key, values in fields.items()}
    read_seed(one["seed"])
    if one["role"] not in [role.value for role in NodeRole]:
        raise MeshError(f"unknown role `{one['role'][:40]}`", "update openclaw-hooks")
    return JoinFile(
        check_name(one["node"]),
        NodeRole(one["role"]),
        tuple(fields["url"]),
        one["seed"],
        one["server"],
        one["lead"],
        one["expires"],
        one.get("authority", ""),
    )


def _read_fields(lines: Sequence[str]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for line in lines:
        key, colon, value = line.partition(": ")
        if not line or line.startswith("#"):
            continue
        if not colon or key not in KEYS or (key in fields and key != "url"):
            raise MeshError("the join file is damaged", "copy it again, whole and as it is")
        fields.setdefault(key, []).append(value)
    return fields
