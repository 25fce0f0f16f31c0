"""Moments as files write them, as seconds since the epoch."""

from __future__ import annotations

from datetime import UTC, datetime


def read_moment(text: str) -> float:
    """The moment that `text` names (`2026-11-22T10:00:00Z`, a date, any ISO form; UTC unless it says otherwise); 0 if none."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0
