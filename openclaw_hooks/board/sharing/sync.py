"""Sharing the board through a git remote: fetch, merge field by field, push, and again when somebody was faster."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.commits import board_head, break_stale_lock, commit_files, move_board, recover
from openclaw_hooks.board.lock import board_lock
from openclaw_hooks.board.place import REF, BoardError
from openclaw_hooks.board.plumbing import call_store
from openclaw_hooks.board.sharing.incoming import Heads, Outcome, judge_incoming
from openclaw_hooks.board.sharing.remote import RemoteError, fetch_board, find_remote, push_board, remember_shared
from openclaw_hooks.board.sharing.sync_claims import take_claims
from openclaw_hooks.board.store import commit_waiting
from openclaw_hooks.process import ProcessError

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.sharing.remote import Incoming

__all__ = ["RemoteError", "SyncReport", "find_remote", "sync_board"]

TRIES: Final = 10
MAX_WAIT_S: Final = 2.0
MAX_LINES: Final = 200  # of a commit's message


class SyncReport(NamedTuple):
    """What a sync did: paths by what became of them, and lines to show.

    taken: as the remote has them. merged: both sides had changed them. records: conflict records that were written.
    restored: missing on one side and put back. refused: left out of the board, with the reason. notes: all else.
    """

    remote: str
    head: str
    pushed: bool = False
    taken: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def sync_board(board: Board, actor: Actor, remote: str = "") -> SyncReport:
    """What bringing this board and the one at `remote` (by default the board's own) in step came to.

    Edits by hand are taken over first. Raises BoardError when there is no remote, RemoteError when it cannot be
    reached or refuses the branch; what was merged until then stays merged.
    """
    name = remote or _default_remote(board)
    edit = commit_waiting(board, actor)
    report = SyncReport(name, edit.commit, notes=tuple(edit.reports))
    for attempt in range(TRIES):
        incoming = fetch_board(board, name)
        with board_lock(board):
            recover(board)
            report = _merge(board, actor, incoming, report)
        if report.head == incoming.head or push_board(board, name, report.head):
            if report.head != incoming.shared:
                remember_shared(board, name, report.head)
            notes = take_claims(board.repo, incoming)
            return report._replace(pushed=report.head != incoming.head, notes=(*report.notes, *notes))
        _wait(attempt)
    raise RemoteError(f"others were faster {TRIES} times at the remote `{name}`", "all is kept here; sync again")


def _default_remote(board: Board) -> str:
    from openclaw_hooks.settings import load_settings

    name = find_remote(board, load_settings(board.repo.top or board.repo.git_dir))
    if not name:
        raise BoardError(
            "the board has no remote to sync with", "add one: git remote add origin URL; or name it: board.remote"
        )
    return name


def _merge(board: Board, actor: Actor, incoming: Incoming, report: SyncReport) -> SyncReport:
    """Brings what the remote has into the board; `report` with what came of it."""
    head = board_head(board)
    report = report._replace(head=head, notes=_unique((*report.notes, *_explain_history(board, incoming, report))))
    if not incoming.head or incoming.head == head:
        return report
    heads = Heads(_find_base(board, head, incoming.head), head, incoming.head)
    if not heads.base:
        note = f"the boards here and at `{report.remote}` were begun apart; both are kept, as one"
        report = report._replace(notes=(*report.notes, note))
    outcome = judge_incoming(board.repo, heads)
    report = _add(report, outcome)
    if heads.base == head and outcome.is_whole:
        _move(board, incoming.head, f"sync with {report.remote}")
        return report._replace(head=incoming.head)
    parents = () if heads.base == incoming.head else (incoming.head,)
    message = _describe(report.remote, outcome)
    return report._replace(head=commit_files(board, outcome.changes, message, actor, parents))


def _move(board: Board, head: str, why: str) -> None:
    try:
        move_board(board, head, why)
    except ProcessError:
        if not break_stale_lock(os.path.join(board.repo.common_dir, f"{REF}.lock")):
            raise
        move_board(board, head, why)


def _find_base(board: Board, local: str, remote: str) -> str:
    """The commit that both come from, empty when there is none; of several every machine takes the same."""
    done = call_store(board.repo, ["merge-base", "--all", local, remote])
    found = sorted(done.stdout.decode().split())
    if done.code > 1:
        reason = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise BoardError(f"the remote's board cannot be merged: {reason}", "is it a branch of commits?")
    return found[0] if found else ""


def _explain_history(board: Board, incoming: Incoming, report: SyncReport) -> tuple[str, ...]:
    """What happened to the remote's branch that a board's history does not do by itself."""
    if not incoming.shared or incoming.shared == incoming.head:
        return ()
    if not incoming.head:
        return (f"the board was deleted at `{report.remote}`; this one is pushed there again",)
    done = call_store(board.repo, ["merge-base", "--is-ancestor", incoming.shared, incoming.head])
    if done.code == 0:
        return ()
    what = f"the board at `{report.remote}` was put back behind {incoming.shared[:12]}, which it had before"
    return (f"{what}; nothing that this one has is given up, and all of it is pushed again",)


def _add(report: SyncReport, outcome: Outcome) -> SyncReport:
    return report._replace(
        taken=_unique((*report.taken, *outcome.taken)),
        merged=_unique((*report.merged, *outcome.merged)),
        records=_unique((*report.records, *outcome.records)),
        restored=_unique((*report.restored, *outcome.restored)),
        refused=_unique((*report.refused, *outcome.refused)),
    )


def _unique(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))


def _describe(remote: str, outcome: Outcome) -> str:
    lines = [
        *(f"{path} merged" for path in outcome.merged),
        *(f"{path} put back" for path in outcome.restored),
        *(f"{line}; left out" for line in outcome.refused),
        *(f"{path} says what gave way" for path in outcome.records),
    ]
    if len(lines) > MAX_LINES:
        lines[MAX_LINES:] = [f"and {len(lines) - MAX_LINES} more"]
    subject = f"board: merge {remote if remote.isprintable() else 'a remote'}"
    return "\n".join([subject, "", *lines] if lines else [subject]) + "\n"


def _wait(attempt: int) -> None:
    """Longer each time, and never as long as the others who lost the same race."""
    import random

    limit = min(MAX_WAIT_S, 0.05 * 2**attempt)
    time.sleep(random.uniform(0.01, limit))  # noqa: S311  # no secret
