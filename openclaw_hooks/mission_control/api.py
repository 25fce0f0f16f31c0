"""The same state for other programs: one JSON file per data set, and the schema of each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from openclaw_hooks.mission_control.pages import DATA, data_set_of

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER: Final = "api/v1"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def list_interface(names: Iterable[str]) -> dict[str, bytes]:
    """What leads to `api/v1/<name>.json` of each data set: `index.json` that names them with their schemas, and those."""
    listed = {name: {"file": f"{name}.json", "schema": f"schemas/{data_set_of(name)}.json"} for name in names}
    index = msgspec.json.format(msgspec.json.encode({"version": 1, "data": listed}), indent=1)
    return {f"{FOLDER}/index.json": index + b"\n", **schema_files()}


@cache
def schema_files() -> dict[str, bytes]:
    """The JSON Schema of each data set, made from the structs that write it."""
    return {f"{FOLDER}/schemas/{name}.json": _encode(name, data.kind) for name, data in DATA.items()}


def _encode(name: str, kind: Any) -> bytes:
    schema = {"$schema": DIALECT, "title": name, **msgspec.json.schema(kind)}
    return msgspec.json.format(msgspec.json.encode(schema), indent=1) + b"\n"
