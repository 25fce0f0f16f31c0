"""The site of a repository that has no mkdocs.yml, or one without our plugin: Mission Control alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

STYLE: Final = "mission-control.css"
FOLDER: Final = os.path.join("build", "mission-control")  # where it is built, below the top of the repository
# material's own search cannot work in pages opened from a disk; our search page does, and finds more.
PLUGINS: Final = ("openclaw",)


def write_default(folder: Path, root: str, name: str) -> str:
    """The path of a mkdocs.yml that is written below `folder`, for the repository at `root` called `name`."""
    import json

    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "default.css")
    (folder / "docs").mkdir()
    with open(source, encoding="utf-8") as stream:
        (folder / "docs" / STYLE).write_text(stream.read(), encoding="utf-8")
    path = folder / "mkdocs.yml"
    path.write_text(json.dumps(default_config(root, name)), encoding="utf-8")  # JSON is YAML, and quotes what it must
    return str(path)


def default_config(root: str, name: str) -> dict[str, Any]:
    """The configuration: light, dark or as the system is; files that can be opened from a disk as well."""
    return {
        "site_name": name,
        "use_directory_urls": False,
        "theme": {
            "name": "material",
            "font": False,
            "icon": {"logo": "material/view-dashboard-outline"},
            "palette": [
                _scheme("(prefers-color-scheme)", "", "material/brightness-auto", "As the system is: switch to light"),
                _scheme("(prefers-color-scheme: light)", "default", "material/weather-sunny", "Light: switch to dark"),
                _scheme(
                    "(prefers-color-scheme: dark)", "slate", "material/weather-night", "Dark: switch to the system's"
                ),
            ],
        },
        "extra": {"generator": False, "homepage": "openclaw/index.html"},
        "extra_css": [STYLE],
        "plugins": [{name: {"repo": root}} for name in PLUGINS],
    }


def _scheme(media: str, scheme: str, icon: str, name: str) -> dict[str, Any]:
    # Those of the first also hold where no script runs.
    colours = {"primary": "custom", "accent": "custom", **({"scheme": scheme} if scheme else {})}
    return {"media": media, "toggle": {"icon": icon, "name": name}, **colours}
