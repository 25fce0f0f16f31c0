"""One thread for what waits for the disk and for git: commands go on being answered meanwhile, and nothing runs twice."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Words = ParamSpec("Words")
Result = TypeVar("Result")


class WorkThread:
    """Runs one call after the other, in the order in which they were asked for."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, name)

    async def run(self, work: Callable[Words, Result], /, *words: Words.args, **named: Words.kwargs) -> Result:
        """What `work` returns or raises. Once begun it goes on to its end, also when nobody waits for it any more."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(work, *words, **named))

    def close(self) -> None:
        """Waits for what runs; what has not begun is dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)
