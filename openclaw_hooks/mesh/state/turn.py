"""One command while it is being decided: who asks, what the verbs work on, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta, Struct

from openclaw_hooks.board.actor import Actor
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.mesh.state.edit import MirrorEdit, TooLargeError
from openclaw_hooks.mesh.state.leases import Asker, LeaseTable
from openclaw_hooks.plans.work import Work
from openclaw_hooks.tasks.model import Approval
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.board.approving import signers
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.state.board_state import BoardState
    from openclaw_hooks.mesh.wire.messages import Command
    from openclaw_hooks.roles.model import Role
    from openclaw_hooks.settings import Settings
    from openclaw_hooks.tasks.model import Task

RIGHTS = {
    "lead": frozenset({Right.ANY, Right.LEAD, Right.HUMAN}),
    "worker": frozenset({Right.ANY}),
    "human": frozenset({Right.ANY, Right.HUMAN}),
}


MAX_HEAD_BYTES = 32_000  # of what a node that does not lead may send: reading one of all sizes could take seconds
MAX_REASON = 8_000  # characters; it goes into the frontmatter, which everybody reads


class NotFoundError(OpenclawError):
    """There is no such task or plan."""


class ForbiddenError(RefusedError):
    """The node may not do this at all, whatever the state of the task."""


class Request(NamedTuple):
    """A command, the node that sent it and its role (as the server vouches for them), and when: seconds since the epoch."""

    node: str
    role: str
    command: Command
    now: float


class Policy(NamedTuple):
    """What the lead goes by: its own board for what is not in the buckets, its settings, who may sign, and the roles.

    Read when it may have changed, not for each command.
    """

    board: Board
    settings: Settings
    approvals: signers.Policy
    roles: Sequence[Role]


class Args(Struct, frozen=True):
    """What the verbs are told, each its own part of it; what a newer node says besides is ignored."""

    minutes: Annotated[int, Meta(ge=0, le=10_080)] = 0
    result: str = ""
    measured: str = ""
    row: str = ""
    attempts: str = ""
    review: Annotated[str, Meta(max_length=MAX_REASON)] = ""
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""
    force: bool = False
    final: bool = False
    approval: Approval | None = None
    role: str = ""
    base: str | None = None
    content: str = ""
    fields: dict[str, Any] = {}
    body: str = ""

    @property
    def size(self) -> int:
        """How many bytes its texts come to, at least."""
        return len(self.result) + len(self.attempts) + len(self.reason) + len(self.content) + len(self.body)


@dataclass
class Turn:
    """A command being decided. `named` is the key whose file is in the answer even if nothing changed it.

    `rows` are what it tells of agent runs, for the lead's board.
    """

    request: Request
    policy: Policy
    state: BoardState
    args: Args
    work: Work
    edit: MirrorEdit
    claims: LeaseTable
    named: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    @property
    def node(self) -> str:
        """Who asks."""
        return self.request.node

    @property
    def token(self) -> str:
        """The token that came with the command, if one did."""
        return self.request.command.token

    @property
    def is_lead(self) -> bool:
        """Whether who asks may do what the lead may."""
        return Right.LEAD in self.work.actor.rights

    def refuse_long_head(self, *texts: str) -> None:
        """Raises TooLargeError for frontmatter by which a node could keep the lead from all else."""
        longest = max((len(text) if (end := text.find("\n---", 3)) < 0 else end for text in texts), default=0)
        if longest > MAX_HEAD_BYTES and not self.is_lead:
            reason = f"the frontmatter has {longest:,} characters, of {MAX_HEAD_BYTES:,} at most"
            raise TooLargeError(reason, "write it into the text below")

    def find_task(self) -> Task:
        """The task that the command names, noted as what it is about; raises NotFoundError."""
        name = self.request.command.task
        self._require(name, "task list", name in self.state.tasks)
        self.named = name
        self.result |= {"task": name, "before": str(self.state.tasks[name].status)}
        return self.state.tasks[name]

    def find_plan(self) -> str:
        """The id of the plan that the command names, noted as what it is about; raises NotFoundError."""
        name = self.request.command.task
        self._require(name, "plan list", name in self.state.plans)
        self.named = name
        self.result["plan"] = name
        return name

    def _require(self, name: str, listing: str, is_there: bool) -> None:
        if name in self.state.broken:
            raise OpenclawError(f"{name} cannot be read: {self.state.broken[name]}", "the lead puts it right")
        if not is_there:
            raise NotFoundError(f"there is no `{name}` on the mesh", f"see `openclaw {listing}`")


def open_turn(state: BoardState, request: Request, policy: Policy) -> Turn:
    """The command of `request` about to be decided; raises OpenclawError for what it cannot say."""
    command = request.command
    try:
        args = msgspec.convert(command.args, Args)
    except msgspec.ValidationError as error:
        raise OpenclawError(f"the command `{command.verb}` is wrong: {error}") from error
    actor = _make_actor(request, args)
    edit = MirrorEdit(policy.board, actor, state, policy.approvals)
    asker = Asker(request.node, command.clone, f"{request.node}/{command.id}" if command.id else "")
    claims = LeaseTable(state.leases, asker, request.now)
    work = Work(policy.board, actor, policy.settings, edit, claims)
    return Turn(request, policy, state, args, work, edit, claims)


def _make_actor(request: Request, args: Args) -> Actor:
    """Who asks: the node's name and role are the server's word; what the command says of itself only takes rights away."""
    command = request.command
    rights = RIGHTS.get(request.role, RIGHTS["worker"])
    if args.role:
        rights &= RIGHTS.get(args.role, RIGHTS["worker"])
    if command.agent:
        rights -= {Right.HUMAN}
    author = command.author or f"{request.node} <{request.node}@openclaw.invalid>"
    return Actor(request.node, command.agent, rights, author)
