"""The service as an MCP server: four tools, and the indexed documents as resources. The transports are beside it.

The list of tools says what every request may hold; what is outside of that comes back as an error that names the field.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from openclaw_hooks import __version__
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.model import KnowledgeError
from openclaw_hooks.knowledge.serving.requests import (
    LONGEST_PATH,
    ReindexRequest,
    RelatedRequest,
    RequestError,
    SearchRequest,
    StatsRequest,
    request_schema,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import mcp_types as types
    from mcp.server.context import ServerRequestContext
    from mcp.server.lowlevel.server import Server
    from msgspec import Struct

    from openclaw_hooks.knowledge.serving.service import KnowledgeService

    Log = Callable[[str], None]

NAME: Final = "openclaw-knowledge"
SCHEME: Final = "knowledge:///"
PAGE: Final = 200  # documents in one answer to resources/list
MCP_HINT: Final = "pip install 'openclaw-hooks[mcp]'"
INSTRUCTIONS: Final = (
    "Searches the markdown, tasks, plans, rules, roles and memory of this repository by word and by meaning. Ask "
    "semantic_search before reading many files; hits name path and line. Each hit's document is also the resource "
    f"{SCHEME}PATH. Nothing leaves this machine."
)


class ToolSpec(NamedTuple):
    """A tool: what it is for, what it takes, the service's method behind it, and whether it only looks."""

    description: str
    request: type[Struct]
    method: str
    is_read_only: bool = True


TOOLS: Final[dict[str, ToolSpec]] = {
    "semantic_search": ToolSpec(
        "Find passages of this repository's documents, tasks, plans, rules and memory that answer a question, by its "
        "words and its meaning. Gives path, lines, headings, score and a snippet.",
        SearchRequest,
        "search",
    ),
    "find_related": ToolSpec(
        "Find documents that are about the same as the one at doc_path, each by its most similar passage.",
        RelatedRequest,
        "related",
    ),
    "reindex": ToolSpec(
        "Bring the index up to date now. It follows the files by itself; with force every file is read again.",
        ReindexRequest,
        "reindex",
        is_read_only=False,
    ),
    "knowledge_stats": ToolSpec(
        "How many documents, chunks and vectors the index holds, how old it is, and which files are left out and why.",
        StatsRequest,
        "stats",
    ),
}


def require_sdk() -> None:
    """Raises KnowledgeError when the extra that serving needs is not installed."""
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        raise KnowledgeError("serving needs the extra `mcp`", MCP_HINT)


def make_server(service: KnowledgeService, log: Log) -> Server[Any]:
    """The server around `service`, which is open as long as requests come."""
    require_sdk()
    from mcp.server.lowlevel.server import Server

    handlers = Handlers(service, log)
    return Server(
        NAME,
        version=__version__,
        title="Knowledge of this repository",
        instructions=INSTRUCTIONS,
        get_tool_input_schema=lambda name: request_schema(TOOLS[name].request) if name in TOOLS else None,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
    )


class Handlers:
    """What the server answers to each kind of request."""

    def __init__(self, service: KnowledgeService, log: Log) -> None:
        self._service = service
        self._log = log

    async def list_tools(
        self, _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        """The four tools."""
        import mcp_types as types

        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=name,
                    description=spec.description,
                    input_schema=request_schema(spec.request),
                    annotations=types.ToolAnnotations(
                        read_only_hint=spec.is_read_only,
                        destructive_hint=False,
                        idempotent_hint=True,
                        open_world_hint=False,
                    ),
                )
                for name, spec in TOOLS.items()
            ]
        )

    async def call_tool(
        self, _: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        """What a tool answers, or its problem as `{"error": {"code", "message", "hint"}}`."""
        import mcp_types as types
        from mcp.shared.exceptions import MCPError

        spec = TOOLS.get(params.name)
        if spec is None:
            raise MCPError(types.INVALID_PARAMS, f"there is no tool {params.name[:80]!a}", {"tools": [*TOOLS]})
        method: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]] = getattr(self._service, spec.method)
        try:
            values, is_error = await method(params.arguments or {}), False
        except OpenclawError as error:
            code = "invalid" if isinstance(error, RequestError) else "refused"
            values, is_error = _problem(code, error.message, error.hint), True
        except Exception as error:  # whatever happens in one call, the server goes on
            self._log(f"{params.name} failed: {error!r}")
            values, is_error = _problem("internal", f"{params.name} failed: {type(error).__name__}", ""), True
        text = types.TextContent(type="text", text=json.dumps(values, ensure_ascii=False))
        return types.CallToolResult(content=[text], structured_content=values, is_error=is_error)

    async def list_resources(
        self, _: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """The indexed documents in pages; the cursor is the last path of the page before."""
        import mcp_types as types

        after = (params.cursor or "") if params else ""
        found = await self._guard(self._service.documents())
        rest = [known for known in found if known.path > after[:LONGEST_PATH]]
        page = rest[:PAGE]
        resources = [
            types.Resource(
                uri=document_uri(known.path),
                name=known.path,
                title=known.title[:200] or None,
                description=f"{known.kind} of this repository",
                mime_type=_type_of(known.path),
            )
            for known in page
        ]
        return types.ListResourcesResult(resources=resources, next_cursor=page[-1].path if len(rest) > PAGE else None)

    async def list_templates(
        self, _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        """How the resource of a hit is named."""
        import mcp_types as types

        template = types.ResourceTemplate(
            uri_template=f"{SCHEME}{{+path}}",
            name="document",
            description="An indexed document by its path from the root.",
            mime_type="text/markdown",
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(
        self, _: ServerRequestContext[Any], params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """The text of an indexed document; one that is too long ends in a line that says so."""
        import mcp_types as types

        path = await self._guard(_path_of(params.uri))
        found = await self._guard(self._service.read(path))
        more = f"\n[{found.left_out:,} more characters are left out here]\n" if found.left_out else ""
        text = types.TextResourceContents(uri=params.uri, mime_type=_type_of(found.path), text=found.text + more)
        return types.ReadResourceResult(contents=[text])

    async def _guard(self, work: Awaitable[Any]) -> Any:
        """What `work` gives; its problem as the protocol tells one."""
        import mcp_types as types
        from mcp.shared.exceptions import MCPError

        try:
            return await work
        except OpenclawError as error:
            raise MCPError(types.INVALID_PARAMS, error.message, {"hint": error.hint}) from error
        except Exception as error:
            self._log(f"a resource failed: {error!r}")
            raise MCPError(types.INTERNAL_ERROR, f"failed: {type(error).__name__}") from error


def document_uri(path: str) -> str:
    """The resource of the document at `path`."""
    return SCHEME + quote(path)


async def _path_of(uri: str) -> str:
    """The path that a resource's URI names; raises RequestError."""
    if not uri.startswith(SCHEME) or len(uri) > 3 * LONGEST_PATH:
        raise RequestError(f"{uri[:80]!a} is no resource of this server", f"{SCHEME}PATH")
    try:
        return unquote_to_bytes(uri.removeprefix(SCHEME)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError("the resource's path is not UTF-8") from error


def _type_of(path: str) -> str:
    return "application/yaml" if path.endswith((".yaml", ".yml")) else "text/markdown"


def _problem(code: str, message: str, hint: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message[:2000], "hint": hint[:2000]}}
