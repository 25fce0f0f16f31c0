"""Where the commands of this machine arrive: a unix socket for its owner alone, a line of JSON each way."""

from __future__ import annotations

import asyncio
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.sidecar.caller import find_agent
from openclaw_hooks.mesh.wire.messages import MAX_MESSAGE_BYTES, encode_message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from openclaw_hooks.mesh.sync_log import SyncLog
    from openclaw_hooks.mesh.wire.messages import Answer

    Handler = Callable[[dict[str, Any]], Awaitable[Answer | dict[str, Any]]]

IDLE_S = 300.0  # a client that says nothing for so long is hung up on
WRITE_S = 10.0
MAX_CLIENTS = 64
AGENT = "agent"  # in a request: the agent that its program was started by, whatever it says itself


class Control:
    """Serves `handlers`, by the name of their `op`, with the agent at the other end under `AGENT`.

    Each client has a task of its own: one that hangs blocks no other.
    """

    def __init__(self, path: str, handlers: Mapping[str, Handler], log: SyncLog) -> None:
        self._path = path
        self._handlers = handlers
        self._log = log
        self._clients: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._bound = (0, 0)

    async def open(self) -> None:
        """Listens from now on; raises MeshError where that cannot be. The caller holds the sidecar's lock."""
        make_socket_folder(self._path)
        with suppress(FileNotFoundError):
            os.unlink(self._path)  # of a sidecar that was killed
        try:
            self._server = await asyncio.start_unix_server(self._take, self._path, limit=MAX_MESSAGE_BYTES)
            os.chmod(self._path, 0o600)
            self._bound = _identify(self._path)
        except OSError as error:
            raise MeshError(f"{display_path(self._path)} cannot be listened on: {error.strerror}") from error

    async def close(self) -> None:
        """Hangs up on everybody."""
        if self._server is None:
            return
        is_ours = _identify(self._path) == self._bound
        self._server.close()
        for client in list(self._clients):
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        if is_ours:
            with suppress(OSError):
                os.unlink(self._path)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # asyncio runs it as one
        self._clients.add(task)
        try:
            if len(self._clients) > MAX_CLIENTS:
                await _send(writer, _problem("busy", f"{MAX_CLIENTS} programs talk to the sidecar already"))
                return
            await self._talk(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client is gone, hangs, or we end
        finally:
            self._clients.discard(task)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        agent = find_agent(writer.get_extra_info("socket"))
        while True:
            try:
                async with asyncio.timeout(IDLE_S):
                    line = await reader.readuntil(b"\n")
            except asyncio.LimitOverrunError:
                await _send(writer, _problem("too_large", f"a request has {MAX_MESSAGE_BYTES:,} bytes at most"))
                return
            except asyncio.IncompleteReadError:
                return
            await _send(writer, await self._answer(line, agent))

    async def _answer(self, line: bytes, agent: str) -> bytes:
        try:
            request = msgspec.json.decode(line, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return _problem("invalid", "a request is an object of JSON on one line")
        handler = self._handlers.get(str(request.get("op")))
        if handler is None:
            return _problem("invalid", f"no request `{display_path(str(request.get('op'))[:40])}`")
        request[AGENT] = agent
        try:
            answer = await handler(request)
            return msgspec.json.encode(answer) if isinstance(answer, dict) else encode_message(answer)
        except OpenclawError as error:
            return _problem("invalid", error.message, error.hint)
        except Exception as error:  # one bad request ends no sidecar
            self._log.crash("request failed", error)
            return _problem("unknown", f"internal error: {error!r}", f"see {display_path(self._log.path)}")


def _identify(path: str) -> tuple[int, int]:
    try:
        found = os.lstat(path)
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def make_socket_folder(path: str) -> None:
    """Makes the folder of the socket at `path`, for its owner alone; raises MeshError when somebody else has it."""
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        found = os.lstat(folder)
    except OSError as error:
        raise MeshError(f"{display_path(folder)} cannot be made: {error.strerror}") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise MeshError(f"{display_path(folder)} belongs to others, or is open to them", "remove it")


async def _send(writer: asyncio.StreamWriter, line: bytes) -> None:
    writer.write(line + b"\n")
    async with asyncio.timeout(WRITE_S):
        await writer.drain()


def _problem(code: str, message: str, hint: str = "") -> bytes:
    return msgspec.json.encode({"ok": False, "id": "", "error": {"code": code, "message": message, "hint": hint}})
