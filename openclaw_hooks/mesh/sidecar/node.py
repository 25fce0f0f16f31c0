"""What one sidecar consists of, and what goes on in it at the same time: none of it waits for the others."""

from __future__ import annotations

import asyncio
import os
import platform
from typing import TYPE_CHECKING, Any

from openclaw_hooks import __version__
from openclaw_hooks.board.leases.claims import clone_id
from openclaw_hooks.board.store import read_task
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.mirror.bases import Bases
from openclaw_hooks.mesh.mirror.file_watch import watch_files
from openclaw_hooks.mesh.mirror.mirror import Mirror
from openclaw_hooks.mesh.relay.intents import deliver, list_intents
from openclaw_hooks.mesh.replica.presence import Presence
from openclaw_hooks.mesh.sidecar.desk import Desk
from openclaw_hooks.mesh.sidecar.epochs import EpochFile
from openclaw_hooks.mesh.sidecar.keeping import HEARTBEAT_S, list_held, make_heartbeat
from openclaw_hooks.mesh.sidecar.leading import Surroundings
from openclaw_hooks.mesh.sidecar.member import note_own_mesh
from openclaw_hooks.mesh.sidecar.mirroring import Mirroring
from openclaw_hooks.mesh.sidecar.own_server import OwnServer
from openclaw_hooks.mesh.sidecar.report import make_status
from openclaw_hooks.mesh.sidecar.session import Session, connect
from openclaw_hooks.mesh.sidecar.status import StatusFile, SyncStatus, stamp
from openclaw_hooks.mesh.sidecar.thread import WorkThread
from openclaw_hooks.mesh.state.decide import read_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.mirror.claims import Desk as WorkPlace
    from openclaw_hooks.mesh.service.service import Service
    from openclaw_hooks.mesh.sidecar.log import SyncLog
    from openclaw_hooks.mesh.sidecar.member import Member
    from openclaw_hooks.mesh.state.leases import MeshLease
    from openclaw_hooks.mesh.state.turn import Policy
    from openclaw_hooks.mesh.wire.messages import Answer, Command

    Work = Callable[[], Coroutine[Any, Any, None]]

STATUS_S = 1.0
INTENTS_S = 2.0
TEND_S = 1.0
REFRESH_S = 10.0
RETRY_S = (0.5, 1.0, 2.0, 5.0, 10.0)


