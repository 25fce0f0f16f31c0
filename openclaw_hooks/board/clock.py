"""The time as the board's files write it."""

from __future__ import annotations

import time
from typing import Final

from openclaw_hooks.board.leases.held import stamp

LAST_ZONE: Final = 1400  # of git's fast-import; a variable TZ can say anything
HOUR_MINUTES: Final = 60


def utc_now() -> str:
    """The present time in UTC, such as 2026-11-22T10:00:00Z."""
    return stamp(time.time())


def local_zone() -> str:
    """The zone of this machine's time as a commit can say it, such as +0530; UTC for one that git would refuse."""
    zone = time.strftime("%z")[:5]
    is_plain = len(zone) == 5 and zone[1:].isdecimal()
    return zone if is_plain and int(zone[1:]) <= LAST_ZONE and int(zone[3:]) < HOUR_MINUTES else "+0000"
