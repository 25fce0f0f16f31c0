"""Three versions of a text merged line by line, with an eye on what must not get lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    Lines = list[str]

# Equal pairs of lines that the search for matches may have to look at: beyond this it takes seconds.
MAX_PAIRS = 500_000


class Chunk(NamedTuple):
    """A stretch of lines that at least one side changed, or that all have in common."""

    base: list[str]
    local: list[str]
    remote: list[str]


class MergedLines(NamedTuple):
    """The lines of a merge; where both sides changed the same lines it has the remote's, and `clean` is False."""

    lines: list[str]
    clean: bool


def merge_lines(base: Lines, local: Lines, remote: Lines, *, keep_both: bool) -> MergedLines:
    """What both sides made of `base`; `keep_both`: lines that both added in one place all stay.

    Swapping the sides of a clean merge gives the same lines.
    """
    merged: list[str] = []
    clean = True
    for chunk in _split_chunks(base, local, remote):
        if chunk.local == chunk.remote or chunk.local == chunk.base:
            merged += chunk.remote
        elif chunk.remote == chunk.base:
            merged += chunk.local
        elif not chunk.base and keep_both:
            merged += _join_additions(chunk.local, chunk.remote)
        else:
            merged += chunk.remote
            clean = False
    return MergedLines(merged, clean)


def _join_additions(local: Lines, remote: Lines) -> Lines:
    first, second = sorted((local, remote))
    for short, long in ((first, second), (second, first)):
        if any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1)):
            return long  # it has seen the other side's lines already
    return _end_line(first) + second


def _end_line(lines: Lines) -> Lines:
    return lines if lines[-1].endswith("\n") else [*lines[:-1], f"{lines[-1]}\n"]


def _split_chunks(base: Lines, local: Lines, remote: Lines) -> Iterator[Chunk]:
    at = local_at = remote_at = 0
    for start, local_start, remote_start, length in _common_stretches(base, local, remote):
        chunk = Chunk(base[at:start], local[local_at:local_start], remote[remote_at:remote_start])
        if any(chunk):
            yield chunk
        at, local_at, remote_at = start + length, local_start + length, remote_start + length
        if length:
            yield Chunk(base[start:at], base[start:at], base[start:at])


def _common_stretches(base: Lines, local: Lines, remote: Lines) -> list[tuple[int, int, int, int]]:
    """Where the same lines of `base` stand in both sides: (start in base, in local, in remote, length); the end last."""
    to_local = _match_lines(base, local)
    to_remote = _match_lines(base, remote)
    stretches: list[tuple[int, int, int, int]] = []
    for index in sorted(to_local.keys() & to_remote.keys()):
        if stretches:
            start, local_start, remote_start, length = stretches[-1]
            expected = (start + length, local_start + length, remote_start + length)
            if expected == (index, to_local[index], to_remote[index]):
                stretches[-1] = (start, local_start, remote_start, length + 1)
                continue
        stretches.append((index, to_local[index], to_remote[index], 1))
    return [*stretches, (len(base), len(local), len(remote), 0)]


def _match_lines(base: Lines, side: Lines) -> dict[int, int]:
    """Which line of `side` each unchanged line of `base` became."""
    head = 0
    while head < min(len(base), len(side)) and base[head] == side[head]:
        head += 1
    tail = 0
    while tail < min(len(base), len(side)) - head and base[-1 - tail] == side[-1 - tail]:
        tail += 1
    matches = {index: index for index in range(head)}
    matches |= {len(base) - 1 - back: len(side) - 1 - back for back in range(tail)}
    middle = base[head : len(base) - tail], side[head : len(side) - tail]
    if _count_pairs(*middle) <= MAX_PAIRS:
        from difflib import SequenceMatcher

        for block in SequenceMatcher(None, *middle, autojunk=False).get_matching_blocks():
            matches |= {head + block.a + step: head + block.b + step for step in range(block.size)}
    return matches


def _count_pairs(base: Lines, side: Lines) -> int:
    from collections import Counter

    counted = Counter(base)
    return sum(counted[line] for line in side)
