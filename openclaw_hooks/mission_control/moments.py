"""Moments as files write them, as seconds since the epoch."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

LAST: Final = 253_402_300_799  # the end of the year 9999, which is as far as calendars reach here


def read_moment(text: str) -> float:
    """The moment that `text` names (`2026-11-22T10:00:00Z`, a date, any ISO form; UTC unless it says otherwise); 0 if none."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0


def read_stamp(digits: str) -> int:
    """The seconds that git writes; 0 for what is none, and the last there is for a clock that went mad."""
    return min(int(digits[:20]), LAST) if digits.isdecimal() else 0


def show_moment(seconds: float) -> str:
    """The moment as `2026-11-22 10:00` in UTC, whatever a file says that it is; empty for none."""
    if not seconds > 0:  # NaN is not
        return ""
    return datetime.fromtimestamp(min(seconds, LAST), UTC).strftime("%Y-%m-%d %H:%M")
