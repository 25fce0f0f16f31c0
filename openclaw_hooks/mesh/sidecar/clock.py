"""The time of day that leases go by: the server's, where this machine's own is far from it.

Any machine may lead, and the next one goes on with the leases of the one before. A clock that is a day ahead would
find all of them at their end, and give away what others are working on.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.replica.leadership import read_clock
from openclaw_hooks.mesh.replica.streams import stream_state
from openclaw_hooks.mesh.replica.writes import LEASES

if TYPE_CHECKING:
    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.sync_log import SyncLog

NEAR_S = 60.0  # clocks are never quite alike, and an answer takes its time
HOUR_S = 3600.0


class ServerClock:
    """The time of day for decisions. `look` now and then: between two looks it goes on evenly, whatever is set here."""

    def __init__(self, connection: Connection, log: SyncLog) -> None:
        self._connection = connection
        self._log = log
        self._ahead: float | None = None  # of a clock that nobody sets, which began at some time
        self._was_off = False

    async def look(self) -> None:
        """Asks the server for the time; raises MeshError when it does not answer."""
        state = await stream_state(self._connection, LEASES)
        self._ahead = state.at - read_clock() if state.at else None
        off_s = self._find_off(time.time())
        if bool(off_s) != self._was_off:
            self._was_off = bool(off_s)
            if self._was_off:
                self._log.complain("clock", _describe(off_s))
            else:
                self._log.over("clock")
                self._log.note("clock", "this machine's clock is right again")

    def now(self) -> float:
        """Seconds since 1970."""
        own = time.time()
        return own - self._find_off(own)

    def _find_off(self, own: float) -> float:
        """How far this machine's time of day is ahead, 0.0 while it is near enough."""
        if self._ahead is None:
            return 0.0
        off_s = own - self._ahead - read_clock()
        return off_s if abs(off_s) > NEAR_S else 0.0


def _describe(off_s: float) -> str:
    way = "ahead of" if off_s > 0 else "behind"
    return f"this machine's clock is {abs(off_s) / HOUR_S:,.1f} hours {way} the server's, which leases go by"
