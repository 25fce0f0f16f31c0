"""`.mcp.json`: our server beside those of others, on request, and taken away without a trace of us or a loss of theirs."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.setup.interpreter import find_command
from openclaw_hooks.setup.json_text import JsonError
from openclaw_hooks.setup.mcp_config import ENTRY, add_server, remove_server
from openclaw_hooks.setup.probe import DoctorFacts
from openclaw_hooks.setup.probe_mcp import probe_mcp
from openclaw_hooks.setup.repo_facts import read_repo_facts

if TYPE_CHECKING:
    from tests.setup.conftest import Scratch

BIN = Path(sys.executable).parent

THEIRS = b'{\n\t"mcpServers": {\n\t\t"db": {"command": "db-mcp", "args": ["--ro"]}\n\t},\n\t"x": 1.0\n}\n'

TEXTS = (
    "",
    "{}",
    '{"mcpServers": {}}',
    '{"mcpServers": {"a": {"command": "a"}}}',
    "\ufeff" + THEIRS.decode(),
    THEIRS.decode().replace("\n", "\r\n"),
)


@pytest.mark.parametrize("text", TEXTS)
def test_added_and_taken_away_every_byte_is_as_before(text: str) -> None:
    after = add_server(text)
    servers = json.loads(after.removeprefix("\ufeff"))["mcpServers"]
    assert servers.pop("openclaw-knowledge") == ENTRY
    assert add_server(after) == after
    before = remove_server(after, text or "{}")
    assert json.loads(before.removeprefix("\ufeff")) == json.loads(text.removeprefix("\ufeff") or "{}")
    if "\n" in text:
        assert before == text


@pytest.mark.parametrize("text", ["[]", '{"mcpServers": []}', '{"mcpServers": {}} // mine', '{"a": 1, "a": 2}'])
def test_what_cannot_be_added_to_is_not(text: str) -> None:
    with pytest.raises(JsonError):
        add_server(text)


def test_an_entry_of_that_name_that_is_not_ours_stays_in_either_direction() -> None:
    text = '{"mcpServers": {"openclaw-knowledge": {"type": "http", "url": "http://127.0.0.1:3100/mcp"}}}'
    assert add_server(text) == text
    assert remove_server(text) == text


def layer(scratch: Scratch, path: str) -> list[tuple[str, str]]:
    facts = read_repo_facts(str(scratch.path), find_command())
    return [(probe.status, probe.evidence) for probe in probe_mcp(DoctorFacts(facts, path))]


def test_init_adds_it_on_request_doctor_knows_it_and_uninstall_takes_ours_alone(scratch: Scratch) -> None:
    config = scratch.path / ".mcp.json"
    scratch.init("--no-board")
    assert not config.exists()

    config.write_bytes(THEIRS)
    scratch.git("add", ".mcp.json")
    done = scratch.openclaw("init", "--no-board", "--mcp")
    assert "change .mcp.json" in done.out
    assert "openclaw-hooks[mcp]" in done.out
    assert json.loads(config.read_text())["mcpServers"].keys() == {"db", "openclaw-knowledge"}
    assert "nothing changed" in scratch.openclaw("init", "--no-board", "--mcp").out
    assert layer(scratch, path="/usr/bin:/bin") == [("warn", ".mcp.json starts `openclaw-hooks`, which is not on PATH")]
    here = os.pathsep.join((str(BIN), "/usr/bin:/bin"))
    assert layer(scratch, path=here) == [("ok", ".mcp.json starts `openclaw-hooks knowledge serve --stdio`")]

    changed = config.read_bytes().replace(b"--ro", b"--rw")  # somebody went on to work with the file
    config.write_bytes(changed)
    assert scratch.openclaw("uninstall").code == 0
    assert config.read_bytes() == THEIRS.replace(b"--ro", b"--rw")


def test_a_file_that_was_ours_alone_goes_and_one_of_others_is_not_spoken_of(scratch: Scratch) -> None:
    config = scratch.path / ".mcp.json"
    scratch.init("--no-board", "--mcp")
    assert config.exists()
    found = json.loads(scratch.openclaw("doctor", "--json").out)["data"]["probes"]
    assert [probe["status"] for probe in found if probe["id"] == "mcp server"] == ["warn"]
    assert ".mcp.json" in scratch.openclaw("uninstall").out
    assert not config.exists()

    config.write_bytes(THEIRS)
    scratch.git("add", ".mcp.json")
    scratch.git("commit", "-qm", "chore: servers")
    scratch.init("--no-board")
    assert ".mcp.json" not in scratch.openclaw("uninstall").out
    assert config.read_bytes() == THEIRS
