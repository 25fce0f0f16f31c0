"""Facts in, files out: everything of Mission Control that lies beside its pages."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.mission_control.api import FOLDER as API_FOLDER
from openclaw_hooks.mission_control.api import api_files
from openclaw_hooks.mission_control.bundle import PAGES_FOLDER, drop_comments, link_modules, read_sources
from openclaw_hooks.mission_control.emit import encode_json, script, short_hash
from openclaw_hooks.mission_control.pages import DATA, FIRST_STYLES, PAGES
from openclaw_hooks.mission_control.texts import ASSETS, load_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from openclaw_hooks.mission_control.facts import Facts

ENTRY: Final = "main.js"
SCRIPT: Final = "assets/mc.js"
STYLE: Final = "assets/mc.css"
URGENT: Final = ("site", "tasks", "bodies")


class Encoded(NamedTuple):
    """A data set as JSON that may stand inside a script, and its hash."""

    json: bytes
    hash: str


def build(facts: Facts) -> dict[str, bytes]:
    """The files of Mission Control by their path below its folder: scripts of data, assets, the interface for programs."""
    encoded = encode_data(facts)
    interface = api_files({name: data.json for name, data in encoded.items()})
    data = {**data_files(encoded), **facts.knowledge.files}
    return {**build_assets(), **data, **version_files(encoded), **interface}


def build_changed(facts: Facts, before: Facts, rows: Collection[str] = tuple(DATA)) -> dict[str, bytes]:
    """The files that differ from those of `before`, an earlier reading of the same place: data, their interface, versions.

    `rows` are those of DATA that are looked at: whoever waits for a task that was written asks for URGENT first, and for
    all of them later.
    """
    old = encode_data(before)
    new = encode_data(before, tuple(name for name in DATA if name not in rows)) | encode_data(facts, tuple(rows))
    changed = {name: data for name, data in new.items() if name not in old or old[name].hash != data.hash}
    if not changed and old.keys() == new.keys():
        return {}
    interface = {f"{API_FOLDER}/{name}.json": data.json + b"\n" for name, data in changed.items()}
    return {**data_files(changed), **version_files(new), **interface}


class _Row(NamedTuple):
    """A row of DATA as it was last made, and of which objects."""

    made_of: tuple[object, ...]
    encoded: dict[str, Encoded]


_LAST: Final[dict[str, _Row]] = {}  # of the place that was built last: a live page asks again and again


def encode_data(facts: Facts, rows: Collection[str] = tuple(DATA)) -> dict[str, Encoded]:
    """The data sets of `rows` by name, those in several files one by one."""
    return {name: encoded for row in rows for name, encoded in _encode_row(row, facts).items()}


@lru_cache(maxsize=2 * len(DATA))
def _encode_row(row: str, facts: Facts) -> dict[str, Encoded]:
    """The data sets of one row; what its parts did not change for is not made again."""
    data = DATA[row]
    made_of = (facts.place.options, *(getattr(facts, part) for part in sorted(data.parts)))
    last = _LAST.get(row)
    if last is None or any(one is not other for one, other in zip(last.made_of, made_of, strict=True)):
        made = data.make(facts)
        encoded = {key: encode_json(value) for key, value in (made.items() if data.prefix else ((row, made),))}
        kept = {key: Encoded(content, short_hash(content)) for key, content in encoded.items()}
        last = _LAST[row] = _Row(made_of, kept)
    return last.encoded


def data_files(encoded: Mapping[str, Encoded]) -> dict[str, bytes]:
    """A script for each data set."""
    return {f"data/{name}.js": script(name, data.json) for name, data in encoded.items()}


def version_files(encoded: Mapping[str, Encoded]) -> dict[str, bytes]:
    """The hashes of all data sets, as a script and as JSON."""
    versions = encode_json({name: data.hash for name, data in encoded.items()})
    return {"data/version.js": script("version", versions), "data/version.json": versions + b"\n"}


def data_version(facts: Facts) -> str:
    """A short text that changes when any data does; for addresses that caches must not mix up."""
    return short_hash("".join(data.hash for data in encode_data(facts).values()).encode())


@cache
def build_assets() -> dict[str, bytes]:
    """The script, the style sheet and what is vendored; the same for every repository."""
    scripts = link_modules(read_sources(os.path.join(ASSETS, "js")), ENTRY, load_texts())
    files = {SCRIPT if name == ENTRY else f"assets/{name}": content for name, content in scripts.items()}
    files[STYLE] = _join_styles(FIRST_STYLES)
    files |= {f"assets/{PAGES_FOLDER}{page.name}.css": _join_styles(page.styles) for page in PAGES}
    vendor = os.path.join(ASSETS, "vendor")
    for parent, _, names in os.walk(vendor):
        for name in names:
            full = os.path.join(parent, name)
            with open(full, "rb") as stream:
                files[f"assets/vendor/{os.path.relpath(full, vendor).replace(os.sep, '/')}"] = stream.read()
    return files


def _join_styles(names: Collection[str]) -> bytes:
    parts = []
    for name in names:
        with open(os.path.join(ASSETS, "css", f"{name}.css"), encoding="utf-8") as stream:
            parts.append(drop_comments(stream.read()))
    return "\n".join(parts).encode()


@cache
def asset_version() -> str:
    """A short text that changes when script or style sheet do."""
    return short_hash(b"".join(content for path, content in build_assets().items() if "/vendor/" not in path))
