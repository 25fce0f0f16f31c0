"""Where the shipped data lies: inside the wheel, or in the checkout of an editable install."""

from __future__ import annotations

import os

PACKAGE = os.path.dirname(os.path.abspath(__file__))


def data_folder(name: str) -> str:
    """The absolute path of the shipped folder `name` (`rules`, `roles`, ...).

    An installed wheel carries it under `openclaw_hooks/data`; a checkout has it beside the package.
    """
    inside = os.path.join(PACKAGE, "data", name)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(PACKAGE), name)
