"""Who is let in by the server of a live site, and which file an address means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mission_control.live.door import find_file, refuse_request, type_of

if TYPE_CHECKING:
    from pathlib import Path

HOME = {"host": "127.0.0.1:8620"}


@pytest.mark.parametrize(
    "headers",
    [
        HOME,
        {"host": "localhost:8620"},
        {"host": "[::1]:8620"},
        {**HOME, "origin": "http://127.0.0.1:8620", "sec-fetch-site": "same-origin"},
        {**HOME, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    ],
)
def test_pages_of_this_server_are_answered_and_links_to_it_work(headers: dict[str, str]) -> None:
    assert refuse_request(headers) == ""


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example:8620"},
        {"host": "evil.example@127.0.0.1"},
        {**HOME, "origin": "http://evil.example"},
        {**HOME, "origin": "null"},
        {**HOME, "origin": "http://127.0.0.1:9999"},
        {**HOME, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
        {**HOME, "sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
    ],
)
def test_pages_of_others_are_turned_away(headers: dict[str, str]) -> None:
    assert refuse_request(headers)


@pytest.mark.parametrize(
    "address",
    [
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/a/../../secret",
        "/link",
        "/.git/config",
        "//etc/passwd",
        "/a\\..\\secret",
        "/a%00",
        "secret",
    ],
)
def test_no_address_leads_out_of_the_folder(tmp_path: Path, address: str) -> None:
    (tmp_path / "secret").write_text("secret")
    site = tmp_path / "site"
    (site / ".git").mkdir(parents=True)
    (site / ".git/config").write_text("secret")
    (site / "link").symlink_to(tmp_path / "secret")
    assert find_file(str(site), address) is None


def test_a_folder_means_its_index_and_names_may_be_escaped(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b/index.html").write_text("here")
    assert find_file(str(tmp_path), "/a%20b/") == str(tmp_path / "a b/index.html")
    assert find_file(str(tmp_path), "/a%20b/index.html") == str(tmp_path / "a b/index.html")
    assert find_file(str(tmp_path), "/") is None


def test_types_are_those_that_browsers_insist_on() -> None:
    assert type_of("x/mc.js") == "text/javascript; charset=utf-8"
    assert type_of("inter.woff2") == "font/woff2"
    assert type_of("odd.thing") == "application/octet-stream"
