"""Writes the JSON Schemas that the site publishes: `python tools/docs/publish_schemas.py`."""

from __future__ import annotations

from pathlib import Path

from openclaw_hooks.schemas import FORMATS, encode_schema

FOLDER = Path(__file__).parents[2] / "site/schemas"


def publish_schemas() -> None:
    """Write one file per format; a format that is gone loses its file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.json"):
        if path.stem not in FORMATS:
            path.unlink()
    for name in FORMATS:
        (FOLDER / f"{name}.json").write_bytes(encode_schema(name))


if __name__ == "__main__":
    publish_schemas()
