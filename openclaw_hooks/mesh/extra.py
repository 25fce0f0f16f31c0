"""Whether the packages that the mesh needs are installed: they are an extra."""

from __future__ import annotations

from typing import Final

from openclaw_hooks.mesh.place import EXTRA_HINT, MeshError

PACKAGES: Final = ("nats", "nkeys", "watchfiles")


def require_extra() -> None:
    """Raises MeshError when one of them is missing; imports none.

    A sidecar would start without them, and then complain of each of its parts for ever.
    """
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in PACKAGES):
        raise MeshError("the mesh needs packages that are not installed", EXTRA_HINT)
