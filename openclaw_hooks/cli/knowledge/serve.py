"""`knowledge serve`: the index for MCP clients."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.errors import OpenclawError

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 3100


def serve(
    http: Annotated[
        bool | None,
        typer.Option(
            "--http/--stdio", help="Over HTTP, or over standard input and output. HTTP when KNOWLEDGE_PORT is set."
        ),
    ] = None,
    host: Annotated[str, typer.Option(help="Where to listen. Default: KNOWLEDGE_HOST, else this machine alone.")] = "",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Default: KNOWLEDGE_PORT, else 3100; 0 takes a free one.")
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name that clients call this server by; may be repeated.")
    ] = None,
    token_file: Annotated[
        str, typer.Option(metavar="FILE", help="A file of yours alone with the token. Default: OPENCLAW_MCP_TOKEN.")
    ] = "",
) -> None:
    """Serve this repository's knowledge to MCP clients: tools to search, and the documents as resources.

    The index follows the files. Over standard input and output the client starts it; over HTTP it serves until
    interrupted, to this machine alone unless --host says otherwise, and then only with a token.

    Example: openclaw knowledge serve --http --port 3100
    """
    import asyncio

    from openclaw_hooks.cli.knowledge.place import open_knowledge
    from openclaw_hooks.knowledge.serving.follower import read_habits
    from openclaw_hooks.knowledge.serving.mcp_server import require_sdk
    from openclaw_hooks.knowledge.serving.service import KnowledgeService
    from openclaw_hooks.knowledge.store.opening import require_driver

    require_driver()
    require_sdk()
    place, _ = open_knowledge()
    service = KnowledgeService(place, say, read_habits(os.environ.get("KNOWLEDGE_POLL_MS", "")))
    is_http = bool(os.environ.get("KNOWLEDGE_PORT")) if http is None else http
    if not is_http:
        from openclaw_hooks.knowledge.serving.stdio import serve_stdio

        asyncio.run(serve_stdio(service, say))
        return
    from openclaw_hooks.knowledge.serving.http import Listen, serve_http
    from openclaw_hooks.knowledge.serving.tokens import read_token

    listen = Listen(
        host or os.environ.get("KNOWLEDGE_HOST") or DEFAULT_HOST,
        read_port(os.environ.get("KNOWLEDGE_PORT", "")) if port is None else port,
        tuple(allow_host or ()),
        read_token(token_file, os.environ),
    )
    asyncio.run(serve_http(service, listen, say))


def say(text: str) -> None:
    """A line for whoever watches: standard output belongs to the protocol."""
    print(f"openclaw: {one_line(text)}", file=sys.stderr, flush=True)


def read_port(text: str) -> int:
    """The port that `text` names, ours when it is empty; raises OpenclawError."""
    if not text:
        return DEFAULT_PORT
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= 65535):
        raise OpenclawError(f"KNOWLEDGE_PORT: {text[:20]!a} is no port", "a number up to 65535")
    return int(text)
