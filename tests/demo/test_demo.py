"""The whole demo as a program: it passes on a guarded repository, and fails when a guard is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-I", "-c", "from openclaw_hooks.cli.app import main; main()", "demo"]


def run_demo(tmp_path: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    temporary = tmp_path / "tmp"
    temporary.mkdir(exist_ok=True)
    settings = {"PATH": os.environ["PATH"], "TMPDIR": str(temporary), "HOME": str(tmp_path / "home"), **env}
    return subprocess.run([*COMMAND, *words], cwd=tmp_path, env=settings, capture_output=True, text=True, check=False)


def demo_values(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout)["data"]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    folder = tmp_path_factory.mktemp("demo")
    return run_demo(folder), folder


def test_every_act_comes_out_as_it_must(guarded: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, _ = guarded
    assert done.returncode == 0, done.stdout + done.stderr
    assert "15 bad acts stopped, 2 honest ones let through: all as it must be" in done.stdout
    assert "FAIL" not in done.stdout
    for check in ("secrets", "structured-files", "rules", "scope", "protected", "commit-message", "push"):
        assert f": {check}: " in done.stdout
    assert '"checks":["secrets"' in done.stdout, "the receipt of the honest commit is shown"
    assert "openclaw init --dry-run" in done.stdout, "it says what to try next"


def test_nothing_is_left_behind(guarded: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, folder = guarded
    assert [path.name for path in folder.rglob("*") if path.name != "tmp"] == []


def test_an_agents_environment_and_git_settings_do_not_reach_the_scratch_repository(tmp_path: Path) -> None:
    done = run_demo(
        tmp_path,
        "--json",
        CLAUDECODE="1",
        OPENCLAW_SCOPE="nowhere/**",
        GIT_DIR=str(tmp_path / "elsewhere.git"),
        GIT_AUTHOR_NAME="Somebody Else",
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0="core.hooksPath",
        GIT_CONFIG_VALUE_0="/dev/null",
    )
    values = demo_values(done)
    assert done.returncode == 0, done.stdout
    assert values["ok"] is True
    assert not (tmp_path / "elsewhere.git").exists()


@pytest.mark.parametrize(
    ("hook", "act", "fault"),
    [
        ("pre-commit", "aws-key", "went through; pre-commit should have stopped it"),
        ("commit-msg", "message-secret", "went through; commit-msg should have stopped it"),
        ("pre-push", "no-verify", "went through; pre-push should have stopped it"),
        ("post-commit", "clean-commit", "went through without a receipt of the secrets check"),
    ],
)
def test_the_demo_fails_when_a_hook_is_missing(tmp_path: Path, hook: str, act: str, fault: str) -> None:
    done = run_demo(tmp_path, "--json", "--without", hook)
    values = demo_values(done)
    assert done.returncode == 1
    assert values["ok"] is False
    assert {one["id"]: one["fault"] for one in values["acts"]}[act] == fault


def test_an_unknown_hook_to_leave_out_is_refused_by_name(tmp_path: Path) -> None:
    done = run_demo(tmp_path, "--without", "pre-comit")
    assert done.returncode == 2
    assert "there is no hook `pre-comit`" in done.stderr
    assert "pre-commit" in done.stderr


def test_keep_leaves_the_repository_and_says_where(tmp_path: Path) -> None:
    done = run_demo(tmp_path, "--keep", "--json")
    kept = Path(demo_values(done)["repository"])
    assert f"kept: {kept}" in done.stderr
    log = subprocess.run(["git", "log", "--format=%s"], cwd=kept, capture_output=True, text=True, check=True)
    assert log.stdout.splitlines()[0] == "feat: reduce prices by a percentage"


def test_json_names_layer_finding_and_time_of_each_act(tmp_path: Path) -> None:
    acts = {act["id"]: act for act in demo_values(run_demo(tmp_path, "--json"))["acts"]}
    pushed = acts["no-verify"]
    assert pushed["stopped_by"] == "pre-push"
    assert "src/upload.py:1: secrets: in commit " in pushed["finding"]
    assert all(hook["ms"] > 0 for hook in pushed["hooks"])
    assert acts["clean-push"]["stopped_by"] == ""
