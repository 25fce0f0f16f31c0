"""MCP over HTTP: who is let in, what is refused, and several servers and commands on one index at once."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.knowledge.serving.http import MAX_BODY
from tests.knowledge.serving.conftest import SERVE, running, serve_env, wait_for_end

mcp = pytest.importorskip("mcp")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Repository

TOKEN = "a-token-of-enough-length"
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
OWN = {**HEADERS, "Authorization": f"Bearer {TOKEN}"}


class Served:
    """A server process that listens on a free port of this machine."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        assert process.stderr is not None
        line = process.stderr.readline().decode()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/mcp", line)
        assert found, line + process.stderr.read().decode()
        self.port = int(found[1])

    def send(
        self, body: bytes | None, headers: dict[str, str] = OWN, method: str = "POST", path: str = "/mcp"
    ) -> tuple[int, bytes]:
        """The status and body of the answer to one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def call(self, tool: str, **params: Any) -> dict[str, Any]:
        """What a tool answers."""
        status, body = self.send(make_call(tool, params))
        assert status == 200, body
        return dict(json.loads(body)["result"]["structuredContent"])


def make_call(tool: str, params: dict[str, Any]) -> bytes:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": params}}
    return json.dumps(call).encode()


SEARCH = make_call("semantic_search", {"query": "roses"})


@pytest.fixture(scope="module")
def served(shelf: Repository) -> Iterator[Served]:
    env = serve_env(shelf.path, OPENCLAW_MCP_TOKEN=TOKEN, KNOWLEDGE_PORT="0")
    with running(SERVE, shelf.path, env) as process:
        yield Served(process)


def test_a_session_by_the_sdks_client(served: Served) -> None:
    async def talk() -> None:
        import httpx2
        from mcp.client.client import Client
        from mcp.client.streamable_http import streamable_http_client

        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=20) as web,
            Client(streamable_http_client(f"http://127.0.0.1:{served.port}/mcp", http_client=web)) as client,
        ):
            assert len((await client.list_tools()).tools) == 4
            found = await client.call_tool("semantic_search", {"query": "roses"})
            assert (found.structured_content or {})["hits"][0]["path"] == "docs/garden.md"
            read = await client.read_resource("knowledge:///docs/restore.md")
            assert "come back" in getattr(read.contents[0], "text", "")

    asyncio.run(asyncio.wait_for(talk(), 30))


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {}),
        (200, {"Host": "localhost"}),
        (200, {"Origin": "http://localhost:5173"}),
        (421, {"Host": "evil.example"}),
        (421, {"Host": "127.0.0.1.evil.example:80"}),
        (421, {"Host": "evil.example@127.0.0.1"}),
        (403, {"Origin": "http://evil.example"}),
        (403, {"Origin": "http://localhost.evil.example"}),
        (403, {"Origin": "null"}),
        (401, {"Authorization": ""}),
        (401, {"Authorization": f"Bearer {TOKEN}x"}),
        (401, {"Authorization": f"Basic {TOKEN}"}),
        (400, {"Content-Type": "text/plain"}),
    ],
)
def test_who_is_let_in(served: Served, status: int, headers: dict[str, str]) -> None:
    assert served.send(SEARCH, {**OWN, **headers})[0] == status


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"jsonrpc": nonsense'),
        (400, b"[1, 2, 3]"),
        (400, b"[" * 100_000),
        (400, b'"\\ud800"'),
        (400, b"\xff\xfe"),
        (413, b" " * 5_000_000),
    ],
)
def test_a_bad_body_is_answered_and_the_server_lives_on(served: Served, status: int, body: bytes) -> None:
    assert served.send(body)[0] == status
    assert served.call("semantic_search", query="roses")["hits"]


def test_a_body_of_unknown_length_is_bounded_too(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    pieces = iter([b" " * 65_536] * (MAX_BODY // 65_536 + 2))
    connection.request("POST", "/mcp", pieces, OWN, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_there_is_one_door(served: Served) -> None:
    assert served.send(None, {}, "GET", "/health")[0] == 200
    assert served.send(None, {"Host": "evil.example"}, "GET", "/health")[0] == 421
    assert served.send(None, OWN, "GET")[0] == 405
    assert served.send(None, OWN, "DELETE")[0] == 405
    assert served.send(SEARCH, OWN, "POST", "/")[0] == 404


def test_bounds_hold_over_http(served: Served) -> None:
    wrong = served.call("semantic_search", query="roses", limit="1 UNION ALL SELECT sql FROM sqlite_master")
    assert wrong == {
        "error": {"code": "invalid", "message": "limit: a whole number from 1 to 50 is needed", "hint": ""}
    }
    for globs in ("[", ["!docs"], ["a/**", "{"]):
        assert served.call("semantic_search", query="roses", path=globs)["error"]["code"] == "invalid"


def test_two_servers_and_a_command_on_one_index(served: Served, shelf: Repository) -> None:
    env = serve_env(shelf.path)
    with running([*SERVE, "--http", "--port", "0"], shelf.path, env) as process:
        other = Served(process)
        command = [*SERVE[:-1], "index", "--force", "--json"]
        with subprocess.Popen(command, cwd=shelf.path, env=env, stdout=subprocess.PIPE) as indexing:
            for number in range(15):
                shelf.write(f"docs/n{number}.md", f"# Number {number}\n\nA word{number}word.\n")
                for one in (served, other):
                    assert one.call("semantic_search", query="roses")["hits"][0]["path"] == "docs/garden.md"
            assert other.call("reindex", force=True)["files"] >= 15
            assert indexing.wait(20) == 0
        for one in (served, other):
            assert one.call("reindex")["files"] == other.call("knowledge_stats")["documents"]["doc"]
            hits = one.call("semantic_search", query="word14word")["hits"]
            assert [hit["path"] for hit in hits] == ["docs/n14.md"]
        process.send_signal(signal.SIGINT)
        code, seconds = wait_for_end(process)
        assert (code, seconds < 6) == (0, True)


def test_others_are_not_served_without_a_token(shelf: Repository) -> None:
    words = [*SERVE, "--http", "--host", "192.0.2.1", "--port", "0"]
    done = subprocess.run(words, cwd=shelf.path, env=serve_env(shelf.path), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "192.0.2.1 can be reached by others" in done.stderr
    assert "OPENCLAW_MCP_TOKEN" in done.stderr
