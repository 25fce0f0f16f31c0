"""`site serve` as a person has it: a process of its own, asked over HTTP, told of changes as they happen."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from tools.docs.sample import make_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_S = 60.0
SEEN_S = 10.0  # what is measured quietly is 0.3 s; this is for a machine that does much else


class Server:
    """A running `openclaw site serve` and the messages that a page of it has got."""

    def __init__(self, top: Path) -> None:
        self.top = top
        command = [sys.executable, "-m", "openclaw_hooks.cli", "site", "serve", "--port", "0"]
        self.process = subprocess.Popen(command, cwd=top, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.said = self._read_until("serving ")
        self.port = int(re.search(r"127\.0\.0\.1:(\d+)", self.said)[1])  # type: ignore[index]  # else the start has failed
        self.messages: list[dict[str, Any]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _read_until(self, word: str) -> str:
        assert self.process.stdout is not None
        said, deadline = "", time.monotonic() + START_S
        while time.monotonic() < deadline:
            line = self.process.stdout.readline()
            said += line
            if word in line or not line:
                break
        return said

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content

    def _listen(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/openclaw/live")
        answer = connection.getresponse()
        for line in answer:
            if line.startswith(b"data: "):
                self.messages.append(json.loads(line[6:]))

    def wait_for(self, name: str, since: int) -> bool:
        """Whether a message with the change of `name` has come after the first `since`."""
        deadline = time.monotonic() + SEEN_S
        while time.monotonic() < deadline:
            if any(name in message.get("changed", {}) for message in self.messages[since:]):
                return True
            time.sleep(0.02)
        return False

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.rest = self.process.communicate(timeout=20)[0]
        return self.process.returncode


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    top = tmp_path_factory.mktemp("served") / "harbour"
    make_sample(str(top), tasks=12)
    running = Server(top)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()


def test_pages_are_served_with_types_and_marks_of_their_state(server: Server) -> None:
    status, headers, page = server.get("/openclaw/")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b'data-mc-live="yes"' in page
    status, headers, _ = server.get("/openclaw/data/tasks.js")
    assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert headers["x-content-type-options"] == "nosniff"
    assert server.get("/openclaw/data/tasks.js", **{"If-None-Match": headers["etag"]})[0] == 304
    assert server.get("/openclaw/nothing.html")[0] == 404


def test_only_pages_of_this_server_are_answered(server: Server) -> None:
    assert server.get("/openclaw/", Host="evil.example")[0] == 403
    assert server.get("/openclaw/ask?q=x", Origin="http://evil.example")[0] == 403


def test_an_edit_in_an_editor_is_told_to_open_pages_and_in_the_data(server: Server) -> None:
    deadline = time.monotonic() + SEEN_S
    while not server.messages and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "tasks" in server.messages[0]["versions"]
    task = min((server.top / ".openclaw/board/tasks").glob("T-*.md"))
    since = len(server.messages)
    task.write_text(re.sub(r"(?m)^title:.*$", "title: Written by hand just now", task.read_text(), count=1))
    assert server.wait_for("tasks", since), server.messages
    assert b"Written by hand just now" in server.get("/openclaw/data/tasks.js")[2]


def test_a_task_made_by_a_command_is_told_too(server: Server) -> None:
    since = len(server.messages)
    command = [sys.executable, "-m", "openclaw_hooks.cli", "task", "new", "Made by a command"]
    subprocess.run(command, cwd=server.top, check=True, capture_output=True)
    assert server.wait_for("tasks", since), server.messages
    assert b"Made by a command" in server.get("/openclaw/data/tasks.js")[2]


def test_without_an_index_a_question_is_answered_with_what_to_do(server: Server) -> None:
    status, _, content = server.get("/openclaw/ask?q=tides")
    answer = json.loads(content)
    assert status == 503
    assert answer["error"]
    assert answer["hint"]


@pytest.mark.parametrize("path", ["/openclaw/ask?" + "a=b&" * 50, "/openclaw/ask?q=x&limit=" + "9" * 5000])
def test_a_request_that_does_not_parse_is_answered(path: str, server: Server) -> None:
    assert server.get(path)[0] in (400, 503)


def test_a_page_that_breaks_off_is_nothing_to_tell(server: Server) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(b"GET /")
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET http://[x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b" 400 " in connection.recv(100)
    assert server.get("/openclaw/")[0] == 200


def test_it_ends_quietly_and_leaves_nothing_behind(server: Server) -> None:
    assert server.end() == 0, server.rest
    assert "Traceback" not in server.rest
    assert not [name for name in os.listdir(server.top / ".git/openclaw") if name.startswith("site.live")]
