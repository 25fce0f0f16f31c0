"""The tool `knowledge` of the mesh: this repository's index, asked by nodes that have neither the files nor a model.

It stands here because the rooms `mesh` and `knowledge` know nothing of each other.
"""

from __future__ import annotations

import os
import sys
from contextlib import AsyncExitStack
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.knowledge.model import KnowledgeError
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.mesh.offers.tools import Tool, ToolError

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.place import Place
    from openclaw_hooks.knowledge.serving.service import KnowledgeService
    from openclaw_hooks.mesh.offers.tools import ToolCall

TOOL: Final = "knowledge"
DESCRIPTION: Final = "what this node's repository knows, searched"
METHODS: Final = {
    "search": "passages that answer {query, limit, kind, path}",
    "related": "documents about the same as {doc_path, limit, kind, path}",
    "reindex": "the index brought up to date; {force} reads every file again",
    "stats": "what the index holds",
}


class KnowledgeOffer:
    """The tool of the repository at `top`, for as long as this async context manager is open."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._stack = AsyncExitStack()
        self._service: KnowledgeService | None = None

    async def __aenter__(self) -> KnowledgeOffer:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def find(self) -> list[Tool]:
        """The tool where there is an index and what is needed to ask it; else none. Raises KnowledgeError."""
        if find_spec("apsw") is None or not os.path.isfile(self._find_place().db):
            return []
        return [Tool(TOOL, METHODS, self._answer, DESCRIPTION)]

    def _find_place(self) -> Place:
        return find_place(self._top, os.environ)

    async def _answer(self, call: ToolCall) -> dict[str, Any]:
        from openclaw_hooks.knowledge.serving.requests import RequestError

        service = await self._open()
        methods = {
            "search": service.search,
            "related": service.related,
            "reindex": service.reindex,
            "stats": service.stats,
        }
        try:
            return await methods[call.method](call.params)
        except RequestError as error:
            raise ToolError("invalid", error.message, error.hint) from error
        except KnowledgeError as error:  # where things lie on this machine is not for others
            shown = error.message.replace(service.place.db, "the index").replace(service.place.root, ".")
            raise ToolError("refused", shown, error.hint) from error

    async def _open(self) -> KnowledgeService:
        """The service, which looks at the files when it is asked and leaves the making of vectors to this machine's user."""
        from openclaw_hooks.knowledge.serving.follower import Habits
        from openclaw_hooks.knowledge.serving.service import KnowledgeService

        if self._service is None:
            self._service = KnowledgeService(self._find_place(), _say, Habits(poll_s=0, makes_vectors=False))
            await self._stack.enter_async_context(self._service)
        return self._service


def _say(text: str) -> None:
    print(f"openclaw: knowledge: {text}", file=sys.stderr, flush=True)
