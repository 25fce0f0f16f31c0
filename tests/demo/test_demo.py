"""The whole demo as a program: it passes on a guarded repository, and fails when a guard is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from openclaw_hooks.cli import demo
from openclaw_hooks.demo.acts import build_acts
from openclaw_hooks.scratch.planted import make_planted

pytestmark = pytest.mark.xdist_group("demo")

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
    assert "checks   secrets passed, structured-files passed" in done.stdout, "the receipt is shown"
    assert "openclaw init --dry-run" in done.stdout, "it says what to try next"


def test_nothing_is_left_behind(guarded: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, folder = guarded
    assert [path.name for path in folder.rglob("*") if path.name != "tmp"] == []


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """A run inside an agent's shell, with git settings that would switch hooks off or lead elsewhere."""
    folder = tmp_path_factory.mktemp("kept")
    hostile = {
        "CLAUDECODE": "1",
        "OPENCLAW_SCOPE": "nowhere/**",
        "GIT_DIR": str(folder / "elsewhere.git"),
        "GIT_AUTHOR_NAME": "Somebody Else",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": "/dev/null",
    }
    return run_demo(folder, "--json", "--keep", **hostile), folder


def test_an_agents_environment_and_git_settings_do_not_reach_the_scratch_repository(
    kept: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, folder = kept
    assert done.returncode == 0, done.stdout
    assert demo_values(done)["ok"] is True
    assert not (folder / "elsewhere.git").exists()


def test_keep_leaves_the_repository_and_says_where(kept: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, _ = kept
    path = Path(demo_values(done)["repository"])
    assert f"kept: {path}" in done.stderr
    log = subprocess.run(["git", "log", "--format=%an: %s"], cwd=path, capture_output=True, text=True, check=True)
    assert log.stdout.splitlines()[0] == "Demo Person: feat: reduce prices by a percentage"


def test_json_names_layer_finding_and_time_of_each_act(kept: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    acts = {act["id"]: act for act in demo_values(kept[0])["acts"]}
    pushed = acts["no-verify"]
    assert pushed["stopped_by"] == "pre-push"
    assert "src/upload.py:1: secrets: in commit " in pushed["finding"]
    assert all(hook["ms"] > 0 for hook in pushed["hooks"])
    assert acts["clean-push"]["stopped_by"] == ""


def test_the_demo_fails_where_hooks_are_missing(tmp_path: Path) -> None:
    done = run_demo(tmp_path, "--json", "--without", "pre-commit", "--without", "commit-msg", "--without", "pre-push")
    values = demo_values(done)
    assert done.returncode == 1
    assert values["ok"] is False
    for act in values["acts"]:
        layer = act["expected"]["layer"]
        if layer:
            assert act["fault"] == f"went through; {layer} should have stopped it"


def test_the_demo_fails_when_receipts_are_not_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    honest = [act for act in build_acts(make_planted()) if not act.expected.layer]
    monkeypatch.setattr(demo, "build_acts", lambda _: honest)  # how the others come out is seen above
    with pytest.raises(typer.Exit) as ended:
        demo.demo(without=["post-commit"])
    said = capsys.readouterr().out
    assert ended.value.exit_code == 1
    assert "went through without a receipt of the secrets check" in said
    assert "not as it must be: clean-commit" in said


def test_an_unknown_hook_to_leave_out_is_refused_by_name(tmp_path: Path) -> None:
    done = run_demo(tmp_path, "--without", "pre-comit")
    assert done.returncode == 2
    assert "there is no hook `pre-comit`" in done.stderr
    assert "pre-commit" in done.stderr
