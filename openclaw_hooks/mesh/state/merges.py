"""Edits that nodes made in their files: merged with what the key has by now, and judged by what the sender may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.absorb import judge_edit
from openclaw_hooks.board.merge.field_merge import Conflict
from openclaw_hooks.board.merge.reconcile import WHOLE_FILE, reconcile_file
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.state.births import bear
from openclaw_hooks.mesh.state.edit import TooLargeError
from openclaw_hooks.mesh.state.turn import ForbiddenError, NotFoundError
from openclaw_hooks.mesh.wire.keys import PLANS, bucket_of, judge_value, path_of
from openclaw_hooks.tasks.model import MAX_TASK_BYTES, Status
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from openclaw_hooks.mesh.state.turn import Turn

# A task that nobody works on or has worked on: every node may write what it knows into its text.
WRITABLE: Final = frozenset({Status.PROPOSED, Status.QUEUED, Status.RELEASED})


def put(turn: Turn) -> None:
    """A file of a lead's own board, which has judged what was edited there."""
    if not turn.is_lead:
        raise ForbiddenError(f"{turn.node} may not put files: that is for the lead", "edit the file, or use the verbs")
    edit(turn)


def edit(turn: Turn) -> None:
    """A file as somebody edited it (`content`), from what it was before (`base`)."""
    key = turn.request.command.task
    path = path_of(key)
    if not path:
        raise NotFoundError("an edit needs the id of a task or plan")
    content, current = turn.args.content.encode(), turn.state.content(key)
    if len(content) > MAX_TASK_BYTES:
        raise TooLargeError(f"{path} has {len(content):,} bytes, of {MAX_TASK_BYTES:,} at most", "shorten it")
    turn.refuse_long_head(turn.args.content, turn.args.base or "")
    turn.named = key
    if current is None or key in turn.state.broken:
        _put_whole(turn, key, content)
    else:
        _merge(turn, key, content, current)


def _put_whole(turn: Turn, key: str, content: bytes) -> None:
    """A file where the key has no value, or one that cannot be read."""
    is_plan = bucket_of(key) == PLANS
    if not turn.is_lead and key in turn.state.broken:
        raise OpenclawError(f"{key} cannot be read: {turn.state.broken[key]}", "the lead puts it right")
    if not turn.is_lead and is_plan:
        raise ForbiddenError(f"{key}: plans are for the lead to make", "propose a task instead")
    if not turn.is_lead:
        bear(turn, Status.PROPOSED)
        return
    _require_fit(key, content)
    turn.edit.mend(path_of(key), content)
    turn.edit.say(f"{_describe(key)} put on the mesh ({turn.node})")


def _merge(turn: Turn, key: str, content: bytes, current: bytes) -> None:
    path = path_of(key)
    base = turn.args.base.encode() if turn.args.base is not None else None
    merged, conflicts = reconcile_file(path, base, content, current)
    reports: tuple[str, ...] = ()
    if merged != current and (reason := _find_bar(turn, key)):
        texts = (current.decode("utf-8", "replace"), turn.args.content)
        conflicts = (*conflicts, Conflict(WHOLE_FILE, turn.args.base or "", *texts))
        reports = (f"{path}: {reason}; it is put back",)
        merged = current
    elif not turn.is_lead:
        judged = judge_edit(current, merged, path, turn.work.actor.rights)
        if judged.content is None:
            raise OpenclawError(judged.reports[0])
        merged, reports = judged.content, judged.reports
    turn.result.setdefault("reports", []).extend(reports)
    turn.result["conflicts"] = [conflict._asdict() for conflict in conflicts]
    if merged != current:
        _require_fit(key, merged)
        turn.edit.put(path, merged)
        turn.edit.say(f"{_describe(key)} edited ({turn.node})")


def _find_bar(turn: Turn, key: str) -> str:
    """Why the sender may not even write into the text of a file; empty when they may.

    What others work by, and what others have said is done, no worker rewrites under their hands.
    """
    if turn.is_lead:
        return ""
    if bucket_of(key) == PLANS:
        return "plans are for the lead to edit"
    task = turn.state.tasks[key]
    is_own = task.owner == turn.node and not task.approval
    if Right.HUMAN in turn.work.actor.rights or is_own or task.status in WRITABLE:
        return ""
    return f"it is {task.status}, and not by {turn.node}: its text is for others"


def _require_fit(key: str, content: bytes) -> None:
    if reason := judge_value(key, content):
        raise OpenclawError(f"{path_of(key)}: {reason}", "mend the file")


def _describe(key: str) -> str:
    return f"{'plan' if bucket_of(key) == PLANS else 'task'} {key}"
