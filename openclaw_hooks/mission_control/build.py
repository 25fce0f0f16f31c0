"""Facts in, files out: everything of Mission Control that lies beside its pages."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.mission_control.api import FOLDER as API_FOLDER
from openclaw_hooks.mission_control.api import list_interface
from openclaw_hooks.mission_control.bundle import PAGES_FOLDER, drop_comments, link_modules, read_sources
from openclaw_hooks.mission_control.emit import encode_json, script, short_hash
from openclaw_hooks.mission_control.pages import DATA, FIRST_STYLES, PAGES, is_wanted
from openclaw_hooks.mission_control.texts import ASSETS, load_texts
from openclaw_hooks.mission_control.views.keeping import forget_views

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

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
    return dict(make_files(facts))


def make_files(facts: Facts) -> Iterator[tuple[str, bytes]]:
    """The same files one by one: whoever writes each as it comes has no more than a row of DATA in memory."""
    yield from build_assets().items()
    if is_wanted("search-index", facts):
        yield from facts.knowledge.files.items()
    hashes: dict[str, str] = {}
    for row in DATA:
        for name, data in _encode_row(row, facts).items():
            hashes[name] = data.hash
            yield _script_of(name, data)
            yield _interface_of(name, data)
    yield from version_files(hashes).items()
    yield from list_interface(hashes).items()


def build_changed(facts: Facts, before: Facts, rows: Collection[str] = tuple(DATA)) -> dict[str, bytes]:
    """The files that differ from those of `before`, an earlier reading of the same place: data, their interface, versions.

    `rows` are those of DATA that are looked at: whoever waits for a task that was written asks for URGENT first, and for
    all of them later.
    """
    old = hash_data(before)
    changed = encode_changed(facts, old, rows)
    new = hash_data(before, tuple(name for name in DATA if name not in rows)) | hash_data(facts, rows)
    if not changed and old.keys() == new.keys():
        return {}
    return {**changed_files(changed), **version_files(new)}


class _Row(NamedTuple):
    """The hashes of a row of DATA as it was made, and of which objects."""

    made_of: tuple[object, ...]
    hashes: dict[str, str]


_KNOWN: Final[dict[str, tuple[_Row, ...]]] = {}  # the last two of each row: a live page asks again and again


def forget() -> None:
    """Lets go of what was made of any facts, for a process that goes on with something else."""
    _KNOWN.clear()
    forget_views()


def encode_data(facts: Facts, rows: Collection[str] = tuple(DATA)) -> dict[str, Encoded]:
    """The data sets of `rows` by name, those in several files one by one."""
    return {name: encoded for row in rows for name, encoded in _encode_row(row, facts).items()}


def encode_changed(facts: Facts, hashes: Mapping[str, str], rows: Collection[str] = tuple(DATA)) -> dict[str, Encoded]:
    """The data sets of `rows` whose hash is not that of `hashes`; what its parts did not change for is not made again."""
    changed: dict[str, Encoded] = {}
    for row in rows:
        known = _find_hashes(row, facts)
        if known is None or not known.items() <= hashes.items():
            made = _encode_row(row, facts)
            changed |= {name: data for name, data in made.items() if hashes.get(name) != data.hash}
    return changed


def hash_data(facts: Facts, rows: Collection[str] = tuple(DATA)) -> dict[str, str]:
    """The hashes of the data sets of `rows` by name."""
    found: dict[str, str] = {}
    for row in rows:
        known = _find_hashes(row, facts)
        found |= {name: data.hash for name, data in _encode_row(row, facts).items()} if known is None else known
    return found


def _encode_row(row: str, facts: Facts) -> dict[str, Encoded]:
    """The data sets of one row, made now; of them the hashes alone are kept."""
    encoded = {key: encode_json(value) for key, value in _make_row(row, facts).items()}
    found = {key: Encoded(content, short_hash(content)) for key, content in encoded.items()}
    newest = _Row(_parts_of(row, facts), {key: value.hash for key, value in found.items()})
    _KNOWN[row] = (newest, *_KNOWN.get(row, ()))[:2]
    return found


def _make_row(row: str, facts: Facts) -> dict[str, Any]:
    """The values of a row by name; none of a row that only a page has which is not wanted."""
    if not is_wanted(row, facts):
        return {}
    data = DATA[row]
    made = data.make(facts)
    return dict(made) if data.prefix else {row: made}


def _find_hashes(row: str, facts: Facts) -> dict[str, str] | None:
    """The hashes of a row that was made of the same objects before; None when it was not."""
    parts = _parts_of(row, facts)
    for known in _KNOWN.get(row, ()):
        if all(one is other for one, other in zip(known.made_of, parts, strict=True)):
            return known.hashes
    return None


def _parts_of(row: str, facts: Facts) -> tuple[object, ...]:
    return (facts.place.options, *(getattr(facts, part) for part in sorted(DATA[row].parts)))


def changed_files(encoded: Mapping[str, Encoded]) -> dict[str, bytes]:
    """A script and a file of the interface for each data set."""
    return dict(made(name, data) for name, data in encoded.items() for made in (_script_of, _interface_of))


def _script_of(name: str, data: Encoded) -> tuple[str, bytes]:
    return f"data/{name}.js", script(name, data.json)


def _interface_of(name: str, data: Encoded) -> tuple[str, bytes]:
    return f"{API_FOLDER}/{name}.json", data.json + b"\n"


def version_files(hashes: Mapping[str, str]) -> dict[str, bytes]:
    """The hashes of all data sets, as a script and as JSON."""
    versions = encode_json(hashes)
    return {"data/version.js": script("version", versions), "data/version.json": versions + b"\n"}


def data_version(facts: Facts) -> str:
    """A short text that changes when any data does; for addresses that caches must not mix up."""
    return short_hash("".join(hash_data(facts).values()).encode())


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
