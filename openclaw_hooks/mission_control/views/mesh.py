"""The mesh: this machine's part in it, its nodes, who holds which task, and what still has to be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks.board.leases.lease import is_live
from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.moments import read_moment
from openclaw_hooks.mission_control.views.keeping import kept

if TYPE_CHECKING:
    from openclaw_hooks.mesh.nodes import Node
    from openclaw_hooks.mesh.sidecar.status import NodeStatus, SyncStatus
    from openclaw_hooks.mission_control.facts import Facts

MAX_HANDS: Final = 40
MAX_CONFLICTS: Final = 200
MAX_TEXT: Final = 4_000  # characters of what gave way
WINDOW_S: Final = 28 * 86_400


class Sidecar(Struct, frozen=True, omit_defaults=True):
    """What the sidecar last said of itself at `at`; `running` says whether it still does."""

    running: bool
    state: str
    at: float
    node: str = ""
    role: str = ""
    pid: int = 0
    leading: bool = False
    lead: str = ""
    term: int = 0
    server: str = ""
    pending: int = 0
    last_pass: float = 0
    last_error: str = ""
    last_error_at: float = 0
    halted: str = ""


class NodeRow(Struct, frozen=True, omit_defaults=True):
    """A node: `state` is joined, invited, expired, revoked, let-in or heard; `heard` its last sign of life, 0 for none."""

    name: str
    role: str
    state: str
    since: float = 0
    heard: float = 0
    leads: bool = False
    here: bool = False
    lag: int = 0
    version: str = ""
    host: str = ""
    offers: tuple[str, ...] = ()


class Hand(Struct, frozen=True):
    """Somebody who changed the board of late: how often, and when last."""

    name: str
    commits: int
    last: float


class LeaseRow(Struct, frozen=True, omit_defaults=True):
    """Who holds a task, until when; `live` as long as nobody else may take it."""

    task: str
    title: str
    owner: str
    expires: float
    live: bool
    node: str = ""
    made: float = 0


class ConflictRow(Struct, frozen=True, omit_defaults=True):
    """A field that two had changed: what was kept and what gave way."""

    id: str
    path: str
    field: str
    task: str = ""
    kept: str = ""
    dropped: str = ""
    since: float = 0


class MeshView(Struct, frozen=True, omit_defaults=True):
    """Everything about the mesh; without one there are still leases, conflicts and those who work on the board."""

    joined: bool
    sidecar: Sidecar | None = None
    server: str = ""
    waiting: int = 0
    refused: int = 0
    nodes: tuple[NodeRow, ...] = ()
    hands: tuple[Hand, ...] = ()
    leases: tuple[LeaseRow, ...] = ()
    conflicts: tuple[ConflictRow, ...] = ()
    broken: tuple[Broken, ...] = ()


@kept
def view_mesh(facts: Facts) -> MeshView:
    """The mesh at the moment of `facts`."""
    mesh = facts.mesh
    return MeshView(
        joined=bool(mesh.membership or mesh.nodes or mesh.status),
        sidecar=_show_sidecar(mesh.status, mesh.is_running) if mesh.status else None,
        server=mesh.membership.server if mesh.membership else "",
        waiting=mesh.waiting,
        refused=mesh.refused,
        nodes=_list_nodes(facts),
        hands=_list_hands(facts),
        leases=_list_leases(facts),
        conflicts=_list_conflicts(facts),
        broken=mesh.broken,
    )


def _show_sidecar(status: SyncStatus, is_running: bool) -> Sidecar:
    return Sidecar(
        running=is_running,
        state=status.state,
        at=read_moment(status.at),
        node=status.node,
        role=status.role,
        pid=status.pid if is_running else 0,
        leading=status.leading and is_running,
        lead=status.lead,
        term=status.term,
        server=status.server,
        pending=status.pending,
        last_pass=read_moment(status.last_pass),
        last_error=status.last_error,
        last_error_at=read_moment(status.last_error_at),
        halted=status.halted,
    )


def _list_nodes(facts: Facts) -> tuple[NodeRow, ...]:
    """Those that were let in here, and those that the sidecar heard of, by name."""
    status = facts.mesh.status
    heard = {one.node: one for one in status.nodes} if status else {}
    known = {node.name: node for node in facts.mesh.nodes}
    return tuple(_make_node(name, known.get(name), heard.get(name), facts) for name in sorted({*heard, *known}))


def _make_node(name: str, node: Node | None, told: NodeStatus | None, facts: Facts) -> NodeRow:
    status, membership = facts.mesh.status, facts.mesh.membership
    at = read_moment(status.at) if status else 0
    return NodeRow(
        name=name,
        role=node.role.value if node else told.role if told else "",
        state=_state_of(node, facts.place.now),
        since=read_moment(node.revoked or node.joined or node.created) if node else 0,
        heard=at - told.silent_s if told and at else 0,
        leads=bool(status and facts.mesh.is_running and status.lead == name),
        here=name == (status.node if status else membership.node if membership else ""),
        lag=told.lag if told else 0,
        version=told.version if told else "",
        host=told.host if told else "",
        offers=told.offers if told else (),
    )


def _state_of(node: Node | None, now: float) -> str:
    if node is None:
        return "heard"
    if node.revoked:
        return "revoked"
    if node.joined:
        return "joined"
    if not node.expires:
        return "let-in"
    return "invited" if now < read_moment(node.expires) else "expired"


def _list_hands(facts: Facts) -> tuple[Hand, ...]:
    """Who changed the board within the last four weeks, the latest first."""
    found: dict[str, list[int]] = {}
    for commit in facts.board.log:
        if commit.time >= facts.place.now - WINDOW_S:
            found.setdefault(commit.who, []).append(commit.time)
    hands = [Hand(name, len(times), max(times)) for name, times in found.items()]
    return tuple(sorted(hands, key=lambda hand: -hand.last)[:MAX_HANDS])


def _list_leases(facts: Facts) -> tuple[LeaseRow, ...]:
    rows = [
        LeaseRow(
            task=name,
            title=facts.board.tasks[name].title,
            owner=lease.owner,
            expires=read_moment(lease.expires),
            live=is_live(lease, facts.place.now),
            node=lease.node,
            made=read_moment(lease.made),
        )
        for name, lease in facts.board.leases.items()
        if lease.owner and name in facts.board.tasks
    ]
    return tuple(sorted(rows, key=lambda row: (row.expires, row.task)))


def _list_conflicts(facts: Facts) -> tuple[ConflictRow, ...]:
    born = {path: commit.time for commit in facts.board.log for path in commit.paths if path.startswith("conflicts/")}
    rows = []
    for record in facts.mesh.conflicts[:MAX_CONFLICTS]:
        name = record.path.rpartition("/")[2].partition(".")[0]
        conflict = record.conflict
        rows.append(
            ConflictRow(
                id=record.id,
                path=record.path,
                field=conflict.field,
                task=name if name in facts.board.tasks else "",
                kept=conflict.kept[:MAX_TEXT],
                dropped=conflict.dropped[:MAX_TEXT],
                since=born.get(f"conflicts/{record.id}.yaml", 0),
            )
        )
    return tuple(rows)
