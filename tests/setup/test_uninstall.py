"""Uninstall gives back, byte for byte, what was there before; what was changed since keeps its changes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.setup.conftest import Scratch

BIN = Path(sys.executable).parent


def plain(scratch: Scratch) -> None:
    """Nothing but git."""


def full(scratch: Scratch) -> None:
    scratch.write(".claude/settings.json", b'{"permissions": {"deny": []}, "x": 1.0}')
    scratch.write(".claude/rules/openclaw/own.md", "mine\n")
    scratch.write(".pre-commit-config.yaml", b"---\r\nrepos: []  # none yet\r\n")
    scratch.write(".openclaw/config.yaml", "format: 1\n")
    scratch.write(".git/info/exclude", b"no line end")
    scratch.hook("pre-commit", "exit 0")
    scratch.hook("pre-push", "exit 0", executable=False)


def claude_only(scratch: Scratch) -> None:
    scratch.write("CLAUDE.md", "x\n")


def husky(scratch: Scratch) -> None:
    scratch.hook("pre-commit", "exit 0", ".husky/_")
    scratch.git("config", "core.hooksPath", ".husky/_")


def hand_written_config(scratch: Scratch) -> None:
    path = scratch.path / ".git/config"
    path.write_text(path.read_text().replace("[core]\n", '[core] ; mine\n  HooksPath="tools/hooks" # here\n'))


def global_path(scratch: Scratch) -> None:
    scratch.git("config", "--global", "core.hooksPath", "~/hooks")


def worktree_path(scratch: Scratch) -> None:
    scratch.git("config", "extensions.worktreeConfig", "true")
    scratch.git("config", "--worktree", "core.hooksPath", ".githooks")


def pre_commit_installed(scratch: Scratch) -> None:
    scratch.write(".pre-commit-config.yaml", "repos: []\n")
    scratch.hook("pre-commit", "echo mine")
    assert scratch.run(BIN / "pre-commit", "install").code == 0


def no_hooks_folder(scratch: Scratch) -> None:
    import shutil

    shutil.rmtree(scratch.path / ".git/hooks")
    shutil.rmtree(scratch.path / ".git/info")


SETUPS = [
    plain, full, claude_only, husky, hand_written_config, global_path, worktree_path, pre_commit_installed, no_hooks_folder
]  # fmt: skip


@pytest.mark.parametrize(("prepare", "times"), [*((setup, 1) for setup in SETUPS), (full, 2), (husky, 2)])
def test_uninstall_gives_back_every_byte(scratch: Scratch, prepare: Callable[[Scratch], None], times: int) -> None:
    prepare(scratch)
    before = scratch.kept()
    for _ in range(times):
        scratch.init()
    assert scratch.kept() != before
    planned = scratch.snapshot(times=True)
    assert scratch.openclaw("uninstall", "--dry-run").code == 0
    assert scratch.snapshot(times=True) == planned
    done = scratch.openclaw("uninstall")
    assert done.code == 0, done
    assert scratch.kept() == before


@pytest.mark.parametrize("prepare", [full, husky, global_path, worktree_path, pre_commit_installed])
def test_uninstall_without_its_journal_takes_out_what_it_recognises(
    scratch: Scratch, prepare: Callable[[Scratch], None]
) -> None:
    prepare(scratch)
    before = scratch.snapshot()
    scratch.init()
    (scratch.path / ".git/openclaw/install.json").unlink()
    assert scratch.openclaw("uninstall").code == 0
    after = scratch.snapshot()
    hooks = {name: value for name, value in before.items() if name.startswith((".git/hooks/", ".husky"))}
    assert {name: value for name, value in after.items() if name.startswith((".git/hooks/", ".husky"))} == hooks
    assert ".git/openclaw" not in after
    path = scratch.run("git", "config", "core.hooksPath").out
    assert "openclaw" not in path
    assert "openclaw-check" not in str(after.get(".pre-commit-config.yaml"))
    assert "no-verify" not in str(after.get(".claude/settings.json"))


def test_what_the_user_changed_since_is_kept(scratch: Scratch) -> None:
    full(scratch)
    scratch.init()
    settings = scratch.path / ".claude/settings.json"
    found = json.loads(settings.read_text())
    found["permissions"]["deny"].append("Read(mine)")
    found["hooks"] = {"Stop": []}
    settings.write_text(json.dumps(found, indent=4))
    config = scratch.path / ".pre-commit-config.yaml"
    config.write_bytes(config.read_bytes() + b"fail_fast: true\r\n")
    exclude = scratch.path / ".git/info/exclude"
    exclude.write_text(exclude.read_text() + "mine\n")
    rule = scratch.path / ".claude/rules/openclaw/security.md"
    rule.write_text("changed\n" + rule.read_text())
    done = scratch.openclaw("uninstall")
    assert done.code == 0, done
    assert json.loads(settings.read_text()) == {
        "permissions": {"deny": ["Read(mine)"]},
        "x": 1.0,
        "hooks": {"Stop": []},
    }
    assert b"fail_fast: true" in config.read_bytes()
    assert b"openclaw" not in config.read_bytes()
    assert exclude.read_text() == "no line end\nmine\n"
    assert rule.exists()
    assert "security.md stays: you changed it" in done.out


def test_a_changed_starter_config_is_kept_and_named(scratch: Scratch) -> None:
    scratch.init()
    config = scratch.path / ".openclaw/config.yaml"
    config.write_text("format: 1\n")
    done = scratch.openclaw("uninstall")
    assert config.read_text() == "format: 1\n"
    assert ".openclaw/config.yaml stays: you changed it" in done.out


def test_a_hooks_path_that_was_changed_since_is_kept(scratch: Scratch) -> None:
    husky(scratch)
    scratch.init()
    scratch.git("config", "core.hooksPath", "elsewhere")
    assert scratch.openclaw("uninstall").code == 0
    assert scratch.git("config", "core.hooksPath") == "elsewhere"


def test_pre_commit_installed_on_top_keeps_the_hook_from_before(scratch: Scratch) -> None:
    scratch.hook("pre-commit", "echo plain > ran")
    scratch.init()
    scratch.write(".pre-commit-config.yaml", "repos: []\n")
    assert scratch.run(BIN / "pre-commit", "install", "-t", "pre-commit").code == 0
    assert scratch.openclaw("uninstall").code == 0
    hooks = {path.name for path in (scratch.path / ".git/hooks").iterdir() if not path.name.endswith(".sample")}
    assert hooks == {"pre-commit", "pre-commit.legacy"}
    assert "echo plain" in (scratch.path / ".git/hooks/pre-commit.legacy").read_text()
    assert scratch.commit().code == 0
    assert (scratch.path / "ran").exists()


def test_receipts_are_kept_and_named(scratch: Scratch) -> None:
    scratch.init()
    assert scratch.commit().code == 0
    done = scratch.openclaw("uninstall")
    assert "refs/notes/openclaw" in done.out
    assert scratch.git("rev-parse", "refs/notes/openclaw")


def test_uninstall_where_nothing_was_installed_says_so(scratch: Scratch) -> None:
    before = scratch.snapshot()
    done = scratch.openclaw("uninstall")
    assert (done.code, done.out) == (0, "nothing of ours was here\n")
    assert scratch.snapshot() == before


def test_a_change_between_two_inits_is_not_lost(scratch: Scratch) -> None:
    full(scratch)
    scratch.init()
    config = scratch.path / ".pre-commit-config.yaml"
    config.write_bytes(config.read_bytes() + b"fail_fast: true\r\n")
    scratch.init("--source", "https://example.org/openclaw-hooks@v1.1.0")
    assert b"v1.1.0" in config.read_bytes()
    assert scratch.openclaw("uninstall").code == 0
    assert config.read_bytes() == b"---\r\nrepos: []  # none yet\r\nfail_fast: true\r\n"


def test_what_the_team_committed_stays_when_a_colleague_uninstalls(scratch: Scratch, tmp_path: Path) -> None:
    scratch.init()
    scratch.git("add", ".openclaw", ".pre-commit-config.yaml")
    scratch.git("commit", "-q", "-m", "chore: guard")
    clone = tmp_path / "clone"
    scratch.git("clone", "-q", str(scratch.path), str(clone))
    scratch.init(cwd=clone)
    done = scratch.openclaw("uninstall", cwd=clone)
    assert ".openclaw/config.yaml stays: it is committed" in done.out + done.err
    assert (clone / ".openclaw" / "config.yaml").exists()
    assert "openclaw-check" in (clone / ".pre-commit-config.yaml").read_text()
    assert not (clone / ".git" / "hooks" / "pre-commit").exists()


def test_a_linked_worktree_does_not_take_the_guard_of_the_main_one(scratch: Scratch, tmp_path: Path) -> None:
    scratch.init()
    scratch.git("add", "-A")
    scratch.git("commit", "-q", "-m", "chore: guard")
    scratch.git("worktree", "add", "-q", str(tmp_path / "tree"), "-b", "side")
    done = scratch.openclaw("uninstall", cwd=tmp_path / "tree")
    assert done.code == 1
    assert "its hooks guard the main one too" in done.err
    assert (scratch.path / ".git" / "hooks" / "pre-commit").exists()
