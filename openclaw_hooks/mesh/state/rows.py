"""What a node tells of an agent run with the command that ends its task: judged here, put onto the lead's board with the change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.state.edit import TooLargeError
from openclaw_hooks.mesh.state.turn import ForbiddenError
from openclaw_hooks.plans.account import Account

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.mesh.state.turn import Turn

_RUN: Final = re.compile(r"R-[0-9a-hjkmnp-tv-z]{6}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read_account(turn: Turn) -> Account:
    """What the command says for the task's text, and of why a person has to look at the work."""
    return Account(turn.args.attempts, turn.args.review)


def take_row(turn: Turn) -> None:
    """Takes in the row of telemetry that came with the command, if one did; raises for one that is not the sender's own.

    Called once it is clear that the sender may do what it asks for. Secrets are taken out here too: what comes from
    another machine was searched by that machine alone.
    """
    if not turn.args.row:
        return
    from openclaw_hooks.agent.records.fit import fit_row
    from openclaw_hooks.agent.records.row import MAX_ROW_BYTES
    from openclaw_hooks.agent.records.store import decode_row, settle_outcome

    content = turn.args.row.encode("utf-8", "replace")
    if len(content) > MAX_ROW_BYTES:
        raise TooLargeError(f"the row of telemetry has {len(content):,} bytes, of {MAX_ROW_BYTES:,} at most")
    row = decode_row(content)
    _require_own(turn, row)
    turn.rows.append(settle_outcome(decode_row(fit_row(row)), turn.work.find(turn.named).status))


def _require_own(turn: Turn, row: Row) -> None:
    if row.node != turn.node:
        raise ForbiddenError(f"{turn.node} may not tell of a run of {row.node[:60]!a}: a node tells of its own runs")
    if row.task != turn.named:
        raise ForbiddenError(f"the row of telemetry is of {row.task[:60]!a}, the command of {turn.named}")
    if not _RUN.fullmatch(row.run) or not (_TIME.fullmatch(row.began) and _TIME.fullmatch(row.ended)):
        raise OpenclawError("the row of telemetry names no run, or not when it was", "is it of another version?")
