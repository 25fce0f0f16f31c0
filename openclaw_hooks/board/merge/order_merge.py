"""The order of keys, sections and list items that two sides have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def merge_sets(base: Sequence[str], local: Sequence[str], remote: Sequence[str]) -> list[str]:
    """What both sides made of `base`: what either added is in, what either removed is out, each item once."""
    ours, theirs, old = set(local), set(remote), set(base)
    kept = (ours & theirs) | ((ours | theirs) - old)
    return merge_order(base, local, remote, kept)


def merge_order(base: Sequence[str], local: Sequence[str], remote: Sequence[str], kept: Collection[str]) -> list[str]:
    """The items of `kept` in one order; the same when the sides are swapped, unless both moved what `base` has."""
    wanted = set(kept)
    sides = [_keep(local, wanted), _keep(remote, wanted)]
    frame = _choose_frame(_keep(base, wanted) or _find_agreed(*sides), sides)
    position = {item: index for index, item in enumerate(frame)}
    gaps: dict[str, int] = {}
    for side in sides:
        for item, gap in _find_gaps(side, position).items():
            gaps[item] = min(gap, gaps.get(item, gap))
    runs = [_runs_by_gap(side, gaps) for side in sides]
    merged: list[str] = []
    for gap in range(len(frame) + 1):
        merged += _join_runs([run.get(gap, []) for run in runs])
        merged += frame[gap : gap + 1]
    return merged


def _runs_by_gap(side: list[str], gaps: dict[str, int]) -> dict[int, list[str]]:
    runs: dict[int, list[str]] = {}
    for item in side:
        if item in gaps:
            runs.setdefault(gaps[item], []).append(item)
    return runs


def _keep(items: Sequence[str], wanted: Collection[str]) -> list[str]:
    return [item for item in dict.fromkeys(items) if item in wanted]


def _find_agreed(local: list[str], remote: list[str]) -> list[str]:
    """What both sides have, if they have it in the same order; nothing otherwise."""
    ours, theirs = set(local), set(remote)
    shared = [item for item in local if item in theirs]
    return shared if shared == [item for item in remote if item in ours] else []


def _choose_frame(base: list[str], sides: list[list[str]]) -> list[str]:
    """What `base` and the sides share, in the order of the side that moved some of it: the remote's if both did."""
    old = set(base)
    for side in reversed(sides):
        shared = [item for item in side if item in old]
        known = set(shared)
        if shared != [item for item in base if item in known]:
            return shared
    return base


def _find_gaps(side: list[str], position: dict[str, int]) -> dict[str, int]:
    """For each item that is not in the frame, how much of the frame comes before it on this side."""
    gaps: dict[str, int] = {}
    gap = 0
    for item in side:
        if item in position:
            gap = position[item] + 1
        else:
            gaps[item] = gap
    return gaps


def _join_runs(runs: list[list[str]]) -> list[str]:
    local, remote = runs
    if not local or not remote or local == remote:
        return local or remote
    return sorted({*local, *remote})  # neither side's order counts more than the other's
