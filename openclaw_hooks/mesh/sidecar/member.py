"""As whom the sidecar connects, and to which server: one that it joined, one of others, or one that it runs itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.actor import ROLE_VARIABLE
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.mesh.access import external_access, find_access
from openclaw_hooks.mesh.config import make_url, read_settings
from openclaw_hooks.mesh.nodes import NodeRole, check_name
from openclaw_hooks.mesh.relay.membership import Membership, read_membership, save_membership

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.mesh.access import Access
    from openclaw_hooks.mesh.place import Place


class Member(NamedTuple):
    """Who this node is in its mesh; `runs_server` on the machine whose sidecar runs the server, too."""

    place: Place
    node: str
    role: NodeRole
    runs_server: bool

    @property
    def is_lead(self) -> bool:
        """Whether this node may lead."""
        return self.role is NodeRole.LEAD

    def find_access(self) -> Access:
        """How it connects, as things stand now; raises MeshError."""
        return find_access(self.place, self.node)


def find_member(place: Place, state_dir: str, actor: Actor) -> Member:
    """Who `actor`, the one that this environment names, is in the mesh; raises OpenclawError where that cannot be."""
    joined = read_membership(state_dir)
    if joined is not None and not joined.lead:
        if actor.name != joined.node:
            raise RefusedError(
                f"this repository is `{joined.node}` in its mesh, and cannot be `{actor.name}`",
                "leave out OPENCLAW_NODE_ID; another node needs a clone of its own",
            )
        return Member(place, joined.node, NodeRole(joined.role), False)
    node = check_name(actor.name)
    role = NodeRole(os.environ.get(ROLE_VARIABLE, "") or "lead")
    if external_access() is not None:
        return Member(place, node, role, False)
    if role is not NodeRole.LEAD:
        raise RefusedError(
            f"a {role.value} has no mesh of its own", "ask its lead to invite this node: openclaw sync --join FILE"
        )
    return Member(place, node, role, True)


def refuse_to_found(member: Member) -> None:
    """Raises RefusedError where keeping in step would mean to start a mesh: there is none to be in step with."""
    if member.runs_server and not os.path.lexists(member.place.settings):
        raise RefusedError(
            "this repository is in no mesh",
            "openclaw sync --join FILE joins one; openclaw sync, without --once, leads one of its own",
        )


def note_own_mesh(member: Member, state_dir: str) -> bool:
    """Writes down that this repository leads the mesh whose server it runs: its name is the same in every shell then.

    Whether that was not known.
    """
    settings = read_settings(member.place)
    wanted = Membership(
        node=member.node, role=NodeRole.LEAD.value, server=settings.name, urls=(make_url(settings),), lead=True
    )
    if read_membership(state_dir) == wanted:
        return False
    save_membership(member.place, wanted)
    return True
