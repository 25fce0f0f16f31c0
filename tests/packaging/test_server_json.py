"""`server.json`, by which a registry of MCP servers knows this one: in step with the package, and a command that works."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from openclaw_hooks import __version__
from openclaw_hooks.cli.app import load_command
from openclaw_hooks.setup.mcp_config import ENTRY

ROOT = Path(__file__).resolve().parent.parent.parent
SERVER: dict[str, Any] = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))


def test_it_is_of_the_form_that_the_registry_asks_for() -> None:
    assert re.fullmatch(
        r"https://static\.modelcontextprotocol\.io/schemas/\d{4}-\d\d-\d\d/server\.schema\.json", SERVER["$schema"]
    )
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", SERVER["name"])
    assert 1 <= len(SERVER["description"]) <= 100
    (package,) = SERVER["packages"]
    assert (package["registryType"], package["transport"]) == ("pypi", {"type": "stdio"})
    for variable in package["environmentVariables"]:
        assert variable.keys() <= {"name", "description", "format", "default"}


def test_it_is_in_step_with_the_package_and_the_readme_vouches_for_it() -> None:
    (package,) = SERVER["packages"]
    assert [SERVER["version"], package["version"]] == [__version__] * 2
    (extra,) = package["runtimeArguments"]
    assert (extra["name"], extra["value"]) == ("--with", f"openclaw-hooks[mcp]=={__version__}")
    assert f"<!-- mcp-name: {SERVER['name']} -->" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_words_start_the_server() -> None:
    (package,) = SERVER["packages"]
    words = [argument["value"] for argument in package["packageArguments"]]
    assert [package["identifier"], *words] == [ENTRY["command"], *ENTRY["args"]]
    assert load_command("knowledge") is not None
