"""The log of a run: on disk before anything follows, and read as far as it was written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.events import AgentEnded, Claimed, Claiming, EventLog
from openclaw_hooks.agent.model import Report
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from pathlib import Path


def test_an_event_is_on_disk_when_the_log_has_taken_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen by what had been written when the disk was asked to keep it."""
    kept = []
    fsync = os.fsync

    def look(descriptor: int) -> None:
        fsync(descriptor)
        kept.append((tmp_path / "events.jsonl").read_bytes())

    monkeypatch.setattr(os, "fsync", look)
    log = EventLog(str(tmp_path))
    log.append(Claiming())
    log.append(Claimed(token="1-0000aaaa", expires="2026-11-22T10:00:00Z"))
    assert [content.count(b"\n") for content in kept] == [1, 2]
    assert kept[-1] == (tmp_path / "events.jsonl").read_bytes()


def test_a_line_that_a_crash_cut_off_never_happened_and_spoils_no_other(tmp_path: Path) -> None:
    log = EventLog(str(tmp_path))
    claiming = log.append(Claiming())
    with open(log.path, "ab") as stream:
        stream.write(b'{"event":"claimed","token":"1-00')
    assert log.read() == [claiming]
    ended = log.append(AgentEnded(n=1, report=Report(code=0)))
    assert log.read() == [claiming, ended]


def test_a_line_that_somebody_changed_is_an_error_with_its_place(tmp_path: Path) -> None:
    log = EventLog(str(tmp_path))
    with open(log.path, "wb") as stream:
        stream.write(b'{"event":"no such thing"}\n')
    log.append(Claiming())
    with pytest.raises(OpenclawError, match=r"events\.jsonl:1: no event of a run"):
        log.read()
