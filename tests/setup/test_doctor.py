"""Doctor on repositories with one layer broken: it names the layer, and --fix mends what can be mended."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.diagnosis import load_doctor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.setup.conftest import Ran, Scratch

BIN = Path(sys.executable).parent
RESULT = ".git/openclaw/diagnosis/doctor.json"


def failed(done: Ran) -> list[str]:
    """The ids of the layers that failed, from `doctor --json`."""
    found = json.loads(done.out)
    assert found["schema"] == "openclaw/doctor/1"
    return [probe["id"] for probe in found["data"]["probes"] if probe["status"] == "fail"]


def evidence(done: Ran, id: str) -> str:  # noqa: A002
    return next(str(probe["evidence"]) for probe in json.loads(done.out)["data"]["probes"] if probe["id"] == id)


def test_all_is_well_after_init_and_looking_leaves_only_its_result(scratch: Scratch) -> None:
    scratch.write("CLAUDE.md", "x\n")
    scratch.init()
    assert scratch.openclaw("doctor").code == 0  # makes the file that the next one replaces
    before = scratch.snapshot(times=True)
    done = scratch.openclaw("doctor", "--json")
    assert (done.code, failed(done)) == (0, [])
    assert "refused" in evidence(done, "live")
    after = scratch.snapshot(times=True)
    assert {path for path in before if before[path] != after[path]} <= {".git/openclaw/diagnosis", RESULT}
    assert after.keys() == before.keys()
    kept = load_doctor(str(scratch.path / ".git/openclaw"))
    assert kept is not None
    assert [probe.id for probe in kept.probes] == [probe["id"] for probe in json.loads(done.out)["data"]["probes"]]


def test_a_repository_without_init_fails_and_fix_guards_it(scratch: Scratch, secret: str) -> None:
    done = scratch.openclaw("doctor")
    assert done.code == 1
    assert "openclaw doctor --fix" in done.out
    assert scratch.openclaw("doctor", "--fix").code == 0
    assert scratch.commit("keys.py", secret).code == 1


def hook_deleted(scratch: Scratch) -> str:
    (scratch.path / ".git/hooks/pre-push").unlink()
    return "hook pre-push"


def hook_not_executable(scratch: Scratch) -> str:
    (scratch.path / ".git/hooks/commit-msg").chmod(0o644)
    return "hook commit-msg"


def hook_replaced(scratch: Scratch) -> str:
    scratch.hook("pre-commit", "exit 0")
    return "hook pre-commit"


def lefthook_installed(scratch: Scratch) -> str:
    scratch.write("lefthook.yml", "pre-commit:\n  commands:\n    x:\n      run: true\n")
    assert scratch.run(BIN / "lefthook", "install", "--force", env={"PATH": f"{BIN}:{os.environ['PATH']}"}).code == 0
    return "hook pre-commit"


def pre_commit_forced(scratch: Scratch) -> str:
    assert scratch.run(BIN / "pre-commit", "install", "-f", "-t", "pre-commit").code == 0
    return "hook pre-commit"


def husky_came_later(scratch: Scratch) -> str:
    scratch.git("config", "core.hooksPath", ".husky/_")
    return "hooks-path"


def interpreter_gone(scratch: Scratch) -> str:
    for path in (scratch.path / ".git/hooks").iterdir():
        if path.suffix != ".sample":
            path.write_text(path.read_text().replace("python=/", "python=/gone/"))
    return "hook python"


def hook_made_toothless(scratch: Scratch) -> str:
    path = scratch.path / ".git/hooks/pre-commit"
    path.write_text(path.read_text().replace("exec ", "exit 0; exec "))
    return "live"


def hook_made_deaf(scratch: Scratch) -> str:
    path = scratch.path / ".git/hooks/pre-commit"
    path.write_text(path.read_text().replace("exec ", "exit 1; exec "))
    return "live"


@pytest.mark.parametrize(
    "damage",
    [
        hook_deleted,
        hook_not_executable,
        hook_replaced,
        lefthook_installed,
        pre_commit_forced,
        husky_came_later,
        interpreter_gone,
        hook_made_toothless,
        hook_made_deaf,
    ],
)
def test_a_dead_layer_is_named_and_fix_brings_it_back(scratch: Scratch, damage: Callable[[Scratch], str]) -> None:
    scratch.init()
    layer = damage(scratch)
    done = scratch.openclaw("doctor", "--json")
    assert done.code == 1
    assert layer in failed(done)
    mended = scratch.openclaw("doctor", "--fix", "--json")
    assert (mended.code, failed(mended)) == (0, []), mended.out
    assert json.loads(mended.out)["data"]["repaired"]
    again = scratch.openclaw("doctor", "--fix", "--json")
    assert json.loads(again.out)["data"]["repaired"] == []


def test_pre_commit_installed_on_top_is_alive_through_its_legacy_hook(scratch: Scratch) -> None:
    scratch.init()
    assert scratch.run(BIN / "pre-commit", "install", "-t", "pre-commit").code == 0
    done = scratch.openclaw("doctor", "--json")
    assert failed(done) == []
    assert "called by" in evidence(done, "hook pre-commit")


def test_hooks_path_from_the_environment_is_seen(scratch: Scratch) -> None:
    scratch.init()
    env = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "/dev/null"}
    done = scratch.openclaw("doctor", "--json", env=env)
    assert failed(done) == ["hooks-path"]


@pytest.mark.parametrize("scope", ["--global", "--worktree"])
def test_hooks_path_of_a_stronger_scope_is_seen(scratch: Scratch, scope: str) -> None:
    scratch.git("config", "extensions.worktreeConfig", "true")
    scratch.init()
    scratch.git("config", scope, "core.hooksPath", "/nowhere")
    done = scratch.openclaw("doctor", "--json")
    assert "hooks-path" in failed(done)
    assert scope.removeprefix("--") in evidence(done, "hooks-path")


def test_a_foreign_openclaw_first_on_path_is_told(scratch: Scratch, tmp_path: Path) -> None:
    scratch.init()
    program = scratch.write("../npm/lib/node_modules/openclaw/openclaw.mjs", "#!/usr/bin/env node\n", executable=True)
    (tmp_path / "npm/bin").mkdir()
    (tmp_path / "npm/bin/openclaw").symlink_to(program)
    done = scratch.openclaw("doctor", "--json", env={"PATH": f"{tmp_path / 'npm/bin'}:{BIN}:{os.environ['PATH']}"})
    assert done.code == 0
    assert "npm's AI gateway" in evidence(done, "command")
    done = scratch.openclaw("doctor", "--json", env={"PATH": f"{BIN}:{tmp_path / 'npm/bin'}:{os.environ['PATH']}"})
    assert "is this program" in evidence(done, "command")


@pytest.mark.parametrize(
    ("content", "says"), [('{"disableAllHooks": true}', "disableAllHooks"), ("{ // x\n}", "does not parse")]
)
def test_claude_settings_that_switch_hooks_off_or_do_not_parse(scratch: Scratch, content: str, says: str) -> None:
    scratch.init("--agents", "claude")
    scratch.write(".claude/settings.local.json", content)
    done = scratch.openclaw("doctor", "--json")
    assert failed(done) == ["claude settings", "agent claude"]
    assert says in evidence(done, "claude settings")


def test_a_broken_config_is_named_with_its_line(scratch: Scratch) -> None:
    scratch.init()
    scratch.write(".openclaw/config.yaml", "format: 1\nchekcs: {}\n")
    done = scratch.openclaw("doctor", "--fix", "--json")
    assert "policy" in failed(done)
    assert ".openclaw/config.yaml:2" in evidence(done, "policy")


def test_a_commit_past_the_hooks_shows(scratch: Scratch) -> None:
    scratch.init()
    scratch.commit()
    assert "was checked" in evidence(scratch.openclaw("doctor", "--json"), "receipts")
    scratch.git("commit", "-q", "--allow-empty", "--no-verify", "-m", "feat: x")
    assert "has none" in evidence(scratch.openclaw("doctor", "--json"), "receipts")


def test_earlier_hooks_are_listed_and_not_run_by_the_live_probe(scratch: Scratch, tmp_path: Path) -> None:
    scratch.hook("pre-commit", f"touch '{tmp_path}/ran'")
    scratch.git("config", "--global", "core.hooksPath", str(scratch.path / ".git/hooks"))
    scratch.init()
    done = scratch.openclaw("doctor", "--json")
    assert failed(done) == []
    assert not (tmp_path / "ran").exists()
    assert "pre-commit.before-openclaw" in evidence(done, "earlier hooks")


def test_an_included_file_that_sets_the_hooks_path_again_is_named(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("config", "core.hooksPath", ".githooks")
    scratch.init()
    (tmp_path / "included").write_text("[core]\n\thooksPath = elsewhere\n")
    scratch.git("config", "include.path", str(tmp_path / "included"))
    done = scratch.openclaw("doctor", "--fix", "--json")
    assert "hooks-path" in failed(done)
    assert "included file" in evidence(done, "hooks-path")
