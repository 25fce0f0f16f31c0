"""The index of what the repository knows, as a browser holds it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from openclaw_hooks.knowledge.browser.reading import read_browser_files
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.mission_control.emit import encode_json, script
from openclaw_hooks.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.mission_control.place import Place


@dataclass(frozen=True)
class KnowledgeFacts:
    """The scripts of the index by their path below Mission Control's folder; none where there is no index."""

    files: Mapping[str, bytes] = field(default_factory=dict)


def read_knowledge(place: Place) -> KnowledgeFacts:
    """The scripts of the index that `openclaw knowledge` made here, brought up to date; none where it made none."""
    if place.repo is None or not place.repo.top or find_spec("apsw") is None:
        return KnowledgeFacts()
    found = read_browser_files(find_place(place.root, os.environ), load_settings(place.root).knowledge, _emit)
    return KnowledgeFacts({f"data/{name}.js": content for name, content in found.items()})


def _emit(name: str, value: Any) -> bytes:
    return script(name, encode_json(value))
