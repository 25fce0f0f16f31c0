"""MCP over standard input and output: a session by the SDK's client, and what a client could do wrong."""

from __future__ import annotations

import asyncio
import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.knowledge.serving.stdio import LONGEST_LINE, split_lines
from tests.knowledge.serving.conftest import SERVE, running, serve_env, wait_for_end

mcp = pytest.importorskip("mcp")

if TYPE_CHECKING:
    import subprocess

    from tests.conftest import Repository

EVIL_URIS = (
    "knowledge:///../x",
    "knowledge:///docs/link.md",
    "knowledge:///%2e%2e/%2e%2e/etc/passwd",
    "knowledge:///docs/backup.md%00",
    "knowledge:////etc/passwd",
    "knowledge:///docs/.git/config",
    "file:///etc/passwd",
)


def test_a_whole_session_by_the_sdks_client(shelf: Repository) -> None:
    asyncio.run(asyncio.wait_for(talk(shelf), 30))


async def talk(shelf: Repository) -> None:
    from mcp import StdioServerParameters
    from mcp.client.client import Client
    from mcp.client.stdio import stdio_client
    from mcp.shared.exceptions import MCPError

    words = [*SERVE, "--stdio"]
    started = StdioServerParameters(command=words[0], args=words[1:], cwd=shelf.path, env=serve_env(shelf.path))
    async with Client(stdio_client(started)) as client:

        async def call(name: str, **params: Any) -> dict[str, Any]:
            result = await client.call_tool(name, params)
            values = dict(result.structured_content or {})
            assert ("error" in values) == bool(result.is_error)
            (content,) = result.content
            assert content.type == "text"
            assert json.loads(content.text) == values
            return values

        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"semantic_search", "find_related", "reindex", "knowledge_stats"}
        limit = tools["semantic_search"].input_schema["properties"]["limit"]
        assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 50, 10)

        hit = (await call("semantic_search", query="encrypted copies", limit=1))["hits"][0]
        assert (hit["path"], hit["kind"], hit["parts"]) in [
            (path, "doc", ["keyword"]) for path in ("docs/backup.md", "docs/restore.md")
        ]
        found = await call("semantic_search", query="roses", kind="doc", path="docs/*", limit=None)
        assert [(hit["line"], hit["heading"]) for hit in found["hits"]] == [(1, ["Garden"])]  # `# no heading` is code
        related = await call("find_related", doc_path="docs/backup.md")
        assert [hit["path"] for hit in related["hits"]] == ["docs/restore.md"]

        for wrong in (0, 51, -1, "1 UNION ALL SELECT name FROM sqlite_master", 1.5, True, [1]):
            error = (await call("semantic_search", query="roses", limit=wrong))["error"]
            assert error == {"code": "invalid", "message": "limit: a whole number from 1 to 50 is needed", "hint": ""}
        for params in ({}, {"query": ""}, {"query": "x" * 3000}, {"query": "roses", "sql": "DROP"}, {"query": 7}):
            assert (await call("semantic_search", **params))["error"]["code"] == "invalid"
        for path in ("../../etc/passwd", "/etc/passwd", "docs/link.md", "docs/\0", "docs//backup.md", "nowhere.md"):
            assert "hits" not in await call("find_related", doc_path=path)
        assert (await call("semantic_search", query='" OR path:* NEAR(', limit=5))["hits"] == []
        with pytest.raises(MCPError, match="no tool"):
            await client.call_tool("sql_query", {})

        shelf.write("docs/late.md", "# Late\n\nA chrysanthemum.\n")
        done = await call("reindex", force=False)
        assert (done["added"], done["problems"]) == (1, {"docs/link.md": "a link out of the root"})
        assert [hit["path"] for hit in (await call("semantic_search", query="chrysanthemum"))["hits"]] == [
            "docs/late.md"
        ]
        assert (await call("knowledge_stats"))["documents"] == {"doc": 5}

        listed = {str(one.uri): one.name for one in (await client.list_resources()).resources}
        assert listed["knowledge:///docs/a%20b/%C3%BC.md"] == "docs/a b/ü.md"
        assert len(listed) == 5
        read = await client.read_resource("knowledge:///docs/a%20b/%C3%BC.md")
        assert [getattr(part, "text", None) for part in read.contents] == ["# Ü\n\nUmlauts.\n"]
        for uri in EVIL_URIS:
            with pytest.raises(MCPError, match=r"no path|not indexed|no resource"):
                await client.read_resource(uri)


def send(process: subprocess.Popen[bytes], line: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(line + b"\n")
    process.stdin.flush()


def test_nonsense_gets_no_further_and_a_signal_ends_it_while_the_client_holds_on(shelf: Repository) -> None:
    greeting = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
    with running([*SERVE, "--stdio"], shelf.path, serve_env(shelf.path)) as process:
        assert process.stdout is not None
        send(process, b"{nonsense")
        send(process, b"[" * 5000)
        send(process, b'{"jsonrpc": "2.0", "id": 9, "method": "' + b"x" * (2 * LONGEST_LINE) + b'"}')
        send(process, json.dumps(greeting).encode())
        send(process, b'{"jsonrpc": "2.0", "method": "notifications/initialized"}')
        send(process, json.dumps(listing).encode())
        answers: dict[object, Any] = {}
        while 2 not in answers:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read().decode()
            answer = json.loads(line)  # nothing but the protocol is there
            answers[answer.get("id")] = answer
        assert answers[1]["result"]["serverInfo"]["name"] == "openclaw-knowledge"
        assert len(answers[2]["result"]["tools"]) == 4
        process.send_signal(signal.SIGTERM)
        code, seconds = wait_for_end(process)
        assert (code, seconds < 5) == (0, True)
        assert process.stdout.read() == b""


def test_lines_are_bounded_however_they_come() -> None:
    long = b"x" * (LONGEST_LINE + 1)
    pieces = [b"a\nb", b"", b"never read"]
    assert list(split_lines(iter(pieces).__next__)) == [b"a", b"b"]
    pieces = [b"a\n" + long[:700_000], long[700_000:], b"still\nc\n\n", long + b"\nd", b""]
    assert list(split_lines(iter(pieces).__next__)) == [b"a", b"a line too long", b"c", b"a line too long", b"d"]
