"""Facts in, files out: everything of Mission Control that lies beside its pages."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.mission_control.api import api_files
from openclaw_hooks.mission_control.bundle import link_modules, read_sources
from openclaw_hooks.mission_control.emit import encode_json, script, short_hash
from openclaw_hooks.mission_control.pages import DATA, FIRST_STYLES, data_set_of
from openclaw_hooks.mission_control.texts import ASSETS, load_texts

if TYPE_CHECKING:
    from collections.abc import Collection

    from openclaw_hooks.mission_control.facts import Facts

ENTRY: Final = "main.js"
ALL_PARTS: Final = frozenset(part for data in DATA.values() for part in data.parts)


class Encoded(NamedTuple):
    """A data set as JSON that may stand inside a script, and its hash."""

    json: bytes
    hash: str


def build(facts: Facts) -> dict[str, bytes]:
    """The files of Mission Control by their path below its folder: scripts of data, assets, the interface for programs."""
    encoded = encode_data(facts)
    return {**build_assets(), **data_files(encoded), **api_files({name: data.json for name, data in encoded.items()})}


def build_changed(facts: Facts, parts: Collection[str]) -> dict[str, bytes]:
    """The files of the data that comes from `parts` of `facts`, and the list of versions."""
    encoded = encode_data(facts)
    names = {name for name in encoded if DATA[data_set_of(name)].parts & set(parts)}
    return {path: content for path, content in data_files(encoded).items() if _name_of(path) in {*names, "version"}}


@lru_cache(maxsize=2)
def encode_data(facts: Facts) -> dict[str, Encoded]:
    """Every data set by name, those in several files one by one."""
    found: dict[str, Encoded] = {}
    for name, data in DATA.items():
        made = data.make(facts)
        for key, value in made.items() if data.prefix else ((name, made),):
            content = encode_json(value)
            found[key] = Encoded(content, short_hash(content))
    return found


def data_files(encoded: dict[str, Encoded]) -> dict[str, bytes]:
    """A script for each data set, and the hashes of all, as a script and as JSON."""
    files = {f"data/{name}.js": script(name, data.json) for name, data in encoded.items()}
    versions = encode_json({name: data.hash for name, data in encoded.items()})
    return {**files, "data/version.js": script("version", versions), "data/version.json": versions + b"\n"}


def data_version(facts: Facts) -> str:
    """A short text that changes when any data does; for addresses that caches must not mix up."""
    return short_hash("".join(data.hash for data in encode_data(facts).values()).encode())


def _name_of(path: str) -> str:
    return os.path.basename(path).partition(".")[0]


@cache
def build_assets() -> dict[str, bytes]:
    """The script, the style sheet and what is vendored; the same for every repository."""
    files = {
        "assets/mc.js": link_modules(read_sources(os.path.join(ASSETS, "js")), ENTRY, load_texts()),
        "assets/mc.css": _join_styles(),
    }
    vendor = os.path.join(ASSETS, "vendor")
    for parent, _, names in os.walk(vendor):
        for name in names:
            full = os.path.join(parent, name)
            with open(full, "rb") as stream:
                files[f"assets/vendor/{os.path.relpath(full, vendor).replace(os.sep, '/')}"] = stream.read()
    return files


def _join_styles() -> bytes:
    folder = os.path.join(ASSETS, "css")
    names = sorted(name.removesuffix(".css") for name in os.listdir(folder) if name.endswith(".css"))
    parts = []
    for name in sorted(names, key=lambda name: FIRST_STYLES.index(name) if name in FIRST_STYLES else len(FIRST_STYLES)):
        with open(os.path.join(folder, f"{name}.css"), "rb") as stream:
            parts.append(stream.read())
    return b"\n".join(parts)


@cache
def asset_version() -> str:
    """A short text that changes when script or style sheet do."""
    return short_hash(b"".join(content for path, content in build_assets().items() if path.count("/") == 1))
