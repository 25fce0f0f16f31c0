"""The time as the board's files write it."""

from __future__ import annotations

import time

from openclaw_hooks.board.held import stamp


def utc_now() -> str:
    """The present time in UTC, such as 2026-11-22T10:00:00Z."""
    return stamp(time.time())
