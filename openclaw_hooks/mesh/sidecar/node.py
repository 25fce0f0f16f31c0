"""What one sidecar consists of, and what its parts ask of each other."""

from __future__ import annotations

import asyncio
import math
import os
import platform
import time
from typing import TYPE_CHECKING, Any

import msgspec

from openclaw_hooks import __version__
from openclaw_hooks.board.leases.claims import clone_id
from openclaw_hooks.board.store import read_board, read_task
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.mirror.bases import Bases
from openclaw_hooks.mesh.mirror.claims import record_claim
from openclaw_hooks.mesh.mirror.mirror import Mirror
from openclaw_hooks.mesh.relay.intents import list_intents
from openclaw_hooks.mesh.replica.presence import Presence
from openclaw_hooks.mesh.sidecar.desk import Desk, read_news
from openclaw_hooks.mesh.sidecar.epochs import EpochFile
from openclaw_hooks.mesh.sidecar.keeping import list_borne_out, list_live_claims
from openclaw_hooks.mesh.sidecar.leading import Surroundings
from openclaw_hooks.mesh.sidecar.mirroring import Mirroring
from openclaw_hooks.mesh.sidecar.own_server import OwnServer
from openclaw_hooks.mesh.sidecar.report import make_status
from openclaw_hooks.mesh.sidecar.status import StatusFile, SyncStatus, stamp
from openclaw_hooks.mesh.sidecar.thread import WorkThread
from openclaw_hooks.mesh.state.decide import read_policy
from openclaw_hooks.mesh.state.leases import MeshLease

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.mirror.claims import Desk as WorkPlace
    from openclaw_hooks.mesh.offers.gather import FindTools
    from openclaw_hooks.mesh.replica.streams import Epoch
    from openclaw_hooks.mesh.service.service import Service
    from openclaw_hooks.mesh.sidecar.member import Member
    from openclaw_hooks.mesh.sidecar.session import Session
    from openclaw_hooks.mesh.state.turn import Policy
    from openclaw_hooks.mesh.sync_log import SyncLog
    from openclaw_hooks.mesh.wire.messages import Answer, Command


