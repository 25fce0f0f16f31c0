"""Where init says that pre-commit should get this package from, by how it was installed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.setup.pre_commit_source import Source, find_source

if TYPE_CHECKING:
    from pathlib import Path

    from tests.setup.conftest import Scratch

COMMIT = "0123456789012345678901234567890123456789"
URL = "https://example.org/openclaw-hooks"


def install_record(folder: Path, record: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed distribution with this PEP 610 record, found before the real one."""
    info = folder / "site/openclaw_hooks-9.9.9.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: openclaw-hooks\nVersion: 9.9.9\n")
    (info / "direct_url.json").write_text(json.dumps(record))
    monkeypatch.syspath_prepend(str(folder / "site"))


@pytest.mark.parametrize(("asked", "rev"), [("v1.2.3", "v1.2.3"), ("main", COMMIT), (None, COMMIT)])
def test_an_install_from_git_names_its_version_or_commit_but_no_branch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str | None, rev: str
) -> None:
    vcs = {"vcs": "git", "commit_id": COMMIT, **({"requested_revision": asked} if asked else {})}
    url = URL.replace("://", "://x-token:abc@")
    install_record(tmp_path, {"url": url, "vcs_info": vcs}, monkeypatch)
    assert find_source() == Source(URL, rev)


def test_an_install_from_a_checkout_names_it_and_its_commit(
    scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch.commit(".pre-commit-hooks.yaml", "[]\n")
    install_record(tmp_path, {"url": scratch.path.as_uri(), "dir_info": {"editable": True}}, monkeypatch)
    assert find_source() == Source(str(scratch.path), scratch.git("rev-parse", "HEAD"))


def test_an_install_from_a_wheel_guesses_no_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_record(tmp_path, {"url": "file:///downloads/x.whl", "archive_info": {}}, monkeypatch)
    monkeypatch.setattr("openclaw_hooks.setup.pre_commit_source.PACKAGE", str(tmp_path / "site" / "openclaw_hooks"))
    assert find_source() is None
