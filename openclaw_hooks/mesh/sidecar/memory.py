"""Memory that a pass over a whole board took, given back to the system: a sidecar lives for weeks between two of them."""

from __future__ import annotations

from contextlib import suppress


def give_memory_back(*, after_all: bool) -> None:
    """Has the C library let go of what is free; one that has no such call keeps it for the next pass.

    `after_all`: a pass over the whole board, which is worth looking for what refers to itself.
    """
    import ctypes
    import gc

    if after_all:
        gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
