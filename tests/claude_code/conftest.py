"""A Claude Code to try, where OPENCLAW_TEST_CLAUDE names its program, and what it talks to."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.claude_code.scripted_api import ScriptedApi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Repository

CLAUDE = os.environ.get("OPENCLAW_TEST_CLAUDE", "")
needs_claude = pytest.mark.skipif(not CLAUDE, reason="OPENCLAW_TEST_CLAUDE does not name a Claude Code to try")
PROGRAM = os.path.abspath(CLAUDE)


@pytest.fixture
def guarded_by_init(repository: Repository) -> Repository:
    """A repository after `openclaw init --agents claude`, with one commit and a change that is staged."""
    code = "from openclaw_hooks.cli.app import main; main()"
    words = ["init", "--agents", "claude", "--no-pre-commit"]
    subprocess.run([sys.executable, "-I", "-c", code, *words], cwd=repository.path, check=True, capture_output=True)
    repository.stage("a.txt", "one\n")
    repository.git("add", "--all")  # an agent may not commit while what guards it is not committed
    repository.commit("feat: start")
    repository.stage("a.txt", "two\n")
    (repository.path / "sub").mkdir()
    return repository


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    """A server with nothing to say yet."""
    server = ScriptedApi([])
    yield server
    server.shutdown()
    server.server_close()


def make_env(home: Path) -> dict[str, str]:
    """An environment in which Claude Code keeps everything below `home` and asks nobody but the server."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("CLAUDE", "ANTHROPIC", "AI_AGENT"))}
    env |= {
        "HOME": str(home),
        "CLAUDE_CONFIG_DIR": str(home / "claude"),
        "ANTHROPIC_API_KEY": "none",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "IS_SANDBOX": "1",
    }
    return env
