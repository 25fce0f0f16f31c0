"""How a node stands, put together from its parts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.board.merge.records import FOLDER as CONFLICTS_FOLDER
from openclaw_hooks.mesh.sidecar.status import NodeStatus, SyncStatus

if TYPE_CHECKING:
    from openclaw_hooks.mesh.sidecar.node import Node
    from openclaw_hooks.mesh.sidecar.session import Session

ROUND_S = 5  # seconds that make no difference: the file is not written for them


def make_status(node: Node, state: str = "") -> SyncStatus:
    """The status of `node`; `state` where it is not to be found out."""
    session = node.session
    is_up = session is not None and session.connection.is_up
    return SyncStatus(
        pid=os.getpid(),
        started=node.started,
        node=node.member.node,
        role=node.member.role.value,
        state=state or ("connected" if is_up else "offline"),
        leading=node.desk.service is not None,
        lead=_find_lead(session),
        term=_find_term(session),
        server=node.server_url,
        nodes=_list_nodes(session),
        pending=node.mirroring.pending,
        intents=node.intents,
        conflicts=_count_conflicts(node),
        last_error=node.log.last_error,
        last_error_at=node.log.last_error_at,
        halted=node.mirroring.halted,
        last_pass=node.mirroring.last_pass,
    )


def _count_conflicts(node: Node) -> int:
    try:
        return sum(name.endswith(".yaml") for name in os.listdir(os.path.join(node.board.top, CONFLICTS_FOLDER)))
    except OSError:
        return 0


def _find_lead(session: Session | None) -> str:
    if session is None:
        return ""
    if session.leadership is not None:
        return session.leadership.leader
    told = session.book.leader()
    return told.node if told else ""


def _find_term(session: Session | None) -> int:
    if session is None:
        return 0
    if session.leadership is not None:
        return session.leadership.term
    told = session.book.leader()
    return told.term if told else 0


def _list_nodes(session: Session | None) -> tuple[NodeStatus, ...]:
    if session is None:
        return ()
    return tuple(
        NodeStatus(
            node=name,
            role=heard.presence.role,
            silent_s=heard.ago_s // ROUND_S * ROUND_S,
            lag=heard.presence.lag,
            version=heard.presence.version,
            host=heard.presence.host,
            offers=heard.presence.offers,
        )
        for name, heard in session.book.nodes.items()
    )
