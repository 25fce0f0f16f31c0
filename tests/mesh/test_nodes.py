"""Names, keys, addresses and the registry: what may become part of the server's configuration."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mesh.config import ServerSettings, make_url, parse_listen, read_settings
from openclaw_hooks.mesh.keys import ensure_key, load_key, make_key, read_seed
from openclaw_hooks.mesh.nodes import Node, NodeRole, Registry, check_name, read_registry, write_registry
from openclaw_hooks.mesh.place import MeshError, Place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["a", "0", "node-1", "a_b", "x" * 63])
def test_names_that_a_node_can_have(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "a.b", "A", "*", ">", "a b", "-a", "_a", "x" * 64, "ä", "a\n", "../a", "human", "lead", "mesh", 'a"', "a$b"],
)
def test_names_that_would_be_more_than_one_token_or_somebody_else(name: str) -> None:
    with pytest.raises(MeshError):
        check_name(name)


def test_a_key_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    path = str(tmp_path / "keys" / "boss.seed")
    key = ensure_key(path)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
    assert ensure_key(path) == load_key(path) == key
    assert key.public.startswith("U")
    assert key.seed not in repr(key)


def test_two_keys_are_never_the_same() -> None:
    assert make_key().public != make_key().public


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    path = str(tmp_path / "boss.seed")
    ensure_key(path)
    os.chmod(path, 0o604)
    with pytest.raises(MeshError, match="others may read"):
        load_key(path)


def test_a_seed_with_a_wrong_character_is_refused_without_being_shown() -> None:
    seed = make_key().seed
    for place in range(len(seed)):
        other = "A" if seed[place] != "A" else "B"
        with pytest.raises(MeshError) as refused:
            read_seed(seed[:place] + other + seed[place + 1 :])
        assert seed[5:20] not in str(refused.value)


@pytest.mark.parametrize("text", ["", "SU", "x" * 58, "SU" + "é" * 56, "U" + "A" * 55])
def test_what_is_no_seed_is_refused(text: str) -> None:
    with pytest.raises(MeshError, match="no seed of a user"):
        read_seed(text)


def test_the_registry_reads_back_what_was_written(tmp_path: Path) -> None:
    place = Place(str(tmp_path))
    registry = Registry((Node("a", NodeRole.WORKER, make_key().public, "2026-01-01T00:00:00Z", revoked="x"),))
    write_registry(place, registry)
    assert read_registry(place) == registry
    assert stat.S_IMODE(os.stat(place.nodes).st_mode) == 0o600


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is broken"),
        ("[]", "is broken"),
        ('{"nodes": [], "format": 2}', "has format 2"),
        ('{"nodes": [], "extra": 1}', "is broken"),
        ('{"nodes": [{"name": "a", "role": "worker", "public_key": "U } }", "created": ""}]}', "no valid public key"),
        ('{"nodes": [{"name": "a.>", "role": "worker", "public_key": "", "created": ""}]}', "is no name of a node"),
    ],
)
def test_a_registry_that_was_tampered_with_never_becomes_configuration(tmp_path: Path, text: str, said: str) -> None:
    place = Place(str(tmp_path))
    (tmp_path / "nodes.json").write_text(text)
    with pytest.raises(MeshError, match=said):
        read_registry(place)


def test_broken_settings_are_told(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text("{")
    with pytest.raises(MeshError, match=r"server\.json is broken"):
        read_settings(Place(str(tmp_path)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("127.0.0.1", ("127.0.0.1", 0)),
        ("127.0.0.1:4222", ("127.0.0.1", 4222)),
        ("example.org:1", ("example.org", 1)),
        ("::1", ("::1", 0)),
        ("[::1]:4222", ("::1", 4222)),
        ("[::]", ("::", 0)),
        ("0.0.0.0", ("0.0.0.0", 0)),
    ],
)
def test_addresses_to_listen_on(text: str, found: tuple[str, int]) -> None:
    assert parse_listen(text) == found


@pytest.mark.parametrize("text", ["", ":4222", "a b", "a:99999", "a:b", "[::1", "a:1:2:x", 'a"', "a\n"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(MeshError, match="is no address to listen on"):
        parse_listen(text)


def test_urls_are_what_clients_take() -> None:
    assert make_url(ServerSettings(port=4222)) == "nats://127.0.0.1:4222"
    assert make_url(ServerSettings(host="::1", port=1)) == "nats://[::1]:1"
    assert make_url(ServerSettings(host="0.0.0.0", port=1, tls_certificate="x"), "lab") == "tls://lab:1"
