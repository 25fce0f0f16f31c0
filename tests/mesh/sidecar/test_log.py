"""The sidecar's log: lines of JSON, bounded, and quiet about what repeats."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from openclaw_hooks.mesh import sync_log as module
from openclaw_hooks.mesh.sync_log import SyncLog

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_lines_are_json_with_time_level_and_fields(tmp_path: Path) -> None:
    log = SyncLog(str(tmp_path / "sync.log"))
    log.note("connected", "nats://127.0.0.1:4222", node="box")
    log.complain("push failed", "disk\nfull")
    first, second = (json.loads(line) for line in (tmp_path / "sync.log").read_text().splitlines())
    assert (first["level"], first["event"], first["node"]) == ("info", "connected", "box")
    assert (second["level"], second["text"]) == ("error", "disk\nfull")
    assert log.last_error == "push failed: disk\nfull"
    assert os.stat(tmp_path / "sync.log").st_mode & 0o077 == 0


def test_a_complaint_that_repeats_is_noted_once_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = SyncLog(str(tmp_path / "sync.log"))
    for _ in range(500):
        log.complain("connection", "refused")
    log.complain("connection", "timed out")
    assert len((tmp_path / "sync.log").read_text().splitlines()) == 2
    monkeypatch.setattr(module, "QUIET_S", 0.0)
    log.complain("connection", "refused")
    assert json.loads((tmp_path / "sync.log").read_text().splitlines()[-1])["repeated"] == 499


def test_log_is_rotated_and_never_larger_than_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1_000)
    log = SyncLog(str(tmp_path / "sync.log"))
    for number in range(100):
        log.note("thing", f"number {number} {'x' * 50}")
    assert sorted(os.listdir(tmp_path)) == ["sync.log", "sync.log.1", "sync.log.2"]
    assert all(os.stat(tmp_path / name).st_size <= 1_000 for name in os.listdir(tmp_path))
    assert "number 99 " in (tmp_path / "sync.log").read_text()


def test_a_log_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    absent = SyncLog(str(tmp_path / "absent" / "sync.log"))
    absent.complain("disk", "full")
    assert absent.last_error == "disk: full"
    SyncLog(str(tmp_path)).note("a folder in its place")
    assert os.listdir(tmp_path) == []


def test_the_last_error_is_the_newest_trouble_that_is_not_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = SyncLog(str(tmp_path / "sync.log"))
    log.complain("server", "it has ended")
    log.complain("connection", "connection lost")
    log.note("connection", "connected again")
    assert log.last_error == "connection: connection lost"
    log.over("connection", "what never was")
    assert (log.last_error, log.last_error_at[:2]) == ("server: it has ended", "20")
    monkeypatch.setattr(module, "LASTING_S", 0.0)
    assert (log.last_error, log.last_error_at) == ("", "")
