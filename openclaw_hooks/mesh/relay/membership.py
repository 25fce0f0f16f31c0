"""As whom this repository belongs to a mesh: written when it joins, read by every command (see `board.membership`)."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks.board.membership import Membership, read_membership
from openclaw_hooks.files import atomic_write, display_path
from openclaw_hooks.mesh.place import MeshError

if TYPE_CHECKING:
    from openclaw_hooks.mesh.place import Place

__all__ = ["Membership", "forget_membership", "read_membership", "save_membership"]


def save_membership(place: Place, membership: Membership) -> None:
    """Write down as whom the repository belongs to a mesh; raises MeshError when that cannot be written."""
    content = msgspec.json.format(msgspec.json.encode(membership), indent=2) + b"\n"
    try:
        atomic_write(place.joined, content, 0o600)
    except OSError as error:
        raise MeshError(f"{display_path(place.joined)} cannot be written: {error.strerror}") from error


def forget_membership(place: Place) -> None:
    """The repository belongs to no mesh any more."""
    with suppress(FileNotFoundError):
        os.unlink(place.joined)
