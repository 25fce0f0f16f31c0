"""Questions by meaning, from pages that are served: the knowledge of this repository answers, where there is an index."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.knowledge.serving.service import KnowledgeService

PATIENCE_S: Final = 20.0
LONGEST: Final = 400  # characters of a question
MOST_HITS: Final = 20
NO_INDEX: Final = "nothing is indexed here yet"
HOW: Final = "openclaw knowledge index"


class AskError(OpenclawError):
    """A question that cannot be answered here."""


class Asker:
    """Answers questions about the repository at `root`; what that takes is loaded at the first one."""

    def __init__(self, root: str, log: Callable[[str], None]) -> None:
        self._root, self._log = root, log
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._service: KnowledgeService | None = None

    def ask(self, question: str, limit: int) -> dict[str, Any]:
        """The answer as `openclaw knowledge search --json` has it; raises OpenclawError."""
        if not question.strip():
            raise AskError("there is no question")
        service, loop = self._open()
        params = {"query": question[:LONGEST], "limit": max(1, min(limit, MOST_HITS))}
        try:
            return asyncio.run_coroutine_threadsafe(service.search(params), loop).result(PATIENCE_S)
        except TimeoutError as error:
            raise AskError("the answer takes too long") from error

    def close(self) -> None:
        """Lets go of the index."""
        with self._lock:
            if self._service is None or self._loop is None:
                return
            asyncio.run_coroutine_threadsafe(self._service.__aexit__(None, None, None), self._loop).result(PATIENCE_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._service = None

    def _open(self) -> tuple[KnowledgeService, asyncio.AbstractEventLoop]:
        with self._lock:
            if self._service is None or self._loop is None:
                self._service, self._loop = self._start()
            return self._service, self._loop

    def _start(self) -> tuple[KnowledgeService, asyncio.AbstractEventLoop]:
        from openclaw_hooks.knowledge.place import find_place
        from openclaw_hooks.knowledge.store.opening import require_driver

        require_driver()
        place = find_place(self._root, os.environ)
        if not os.path.isfile(place.db):
            raise AskError(NO_INDEX, HOW)
        from openclaw_hooks.knowledge.serving.service import KnowledgeService

        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="asking", daemon=True).start()
        service = KnowledgeService(place, self._log)
        asyncio.run_coroutine_threadsafe(service.__aenter__(), loop).result(PATIENCE_S)
        return service, loop
