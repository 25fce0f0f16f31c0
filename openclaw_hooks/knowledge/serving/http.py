"""MCP over streamable HTTP: any number of clients, without sessions; the gate stands before everything else."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks import __version__
from openclaw_hooks.knowledge.model import KnowledgeError
from openclaw_hooks.knowledge.serving.gate import HEALTH, LOOPBACK_NAMES, PATH, Door, is_loopback, judge_request
from openclaw_hooks.knowledge.serving.mcp_server import make_server, require_sdk
from openclaw_hooks.knowledge.serving.tokens import MAKE_ONE, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openclaw_hooks.knowledge.serving.service import KnowledgeService

    Asgi = Callable[[dict[str, Any], Any, Any], Any]

MAX_BODY: Final = 262_144  # bytes; a question is a few hundred
MAX_AT_ONCE: Final = 64
REQUEST_S: Final = 120.0  # one request with all that belongs to it: who sends a byte a second is cut off
END_S: Final = 3


class Listen(NamedTuple):
    """Where the server listens, by which other names it may be called, and the token that it asks for."""

    host: str
    port: int
    names: tuple[str, ...] = ()
    token: str = ""


def make_door(listen: Listen) -> Door:
    """Who is let in at `listen`; raises KnowledgeError where others could come in without a token."""
    if is_loopback(listen.host):
        return Door(LOOPBACK_NAMES | {name.lower() for name in listen.names}, listen.token)
    if not listen.token:
        raise KnowledgeError(
            f"{listen.host} can be reached by others, and without a token everybody could ask",
            f"set {VARIABLE} or --token-file; to make one: {MAKE_ONE}",
        )
    names = {listen.host, socket.gethostname(), *listen.names}
    return Door(LOOPBACK_NAMES | {name.lower() for name in names}, listen.token, any_address=True)


async def serve_http(service: KnowledgeService, listen: Listen, log: Callable[[str], None]) -> None:
    """Serves at `listen` until a signal comes; says through `log` where. Raises KnowledgeError when it cannot listen."""
    require_sdk()
    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

    door = make_door(listen)
    listener = _open_listener(listen)
    app = make_server(service, log).streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=MAX_BODY,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),  # the gate has judged
    )
    config = uvicorn.Config(
        _guard(app, door),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        limit_concurrency=MAX_AT_ONCE,
        timeout_graceful_shutdown=END_S,
    )
    server = uvicorn.Server(config)
    server.capture_signals = lambda: _end_at_signals(server)  # type: ignore[method-assign]  # its own raise them again
    async with service:
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        log(f"knowledge server at http://{shown}:{port}{PATH}{', with a token' if door.token else ''}")
        try:
            await server.serve(sockets=[listener])
        finally:
            listener.close()


@contextmanager
def _end_at_signals(server: Any) -> Iterator[None]:
    def end() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


def _open_listener(listen: Listen) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(
            listen.host.strip("[]"), listen.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        with suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except (OSError, UnicodeError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise KnowledgeError(f"nothing can listen at {listen.host} port {listen.port}: {reason}") from error
    listener.setblocking(False)
    return listener


def _guard(app: Asgi, door: Door) -> Asgi:
    """`app` behind the gate; what is turned away never gets to it."""

    async def guarded(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await (app(scope, receive, send) if scope["type"] == "lifespan" else _close(send))
            return
        headers = _read_headers(scope)
        refusal = judge_request(door, scope["method"], scope["path"], headers)
        if refusal is not None:
            await _answer(send, refusal.status, {"error": refusal.reason})
        elif scope["path"] == HEALTH:
            await _answer(send, 200, {"status": "ok", "version": __version__})
        else:
            async with asyncio.timeout(REQUEST_S):
                await app(scope, receive, send)

    return guarded


def _read_headers(scope: dict[str, Any]) -> dict[str, str]:
    """The headers by name; one that comes twice is as good as a wrong one."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        found[key] = f"{found[key]},{value.decode('latin-1')}" if key in found else value.decode("latin-1")
    return found


async def _answer(send: Any, status: int, values: dict[str, str]) -> None:
    body = json.dumps(values).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _close(send: Any) -> None:
    await send({"type": "websocket.close"})
