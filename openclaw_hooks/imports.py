"""Imports that hooks make cheaper than they come."""

from __future__ import annotations

import sys


def import_msgspec() -> None:
    """Import msgspec without typing_extensions, which it takes when it finds it and needs only before 3.11.

    That package costs 10 ms, half of it for `inspect`; a second import after this one works as ever.
    """
    if "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # None makes an import fail at once
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]
