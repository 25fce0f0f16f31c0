"""The Claude Code plugin that this repository is: its files fit the package, and its command lines really guard."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks import __version__
from openclaw_hooks.setup.agent_files import BY_AGENT, is_guard
from openclaw_hooks.setup.handlers import Handler, list_handlers

if TYPE_CHECKING:
    from tests.conftest import Repository

ROOT = Path(__file__).parents[2]
PAYLOADS = ROOT / "tests/payloads/claude"


def read(name: str) -> Any:
    return json.loads((ROOT / name).read_text())


def plugin_call(event: str) -> str:
    words = f'sh "${{CLAUDE_PLUGIN_ROOT}}/hooks/openclaw-hook" claude {event}'
    return f"{words} || exit 2" if is_guard(event) else words


def test_the_hooks_are_those_that_init_writes_with_another_way_to_start_them() -> None:
    assert read("hooks/hooks.json")["hooks"] == BY_AGENT["claude"].make(plugin_call)["hooks"]


def test_the_manifests_name_this_version_and_this_folder() -> None:
    plugin, market = read(".claude-plugin/plugin.json"), read(".claude-plugin/marketplace.json")
    assert plugin["version"] == __version__
    assert [(entry["name"], entry["source"]) for entry in market["plugins"]] == [(plugin["name"], "./")]


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """The plugin as a host copies it, to a path with a space in it."""
    root = tmp_path / "the plugin"
    shutil.copytree(ROOT / "hooks", root / "hooks")
    return root


def call(repository: Repository, plugin: Path, handler: Handler, payload: str, **env: str) -> tuple[int, str, str]:
    """Runs one command line of hooks.json with an environment in which nothing of ours is on PATH."""
    done = subprocess.run(
        ["sh", "-c", handler.command],
        cwd=repository.path,
        input=payload,
        env={**os.environ, "PATH": "/usr/bin:/bin", "CLAUDE_PLUGIN_ROOT": str(plugin), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def handlers(event: str = "") -> list[Handler]:
    return [one for one in list_handlers(read("hooks/hooks.json")) if event in ("", one.event)]


def bash(repository: Repository, command: str) -> str:
    recorded = json.loads((PAYLOADS / "PreToolUse.Bash.json").read_text())["stdin"]
    return json.dumps({**recorded, "cwd": str(repository.path), "tool_input": {"command": command}})


def test_a_bypass_is_blocked_and_ls_is_not(repository: Repository, plugin: Path) -> None:
    guard = handlers("PreToolUse")[0]
    code, out, err = call(
        repository, plugin, guard, bash(repository, "git commit -n -m x"), OPENCLAW_PYTHON=sys.executable
    )
    assert (code, out) == (2, "")
    assert "-n" in err
    assert call(repository, plugin, guard, bash(repository, "ls"), OPENCLAW_PYTHON=sys.executable) == (0, "", "")


def test_recorded_payloads_of_every_event_are_answered(repository: Repository, plugin: Path) -> None:
    answered = set()
    for path in sorted(PAYLOADS.glob("*.json")):
        payload = json.loads(path.read_text())["stdin"] if "stdin" in path.read_text() else json.loads(path.read_text())
        for handler in handlers(payload["hook_event_name"]):
            text = json.dumps(payload).replace("/home/dev/project", str(repository.path))
            code, _, err = call(repository, plugin, handler, text, OPENCLAW_PYTHON=sys.executable)
            assert code == (2 if handler.event == "ConfigChange" and err else 0), (path.name, err)
            answered.add(handler.event)
    assert answered == {handler.event for handler in handlers()}


def test_the_command_is_found_where_pipx_puts_it_and_in_the_plugins_data(
    repository: Repository, plugin: Path, isolated_home: Path, tmp_path: Path
) -> None:
    guard, payload = handlers("PreToolUse")[0], bash(repository, "git commit -n -m x")
    script = f'#!/bin/sh\nexec "{sys.executable}" -I -m openclaw_hooks.hook "$@"\n'
    found = isolated_home / ".local/bin/openclaw-hook"
    found.parent.mkdir(parents=True)
    found.write_text(script)
    found.chmod(0o755)
    assert "-n" in call(repository, plugin, guard, payload)[2]
    found.unlink()
    python = tmp_path / "data/venv/bin/python3"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    assert "-n" in call(repository, plugin, guard, payload, CLAUDE_PLUGIN_DATA=str(tmp_path / "data"))[2]


def test_without_the_package_guards_block_with_what_to_do_and_notices_do_not(
    repository: Repository, plugin: Path
) -> None:
    for handler in handlers():
        code, out, err = call(repository, plugin, handler, bash(repository, "ls"))
        if is_guard(handler.event):
            assert (code, out) == (2, "")
            assert "pipx install openclaw-hooks" in err
        else:
            assert code == (1 if handler.event == "SessionStart" else 0), handler.event
