"""Where the commands of other nodes arrive at the lead: who sent them is read from the subject, what is asked is judged."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from openclaw_hooks.mesh.nodes import NodeRole
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.service.service import Asked
from openclaw_hooks.mesh.wire.messages import Answer, Problem, WireError, decode_command, encode_message, refuse
from openclaw_hooks.mesh.wire.subjects import COMMANDS, parse_command_subject

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nats.aio.msg import Msg
    from nats.aio.subscription import Subscription

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.sync_log import SyncLog
    from openclaw_hooks.mesh.wire.messages import Command
    from openclaw_hooks.mesh.wire.subjects import Sender

    Clerk = Callable[[Sender, Command], Awaitable[Answer]]

MAX_OF_NODE = 256  # commands of one node that are being worked on
MANY = 1024  # of all nodes; from then on each has only so few:
FEW_OF_NODE = 8
MAX_SHOWN = 200  # characters of a text in an answer that is cut down
CUT = "the answer is too long to be sent: compare your text with the file that the mesh has"
NO_ID = "0" * 16


class Door:
    """Takes commands from the server while this node leads, each in a task of its own.

    `clerks` answer verbs of their own; all others go to `ask`.
    """

    def __init__(self, connection: Connection, ask: Clerk, clerks: dict[str, Clerk], log: SyncLog) -> None:
        self._connection = connection
        self._ask = ask
        self._clerks = clerks
        self._log = log
        self._tasks: set[asyncio.Task[None]] = set()
        self._of_node: Counter[str] = Counter()
        self._subscription: Subscription | None = None

    async def open(self) -> None:
        """Listens from now on; raises MeshError when the server does not confirm it."""
        from nats.errors import Error

        try:
            self._subscription = await self._connection.client.subscribe(COMMANDS, cb=self._take)
            await self._connection.client.flush()
        except Error as error:
            raise MeshError(f"commands cannot be taken: {error}") from error

    async def close(self) -> None:
        """Takes no more; what is being worked on gets its answer."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None and self._connection.is_up:
            await subscription.unsubscribe()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)
        for task in self._tasks:
            task.cancel()

    async def _take(self, message: Msg) -> None:
        if not message.reply:
            return  # nobody would hear the answer: there is an inbox for that
        sender = parse_command_subject(message.subject)
        node = sender.node if sender else ""
        if self._of_node[node] >= (MAX_OF_NODE if len(self._tasks) < MANY else FEW_OF_NODE):
            self._log.complain("too many commands", f"{node} sends more than it can get answers to")
            await self._reply(message, refuse(NO_ID, "busy", "the lead has too much to do", "try again"))
            return
        task = asyncio.create_task(self._serve(message, sender))
        self._tasks.add(task)
        self._of_node[node] += 1
        task.add_done_callback(lambda done: self._forget(done, node))

    def _forget(self, task: asyncio.Task[None], node: str) -> None:
        self._tasks.discard(task)
        self._of_node[node] -= 1

    async def _serve(self, message: Msg, sender: Sender | None) -> None:
        request = NO_ID
        try:
            if sender is None:
                raise WireError("the subject names no node")
            command = decode_command(message.data)
            request = command.id
            if command.verb != sender.verb:
                raise WireError(f"the subject says {sender.verb[:40]}, the command {command.verb}")
            answer = await self._clerks.get(command.verb, self._ask)(sender, command)
        except WireError as error:
            self._log.complain("bad command", f"{message.subject[:100]}: {error.message}")
            answer = refuse(request, "invalid", error.message, error.hint)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # one command ends no lead
            self._log.crash("command failed", error)
            answer = refuse(request, "unknown", f"internal error on the lead: {error!r}"[:300])
        await self._reply(message, answer)

    async def _reply(self, message: Msg, answer: Answer) -> None:
        try:
            await self._connection.client.publish(message.reply, encode_fitting(answer))
        except Exception as error:
            self._log.complain("answer not sent", str(error))


def encode_fitting(answer: Answer) -> bytes:
    """`answer` as it travels, without what is too large for that: what it changed comes to everybody anyway."""
    for smaller in (answer, replace(answer, files={}, lines=answer.lines[:20])):
        try:
            return encode_message(smaller)
        except WireError:
            continue
    result = {name: value[:MAX_SHOWN] for name, value in answer.result.items() if isinstance(value, str)}
    error = answer.error and Problem(answer.error.code, answer.error.message[:MAX_SHOWN], answer.error.hint[:MAX_SHOWN])
    return encode_message(Answer(answer.id, answer.ok, result, lines=[CUT] if answer.ok else [], error=error))


def make_asked(sender: Sender, command: Command) -> Asked:
    """The command with who sent it, in the role that its subject stands for."""
    role = NodeRole.LEAD if sender.is_lead else NodeRole.HUMAN if sender.is_human else NodeRole.WORKER
    return Asked(sender.node, role, command)
