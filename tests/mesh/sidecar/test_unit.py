"""The sidecar as a service: a file that its system accepts, ours alone to write and remove."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.mesh.sidecar.unit import install_unit, make_unit, remove_unit

if TYPE_CHECKING:
    from pathlib import Path

ODD = 'a b%$"x & <y>'


def test_systemd_accepts_the_unit_of_a_folder_with_odd_signs(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here")
    top = tmp_path / ODD
    top.mkdir()
    env = {"HOME": str(tmp_path), "OPENCLAW_NATS": "nats://u:p%w@x:4222", "OPENCLAW_NODE_ID": "box", "OTHER": "x"}
    unit = make_unit(str(top), env, "linux")
    assert install_unit(unit)
    verify = ["env", f"XDG_RUNTIME_DIR={tmp_path}", "systemd-analyze", "verify", "--user", "--man=no", unit.path]
    found = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    assert 'Environment="OPENCLAW_NATS=nats://u:p%%w@x:4222"' in unit.text
    assert "OTHER" not in unit.text
    assert "--user enable --now openclaw-sync-" in unit.enable


def test_launchd_agent_is_a_property_list_that_says_the_same(tmp_path: Path) -> None:
    unit = make_unit(str(tmp_path / ODD), {"HOME": str(tmp_path), "OPENCLAW_NODE_ROLE": "worker"}, "darwin")
    told = plistlib.loads(unit.text.encode())
    assert told["ProgramArguments"] == [sys.executable, "-P", "-E", "-m", "openclaw_hooks.cli", "sync"]
    assert told["WorkingDirectory"] == str(tmp_path / ODD)
    assert told["EnvironmentVariables"] == {"OPENCLAW_NODE_ROLE": "worker"}
    assert unit.path == f"{tmp_path}/Library/LaunchAgents/{told['Label']}.plist"


def test_repositories_of_one_name_have_services_of_their_own(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path)}
    assert make_unit("/a/repo", env, "linux").path != make_unit("/b/repo", env, "linux").path


def test_unit_is_written_once_and_removed_once(tmp_path: Path) -> None:
    unit = make_unit("/srv/repo", {"HOME": str(tmp_path)}, "linux")
    assert [install_unit(unit), install_unit(unit)] == [True, False]
    assert [remove_unit(unit), remove_unit(unit)] == [True, False]


def test_a_file_that_is_not_ours_stays(tmp_path: Path) -> None:
    unit = make_unit("/srv/repo", {"HOME": str(tmp_path)}, "linux")
    install_unit(unit)
    with open(unit.path, "w") as stream:
        stream.write("[Unit]\n")
    with pytest.raises(RefusedError, match="is not ours"):
        install_unit(unit)
    with pytest.raises(RefusedError, match="is not ours"):
        remove_unit(unit)