class Node:
    """The node of `member` at work on `board`. `open` comes first and `close` last; `works` are to be kept running."""

    mirroring: Mirroring
    rules: Policy

    def __init__(self, member: Member, board: Board, actor: Actor, log: SyncLog) -> None:
        self.member = member
        self.board = board
        self.actor = actor
        self.log = log
        self.desk = Desk(member.node, member.role)
        self.session: Session | None = None
        self.started = stamp()
        self.server_url = ""
        self.epochs = EpochFile(os.path.join(member.place.folder, "epochs.json"))
        self._thread = WorkThread("board")
        self._server_thread = WorkThread("server")
        self._server = OwnServer(member.place, member.node) if member.runs_server else None
        self._status_file = StatusFile(member.place)
        self._has_link = asyncio.Event()

    async def open(self) -> None:
        """Reads what this board and the mesh agreed on."""
        self._bases = await self._thread.run(Bases, self.member.place.mirror)
        for line in self._bases.notes:
            self.log.complain("mirror", line)
        self.rules = await self._thread.run(read_policy, self.board)
        mirror = Mirror(self.board, self.actor, self._bases)
        self.mirroring = Mirroring(mirror, self._thread, self.desk, self.log)

    async def close(self) -> None:
        """Commits what was written, and stops the server when a sidecar started it."""
        try:
            await self.mirroring.commit()
            await self._thread.run(self._bases.close)
            if self._server is not None and await self._server_thread.run(self._server.stop):
                self.log.note("server stopped")
        except OpenclawError as error:
            self.log.complain("stopping", str(error))
        self._thread.close()
        self._server_thread.close()

    def works(self) -> list[Work]:
        """What goes on side by side."""
        own = [self._tend_server] if self._server is not None else []
        return [
            self.mirroring.run,
            self._watch_files,
            self._stay_connected,
            self._send_intents,
            self._keep_claims,
            self._tell_status,
            self._keep_rules,
            *own,
        ]

    async def _watch_files(self) -> None:
        async for paths in watch_files(self.board, asyncio.Event(), lambda text: self.log.complain("files", text)):
            try:
                await self.mirroring.look(paths or None)
            except OpenclawError as error:
                self.log.complain("board", str(error))

    async def _stay_connected(self) -> None:
        failures = 0
        while True:
            try:
                session = await self._connect()
            except (OpenclawError, OSError) as error:
                self.log.complain("no mesh", str(error))
                await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
                failures += 1
                continue
            failures = 0
            await self._hold(session)

    async def _connect(self) -> Session:
        if self._server is not None:
            await self._server_thread.run(self._server.bring_up)
            note_own_mesh(self.member, self.board.repo.state_dir)
        session = await connect(self)
        self.server_url = (
            session.connection.client.connected_url.netloc if session.connection.client.connected_url else ""
        )
        return session

    async def _hold(self, session: Session) -> None:
        self.session, self.desk.connection = session, session.connection
        self._has_link.set()
        self.mirroring.wake()
        try:
            await session.run()
        except OpenclawError as error:
            self.log.complain("mesh", str(error))
        finally:
            self._has_link.clear()
            self.session = self.desk.connection = None
            self.take_lead(None)
            await session.close()

    def take_lead(self, service: Service | None) -> None:
        """Notes that this node leads from now on, or no more."""
        self.desk.service = service
        self.mirroring.mirror.leads = service is not None
        self.mirroring.wake()

    async def _tend_server(self) -> None:
        assert self._server is not None  # only then it is among the works
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(TEND_S)
            if self.session is None:
                continue  # whoever connects brings it up
            if trouble := await self._server_thread.run(self._server.find_trouble):
                self.log.complain("server", trouble)
                await self._server_thread.run(self._server.bring_up)
                self.log.note("server", "brought up again")
            elif await self._server_thread.run(self._server.refresh_accounts, loop.time()):
                self.log.note("server", "told of the nodes as they are now")

    async def note_join(self, node: str) -> None:
        """Notes that an invited node has come, so that its invitation does not run out."""
        if self._server is not None and node != self.member.node:
            await self._server_thread.run(self._server.note_join, node)

    async def _send_intents(self) -> None:
        while True:
            await self._has_link.wait()
            if os.path.isdir(self.member.place.intents):
                delivery = await deliver(self.member.place, self._send_intent)
                for command, _ in delivery.done:
                    self.log.note("intent done", f"{command.verb} {command.task}".strip())
                for intent in delivery.refused:
                    reason = intent.problem.message if intent.problem else ""
                    self.log.complain("intent refused", f"{intent.command.verb} {intent.command.task}: {reason}")
            await asyncio.sleep(INTENTS_S)

    async def _send_intent(self, command: Command) -> Answer:
        return await self.show(await self.desk.ask(command))

    async def _keep_claims(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            for held in await self._thread.run(list_held, self.board.repo.state_dir, self.member.node):
                answer = await self.desk.ask(make_heartbeat(self.board.repo, held))
                if answer.error and answer.error.code == "lost":
                    self.log.note("claim lost", answer.error.message)
                await self.show(answer)

    async def show(self, answer: Answer) -> Answer:
        """The answer, once the board on disk says what it says."""
        from openclaw_hooks.mesh.sidecar.desk import read_news

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

    async def _tell_status(self) -> None:
        while True:
            self.write_status(self.status())
            if self.session is not None and self.session.watch.is_complete:
                self.epochs.keep(self.session.watch.epochs)
            await asyncio.sleep(STATUS_S)

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
            await self._has_link.wait()
            session = self.session
            if session is not None and await session.catch_up():
                await self.mirroring.flush()
                return

    async def record_claim(self, record: Callable[..., None], lease: MeshLease, place: WorkPlace) -> None:
        """Has `record` write down that this clone holds `lease`."""
        await self._thread.run(self._record, record, lease, place)

    def _record(self, record: Callable[..., None], lease: MeshLease, place: WorkPlace) -> None:
        task, _ = read_task(self.board, lease.task)
        record(self.board.repo, task, lease, place)

    def surroundings(self, session: Session) -> Surroundings:
        """What the lead decides by."""

        def tell(news: Mapping[str, tuple[int, bytes | None]]) -> None:
            self.mirroring.hear(news)

        def find_silent() -> dict[str, float]:
            return {node: session.book.silence(node) for node in session.book.nodes if node != self.member.node}

        return Surroundings(self.member.node, lambda: self.rules, find_silent, tell, session.hear)

    async def _keep_rules(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_S)
            self.rules = await self._thread.run(read_policy, self.board)
