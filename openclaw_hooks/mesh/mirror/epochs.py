"""A bucket that has fallen back or was made anew: how that is seen, and how the lead writes into it what was lost.

A bucket's epoch is when it was made and the highest sequence seen in it. When the one has changed or the other has
fallen, what the mesh says may be older than what boards have: nobody writes files until a lead has brought the bucket
up to what it knows, and has said so by a mark that grows each time.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.merge.field_merge import Conflict
from openclaw_hooks.board.merge.reconcile import WHOLE_FILE
from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.mirror.lineage import WHOLE, changed_values
from openclaw_hooks.mesh.mirror.step import (
    NOTHING,
    Base,
    Remote,
    Send,
    Step,
    Versions,
    judge,
    make_records,
    move_base,
    reconcile,
    sync_step,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Epoch(NamedTuple):
    """A bucket as a node knows it: when it was made, its highest sequence, and the mark of the last repair."""

    created: str
    last: int
    mark: int = 0


class Standing(StrEnum):
    """Whether a bucket is as it was, has lost something, or has lost something that a lead has made good."""

    SAME = "same"
    BROKEN = "broken"
    MENDED = "mended"


def judge_epoch(known: Epoch | None, found: Epoch) -> Standing:
    """What the epoch `found` means to a node that knew `known` (None: it never saw the bucket)."""
    if known is None or (found.created == known.created and found.last >= known.last and found.mark <= known.mark):
        return Standing.SAME
    if found.mark > known.mark:
        return Standing.MENDED
    return Standing.BROKEN


def next_mark(known: Epoch | None, found: Epoch, now: float) -> int:
    """The mark of a repair: above all that were seen, also by a lead that has forgotten what it saw."""
    return max(known.mark if known else 0, found.mark, int(now)) + 1


def reseed_step(path: str, base: Base | None, remote: Remote | None, *, is_new: bool = False) -> Step:
    """What the lead writes under the key of the file at `path` in a bucket that has lost something.

    `is_new`: the bucket was made anew, so revisions tell nothing. Else a revision beyond the base's is what others
    wrote after it, and stays. What is known to be old gives way to what was agreed on; what was never seen before was
    written since, and goes into a conflict record where it cannot stay.
    """
    if base is None:
        return NOTHING
    if remote is None:
        return Step(send=Send(None, base.content, 0))
    if not is_new and remote.revision > base.revision > 0:
        return NOTHING
    if remote.content == base.content:
        return Step(base=Base(remote.revision, base.content, base.seen))
    if reason := judge(path, remote.content):
        report = f"{display_path(path)}: revision {remote.revision} of the mesh is not fit for a board: {reason}"
        return Step(reports=(report,))
    # Without a revision to go by, as after a repair while the file was broken, what is new there is taken for newer.
    older = base.content if base.revision == 0 and not is_new else None
    merged = reconcile(path, (older, remote.content, base.content), base.seen)
    content = base.content if judge(path, merged.content) else merged.content
    if content == remote.content:
        return Step(base=move_base(path, base._replace(revision=0), remote))
    return Step(send=Send(remote.content, content, remote.revision), records=make_records(path, merged.conflicts))


def next_step(path: str, versions: Versions, *, leads: bool) -> Step:
    """The step of a file, whether its base is of this epoch or of the one before."""
    is_old = versions.base is not None and versions.base.revision == 0
    return (thaw_step if is_old else sync_step)(path, versions, leads=leads)


def thaw_step(path: str, versions: Versions, *, leads: bool) -> Step:
    """The first step of a file after a repair. `versions.base` is of the epoch before: its revision says nothing.

    What the repair did not bring back, for the lead never saw it, is kept in a conflict record.
    """
    base, _, remote = versions
    versions = versions._replace(base=base._replace(revision=0) if base else None)
    step = sync_step(path, versions, leads=leads)
    if base is None or remote is None or step.base is None or not _has_fallen_back(path, base, remote):
        return step
    shown = [content.decode("utf-8", "replace") for content in (remote.content, base.content)]
    report = f"{display_path(path)}: the mesh has lost what this board had of it, which is in conflicts/ now"
    return step._replace(
        records=(*step.records, *make_records(path, [Conflict(WHOLE_FILE, "", *shown)])),
        reports=(*step.reports, report),
    )


def _has_fallen_back(path: str, base: Base, remote: Remote) -> bool:
    changed: Mapping[str, tuple[str, str]] = {}
    if remote.content != base.content:
        changed = changed_values(path, base.content, remote.content)
    return any(now in base.seen.get(name, ()) for name, (_, now) in changed.items() if name != WHOLE)
