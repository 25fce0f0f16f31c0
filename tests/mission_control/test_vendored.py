"""The browser libraries and fonts in the package are those that were taken from their packages, with their licences."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

import openclaw_hooks

VENDOR = Path(openclaw_hooks.__file__).parent / "mission_control/assets/vendor"
MANIFEST: dict[str, dict[str, Any]] = json.loads((VENDOR / "manifest.json").read_text())
LICENCES = {"MIT": "Permission is hereby granted", "ISC": "Permission to use", "OFL-1.1": "SIL OPEN FONT LICENSE"}


def test_every_vendored_file_is_as_it_was_taken() -> None:
    there = {path.relative_to(VENDOR).as_posix(): path.read_bytes() for path in VENDOR.rglob("*") if path.is_file()}
    del there["manifest.json"]
    assert {path: len(content) for path, content in there.items()} == {
        path: entry["bytes"] for path, entry in MANIFEST.items()
    }
    for path, content in there.items():
        assert hashlib.sha256(content).hexdigest() == MANIFEST[path]["sha256"], f"{path} was changed by hand"


@pytest.mark.parametrize("library", sorted({path.split("/")[0] for path in MANIFEST}))
def test_each_library_says_its_version_and_brings_the_text_of_its_licence(library: str) -> None:
    text = (VENDOR / library / "LICENSE").read_text()
    lines = (VENDOR / library / "VERSION").read_text().splitlines()
    assert lines
    for line in lines:
        package, version, licence = line.split(" ")
        assert package
        assert version[0].isdigit()
        assert LICENCES[licence] in text


@pytest.mark.parametrize("path", [path for path in MANIFEST if path.endswith(".js")])
def test_vendored_scripts_ask_for_no_source_map_and_name_no_other_machine(path: str) -> None:
    text = (VENDOR / path).read_text()
    assert "sourceMappingURL" not in text
    hosts = {part.split("/")[0] for part in text.split("https://")[1:]}
    assert hosts <= {"d3js.org"}, "only in a comment that says where it is from"
