"""Sites made to be opened from a disk: material's offline plugin would load a script from elsewhere for its search."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.mkdocs_plugin.navigation import FOLDER

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


class Shim(NamedTuple):
    """A script of ours: where it lies in the site, and its source."""

    path: str
    source: str

    def read(self) -> bytes:
        """Its text."""
        with open(self.source, "rb") as stream:
            return stream.read()


# Material looks for this name, and adds no other script where it finds it.
SHIM: Final = Shim(
    f"{FOLDER}/assets/iframe-worker.js", os.path.join(os.path.dirname(os.path.abspath(__file__)), "iframe-worker.js")
)


def bring_shim(config: MkDocsConfig) -> None:
    """Names our script where the site uses the offline plugin and no script of that kind is named yet."""
    if not any(name.rpartition("/")[2] == "offline" for name in config.plugins):
        return
    scripts = config.extra.setdefault("polyfills", [])
    if not any("iframe-worker" in script for script in scripts):
        scripts.append(SHIM.path)
