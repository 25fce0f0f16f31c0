"""The server's accounts, made from the nodes: one account each, and in it only what its node may do.

Permissions inside one shared account cannot do this: the server does not check whether a client may publish on the
reply subject of its own request, nor on the `deliver_subject` of its own consumer. A reply subject in an account of
its own leads nowhere else.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.mesh.nodes import NodeRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openclaw_hooks.mesh.nodes import Node

MESH_ACCOUNT = "MESH"
API_PREFIX = "mesh.js"  # of the part of the JetStream API that nodes see
# Buckets that every node mirrors. Leases hold tokens, and the inbox holds what others propose.
READABLE = ("MESH_TASKS", "MESH_PLANS", "MESH_NODES", "MESH_TOOLS")
# Keys that a node writes itself, below its own name; acknowledged like any write.
OWN_KEYS = ("$KV.MESH_IN.{node}.>", "$KV.MESH_NODES.{node}", "$KV.MESH_TOOLS.{node}.>")
STREAMS = ("mesh.kv.>", "mesh.events.>")  # what the lead's buckets republish, and what it tells
EVENTS = "MESH_EVENTS"  # the stream that keeps what was told
TOOLS = "mesh.tool.{node}.>"  # where a node is asked, by the lead alone
SERVICES = "$SRV.>"  # where micro services say what they are: within each account
# The server forgets who asked after two minutes otherwise, and the answer goes nowhere.
MAX_ANSWER_S = 660
ACCOUNT = re.compile(r'^  "(N_[^"]+)" \{$', re.MULTILINE)
WAITING = "# not yet with their imports: "
SLOW = f', response_threshold: "{MAX_ANSWER_S}s"'


class Grant(NamedTuple):
    """A subject of the mesh's account that nodes may send to: what it is called there and in their own accounts."""

    subject: str
    local: str
    many_answers: bool = False
    may_take_long: bool = False


def make_accounts(nodes: Sequence[Node]) -> str:
    """The accounts of `nodes` in the server's own format; the caller leaves out who is not let in."""
    others = [node for node in nodes if node.role is not NodeRole.LEAD]
    leads = [f"    {{ nkey: {node.public_key} }}" for node in nodes if node.role is NodeRole.LEAD]
    mesh = [f"  {MESH_ACCOUNT} {{", "    jetstream: enabled", "    users: [", *leads, "    ]"]
    if others:  # an export without a list of accounts would be open to all of them
        mesh += ["    exports: [", *_exports(others), "    ]"]
        mesh += [
            "    imports: [",
            *(_import("service", _tools(node), "", account_of(node)) for node in others),
            "    ]",
        ]
    parts = [*mesh, "  }"]
    for node in others:
        parts += _make_account(node)
    return "\n".join(["accounts {", *parts, "}", ""])


def without_new_imports(before: str, after: str) -> str:
    """The accounts `after` as a running server that has those of `before` is to take them first; empty if at once.

    It starts the imports of an account when they change, not when it first hears of the account: without this step
    nothing that a new node sends would arrive before the server starts anew. Measured with 2.15.1.
    """
    waiting = before.partition("\n")[0].removeprefix(WAITING).split() if before.startswith(WAITING) else []
    known = set(ACCOUNT.findall(before)) - set(waiting)  # a step that may not have got to the server
    new = [name for name in ACCOUNT.findall(after) if name not in known]
    for name in new:
        opening = re.escape(f'  "{name}" {{')
        imports = r"^    imports: \[$.*?^    \]\n"
        after = re.sub(rf"(^{opening}$.*?){imports}", r"\1", after, count=1, flags=re.MULTILINE | re.DOTALL)
    return f"{WAITING}{' '.join(new)}\n{after}" if new else ""


def account_of(node: Node) -> str:
    """The name of the account that `node` connects to."""
    return MESH_ACCOUNT if node.role is NodeRole.LEAD else f"N_{node.name}"


def shared_grants() -> list[Grant]:
    """What every node may ask: single values and batches of the buckets it mirrors, and how these stand."""
    grants = []
    for bucket in READABLE:
        grants.append(_api_grant(f"STREAM.INFO.KV_{bucket}"))
        grants.append(_api_grant(f"DIRECT.GET.KV_{bucket}", many_answers=True))
        grants.append(_api_grant(f"DIRECT.GET.KV_{bucket}.>"))
    grants.append(_api_grant(f"STREAM.INFO.{EVENTS}"))
    grants.append(_api_grant(f"DIRECT.GET.{EVENTS}", many_answers=True))
    return grants


def own_grants(node: Node) -> list[Grant]:
    """What only `node` may send, with its name where the lead sees it: commands, and its own keys."""
    grants = [Grant(f"mesh.cmd.{node.name}.>", f"mesh.cmd.{node.name}.>", may_take_long=True)]
    if node.role is NodeRole.HUMAN:
        grants.append(Grant(f"mesh.cmd.human.{node.name}.>", "mesh.cmd.human.>", may_take_long=True))
    grants += [_same_grant(subject.format(node=node.name)) for subject in OWN_KEYS]
    return grants


def _api_grant(request: str, *, many_answers: bool = False) -> Grant:
    return Grant(f"$JS.API.{request}", f"{API_PREFIX}.{request}", many_answers)


def _same_grant(subject: str) -> Grant:
    return Grant(subject, subject)


def _exports(nodes: Sequence[Node]) -> list[str]:
    everybody = _names(nodes)
    lines = [_export("stream", subject, everybody) for subject in STREAMS]
    lines += [_export("service", grant.subject, everybody, _options(grant)) for grant in shared_grants()]
    for node in nodes:
        lines += [_export("service", grant.subject, _names([node]), _options(grant)) for grant in own_grants(node)]
    return lines


def _export(kind: str, subject: str, accounts: str, options: str = "") -> str:
    return f"      {{ {kind}: {json.dumps(subject)}{options}, accounts: [{accounts}] }}"


def _options(grant: Grant) -> str:
    if grant.may_take_long:
        return SLOW
    return ", response: stream" if grant.many_answers else ""


def _names(nodes: Iterable[Node]) -> str:
    return ", ".join(json.dumps(account_of(node)) for node in nodes)


def _make_account(node: Node) -> list[str]:
    grants = [*shared_grants(), *own_grants(node)]
    imports = [_import("stream", subject) for subject in STREAMS]
    imports += [_import("service", grant.subject, grant.local) for grant in grants]
    publish = ", ".join(json.dumps(grant.local) for grant in grants)
    subscribe = ", ".join(json.dumps(subject) for subject in ("_INBOX.>", *STREAMS, _tools(node), SERVICES))
    return [
        f"  {json.dumps(account_of(node))} {{",
        f"    users: [ {{ nkey: {node.public_key}, permissions: {{",
        f"      publish: {{ allow: [{publish}] }}",
        f"      subscribe: {{ allow: [{subscribe}] }}",
        f'      allow_responses: {{ max: 1, expires: "{MAX_ANSWER_S}s" }}',  # to what it is asked, once
        "    } } ]",
        f"    exports: [ {{ service: {json.dumps(_tools(node))}{SLOW}, accounts: [{MESH_ACCOUNT}] }} ]",
        "    imports: [",
        *imports,
        "    ]",
        "  }",
    ]


def _import(kind: str, subject: str, local: str = "", account: str = MESH_ACCOUNT) -> str:
    renamed = f", to: {json.dumps(local)}" if local not in ("", subject) else ""
    return f"      {{ {kind}: {{ account: {json.dumps(account)}, subject: {json.dumps(subject)} }}{renamed} }}"


def _tools(node: Node) -> str:
    return TOOLS.format(node=node.name)
