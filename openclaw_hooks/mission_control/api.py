"""The same state for other programs: one JSON file per data set, and the schema of each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from openclaw_hooks.mission_control.pages import DATA, data_set_of

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER: Final = "api/v1"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def api_files(encoded: Mapping[str, bytes]) -> dict[str, bytes]:
    """`api/v1/<name>.json` for each data set, `index.json` that names them with their schemas, and the schemas."""
    files = {f"{FOLDER}/{name}.json": content + b"\n" for name, content in encoded.items()}
    listed = {name: {"file": f"{name}.json", "schema": f"schemas/{data_set_of(name)}.json"} for name in encoded}
    index = msgspec.json.format(msgspec.json.encode({"version": 1, "data": listed}), indent=1)
    return {**files, f"{FOLDER}/index.json": index + b"\n", **schema_files()}


@cache
def schema_files() -> dict[str, bytes]:
    """The JSON Schema of each data set, made from the structs that write it."""
    return {f"{FOLDER}/schemas/{name}.json": _encode(name, data.kind) for name, data in DATA.items()}


def _encode(name: str, kind: Any) -> bytes:
    schema = {"$schema": DIALECT, "title": name, **msgspec.json.schema(kind)}
    return msgspec.json.format(msgspec.json.encode(schema), indent=1) + b"\n"
