"""The board's files and the mesh kept in step: news from either side applied to the other, edits sent to the lead."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.sidecar.memory import give_memory_back
from openclaw_hooks.mesh.sidecar.outbox import MAX_TOGETHER, RETRY_S, Outbox
from openclaw_hooks.mesh.sidecar.status import stamp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

    from openclaw_hooks.mesh.mirror.mirror import Mirror, Outcome
    from openclaw_hooks.mesh.mirror.step import Send
    from openclaw_hooks.mesh.sidecar.post import Post
    from openclaw_hooks.mesh.sidecar.thread import WorkThread
    from openclaw_hooks.mesh.sync_log import SyncLog

    News = Mapping[str, tuple[int, bytes | None]]

COMMIT_S = 0.25  # after the last file was written: what comes within it is one commit
LATEST_S = 5.0  # while files are written without a pause
REST_S = 0.05
PASS_S = 30.0
HALTED_S = 3.0  # while something keeps files from being written


class Mirroring:
    """The mirror at work. `take` and `look` return when files on disk say what is known; `run` does the rest."""

    def __init__(self, mirror: Mirror, thread: WorkThread, post: Post, log: SyncLog) -> None:
        self.mirror = mirror
        self.last_pass = ""
        self.conflicts = 0
        self.halted = ""
        self._thread = thread
        self._log = log
        self._outbox = Outbox(self, post, log)
        self._is_due = asyncio.Event()
        self._is_dirty = asyncio.Event()
        self._commits = asyncio.Lock()
        self._heard: dict[str, tuple[int, bytes | None]] = {}
        self._has_news = asyncio.Event()
        self._late: dict[str, tuple[int, bytes | None]] = {}  # news of files that were being sent
        self._taken: dict[str, int] = {}  # the newest revision of each key that the mirror was given
        self._written = 0.0
        self._is_large = False  # what was done since the last commit
        self._is_behind = False  # something could not be written down

    @property
    def pending(self) -> int:
        """How many edits of this board the lead has not decided on."""
        return self._outbox.pending

    async def take(self, news: News, *, complete: bool = False, by: Mapping[str, str] = {}) -> None:
        """Brings values of the mesh to the board; they are on disk when it returns. `complete`: there are no others."""
        if len(news) > MAX_TOGETHER:
            self._log.note("receiving", f"{len(news):,} files")
            self._is_large = True
        if not complete:
            news = self._put_off(news)
        fresh = {key: value for key, value in news.items() if complete or value[0] > self._taken.get(key, 0)}
        self._taken.update((key, revision) for key, (revision, _) in fresh.items())
        if fresh or complete:
            try:
                await self._work(self.mirror.take, fresh, complete=complete, by=by)
            except BaseException:
                for key in fresh:  # it is to be given again
                    self._taken.pop(key, None)
                raise
        elif news:
            await self._thread.run(int)  # it is being taken right now: that is over when this is

    def _put_off(self, news: News) -> News:
        """Those of `news` that are not of files which are being sent: what becomes of these comes as an answer."""
        if not (in_flight := self._outbox.in_flight):
            return news
        self._late.update((key, value) for key, value in news.items() if key in in_flight)
        return {key: value for key, value in news.items() if key not in in_flight}

    async def look(self, paths: Iterable[str] | None = None) -> None:
        """Takes up what was edited on the board; None looks at every file."""
        await self._work(self.mirror.look, None if paths is None else set(paths))
        if paths is None:
            if self._is_behind:
                self._log.over("board")
            self._is_behind = False
            self.last_pass = stamp()

    def hear(self, news: News) -> None:
        """The same for who does not wait for it."""
        self._heard.update(news)
        self._has_news.set()

    async def _take_heard(self) -> None:
        await self._has_news.wait()
        self._has_news.clear()
        heard, self._heard = self._heard, {}
        began = asyncio.get_running_loop().time()
        await self.take(heard)
        # Files are written in half of the time at most: commands, which come faster than that, need the other half.
        await asyncio.sleep(min(asyncio.get_running_loop().time() - began, REST_S))

    async def settle_key(self, key: str, path: str) -> None:
        """Returns when what is on disk of one file has been decided on."""
        await self.look([path])
        await self._outbox.wait_for(key)

    async def freeze(self) -> None:
        """Writes no file and sends nothing until `thaw`."""
        await self._thread.run(self.mirror.freeze)

    async def reseed(self, values: News, anew: Collection[str]) -> dict[str, Send]:
        """What the lead is to write into a mesh that has `values` and lost others; raises OpenclawError.

        The buckets `anew` are other ones than before.
        """
        outcome = await self._thread.run(self.mirror.reseed, values, made_anew=anew)
        if outcome.halted:
            raise OpenclawError(outcome.halted)
        sends = dict(outcome.sends)
        self._apply(outcome._replace(sends={}))
        return sends

    async def thaw(self, values: News) -> None:
        """Goes on with a mesh that was mended and has `values` now."""
        self._taken.clear()
        await self._work(self.mirror.thaw, values)

    async def commit(self) -> None:
        """Commits what was written and is not committed yet."""
        self._is_dirty.clear()
        async with self._commits:
            # Thousands of files take seconds: commands and claims, which need the thread, go on meanwhile.
            reports = await asyncio.to_thread(self.mirror.files.commit_much)
            reports += await self._thread.run(self.mirror.commit)
        for report in reports:
            self._log.note("board", report)
        is_large, self._is_large = self._is_large, False
        await self._thread.run(give_memory_back, after_all=is_large)  # git's part of a commit reads the board anew

    async def flush(self) -> None:
        """Returns when every edit that is on disk now has been decided on, and is committed."""
        await self.look()
        await self._outbox.wait_for_all()
        await self.commit()

    async def run(self) -> None:
        """Sends edits, commits what was written, and looks at everything now and then; until it is cancelled."""
        if self.mirror.files.has_uncommitted():  # by a sidecar that was killed
            self._is_dirty.set()
        works = (self._outbox.send, self._commit_often, self._pass_often, self._take_heard)
        await asyncio.gather(*(self._survive(work) for work in works))

    async def _survive(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except OpenclawError as error:  # the board is in the middle of a merge, the disk is full
                self._log.complain("board", str(error))
                await asyncio.sleep(RETRY_S)
            except Exception as error:  # whatever it is, the next round finds the same files
                self._log.crash("mirror", error)
                await asyncio.sleep(RETRY_S)

    async def _pass_often(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(PASS_S):
                await self._is_due.wait()
        if self.halted or self._is_behind:
            await asyncio.sleep(HALTED_S)
        self._is_due.clear()
        await self.look()
        if self.halted:
            self._is_due.set()

    async def _commit_often(self) -> None:
        await self._is_dirty.wait()
        loop = asyncio.get_running_loop()
        latest = loop.time() + LATEST_S
        while loop.time() < min(self._written + COMMIT_S, latest):
            await asyncio.sleep(COMMIT_S)
        await self.commit()

    async def take_answers(self, answers: Mapping[str, tuple[bytes, int, bytes]]) -> None:
        """Takes in what the lead made of edits: by key what was sent, the revision now and the value now."""
        self._is_large = self._is_large or len(answers) == MAX_TOGETHER
        await self._work(self.mirror.all_answered, answers)
        self._taken.update((key, revision) for key, (_, revision, _) in answers.items())

    async def take_refusal(self, key: str, sent: bytes, reason: str) -> None:
        """Takes in that an edit does not count."""
        await self._work(self.mirror.refused, key, sent, reason)

    def take_end(self) -> None:
        """Hears that nothing is being sent at this moment: news that waited for that are taken now."""
        late, self._late = self._late, {}
        self.hear(late)

    def wake(self) -> None:
        """Tries again at once what could not be sent: there may be a lead."""
        self._is_due.set()

    async def _work(self, work: Callable[..., Outcome], *words: object, **named: object) -> None:
        """Has the mirror do something and takes in what came of it; raises MeshError for a disk that takes nothing."""
        import sqlite3

        try:
            self._apply(await self._thread.run(work, *words, **named))
        except (OSError, sqlite3.Error) as error:
            self._is_behind = True
            self._is_due.set()
            raise MeshError(f"the board cannot be kept in step: {error}", "is the disk full?") from error

    def _apply(self, outcome: Outcome) -> None:
        for report in outcome.reports:
            self._log.note("board", report)
        self.conflicts += outcome.conflicts
        if outcome.halted and outcome.halted != self.halted:
            self._log.complain("halted", outcome.halted)
        if self.halted and not outcome.halted:
            self._log.over("halted")
        self.halted = outcome.halted
        self._outbox.put(outcome.sends)
        if outcome.written or outcome.sends:  # an edit by hand that stands waits for its commit too
            self._written = asyncio.get_running_loop().time()
            self._is_dirty.set()