class Node:
    """The node of `member` at work on `board`. `open` comes first and `close` last.

    `find_tools` gives what it offers to others beside the named commands of its owner.
    """

    mirroring: Mirroring
    rules: Policy
    find_tools: FindTools = staticmethod(tuple)

    def __init__(self, member: Member, board: Board, actor: Actor, log: SyncLog) -> None:
        self.member = member
        self.board = board
        self.actor = actor
        self.log = log
        self.desk = Desk(member.node, member.role)
        self.session: Session | None = None
        self.started = stamp()
        self.revoked: frozenset[str] = frozenset()  # nodes, as far as this machine knows
        self.is_astray = False  # another repository lies where ours was
        self.server_url = ""
        self.epochs = EpochFile(member.place.epochs)
        self.thread = WorkThread("board")
        self.server_thread = WorkThread("server")
        self.server = OwnServer(member.place, member.node) if member.runs_server else None
        self._status_file = StatusFile(member.place)
        self.has_link = asyncio.Event()
        self._last_epochs: dict[str, Epoch] = {}

    async def open(self) -> None:
        """Reads what this board and the mesh agreed on."""
        self._bases = await self.thread.run(Bases, self.member.place.mirror)
        for line in self._bases.notes:
            self.log.complain("mirror", line)
        self.rules = await self.thread.run(read_policy, self.board)
        mirror = Mirror(self.board, self.actor, self._bases)
        self.mirroring = Mirroring(mirror, self.thread, self.desk, self.log)

    async def close(self) -> None:
        """Commits what was written, and stops the server when a sidecar started it; nothing of it keeps the rest back."""
        if not self.is_astray:
            await self._try(self.mirroring.commit)
            self.epochs.keep(self._last_epochs)
        await self._try(lambda: self.thread.run(self._bases.close))
        if self.server is not None:
            await self._try(self._stop_server)
        self.thread.close()
        self.server_thread.close()

    async def _try(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except Exception as error:  # it ends one way or the other
            self.log.complain("stopping", str(error))

    async def _stop_server(self) -> None:
        assert self.server is not None  # its caller looked
        if self.is_astray:
            await self.server_thread.run(self.server.abandon)
        elif await self.server_thread.run(self.server.stop):
            self.log.note("server stopped")

    async def hold(self, session: Session) -> None:
        """Works over one connection until it ends."""
        self.session, self.desk.connection = session, session.connection
        self.has_link.set()
        self.mirroring.wake()
        try:
            await session.run()
        except OpenclawError as error:
            self.log.complain("mesh", str(error))
        finally:
            self.has_link.clear()
            self._last_epochs = session.watch.epochs if session.watch.is_complete else {}
            self.session = self.desk.connection = None
            self.take_lead(None)
            await session.close()

    def take_lead(self, service: Service | None) -> None:
        """Notes that this node leads from now on, or no more."""
        self.desk.service = service
        self.mirroring.mirror.leads = service is not None
        self.mirroring.wake()

    async def note_join(self, node: str) -> None:
        """Notes that an invited node has come, so that its invitation does not run out."""
        if self.server is not None and node != self.member.node:
            await self.server_thread.run(self.server.note_join, node)

    async def show(self, answer: Answer) -> Answer:
        """The answer, once the board on disk says what it says."""
        if news := read_news(answer):
            await self.mirroring.take(news)
        return answer

    def describe(self, session: Session) -> Presence:
        """What this node tells of itself."""
        epochs = session.watch.epochs.values()
        return Presence(
            node=self.member.node,
            role=self.member.role.value,
            version=__version__,
            host=platform.node(),
            started=self.started,
            seen=max((epoch.last for epoch in epochs), default=0),
            lag=self.mirroring.pending,
            leads=session.is_leading,
            term=session.leadership.term if session.leadership else 0,
            seeded=tuple(repair.show() for repair in session.mender.repairs.values()),
        )

    def write_status(self, status: SyncStatus) -> None:
        """Puts the status where others read it."""
        self._status_file.write(status)

    @property
    def clone(self) -> str:
        """The id of this clone."""
        return clone_id(self.board.repo)

    @property
    def intents(self) -> int:
        """How many commands wait on disk."""
        return len(list_intents(self.member.place).waiting) if os.path.isdir(self.member.place.intents) else 0

    def status(self, state: str = "") -> SyncStatus:
        """How it stands."""
        return make_status(self, state)

    @property
    def trouble(self) -> str:
        """What keeps both sides from being in step; empty when nothing does."""
        return self.mirroring.halted or (f"{self.mirroring.pending} edit(s) wait" if self.mirroring.pending else "")

    async def come_in_step(self) -> None:
        """Returns when what each side had a moment ago is known to the other, and committed."""
        while True:
            await self.has_link.wait()
            session = self.session
            if session is not None and await session.catch_up():
                await self.mirroring.flush()
                return

    async def note_claim(self, command: Command, answer: Answer, place: WorkPlace | None = None) -> None:
        """Writes down what this clone holds from now on, for the hooks that look at its commits."""
        told = answer.result.get("lease")
        if isinstance(told, dict) and command.clone in ("", self.clone):
            await self.thread.run(self._record_claim, msgspec.convert(told, MeshLease), place)

    def _record_claim(self, lease: MeshLease, place: WorkPlace | None) -> None:
        task, _ = read_task(self.board, lease.task)
        record_claim(self.board.repo, task, lease, place)

    def _list_claims(self, known: list[MeshLease]) -> list[MeshLease]:
        found = [*known, *list_live_claims(self.board.repo, time.time())]
        return list_borne_out(found, read_board(self.board).tasks)

    def surroundings(self, session: Session) -> Surroundings:
        """What the lead decides by."""

        def tell(news: Mapping[str, tuple[int, bytes | None]]) -> None:
            self.mirroring.hear(news)

        def find_silent() -> dict[str, float]:
            leading = session.leading
            leases = leading.service.state.leases.values() if leading else ()
            nodes = {*session.book.nodes, *(lease.owner for _, lease in leases if lease.owner)} - {self.member.node}
            return {node: math.inf if node in self.revoked else session.book.silence(node) for node in nodes}

        async def list_claims() -> list[MeshLease]:
            return await self.thread.run(self._list_claims, session.known_claims())

        return Surroundings(
            self.member.node,
            lambda: self.rules,
            find_silent,
            tell,
            session.attendance.hear,
            list_claims,
            lambda: session.is_leading,
            lambda: self.revoked,
        )
