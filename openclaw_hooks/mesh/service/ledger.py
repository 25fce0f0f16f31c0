"""What the lead is at and what it said last: no key is written by two commands at once, and none is done twice."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openclaw_hooks.mesh.wire.messages import Answer

MAX_ANSWERS = 4096  # of each node: none makes the lead forget what it told another
MAX_CHARS = 2 << 20  # of the texts in them
# Codes that say nothing of the command itself: asked again, it may be done.
PASSING = frozenset({"busy", "no_lead", "offline", "unknown"})


class Ledger:
    """The keys that are being written, and the answers that were given, by node and request."""

    def __init__(self) -> None:
        self._writing: dict[str, asyncio.Future[None]] = {}
        self._answers: dict[str, OrderedDict[str, tuple[Answer, int]]] = {}
        self._chars: Counter[str] = Counter()
        self._asked: dict[tuple[str, str], asyncio.Task[Answer]] = {}

    async def wait_for(self, keys: Iterable[str]) -> bool:
        """Whether one of `keys` was being written: then one such write is over now, and what was decided is out of date."""
        found = [self._writing[key] for key in keys if key in self._writing]
        if not found:
            return False
        await asyncio.wait(found, return_when=asyncio.FIRST_COMPLETED)
        return True

    @contextmanager
    def writing(self, keys: Iterable[str]) -> Iterator[None]:
        """Marks `keys`, which nobody writes, as being written. Nothing may be awaited since `wait_for` said so."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        marked = list(keys)
        self._writing.update(dict.fromkeys(marked, done))
        try:
            yield
        finally:
            for key in marked:
                del self._writing[key]
            done.set_result(None)

    def find(self, node: str, request: str) -> Answer | None:
        """The answer that `node` got to the same request before."""
        answers = self._answers.get(node)
        return answers[request][0] if answers and request in answers else None

    def keep(self, node: str, answer: Answer) -> None:
        """Remembers an answer, unless it may be another one the next time."""
        if answer.error and answer.error.code in PASSING:
            return
        known = self._answers.setdefault(node, OrderedDict())
        if answer.id not in known:
            known[answer.id] = (answer, count_chars(answer))
            self._chars[node] += known[answer.id][1]
        while len(known) > MAX_ANSWERS or self._chars[node] > MAX_CHARS:
            _, (_, chars) = known.popitem(last=False)
            self._chars[node] -= chars

    def asked(self, node: str, request: str) -> asyncio.Task[Answer] | None:
        """The work on the same request, if that goes on right now."""
        return self._asked.get((node, request))

    def note_asked(self, node: str, request: str, work: asyncio.Task[Answer]) -> None:
        """Notes that `work` is to answer the request."""
        self._asked[node, request] = work
        work.add_done_callback(lambda _: self._asked.pop((node, request), None))


def count_chars(answer: Answer) -> int:
    """About how much room the texts of an answer take."""
    conflicts = [text for conflict in answer.result.get("conflicts", ()) for text in conflict.values()]
    return sum(map(len, (*answer.files.values(), *answer.lines, *conflicts, *answer.result.get("reports", ()))))
