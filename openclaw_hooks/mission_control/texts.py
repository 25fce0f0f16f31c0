"""The English words of the pages, from the files that the browser has them from too."""

from __future__ import annotations

import os
from functools import cache
from typing import Any, Final

import msgspec

ASSETS: Final = os.path.join(os.path.dirname(os.path.abspath(__file__)), "assets")

Words = dict[str, dict[str, Any]]


@cache
def load_texts() -> Words:
    """All words: name of the file without its ending -> key -> text, or {one, other} to be chosen by `n`."""
    folder = os.path.join(ASSETS, "texts")
    found: Words = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json"):
            with open(os.path.join(folder, name), "rb") as stream:
                found[name.removesuffix(".json")] = msgspec.json.decode(stream.read())
    return found


def text(key: str, **values: object) -> str:
    """The text of `key` (`<file>.<key>`) with `{name}` replaced; a key that has none is shown as it is, as in the browser."""
    file, _, name = key.partition(".")
    found = load_texts().get(file, {}).get(name, key)
    if isinstance(found, dict):
        found = found["one" if values.get("n") == 1 else "other"]
    for name, value in values.items():
        found = found.replace("{" + name + "}", str(value))
    return str(found)
