"""Keeps the index in step with the files while the service runs: at questions, now and then, and when asked to."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.embed.opening import open_embedder
from openclaw_hooks.knowledge.indexer import update_index
from openclaw_hooks.knowledge.meaning import update_vectors
from openclaw_hooks.knowledge.model import KnowledgeError
from openclaw_hooks.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from openclaw_hooks.knowledge.indexer import Report
    from openclaw_hooks.knowledge.place import Place

FRESH_S: Final = 1.0  # after a look at the files, questions are answered without another one
PATIENCE_S: Final = 0.5  # that a question waits for the files to be looked at; then it is answered from what there is
ASKED_TIMEOUT_S: Final = 60.0  # for the index, which another process may hold
LONGEST_POLL_MS: Final = 86_400_000
RETRY_S: Final = 30.0  # after vectors could not be made


class Habits(NamedTuple):
    """How the index is followed: seconds between looks (0: only at questions), and whether vectors are made."""

    poll_s: float = 300.0
    makes_vectors: bool = True


def read_habits(poll_ms: str) -> Habits:
    """The habits with a pause of `poll_ms` milliseconds as the environment gives it; raises KnowledgeError."""
    if not poll_ms:
        return Habits()
    if not (
        poll_ms.isascii() and poll_ms.isdigit() and (poll_ms == "0" or 100 <= int(poll_ms[:12]) <= LONGEST_POLL_MS)
    ):
        raise KnowledgeError(
            f"KNOWLEDGE_POLL_MS: {poll_ms[:20]!a} is no pause",
            "milliseconds from 100 on, or 0 to look at questions only",
        )
    return Habits(int(poll_ms) / 1000)


class StoppedError(OpenclawError):
    """The service ends; what was under way is left as it is."""


class Follower:
    """Brings the index of `place` up to date. `count_missing` tells how many passages lack a vector."""

    def __init__(
        self, place: Place, habits: Habits, count_missing: Callable[[], Awaitable[int]], log: Callable[[str], None]
    ) -> None:
        self._place = place
        self._habits = habits
        self._count_missing = count_missing
        self._log = log
        self._looked = float("-inf")
        self._trouble = ""
        self._turn = asyncio.Lock()
        self._look: asyncio.Task[None] | None = None
        self._wants_vectors = asyncio.Event()
        self._stop = threading.Event()

    async def run(self) -> None:
        """Looks at the files now and every `poll_s`, and makes vectors for what is new; until cancelled."""
        makes = asyncio.create_task(self._make_vectors()) if self._habits.makes_vectors else None
        try:
            while True:
                await self.look(patience_s=None)
                self._wants_vectors.set()  # also where another process changed the index
                await asyncio.sleep(self._habits.poll_s or LONGEST_POLL_MS / 1000)
        finally:
            if makes is not None:
                makes.cancel()

    async def look(self, patience_s: float | None = PATIENCE_S) -> None:
        """Sees to it that what changed in the files can be found; waits no longer than `patience_s` for it."""
        if self._look is None or self._look.done():
            if time.monotonic() - self._looked < FRESH_S:
                return
            self._look = asyncio.create_task(self._try_refresh())
        await asyncio.wait({self._look}, timeout=patience_s)

    async def refresh(self, *, force: bool = False, anew: bool = False, timeout_s: float = ASKED_TIMEOUT_S) -> Report:
        """Brings the index up to date; raises OpenclawError when it cannot be."""
        work = asyncio.create_task(self._refresh(force=force, anew=anew, timeout_s=timeout_s))
        return await asyncio.shield(work)  # whoever asked may go; what was begun is done

    def stop(self) -> None:
        """Ends what is under way in threads, at its next step."""
        self._stop.set()

    async def _try_refresh(self) -> None:
        try:
            await self.refresh(timeout_s=0.0)
            self._trouble = ""
        except StoppedError:
            return
        except OpenclawError as error:  # mostly another process that is at it: answers are from what there is
            self._tell(str(error))
        except Exception as error:  # a folder that is gone, say: who asks hears what there is all the same
            self._tell(f"the files could not be looked at: {error!r}")

    async def _refresh(self, *, force: bool, anew: bool, timeout_s: float) -> Report:
        async with self._turn:
            report = await asyncio.to_thread(self._update, force=force, anew=anew, timeout_s=timeout_s)
            self._looked = time.monotonic()
        if report.rebuilt:
            self._log(f"the index was made again: {report.rebuilt}")
        if report.added or report.changed or report.rebuilt:
            self._wants_vectors.set()
        return report

    def _update(self, *, force: bool, anew: bool, timeout_s: float) -> Report:
        checkout = self._place.checkout
        settings = load_settings(checkout.top if checkout else self._place.root).knowledge
        return update_index(
            self._place, settings, force=force, anew=anew, timeout_s=timeout_s, tell=self._go_on_or_stop
        )

    def _go_on_or_stop(self, _done: int, _total: int) -> None:
        if self._stop.is_set():
            raise StoppedError("stopped")

    async def _make_vectors(self) -> None:
        while True:
            await self._wants_vectors.wait()
            self._wants_vectors.clear()
            try:
                missing = await self._count_missing()
                if missing:
                    await asyncio.to_thread(self._embed, missing)
            except StoppedError:
                return
            except Exception as error:
                self._tell(f"no vectors could be made: {error}")
                await asyncio.sleep(RETRY_S)

    def _embed(self, missing: int) -> None:
        workers = max(1, (os.cpu_count() or 2) // 2)  # the rest is for whoever works here
        made = update_vectors(self._place, embedder=open_embedder(missing, workers), tell=self._go_on_or_stop)
        if made.note:
            self._tell(made.note)

    def _tell(self, trouble: str) -> None:
        """Says what is wrong once, and again only after something else was."""
        if trouble != self._trouble:
            self._log(trouble)
        self._trouble = trouble
