from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Clerk

CONFIG = "format: 1\nagent:\n  name: script\n"
AGENTS = """\
format: 1
agents:
  script:
    argv: [sh, {path}]
    provenance: mock
"""
OPENCLAW = [sys.executable, "-P", "-m", "openclaw_hooks.cli"]


class Crew:
    """A repository whose agent is a shell script, which the tests write."""

    def __init__(self, clerk: Clerk, script: Path) -> None:
        self.clerk = clerk
        self.repository = clerk.repository
        self.top = clerk.repository.path
        self.script = script
        self.begun: list[subprocess.Popen[str]] = []

    def teach(self, *lines: str) -> None:
        """What the agent does from now on."""
        self.script.write_text("\n".join(["set -e", *lines]) + "\n")

    def add(self, title: str = "Set x", **fields: str) -> str:
        """The id of a new task for an agent alone, with a metric that says whether x is 2."""
        options = {"metric": "grep -q 'x = 2' src/app.py", "scope": "src/**"} | fields
        words = [word for name, value in options.items() if value for word in (f"--{name}", value)]
        return self.clerk.add(title, *words)

    def lines(self, *words: str, code: int = 0, **env: str) -> list[dict[str, Any]]:
        """The lines of JSON that a command prints into a pipe, when it ends with `code`."""
        answer = self.clerk(*words, **env)
        assert answer.code == code, answer.out + answer.err
        return [json.loads(line) for line in answer.out.splitlines()]

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """The same as a process of its own, at work."""
        process = subprocess.Popen(
            [*OPENCLAW, *words],
            cwd=self.top,
            env=dict(os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.begun.append(process)
        return process

    def clean(self) -> None:
        """Ends what a test that failed has left."""
        for process in self.begun:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def git(self, *words: str) -> str:
        """What git answers."""
        return self.repository.git(*words).stdout.strip()


@pytest.fixture
def crew(clerk: Clerk, tmp_path: Path) -> Iterator[Crew]:
    """node-a with a task list and an agent."""
    made = Crew(clerk, tmp_path / "agent.sh")
    made.repository.stage(".openclaw/agents.yaml", AGENTS.format(path=made.script))
    made.repository.stage(".openclaw/config.yaml", CONFIG)
    made.repository.commit("chore: an agent")
    yield made
    made.clean()
