"""What was made of facts, kept as long as those facts are asked about, or until it is let go."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Source = TypeVar("Source")
Made = TypeVar("Made")

_KEPT: Final[list[Callable[[], None]]] = []


def kept(make: Callable[[Source], Made]) -> Callable[[Source], Made]:
    """`make`, called once for the same source; the last two are kept, so that a live page compares with what was."""
    cached: Any = lru_cache(maxsize=2)(make)
    _KEPT.append(cached.cache_clear)
    made: Callable[[Source], Made] = cached
    return made


def forget_views() -> None:
    """Lets go of everything that is kept: a build goes on for seconds after the last view was written."""
    for clear in _KEPT:
        clear()
