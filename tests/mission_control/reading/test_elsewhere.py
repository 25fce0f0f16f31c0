"""What a site tells of the machine that it was built on."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks.audit import append_verdict
from openclaw_hooks.diagnosis import DoctorRun, ProbeResult, save_doctor
from openclaw_hooks.mesh.place import find_place as find_mesh
from openclaw_hooks.mesh.sidecar.status import NodeStatus, SyncStatus
from openclaw_hooks.mission_control.build import build
from openclaw_hooks.mission_control.facts import read_facts
from openclaw_hooks.mission_control.place import find_place
from openclaw_hooks.mission_control.reading.elsewhere import hide_machine

if TYPE_CHECKING:
    import pytest

    from tests.conftest import Repository


def test_no_path_of_this_machine_and_no_login_is_in_the_site(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "homes/jane.doe"
    monkeypatch.setenv("HOME", str(home))
    now = time.time()
    place = find_place(str(repository.path), now)
    assert place.repo is not None
    keys = f"{place.repo.state_dir}/nats"
    probes = (
        ProbeResult(id="mesh keys", status="fail", evidence=f"others may read {keys}", fix=f"chmod go= {keys}"),
        ProbeResult(id="command", status="ok", evidence=f"{home}/.local/bin/openclaw is this program"),
    )
    save_doctor(place.state_dir, DoctorRun(at=now, version="1", probes=probes))
    append_verdict(place.state_dir, {"event": "PreToolUse", "decision": "deny", "where": f"{home}/x.py"}, ("r",), 1)
    mesh = find_mesh(place.repo)
    os.makedirs(mesh.folder)
    status = SyncStatus(
        pid=1, started="", node="a", role="lead", server="nats://jane:hunter2@10.0.0.1:4222", at="2026-11-22T10:00:00Z",
        last_error=f"cannot read {home}/creds", nodes=(NodeStatus("b", silent_s=1e300),),
    )  # fmt: skip
    Path(mesh.sync_status).write_bytes(msgspec.json.encode(status))
    Path(mesh.sync_log).write_text(json.dumps({"at": status.at, "event": "lost", "text": f"{home}/key"}) + "\n")

    site = b"\n".join(content for path, content in build(read_facts(str(repository.path), now)).items())
    for secret in (str(home), "jane.doe", str(repository.path), "hunter2"):
        assert secret.encode() not in site
    assert b"chmod go= ./.git/openclaw/nats" in site, "the command still works from the top"
    assert b"~/.local/bin/openclaw is this program" in site


def test_only_whole_folders_are_shortened(repository: Repository) -> None:
    place = find_place(str(repository.path), 0.0)
    for text in (f"{place.root}-other/x", f"/mnt{place.root}/x", "https://a.example/x", "docs/x.md"):
        assert hide_machine(text, place) == text
    assert hide_machine(f"in {place.root}: no, in '{place.root}/a b'", place) == "in .: no, in './a b'"
