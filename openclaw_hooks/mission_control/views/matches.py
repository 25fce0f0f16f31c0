"""Which files of the repository many lists of globs name, in one pass over the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.globs import GlobIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN: Final = 12


class Matches(NamedTuple):
    """How many files a list names now, and the first of them."""

    total: int = 0
    first: tuple[str, ...] = ()


def match_files(lists: Sequence[Sequence[str]], files: Sequence[str]) -> list[Matches]:
    """What each of `lists` matches among `files`, in their order; raises GlobError for a glob that cannot be read."""
    index = GlobIndex(lists)
    counts = [0] * len(lists)
    first: list[list[str]] = [[] for _ in lists]
    for path in files:
        for number in index.match(path):
            counts[number] += 1
            if counts[number] <= SHOWN:
                first[number].append(path)
    return [Matches(count, tuple(paths)) for count, paths in zip(counts, first, strict=True)]
