"""The service: requests in, plain values out; files looked at before, and one question answered after the other."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.answers import answer_values
from openclaw_hooks.knowledge.embed.opening import open_batch_embedder
from openclaw_hooks.knowledge.model import Part
from openclaw_hooks.knowledge.serving.desk import Desk, NotReadyError
from openclaw_hooks.knowledge.serving.follower import Follower, Habits
from openclaw_hooks.knowledge.serving.requests import (
    ReindexRequest,
    RelatedRequest,
    SearchRequest,
    StatsRequest,
    read_request,
)
from openclaw_hooks.knowledge.store import is_broken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openclaw_hooks.knowledge.place import Place
    from openclaw_hooks.knowledge.serving.documents import Text
    from openclaw_hooks.knowledge.store.reading import Known

Found = TypeVar("Found")

FIRST_INDEX_S: Final = 30.0  # that questions wait for an index where there is none
MOST_PROBLEMS: Final = 50  # files left out that are named


class KnowledgeService:
    """Answers requests about the knowledge at `place`, as an async context manager, until it is closed."""

    def __init__(self, place: Place, log: Callable[[str], None], habits: Habits | None = None) -> None:
        self.place = place
        self._log = log
        self._desk = Desk(place)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="knowledge")
        self._follower = Follower(place, habits or Habits(), lambda: self._run(self._desk.count_missing), log)
        self._following: asyncio.Task[None] | None = None
        self._quickening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> KnowledgeService:
        self._following = asyncio.create_task(self._follower.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._follower.stop()
        for task in (self._following, self._quickening):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await self._run(self._desk.close)
        self._thread.shutdown(wait=False)

    async def search(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Passages that answer a question; raises KnowledgeError, as all requests do."""
        asked = read_request(SearchRequest, params)
        answer = await self._ask(lambda: self._desk.search(asked))
        if self._quickening is None and Part.MEANING in answer.parts:
            self._quickening = asyncio.create_task(self._quicken())
        return _plain(answer_values(answer))

    async def related(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Documents about the same as one."""
        asked = read_request(RelatedRequest, params)
        return _plain(answer_values(await self._ask(lambda: self._desk.related(asked))))

    async def stats(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """What the index holds."""
        read_request(StatsRequest, params)
        found = await self._ask(self._desk.stats)
        return _plain({**found, **_bound_problems(found["problems"])})

    async def reindex(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The index brought up to date, and what that did; vectors for what is new follow behind it."""
        asked = read_request(ReindexRequest, params)
        report = await self._follower.refresh(force=asked.force)
        problems = dict(report.problems)
        missing = await self._run(self._desk.count_missing)
        done = {**report._asdict(), "seconds": round(report.seconds, 3), "without_vectors": missing}
        return _plain({**done, **_bound_problems(problems)})

    async def documents(self) -> list[Known]:
        """All documents in the order of their paths."""
        return await self._ask(self._desk.documents)

    async def read(self, path: str) -> Text:
        """The text of an indexed document."""
        return await self._ask(lambda: self._desk.read(path))

    async def _ask(self, ask: Callable[[], Found]) -> Found:
        await self._follower.look()
        try:
            return await self._run(ask)
        except NotReadyError:
            with suppress(TimeoutError):
                async with asyncio.timeout(FIRST_INDEX_S):
                    await self._follower.refresh()
            return await self._run(ask)
        except OpenclawError:
            raise
        except Exception as error:
            if not is_broken(error):
                raise
        await self._follower.refresh(anew=True)
        return await self._run(ask)

    async def _quicken(self) -> None:
        """Puts the model for many passages in the place of the one that is there soonest: it takes a quarter of the time."""
        try:
            embedder = await asyncio.to_thread(open_batch_embedder, workers=1)
        except Exception as error:
            self._log(f"questions are embedded the slow way: {error!r}")
            return
        if embedder is not None:
            await self._run(lambda: self._desk.use_embedder(embedder))

    async def _run(self, work: Callable[[], Found]) -> Found:
        """What `work` comes to in the thread that the index is open in."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _bound_problems(problems: Mapping[str, str]) -> dict[str, Any]:
    shown = dict(sorted(problems.items())[:MOST_PROBLEMS])
    return {"problems": shown, "more_problems": len(problems) - len(shown)}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """`values` as JSON has them: lists for tuples, texts for kinds."""
    return dict(msgspec.json.decode(msgspec.json.encode(values)))
