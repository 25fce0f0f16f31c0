"""The server of a live site: files to this machine alone, changes as they happen, and answers to questions."""

from __future__ import annotations

import json
import os
import queue
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mission_control.live.door import find_file, refuse_request, type_of

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from openclaw_hooks.mission_control.live.asking import Asker
    from openclaw_hooks.mission_control.live.updates import LiveData

HOST: Final = "127.0.0.1"
LIVE: Final = "/openclaw/live"
ASK: Final = "/openclaw/ask"
PING_S: Final = 15.0  # a stream that says nothing is taken for dead by some
IDLE_S: Final = 60.0  # a connection that asks nothing is closed
SAFETY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'self'",
}


class Served(NamedTuple):
    """What is served: the folder of the site, its data, who answers questions, and when all is over."""

    folder: str
    live: LiveData
    asker: Asker
    stop: threading.Event


def open_server(served: Served, port: int) -> ThreadingHTTPServer:
    """A server at `port` of this machine (0: a free one), not yet serving; raises OpenclawError when the port is taken."""
    handler = type("SiteHandler", (Handler,), {"served": served})
    try:
        return _Server((HOST, port), handler)
    except OSError as error:
        raise OpenclawError(f"cannot listen at {HOST}:{port}: {error.strerror}", "take another with --port") from error


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing for a page that went away while it was answered; what else goes wrong is shown."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Read(NamedTuple):
    """A file as it was read, and a mark that is another one after it changed."""

    content: bytes
    mark: str


def _read(path: str) -> Read | None:
    try:
        with open(path, "rb") as stream:
            facts = os.fstat(stream.fileno())
            return Read(stream.read(), f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"')
    except OSError:  # a build has put another folder in its place
        return None


class Handler(BaseHTTPRequestHandler):
    """One connection; `served` is set by `open_server`."""

    served: Served
    protocol_version = "HTTP/1.1"
    server_version = "openclaw"
    sys_version = ""
    timeout = IDLE_S

    def do_GET(self) -> None:
        """Answers a request for a file, for changes, or for an answer."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """As GET, without the body."""
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # named so in the class above
        """Nothing: the terminal shows what happens to the site, not who looks at it."""

    def _answer(self, *, with_body: bool) -> None:
        if refusal := refuse_request({name.lower(): value for name, value in self.headers.items()}):
            self._send_json(HTTPStatus.FORBIDDEN, {"error": refusal})
            return
        try:
            address = urlsplit(self.path)
            if address.path == LIVE:
                self._stream(with_body=with_body)
            elif address.path == ASK:
                self._ask(address.query)
            else:
                self._send_file(address.path, with_body=with_body)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except ValueError:  # an address or a question that does not parse
            self._send_json(HTTPStatus.BAD_REQUEST, {"error": "this is no request"})

    def _send_file(self, path: str, *, with_body: bool) -> None:
        found = find_file(self.served.folder, path)
        if found is not None and found.endswith("index.html") and not path.endswith(("/", "index.html")):
            self._redirect(f"{path}/")
            return
        status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
        read = _read(found or find_file(self.served.folder, "/404.html") or "")
        if read is None:
            self._send_json(HTTPStatus.NOT_FOUND, {"error": "not there"})
            return
        if found and self.headers.get("If-None-Match") == read.mark:
            self._begin(HTTPStatus.NOT_MODIFIED, {"ETag": read.mark, "Cache-Control": "no-cache"})
            return
        headers = {"Content-Type": type_of(found or ".html"), "Content-Length": str(len(read.content))}
        self._begin(status, {**headers, "ETag": read.mark, "Cache-Control": "no-cache"})
        if with_body:
            self.wfile.write(read.content)

    def _redirect(self, path: str) -> None:
        target = "/" + quote(path.lstrip("/"), safe="/%")  # never `//name`, which would be another machine
        self._begin(HTTPStatus.MOVED_PERMANENTLY, {"Location": target, "Content-Length": "0"})

    def _ask(self, query: str) -> None:
        asked = parse_qs(query, max_num_fields=10)
        limit = asked.get("limit", ["10"])[0]
        try:
            answer = self.served.asker.ask(asked.get("q", [""])[0], int(limit[:4]) if limit.isdecimal() else 10)
        except OpenclawError as error:
            self._send_json(HTTPStatus.SERVICE_UNAVAILABLE, {"error": error.message, "hint": error.hint})
            return
        self._send_json(HTTPStatus.OK, {"answer": answer})

    def _stream(self, *, with_body: bool) -> None:
        messages = self.served.live.listeners.join()
        if messages is None:
            self._send_json(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "too many pages are open"})
            return
        self.close_connection = True
        try:
            self._begin(
                HTTPStatus.OK, {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
            )
            if with_body:
                self._write_event(json.dumps({"versions": self.served.live.versions}, separators=(",", ":")))
                self._pass_on(messages)
        finally:
            self.served.live.listeners.leave(messages)

    def _pass_on(self, messages: queue.Queue[str]) -> None:
        while not self.served.stop.is_set():
            try:
                self._write_event(messages.get(timeout=PING_S))
            except queue.Empty:
                self.wfile.write(b": still here\n\n")

    def _write_event(self, text: str) -> None:
        self.wfile.write(f"data: {text}\n\n".encode())
        self.wfile.flush()

    def _send_json(self, status: HTTPStatus, value: object) -> None:
        content = json.dumps(value).encode()
        self._begin(
            status,
            {"Content-Type": "application/json", "Content-Length": str(len(content)), "Cache-Control": "no-store"},
        )
        if self.command != "HEAD":
            self.wfile.write(content)

    def _begin(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, **SAFETY}.items():
            self.send_header(name, value)
        self.end_headers()


def serve_until(server: ThreadingHTTPServer, stop: threading.Event, ready: Callable[[], None]) -> None:
    """Serves until `stop` is set; `ready` is called once requests are answered."""
    import threading

    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True)
    thread.start()
    try:
        ready()
        while not stop.wait(0.5):
            pass
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
