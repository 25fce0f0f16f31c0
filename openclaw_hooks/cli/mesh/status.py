"""`mesh status`: how the server, the sidecar and the mesh stand, and which nodes there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.mesh.place import Json, open_mesh
from openclaw_hooks.cli.output import print_json, print_table
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.mesh.place import Place

ANSWER_S = 2.0
SILENT = "does not answer"


def status(as_json: Json = False) -> None:
    """Show whether the server and the sidecar work, who leads, which nodes there are, and what waits. Only looks.

    Example: openclaw mesh status
    """
    place, actor = open_mesh()
    found = read_status(place, actor.name)
    if as_json:
        print_json("mesh-status", found)
        return
    for line in (*describe_server(found), *describe_sidecar(found["sidecar"], found["intents"])):
        typer.echo(line)
    if found["nodes"]:
        typer.echo("")
        print_nodes(found["nodes"])


def read_status(place: Place, node: str) -> dict[str, Any]:
    """Everything about the mesh, as JSON shows it."""
    import os

    from openclaw_hooks.board.membership import read_membership
    from openclaw_hooks.mesh.access import external_access

    joined = read_membership(os.path.dirname(place.folder))
    is_guest = joined is not None and not joined.lead
    sidecar = read_sidecar(place)
    return {
        "node": node,
        "is_external": external_access() is not None,
        "is_guest": is_guest,
        "joined": {"node": joined.node, "role": joined.role, "server": joined.server} if joined else None,
        "server": None if is_guest else read_server(place, node),
        "urls": list(joined.urls) if joined else [],
        "sidecar": sidecar,
        "intents": count_intents(place),
        "nodes": list_nodes(place, sidecar),
    }


def read_server(place: Place, node: str) -> dict[str, Any] | None:
    """How the server stands that this machine runs, or that the environment names; None when it is down."""
    from openclaw_hooks.mesh.access import external_access
    from openclaw_hooks.mesh.lead import ask_external, read_health

    access = external_access()
    health = ask_external(access, node) if access else read_health(place, node)
    return health._asdict() if health else None


def read_sidecar(place: Place) -> dict[str, Any] | None:
    """What the running sidecar says of itself; None when none runs."""
    import msgspec

    from openclaw_hooks.mesh.sidecar.lock import find_sidecar_process
    from openclaw_hooks.mesh.sidecar.status import read_status as read_file

    process = find_sidecar_process(place)
    told = read_file(place) if process else None
    if not process:
        return None
    if told is None or told.pid != process:
        return {"pid": max(process, 0), "state": "starting"}
    found: dict[str, Any] = msgspec.to_builtins(told)
    if not is_answering(place):
        found["state"] = SILENT
    return found


def is_answering(place: Place) -> bool:
    """Whether the sidecar says anything; one that was stopped, or hangs, still has a process and a status on disk."""
    from openclaw_hooks.mesh.relay.client import ask_status

    try:
        return bool(ask_status(place, ANSWER_S))
    except OpenclawError:
        return False


def count_intents(place: Place) -> int:
    """How many commands wait on disk for a sidecar that delivers them."""
    from openclaw_hooks.mesh.relay.intents import list_intents

    return len(list_intents(place).waiting)


def list_nodes(place: Place, sidecar: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The nodes that were let in here, and those that the sidecar hears of, by name."""
    from datetime import UTC, datetime

    from openclaw_hooks.mesh.nodes import describe_state, read_registry

    heard = {one["node"]: one for one in (sidecar or {}).get("nodes", ())}
    lead = (sidecar or {}).get("lead", "")
    known = {node.name: node for node in read_registry(place).nodes}
    now = datetime.now(UTC)
    rows = []
    for name in sorted({*heard, *known}):
        one, told = known.get(name), heard.get(name, {})
        rows.append(
            {
                "name": name,
                "role": one.role.value if one else told.get("role", ""),
                "state": describe_state(one, now) if one else "heard of",
                "leads": bool(name and name == lead),
                "silent_s": told.get("silent_s", 0.0) if told else None,
                "lag": told.get("lag", 0) if told else None,
                "version": told.get("version", ""),
                "host": told.get("host", ""),
                "public_key": one.public_key if one else "",
            }
        )
    return rows


def print_nodes(nodes: list[dict[str, Any]]) -> None:
    """The table of nodes, for people."""
    rows = [
        [
            node["name"] + (" *" if node["leads"] else ""),
            node["role"],
            describe_silence(node["silent_s"]),
            "" if not node["lag"] else str(node["lag"]),
            node["state"],
            node["public_key"],
        ]
        for node in nodes
    ]
    print_table(["name", "role", "heard", "lag", "state", "public key"], rows)


def describe_silence(seconds: float | None) -> str:
    """When a node was heard, in a few words."""
    if seconds is None:
        return "never"
    if seconds < 30:
        return "now"
    return f"{seconds:.0f} s ago" if seconds < 120 else f"{seconds / 60:.0f} min ago"


def describe_server(found: dict[str, Any]) -> list[str]:
    """The lines about the server, for people."""
    server, joined = found["server"], found["joined"]
    if joined and found["is_guest"]:
        urls = one_line(", ".join(found["urls"]))
        return [f"server   {urls}, the mesh {one_line(joined['server'])}, joined as {joined['node']}"]
    if server is None:
        return ["server   down; `openclaw mesh up` starts it"]
    program = f", nats-server {one_line(server['version'])}" if server["version"] else ""
    process = f", process {server['pid']}" if server["pid"] else ""
    lines = [f"server   {one_line(server['url'])}{program}{process}"]
    if server["trouble"]:
        lines.append(f"trouble  {one_line(server['trouble'])}")
    else:
        free = f", {server['free_bytes'] / 1e6:,.0f} MB free" if server["free_bytes"] else ""
        lines.append(f"store    {server['stored_bytes'] / 1e6:,.1f} MB{free}")
    return lines


def describe_sidecar(sidecar: dict[str, Any] | None, intents: int) -> list[str]:
    """The lines about the sidecar and what waits, for people; `intents` are those on disk now."""
    if sidecar is None:
        waits = [f"waits    {count_of(intents, 'intent')}"] if intents else []
        return ["sidecar  does not run; `openclaw sync` starts it", *waits]
    if "node" not in sidecar:
        return [f"sidecar  process {sidecar['pid']}, {sidecar['state']}"]
    lead = "this node" if sidecar["leading"] else one_line(sidecar["lead"]) or "nobody"
    term = f", term {sidecar['term']}" if sidecar["term"] else ""
    counts = {"edit": sidecar["pending"], "intent": intents, "conflict": sidecar["conflicts"]}
    told = ", ".join(count_of(count, word) for word, count in counts.items())
    lines = [
        f"sidecar  process {sidecar['pid']} as {sidecar['node']} ({sidecar['role']}), {sidecar['state']}",
        f"lead     {lead}{term}",
        f"waits    {told}",
        f"looked   {sidecar['last_pass'] or 'never'}",
    ]
    if sidecar["halted"]:
        lines.append(f"halted   {one_line(sidecar['halted'])}")
    if sidecar["last_error"]:
        lines.append(f"error    {sidecar['last_error_at'][:19]}Z {one_line(sidecar['last_error'])}")
    return lines


def count_of(count: int, word: str) -> str:
    """A number of things, in words."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"
