"""The lead's part: a command is decided in memory, what follows is written by compare-and-swap, and then it is answered."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.connection import NotDoneError, UnknownOutcomeError
from openclaw_hooks.mesh.nodes import NodeRole
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.service.ledger import Ledger
from openclaw_hooks.mesh.service.quota import MAX_BYTES, Quota
from openclaw_hooks.mesh.service.turns import Turns
from openclaw_hooks.mesh.state.decide import Request, decide
from openclaw_hooks.mesh.state.leases import decode_lease
from openclaw_hooks.mesh.wire.events import encode_event
from openclaw_hooks.mesh.wire.keys import key_of
from openclaw_hooks.mesh.wire.messages import refuse
from openclaw_hooks.mesh.wire.subjects import event_subject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.mesh.service.store import Store
    from openclaw_hooks.mesh.state.board_state import BoardState
    from openclaw_hooks.mesh.state.decide import Decision, Policy
    from openclaw_hooks.mesh.wire.events import Event
    from openclaw_hooks.mesh.wire.messages import Answer, Command

    Tell = Callable[[Mapping[str, tuple[int, bytes | None]]], None]

TOGETHER = 500  # files of one batch, as large as the server takes them
ROUNDS = 8  # of deciding and writing, when somebody else wrote the same key


class Asked(NamedTuple):
    """A command, and who sent it as the server vouches for it."""

    node: str
    role: NodeRole
    command: Command


class Service:
    """Decides commands for all nodes while this one leads. All of it runs on the loop's own thread.

    `tell` hears of every value that was written: the board of this node shows it without the way over the server.
    """

    def __init__(
        self,
        state: BoardState,
        store: Store,
        find_policy: Callable[[], Policy],
        tell: Tell,
        is_leading: Callable[[], bool],
    ) -> None:
        self.state = state
        self.find_time: Callable[[], float] = time.time  # seconds since 1970
        self.keep_row: Callable[[Row], None] = lambda _: None  # before whoever told it hears that it is done
        self._store = store
        self._is_leading = is_leading  # by the clock: this process may have been stopped for a while
        self._find_policy = find_policy
        self._tell = tell
        self._ledger = Ledger()
        self._turns = Turns()
        self._quota = Quota()
        self._is_over = False

    def stop(self) -> None:
        """Decides nothing from now on: somebody else may lead."""
        self._is_over = True

    async def answer(self, asked: Asked) -> Answer:
        """What becomes of a command; the same request gets the same answer. Raises nothing."""
        node, command = asked.node, asked.command
        known = self._ledger.find(node, command.id)
        if known is not None:
            return known
        work = self._ledger.asked(node, command.id)
        if work is None:
            work = asyncio.create_task(self._work(asked))
            self._ledger.note_asked(node, command.id, work)
        return await asyncio.shield(work)

    async def _work(self, asked: Asked) -> Answer:
        request, node = asked.command.id, asked.node
        is_bound = asked.role is not NodeRole.LEAD
        if is_bound and self._quota.is_used_up(node):
            return refuse(
                request, "busy", f"{node} has had {MAX_BYTES >> 20} MB written within an hour", "try again later"
            )
        written = 0

        def make() -> Decision:
            nonlocal written
            decision = self._decide(asked)
            written = sum(len(content) for _, content in decision.changes.values())
            return decision

        try:
            answer = await self.settle(make, node)
        except UnknownOutcomeError as error:
            return refuse(request, "unknown", error.message, "ask again: it is done once")
        except NotDoneError as error:
            return refuse(request, "no_lead", error.message, error.hint)
        except OpenclawError as error:
            return refuse(request, "refused", error.message, error.hint)
        if is_bound:
            self._quota.charge(node, written)
        self._ledger.keep(node, answer)
        return answer

    def _decide(self, asked: Asked) -> Decision:
        request = Request(asked.node, asked.role.value, asked.command, self.find_time())
        return decide(self.state, request, self._find_policy())

    async def answer_many(self, all_asked: Sequence[Asked]) -> list[Answer]:
        """The answers to commands of different keys, which are written together as far as they do not touch each other."""
        answers: list[Answer] = []
        for start in range(0, len(all_asked), TOGETHER):
            chunk = all_asked[start : start + TOGETHER]
            done = await self._work_together(chunk)
            answers += [done.get(one.command.id) or await self.answer(one) for one in chunk]
        return answers

    async def _work_together(self, chunk: Sequence[Asked]) -> dict[str, Answer]:
        """The answers by request to those of `chunk` that could be written at once."""
        changes: dict[str, tuple[int, bytes]] = {}
        touched: set[str] = set()
        decisions: list[Decision] = []
        for asked in chunk:
            decision = self._decide(asked)
            keys = self._touched(decision)
            if decision.leases or decision.answer.error or keys & touched:
                continue
            decisions.append(decision)
            changes.update(decision.changes)
            touched |= keys
        if self._is_over or not self._is_leading() or not decisions or await self._ledger.wait_for(touched):
            return {}
        with self._ledger.writing(touched):
            stale = await self._write(decisions[0]._replace(changes=changes))
        return {} if stale else {one.answer.id: self._finish(one) for one in decisions}

    async def settle(self, make: Callable[[], Decision], node: str = "") -> Answer:
        """The answer of the decision that `make` comes to for `node`, once what it changes is written.

        It is made anew when somebody else was faster with one of its keys. Raises NotDoneError when this node does not
        lead any more, UnknownOutcomeError when the server does not say whether something was written.
        """
        rounds = 0
        while True:
            async with self._turns.turn(node):
                if self._is_over or not self._is_leading():
                    raise NotDoneError("this node does not lead any more")
                decision = make()
            touched = self._touched(decision)
            if await self._ledger.wait_for(touched):
                continue  # nothing was awaited but that: the decision is made from what it wrote
            with self._ledger.writing(touched):
                stale = await self._write(decision)
            if not stale:
                return self._finish(decision)
            rounds += 1
            if rounds == ROUNDS:
                raise OpenclawError("many others write the same at once", "try again")

    def _touched(self, decision: Decision) -> set[str]:
        """The keys that a decision writes, and the plans of its tasks: two that end at once are to see each other."""
        keys = {*decision.changes, *decision.leases}
        tasks = self.state.tasks
        return keys | {tasks[key].plan for key in keys if key in tasks and tasks[key].plan}

    async def _write(self, decision: Decision) -> bool:
        """Whether a key had moved on; then the state knows how it is now. Leases first: they hold others off."""
        for task, (revision, lease) in decision.leases.items():
            written = await self._store.put_lease(task, lease, revision)
            if written == 0:
                await self._reread(decision)
                return True
            self.state.take_lease(task, written, lease)
        try:
            revisions = await self._store.put_all(decision.changes)
        except MeshError:  # some may be written
            await self._reread(decision)
            raise
        for key, revision in revisions.items():
            self.state.take(key, revision, decision.changes[key][1])
        if revisions:
            self._tell({key: (revision, decision.changes[key][1]) for key, revision in revisions.items()})
        if len(revisions) == len(decision.changes):
            return False
        await self._reread(decision)
        return True

    async def _reread(self, decision: Decision) -> None:
        """Makes the state say what the server has of the keys of `decision`."""
        for key in decision.changes:
            revision, content = await self._store.read(key)
            if content is not None:
                self.state.take(key, revision, content)
                self._tell({key: (revision, content)})
        for task in decision.leases:
            revision, value = await self._store.read_lease(task)
            self.take_lease(task, revision, value)

    def take_lease(self, task: str, revision: int, value: bytes | None) -> None:
        """Knows the lease that the server has of `task`."""
        if revision:
            self.state.take_lease(task, revision, decode_lease(task, value) if value is not None else None)

    def _finish(self, decision: Decision) -> Answer:
        for row in decision.rows:
            self.keep_row(row)
        revisions = {key: self.state.revision(key) for key in map(key_of, decision.answer.files) if key}
        revisions |= {key: self.state.revision(key) for key in decision.changes}
        self._store.publish([self._at(event, revisions) for event in decision.events])
        return replace(decision.answer, revisions=revisions)

    def _at(self, event: Event, revisions: dict[str, int]) -> tuple[str, bytes]:
        placed = replace(event, revision=revisions.get(event.name, event.revision))
        return event_subject(event.kind, event.name), encode_event(placed)
