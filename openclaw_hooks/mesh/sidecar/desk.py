"""Where the commands of this machine and the edits of its board go: to this node's own service, or to the lead's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.connection import NotDoneError, UnknownOutcomeError
from openclaw_hooks.mesh.nodes import NodeRole
from openclaw_hooks.mesh.service.inbox import WAITING, leave
from openclaw_hooks.mesh.service.ledger import PASSING
from openclaw_hooks.mesh.service.service import Asked
from openclaw_hooks.mesh.sidecar.post import Delivered
from openclaw_hooks.mesh.wire.keys import key_of, path_of
from openclaw_hooks.mesh.wire.messages import (
    MAX_MESSAGE_BYTES,
    Command,
    WireError,
    decode_answer,
    encode_message,
    new_request_id,
    refuse,
)
from openclaw_hooks.mesh.wire.subjects import command_subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.mirror.step import Send
    from openclaw_hooks.mesh.service.service import Service
    from openclaw_hooks.mesh.sidecar.mirroring import News
    from openclaw_hooks.mesh.wire.messages import Answer

ASK_S = 2.5  # of one try; the command line waits for 10 s
TRIES = 3
CHANGE_S = 0.4  # while one lead follows another, nobody answers
MAX_PARALLEL = 16
LATER = PASSING | {"conflict"}  # of an edit: it waits on disk, where its maker sees it
NO_LEAD = "no lead answers"
OFFLINE = "the mesh is out of reach"


class Desk:
    """Brings commands to who decides them. `service` is set while this node leads, `connection` while it has one."""

    def __init__(self, node: str, role: NodeRole) -> None:
        self.service: Service | None = None
        self.connection: Connection | None = None
        self._node = node
        self._role = role
        self._slots = asyncio.Semaphore(MAX_PARALLEL)

    async def ask(self, command: Command) -> Answer:
        """What the lead answers; where it cannot be asked, an error `no_lead` or `offline`. Raises nothing."""
        if self.service is not None:
            return await self.service.answer(Asked(self._node, self._role, command))
        if self.connection is None or not self.connection.is_up:
            return refuse(command.id, "offline", OFFLINE, "openclaw mesh status")
        try:
            return await self._send(self.connection, command)
        except WireError as error:
            return refuse(command.id, "too_large", error.message, error.hint)

    async def ask_or_leave(self, command: Command) -> Answer:
        """The same; what can wait is left in the inbox of this node at the server when no lead answers."""
        answer = await self.ask(command)
        if answer.error is None or answer.error.code != "no_lead" or command.verb not in WAITING:
            return answer
        connection = self.connection
        if connection is None:
            return answer
        try:
            await leave(connection, self._node, command)
        except (OpenclawError, OSError):
            return answer  # it waits on this machine then
        return msgspec.structs.replace(answer, ok=True, error=None, result={"queued": True})

    async def _send(self, connection: Connection, command: Command) -> Answer:
        subject = command_subject(self._node, command.verb, self._role)
        payload = encode_message(command)
        trouble = refuse(command.id, "no_lead", NO_LEAD, "openclaw mesh status")
        for _ in range(TRIES):
            try:
                return decode_answer(await connection.request(subject, payload, ASK_S))
            except NotDoneError as error:
                if not connection.is_up:
                    return refuse(command.id, "offline", OFFLINE, error.hint)
                await asyncio.sleep(CHANGE_S)
            except UnknownOutcomeError as error:
                trouble = refuse(command.id, "unknown", f"{NO_LEAD}: {error.message}", "ask again: it is done once")
        return trouble

    async def deliver(self, key: str, send: Send, request: str) -> Delivered:
        """What became of an edit of this board."""
        command = self._make_edit(key, send, request)
        if command is None:
            return Delivered(refusal="it is too large, or no UTF-8")
        async with self._slots:
            return _read_delivered(key, await self.ask(command))

    async def deliver_all(self, sends: Mapping[str, Send]) -> dict[str, Delivered]:
        """The same for many; a lead writes them in batches."""
        commands = {key: self._make_edit(key, send, new_request_id()) for key, send in sends.items()}
        found = {key: Delivered(refusal="it is too large, or no UTF-8") for key, one in commands.items() if one is None}
        fit = {key: command for key, command in commands.items() if command is not None}
        if self.service is not None:
            asked = [Asked(self._node, self._role, command) for command in fit.values()]
            answers = await self.service.answer_many(asked)
        else:
            answers = await asyncio.gather(*(self._ask_in_turn(command) for command in fit.values()))
        return found | {key: _read_delivered(key, answer) for key, answer in zip(fit, answers, strict=True)}

    async def _ask_in_turn(self, command: Command) -> Answer:
        async with self._slots:
            return await self.ask(command)

    def _make_edit(self, key: str, send: Send, request: str) -> Command | None:
        try:
            base = send.base.decode() if send.base is not None else None
            args = {"base": base, "content": send.content.decode()}
        except UnicodeDecodeError:
            return None
        verb = "put" if self._role is NodeRole.LEAD else "edit"
        command = Command(request, verb, key, args, send.revision)
        return command if len(send.content) * 2 < MAX_MESSAGE_BYTES else None


def read_news(answer: Answer) -> News:
    """The values that an answer shows, as the board takes them."""
    named = {key_of(path): text for path, text in answer.files.items()}
    return {
        key: (answer.revisions[key], text.encode()) for key, text in named.items() if key and answer.revisions.get(key)
    }


def _read_delivered(key: str, answer: Answer) -> Delivered:
    if answer.error is not None:
        is_passing = answer.error.code in LATER
        return Delivered() if is_passing else Delivered(refusal=f"{answer.error.code}: {answer.error.message}")
    text, revision = answer.files.get(path_of(key)), answer.revisions.get(key, 0)
    return Delivered(revision, text.encode()) if text is not None and revision else Delivered()


class Here(NamedTuple):
    """Where on this machine a command was given: the working tree, the agent's session, and the agent run."""

    worktree: str = ""
    session: str = ""
    run: str = ""


def read_request(request: Mapping[str, Any]) -> tuple[Command, Here]:
    """The command in a request of the socket, and where it was given; raises WireError."""
    from openclaw_hooks.mesh.wire.messages import decode_command

    command = decode_command(msgspec.json.encode(request.get("command")))
    told = request.get("here")
    words = told if isinstance(told, dict) else {}
    limits = {"worktree": 4096, "session": 200, "run": 40}
    return command, Here(*(str(words.get(name, ""))[:most] for name, most in limits.items()))
