"""Who may ask over HTTP, and which token is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.model import KnowledgeError
from openclaw_hooks.knowledge.serving.gate import is_loopback, judge_request
from openclaw_hooks.knowledge.serving.http import Listen, make_door
from openclaw_hooks.knowledge.serving.tokens import read_token

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "a-token-of-enough-length"


def test_which_addresses_are_of_this_machine_alone() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "[::1]", "LOCALHOST")] == [True] * 5
    others = ("0.0.0.0", "::", "192.168.0.7", "example.org", "localhost.evil.example", "127.0.0.1.evil.example", "")
    assert [is_loopback(host) for host in others] == [False] * 7


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "build.example.org"])
def test_others_come_in_with_a_token_alone(host: str) -> None:
    with pytest.raises(KnowledgeError, match="can be reached by others"):
        make_door(Listen(host, 3100))
    door = make_door(Listen(host, 3100, ("Kb.Example.Org",), TOKEN))

    def status(**headers: str) -> int:
        refusal = judge_request(door, "POST", "/mcp", headers)
        return refusal.status if refusal else 200

    mine = f"Bearer {TOKEN}"
    assert status(host="192.168.0.7:3100", authorization=mine) == 200
    assert status(host="[fd00::7]:3100", authorization=mine) == 200
    assert status(host="kb.example.org", authorization=mine) == 200
    assert status(host="192.168.0.7:3100") == 401
    assert status(host="evil.example", authorization=mine) == 421  # led here by a name that is not ours
    assert status(host="192.168.0.7", origin="http://evil.example", authorization=mine) == 403
    assert status(authorization=mine) == 421
    # A page is ours by the name it was asked for: at an address, too, it may be anybody's.
    assert status(host="192.168.0.7:3100", origin="http://192.168.0.7:3100", authorization=mine) == 200
    assert status(host="192.168.0.7:3100", origin="http://192.168.0.66", authorization=mine) == 403


def test_on_this_machine_an_address_of_another_is_no_name_of_ours() -> None:
    door = make_door(Listen("127.0.0.1", 3100))
    refusal = judge_request(door, "POST", "/mcp", {"host": "192.168.0.7"})
    assert refusal is not None
    assert refusal.status == 421


def test_a_token_is_long_and_in_a_file_of_ours_alone(tmp_path: Path) -> None:
    assert read_token("", {}) == ""
    assert read_token("", {"OPENCLAW_MCP_TOKEN": f" {TOKEN}\n"}) == TOKEN
    with pytest.raises(KnowledgeError, match="16 to 1,024 characters"):
        read_token("", {"OPENCLAW_MCP_TOKEN": "short"})
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}-of-the-file\n")
    file.chmod(0o640)
    with pytest.raises(KnowledgeError, match="others have a right"):
        read_token(str(file), {})
    file.chmod(0o600)
    assert read_token(str(file), {"OPENCLAW_MCP_TOKEN": TOKEN}) == f"{TOKEN}-of-the-file"
    file.write_text("\n")
    with pytest.raises(KnowledgeError, match="holds no token"):
        read_token(str(file), {})
    with pytest.raises(KnowledgeError, match="cannot be read"):
        read_token(str(tmp_path / "nowhere"), {})
