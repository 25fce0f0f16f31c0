"""Numbers as text, so that a script can carry them: what a page opened from a disk may load."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.knowledge.embed.model import Matrix

LEVELS: Final = 7  # on either side of 0: 15 levels find as well as 255 (.0005 of nDCG), and take half the room
ZERO: Final = ord("H")  # the letter of level 0; -7 is A, 7 is O


def pack_numbers(numbers: Iterable[int]) -> str:
    """Numbers from 0 on, in base64 of seven bits a byte, low ones first; the last byte of each is below 128."""
    packed = bytearray()
    for number in numbers:
        rest = number
        while rest > 127:
            packed.append(rest & 127 | 128)
            rest >>= 7
        packed.append(rest)
    return base64.b64encode(packed).decode("ascii")


def pack_floats(numbers: Matrix) -> str:
    """float32[n], in base64 of their bytes, little-endian."""
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode("ascii")


def pack_rows(matrix: Matrix) -> dict[str, str]:
    """float32[n, d] as one letter a number and one scale a row; a row of zeros has scale 0.

    A letter takes a byte on the disk and, deflated on its way, the three and a half bits that it tells.
    """
    import numpy as np

    largest = np.abs(matrix).max(axis=1, initial=0)
    scales = (largest / np.float32(LEVELS)).astype(np.float32)
    levels = np.rint(matrix / np.where(scales > 0, scales, np.float32(1))[:, None]).astype(np.int8)
    return {"scales": pack_floats(scales), "rows": (levels + np.int8(ZERO)).astype(np.uint8).tobytes().decode("ascii")}
