"""The real Claude Code, headless, against a scripted Messages API: only where OPENCLAW_TEST_CLAUDE names its program.

From 2.1.211; older ones load no hooks in a subfolder. Tried with 2.1.330.

npm install @anthropic-ai/claude-code
OPENCLAW_TEST_CLAUDE=node_modules/.bin/claude make test ARGS=tests/claude_code
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.claude_code.conftest import PROGRAM, make_env, needs_claude
from tests.claude_code.scripted_api import Call

if TYPE_CHECKING:
    from tests.claude_code.scripted_api import ScriptedApi
    from tests.conftest import Repository

pytestmark = needs_claude
ROOT = Path(__file__).parents[2]


def run_claude(api: ScriptedApi, cwd: Path, home: Path, **more: str) -> str:
    """What `claude -p` prints in bypass mode, in which its own questions are off and hooks are all that is left."""
    env = {**make_env(home), "ANTHROPIC_BASE_URL": api.url, **more}
    words = [PROGRAM, "-p", "commit the change", "--dangerously-skip-permissions"]
    done = subprocess.run(
        words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done
    return done.stdout


def bash(command: str) -> Call:
    return Call("Bash", {"command": command, "description": "try"})


@pytest.mark.parametrize("folder", [".", "sub"])
def test_a_bypass_is_blocked_and_an_honest_commit_is_made(
    guarded_by_init: Repository, api: ScriptedApi, isolated_home: Path, folder: str
) -> None:
    api.calls = [bash("git commit -n -m x"), bash("git commit -m 'fix: two'"), bash("git log --format=%s")]
    assert "done" in run_claude(api, guarded_by_init.path / folder, isolated_home)
    refused, _, log = api.results
    assert "openclaw: blocked Bash" in refused
    assert "commands/" in refused
    assert "fix: two\nfeat: start" in log
    assert guarded_by_init.git("log", "--format=%s").stdout == "fix: two\nfeat: start\n"


def test_what_a_script_hides_is_stopped_by_the_git_of_the_shell(
    guarded_by_init: Repository, api: ScriptedApi, isolated_home: Path
) -> None:
    guarded_by_init.write("run.sh", "git commit --no-verify -m x\n")
    api.calls = [bash("sh run.sh")]
    run_claude(api, guarded_by_init.path, isolated_home)
    assert "openclaw" in api.results[0]
    assert guarded_by_init.git("log", "--format=%s").stdout == "feat: start\n"


def test_an_agent_cannot_switch_its_hooks_off(
    guarded_by_init: Repository, api: ScriptedApi, isolated_home: Path
) -> None:
    settings = guarded_by_init.path / ".claude/settings.local.json"
    before = settings.read_text()
    api.calls = [
        Call("Read", {"file_path": str(settings)}),  # it refuses by itself to write what it has not read
        Call("Write", {"file_path": str(settings), "content": '{"disableAllHooks": true}'}),
        bash("echo '{\"disableAllHooks\": true}' > .claude/settings.local.json"),
        bash("git commit -n -m x"),
    ]
    run_claude(api, guarded_by_init.path, isolated_home)
    assert [("openclaw" in result) for result in api.results[1:]] == [True, True, True]
    assert settings.read_text() == before
    assert guarded_by_init.git("log", "--format=%s").stdout == "feat: start\n"


def test_a_session_begins_with_what_openclaw_tells_it(
    guarded_by_init: Repository, api: ScriptedApi, isolated_home: Path
) -> None:
    run_claude(api, guarded_by_init.path, isolated_home)
    assert "openclaw guards this repository" in api.systems[0]


def test_the_plugin_guards_a_repository_that_was_never_set_up(
    repository: Repository, api: ScriptedApi, isolated_home: Path, tmp_path: Path
) -> None:
    for name in ("hooks", ".claude-plugin"):
        shutil.copytree(ROOT / name, tmp_path / "the plugin" / name)
    for words in (
        ["marketplace", "add", str(tmp_path / "the plugin")],
        ["install", "openclaw-hooks@openclaw-hooks", "--scope", "project"],
    ):
        subprocess.run(
            [PROGRAM, "plugin", *words],
            cwd=repository.path,
            env=make_env(isolated_home),
            check=True,
            capture_output=True,
        )
    repository.stage("a.txt", "one\n")
    api.calls = [bash("git commit -n -m x"), bash("git commit -m 'feat: one'")]
    run_claude(api, repository.path, isolated_home, OPENCLAW_PYTHON=sys.executable)
    assert "openclaw: blocked Bash" in api.results[0]
    assert repository.git("log", "--format=%s").stdout == "feat: one\n"
