"""What the documents at the top say: commands, make targets, hook ids and settings that really exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from openclaw_hooks.cli.app import COMMANDS
from openclaw_hooks.settings import parse_settings

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "AGENTS.md", "CHANGELOG.md", "benchmarks/README.md")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def read_code(name: str) -> str:
    """All code in a document: blocks and inline."""
    return "\n".join(CODE.findall((ROOT / name).read_text(encoding="utf-8")))


def read_blocks(name: str, language: str) -> list[str]:
    """The code blocks of a document in one language."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_openclaw_command_named_exists(document: str) -> None:
    named = set(re.findall(r"(?:^|[`$:] ?)openclaw ([a-z]+)", read_code(document), re.MULTILINE))
    assert named <= set(COMMANDS)
    assert document != "README.md" or named >= {"init", "check", "rules", "uninstall"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_named_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", read_code(document), re.MULTILINE)) <= targets


def test_the_readmes_settings_are_valid() -> None:
    blocks = [block for block in read_blocks("README.md", "yaml") if "format: 1" in block]
    assert blocks
    for block in blocks:
        assert parse_settings(block.encode()).push.protected == ("main", "release/**")


def test_the_hook_ids_in_the_readme_are_in_the_manifest() -> None:
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    [block] = [block for block in read_blocks("README.md", "yaml") if "repos:" in block]
    named = {hook["id"] for repo in yaml.safe_load(block)["repos"] for hook in repo["hooks"]}
    assert named
    assert named <= {hook["id"] for hook in manifest}


def test_rooms_in_contributing_are_those_of_the_package() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "openclaw_hooks").glob("*/__init__.py")}
    assert {room for room in rooms if f"`{room}/`" not in text} == set()
