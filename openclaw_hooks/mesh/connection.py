"""The connection of a node: one that comes back by itself, says what it was refused, and tells a no from a maybe."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from openclaw_hooks.mesh.place import EXTRA_HINT, MeshError

if TYPE_CHECKING:
    import logging
    import ssl
    from collections.abc import Awaitable, Callable

    from nats.aio.client import Client
    from nats.js import JetStreamContext

    from openclaw_hooks.mesh.access import Access

    Log = Callable[[str], None]
    Wake = Callable[[], Awaitable[None]]

# Measured: a server that hangs is noticed within 5.5 s; the library's own settings give up after two minutes.
RECONNECT_WAIT_S = 0.25
PING_INTERVAL_S = 2
CONNECT_S = 5.0
REQUEST_S = 5.0
BACK = "connected again"  # the one line of a connection's log that is no trouble, but the end of one
MAX_REFUSALS = 5  # of a key that was good before: whoever is revoked does not knock for ever


class NotDoneError(MeshError):
    """A request that surely had no effect: it was refused, nobody answers it, or it was never sent."""


class UnknownOutcomeError(MeshError):
    """A request without an answer: it may have been done, or may yet be. Read again and compare before a retry."""


class Connection:
    """A live connection and what is known about it; made by `open_connection`."""

    def __init__(self, client: Client, log: Log, api_prefix: str = "", on_return: Wake | None = None) -> None:
        self.client = client
        self.api_prefix = api_prefix
        self._log = log
        self.wakes = [on_return] if on_return else []  # called each time that the connection is back
        self._last_error = ""
        self._is_unknown = asyncio.Event()  # the server does not know our key
        self._refusals = 0
        self._ending: asyncio.Task[None] | None = None
        self._asked: dict[asyncio.Future[bool], str] = {}  # what waits for an answer: its subject, as errors name it

    @property
    def is_up(self) -> bool:
        """Whether something that is sent now gets through."""
        return bool(self.client.is_connected)

    @property
    def is_over(self) -> bool:
        """Whether the connection does not come back: it was closed, or the server does not know our key any more."""
        return bool(self.client.is_closed)

    def jetstream(self, timeout_s: float = REQUEST_S) -> JetStreamContext:
        """The part of JetStream that this node may use."""
        return self.client.jetstream(prefix=self.api_prefix, timeout=timeout_s)

    async def request(
        self, subject: str, payload: bytes = b"", timeout_s: float = REQUEST_S, headers: dict[str, str] | None = None
    ) -> bytes:
        """The answer to `payload` on `subject`.

        Raises NotDoneError when it surely had no effect, UnknownOutcomeError when nobody can tell.
        """
        from nats.errors import Error, NoRespondersError

        if not self.is_up:
            raise NotDoneError("the mesh is out of reach")
        is_refused: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        sent = self.client.request(subject, payload, timeout=timeout_s, headers=headers)
        answer: asyncio.Future[Any] = asyncio.ensure_future(sent)
        self._asked[is_refused] = subject.lower()
        either: list[asyncio.Future[Any]] = [answer, is_refused]
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return bytes(answer.result().data)
            if is_refused.result():
                raise NotDoneError(f"this node may not send to {subject}")
            raise UnknownOutcomeError("the connection was lost before the answer came")
        except NoRespondersError as error:
            raise NotDoneError(f"nobody answers {subject}", "is the lead up? openclaw mesh status") from error
        except (Error, TimeoutError) as error:
            raise UnknownOutcomeError(f"no answer within {timeout_s:g} s: {_describe(error)}") from error
        finally:
            del self._asked[is_refused]
            await _drop(answer)

    async def close(self) -> None:
        """Sends what is still to be sent and ends the connection."""
        if self._ending:
            await self._ending
        with suppress(Exception):  # it ends one way or the other
            await self.client.flush(timeout=1)
        await self.client.close()

    async def start(self, options: dict[str, Any], timeout_s: float) -> str:
        """Connects; why it could not, empty when it could."""
        attempt: asyncio.Future[Any] = asyncio.ensure_future(
            self.client.connect(
                error_cb=self._take_error, disconnected_cb=self._take_loss, reconnected_cb=self._take_return, **options
            )
        )
        unknown: asyncio.Future[Any] = asyncio.ensure_future(self._is_unknown.wait())
        await asyncio.wait([attempt, unknown], timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        await _drop(unknown)
        failure = attempt.exception() if attempt.done() and not attempt.cancelled() else None
        if attempt.done() and failure is None and self.is_up:
            return ""
        await _drop(attempt)
        with suppress(Exception):  # half-open: it holds nothing that is worth an error
            await self.client.close()
        if self._is_unknown.is_set():
            return "it does not know this node's key"
        return (_describe(failure) if failure else self._last_error) or f"no answer within {timeout_s:g} s"

    async def _take_error(self, error: Exception) -> None:
        """Logs what the server or the library complains about; a refused request ends at once."""
        told = self._last_error = _describe(error)
        self._log(told)
        if "authorization" in told.lower():
            self._take_refusal()
        if "permissions violation" not in told.lower():
            return
        subject = told.lower().rpartition(" to ")[2].strip(" '\"")
        for is_refused, asked in self._asked.items():
            if asked == subject and not is_refused.done():
                is_refused.set_result(True)

    def _take_refusal(self) -> None:
        """Notes that the server does not know our key; gives up when it says so again and again."""
        self._is_unknown.set()
        self._refusals += 1
        transport = getattr(self.client, "_transport", None)
        if transport:
            transport.close()  # the library leaves the socket of each refused attempt open
        if self._refusals == MAX_REFUSALS:
            self._log("the mesh does not know this node's key any more")
            self._ending = asyncio.get_running_loop().create_task(self.client.close())

    async def _take_loss(self) -> None:
        """Ends what waits for an answer: the library would let it wait out its time."""
        self._log("connection lost")
        for is_refused in self._asked:
            if not is_refused.done():
                is_refused.set_result(False)

    async def _take_return(self) -> None:
        self._refusals = 0
        self._log(BACK)
        for wake in tuple(self.wakes):
            await wake()


async def open_connection(
    access: Access, name: str, log: Log, on_return: Wake | None = None, timeout_s: float = CONNECT_S
) -> Connection:
    """A connection of node `name`; from then on it comes back by itself, and `on_return` is called each time.

    Raises MeshError when the server does not know the key, or is not there within `timeout_s`.
    """
    connection = Connection(_make_client(), log, access.api_prefix, on_return)
    if reason := await connection.start(_make_options(access, name), timeout_s):
        raise MeshError(f"no mesh at {access.show()}: {reason}", "is it up, and is this node let in?")
    return connection


def _make_client() -> Client:
    from openclaw_hooks.mesh.client import make_client

    _hush_the_end_of_tls()
    try:
        return make_client()
    except ImportError as error:
        raise MeshError("the mesh needs packages that are not installed", EXTRA_HINT) from error


def _hush_the_end_of_tls() -> None:
    """Without this each TLS connection that ends writes a line to stderr, about what the library's streams always do."""
    import logging

    logging.getLogger("asyncio").addFilter(_is_worth_a_line)


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith("returning true from eof_received()")


def _make_options(access: Access, name: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "servers": list(access.urls),
        "name": f"openclaw {name}",
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": RECONNECT_WAIT_S,
        "ping_interval": PING_INTERVAL_S,
        "connect_timeout": 2,
    }
    if access.seed:
        options["nkeys_seed_str"] = access.seed
    if access.credentials:
        options["user_credentials"] = access.credentials
    if access.authority:
        options["tls"] = _trust(access.authority)
    return options


def _trust(authority: str) -> ssl.SSLContext:
    import ssl

    try:
        return ssl.create_default_context(cadata=authority)
    except (ssl.SSLError, ValueError) as error:
        raise MeshError("the certificate of the mesh's authority cannot be read") from error


async def _drop(task: asyncio.Future[Any]) -> None:
    if not task.done():
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task
    elif not task.cancelled():
        task.exception()  # looked at, so that nobody warns about it


def _describe(error: BaseException) -> str:
    return str(error).strip() or type(error).__name__
