"""The `git` on the PATH of an agent's shell: what a command line hides is seen when git really starts."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.setup.conftest import Ran, Scratch

SHIM = ".git/openclaw/bin/git"


def guarded_files(scratch: Scratch) -> dict[str, tuple[object, ...]]:
    """Everything in the repository but caches and logs of ours."""
    found = scratch.snapshot()
    return {name: value for name, value in found.items() if not name.startswith(".git/openclaw")}


class Shell:
    """A shell as Claude Code starts it after our hook of the session's start has run."""

    def __init__(self, scratch: Scratch, env_file: Path) -> None:
        self.scratch = scratch
        self.env_file = env_file

    def start_session(self) -> None:
        payload = {
            "hook_event_name": "SessionStart",
            "source": "startup",
            "session_id": "s",
            "cwd": str(self.scratch.path),
        }
        words = [sys.executable, "-I", "-m", "openclaw_hooks.hook", "claude", "SessionStart"]
        done = self.scratch.run(*words, stdin=json.dumps(payload), env={"CLAUDE_ENV_FILE": str(self.env_file)})
        assert done.code == 0, done

    def run(self, command: str, cwd: Path | None = None) -> Ran:
        return self.scratch.run("sh", "-c", f'. "{self.env_file}"\n{command}', cwd=cwd)


@pytest.fixture
def shell(scratch: Scratch) -> Shell:
    """A session in a repository whose path has spaces, with a commit and a change that is staged."""
    path = scratch.path.parent / "my $HOME repo"
    scratch.path.rename(path)
    moved = type(scratch)(path, scratch.env)
    moved.init("--agents", "claude", "--no-pre-commit")
    assert moved.commit().code == 0
    moved.write("a.txt", "two\n")
    moved.git("add", "a.txt")
    made = Shell(moved, path.parent / "env file.sh")
    made.start_session()
    return made


@pytest.mark.parametrize(
    "command",
    [
        "git commit -n -m x",
        "g=git; v=--no-verify; $g commit $v -m x",
        "printf 'git commit --no-verify -m x' > run.txt; sh run.txt",
        "python3 -c 'import subprocess; raise SystemExit(subprocess.call([\"git\", \"commit\", \"-nm\", \"x\"]))'",
        "export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null; git commit -m 'feat: x'",
        "cd / && git -C \"$OLDPWD\" commit --no-verif -m x",
        "git config core.hooksPath /dev/null",
    ],
)  # fmt: skip
def test_a_bypass_that_the_command_line_hides_is_stopped(shell: Shell, command: str) -> None:
    before = guarded_files(shell.scratch)
    done = shell.run(command)
    assert done.code != 0, done
    assert "openclaw: git was not run" in done.err
    after = guarded_files(shell.scratch)
    after.pop("run.txt", None)
    assert after == before


def test_honest_commands_reach_the_real_git_with_their_words_and_their_exit_code(shell: Shell) -> None:
    assert shell.run("git status --porcelain").out == "M  a.txt\n?? .claude/\n?? .openclaw/\n"
    assert shell.run("git commit -q -m 'fix: two  blanks' && git log -1 --format=%s").out == "fix: two  blanks\n"
    assert shell.run("git rev-parse --verify --quiet nothing").code == 1
    assert shell.run("command -v git").out.strip() == str(shell.scratch.path / SHIM)
    assert shell.run("git frobnicate").code == 1


def test_other_repositories_are_nobodys_business(shell: Shell, tmp_path: Path) -> None:
    other = tmp_path / "other"
    done = shell.run(f"git init -q '{other}' && cd '{other}' && git commit --no-verify --allow-empty -q -m x")
    assert done.code == 0, done
    assert shell.run(f"git -C '{other}' commit --no-verify --allow-empty -q -m y").code == 0


def test_two_shims_on_one_path_do_not_call_each_other_for_ever(shell: Shell, tmp_path: Path) -> None:
    second = type(shell.scratch)(tmp_path / "second", shell.scratch.env)
    second.path.mkdir()
    second.git("init", "-q")
    second.init("--agents", "claude", "--no-pre-commit")
    other = Shell(second, shell.env_file)
    other.start_session()
    shell.start_session()
    assert shell.run("git status --porcelain", cwd=second.path).code == 0
    for repository in (shell.scratch, second):
        done = shell.run("git commit -n --allow-empty -m x", cwd=repository.path)
        assert (done.code, done.err.count("git was not run")) == (1, 1), done


def test_a_session_that_begins_again_does_not_make_path_longer(shell: Shell) -> None:
    shell.start_session()
    shell.start_session()
    assert shell.run('echo "$PATH"').out.count(".git/openclaw/bin") == 1


def test_without_its_interpreter_the_shim_blocks_what_writes_and_reads_on(shell: Shell) -> None:
    path = shell.scratch.path / SHIM
    path.write_text(path.read_text().replace("python=", "python=/gone", 1))
    assert shell.run("git status").code == 0
    assert shell.run("git commit -m 'fix: x'").code == 1


def test_init_keeps_it_up_to_date_and_uninstall_takes_it_away(shell: Shell) -> None:
    path = shell.scratch.path / SHIM
    text = path.read_text()
    path.write_text(text.replace("openclaw-hooks 0", "openclaw-hooks 9"))
    shell.scratch.init("--agents", "claude", "--no-pre-commit")
    assert path.read_text() == text
    assert os.access(path, os.X_OK)
    shell.scratch.openclaw("uninstall")
    assert not path.exists()
    assert shell.run("git status").code == 0


def test_no_session_is_given_a_shim_that_is_not_there(scratch: Scratch, tmp_path: Path) -> None:
    Shell(scratch, tmp_path / "env").start_session()
    assert not (tmp_path / "env").exists()
