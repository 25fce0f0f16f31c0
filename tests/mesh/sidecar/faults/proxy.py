"""A network between a node and its server that can be cut, and that counts what goes over it."""

from __future__ import annotations

import json
import select
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Clone

CHUNK = 1 << 16
POLL_S = 0.05


class Proxy:
    """Passes connections on to a port of this machine, each in a thread of its own; a context manager."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.subscriptions: list[int] = []  # of each connection, in the order in which they were made
        self._open: set[socket.socket] = set()
        self._passes = threading.Event()
        self._passes.set()
        self._is_over = False
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Proxy:
        """Listens from now on."""
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends it, and all connections."""
        self._is_over = True
        self._passes.set()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def stall(self) -> None:
        """Lets nothing through from now on; what is sent meanwhile arrives when `flow` was called."""
        self._passes.clear()

    def flow(self) -> None:
        """Lets everything through."""
        self._passes.set()

    def cut(self) -> None:
        """Ends the connections of this moment; new ones are taken."""
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def is_in_use(self, number: int) -> bool:
        """Whether there were so many connections, and something was subscribed to over the last one."""
        return len(self.subscriptions) >= number and self.subscriptions[-1] > 0

    def _accept(self) -> None:
        while not self._is_over:
            if not select.select([self._listener], [], [], POLL_S)[0]:
                continue
            client, _ = self._listener.accept()
            self._threads.append(threading.Thread(target=self._pass, args=(client,)))
            self._threads[-1].start()

    def _pass(self, client: socket.socket) -> None:
        number = len(self.subscriptions)
        self.subscriptions.append(0)
        try:
            server = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            client.close()
            return
        self._open |= {client, server}
        with suppress(OSError):
            self._exchange(client, server, number)
        for one in (client, server):
            self._open.discard(one)
            one.close()

    def _exchange(self, client: socket.socket, server: socket.socket, number: int) -> None:
        while not self._is_over:
            for source in select.select([client, server], [], [], POLL_S)[0]:
                chunk = source.recv(CHUNK)
                self._passes.wait()
                if not chunk:
                    return
                if source is client:
                    self.subscriptions[number] += chunk.count(b"\r\nSUB ") + chunk.startswith(b"SUB ")
                    self.subscriptions[number] -= chunk.count(b"\r\nUNSUB ") + chunk.startswith(b"UNSUB ")
                (server if source is client else client).sendall(chunk)


def lead_through(clone: Clone, proxy: Proxy) -> None:
    """Has `clone`, which has joined a mesh and is stopped, reach it over `proxy` alone."""
    with open(clone.place.joined) as stream:
        joined = json.load(stream)
    joined["urls"] = [f"nats://127.0.0.1:{proxy.port}"]
    with open(clone.place.joined, "w") as stream:
        json.dump(joined, stream)
