from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mesh.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Sidecar:
    """A socket where a sidecar's would be; `reply` makes the bytes that a line is answered with, None answers nothing."""

    def __init__(self, place: Place, reply: Callable[[bytes], bytes | None]) -> None:
        self.place = place
        self.reply = reply
        self.lines: list[bytes] = []
        self._socket = socket.socket(socket.AF_UNIX)
        os.makedirs(os.path.dirname(place.sync_socket), mode=0o700, exist_ok=True)
        self._socket.bind(place.sync_socket)
        self._socket.listen()
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            with connection.makefile("rb") as stream:
                line = stream.readline()
            if not line:
                connection.close()
                continue
            self.lines.append(line)
            with suppress(OSError):  # whoever asked does not wait for ever
                answer = self.reply(line)
                if answer is not None:
                    connection.sendall(answer)
                    connection.close()

    def close(self, *, keep_file: bool = False) -> None:
        """Ends it; with `keep_file` as `kill -9` does."""
        if self._socket.fileno() < 0:
            return
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        for connection in self._open:
            connection.close()
        if not keep_file:
            with suppress(FileNotFoundError):
                os.unlink(self.place.sync_socket)


@pytest.fixture
def place() -> Iterator[Place]:
    """The folder of a mesh, near enough to the root that its socket lies in it."""
    folder = tempfile.mkdtemp(prefix="openclaw-test-", dir="/tmp")
    yield Place(folder)
    shutil.rmtree(folder)


@pytest.fixture
def start_sidecar(place: Place) -> Iterator[Callable[..., Sidecar]]:
    """Starts a socket that answers as it is told."""
    started: list[Sidecar] = []

    def start(reply: Callable[[bytes], bytes | None]) -> Sidecar:
        started.append(Sidecar(place, reply))
        return started[-1]

    yield start
    for sidecar in started:
        sidecar.close()
