"""The deep pass adds what only detect-secrets finds, leaves its global settings alone, and asks no server."""

import socket

import pytest

from openclaw_hooks.secrets.deep import deep_scan
from openclaw_hooks.secrets.scan import scan_text
from tests.secrets.examples import random_text

UNNAMED = random_text(48)


def test_deep_finds_what_the_fast_scan_leaves() -> None:
    text = f'first line\nvalue = "{UNNAMED}"\n'
    assert scan_text(text, "a.py") == []
    (match,) = deep_scan(text, "a.py")
    assert (match.line, match.secret) == (2, UNNAMED)
    assert text[match.start : match.end] == UNNAMED
    assert match.rule.startswith("deep-")


def test_deep_leaves_out_what_the_fast_scan_finds() -> None:
    text = 'token = "glpat-' + random_text(20) + '"\n'
    assert scan_text(text, "a.py") != []
    assert deep_scan(text, "a.py") == []


def test_deep_honours_the_pragmas() -> None:
    assert deep_scan(f'value = "{UNNAMED}"  # pragma: allowlist secret\n', "a.py") == []
    assert deep_scan(f'# pragma: allowlist nextline secret\nvalue = "{UNNAMED}"\n', "a.py") == []


@pytest.mark.parametrize("path", ["Cargo.lock", "web/package-lock.json", "uv.lock", "pnpm-lock.yaml", "go.sum"])
def test_deep_takes_no_checksum_of_a_lock_file_for_a_secret(path: str) -> None:
    text = f'checksum = "{random_text(64, "0123456789abcdef")}"\n'
    assert deep_scan(text, "notes.toml") != []
    assert deep_scan(text, path) == []


def test_deep_puts_the_global_settings_back_and_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    from detect_secrets.settings import get_settings, transient_settings

    def refuse(*_arguments: object) -> None:
        raise AssertionError("the scan tried to open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    config = {"plugins_used": [{"name": "AWSKeyDetector"}], "filters_used": []}
    with transient_settings(config):
        before = get_settings().json()
        deep_scan(f'github = "ghx_{random_text(36)}"\nvalue = "{UNNAMED}"\n', "a.py")
        assert get_settings().json() == before
