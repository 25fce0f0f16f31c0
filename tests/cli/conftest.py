from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository

SCRIPT = Path(sys.executable).with_name("openclaw")

RULE = """\
---
id: house
version: 1.2.0
tier: project
paths: ["*.py"]
checks:
  - type: forbid
    id: no-print
    pattern: '\\bprint\\('
    message: print in code
    hint: use the log
---
# House rules

- Log, do not print.
"""


class Answer:
    """What a call of `openclaw` left: exit code and both streams."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    def data(self, name: str) -> Any:
        """The data in the JSON envelope, which must be of format `name`."""
        assert self.code == 0, self.err
        envelope = json.loads(self.out)
        assert list(envelope) == ["schema", "data"]
        assert envelope["schema"] == f"openclaw/{name}/1"
        return envelope["data"]


@pytest.fixture
def openclaw(repository: Repository) -> Callable[..., Answer]:
    """Runs the real console script in `repository`, or in a folder below it."""

    def run(*words: str, folder: str = ".", **env: str) -> Answer:
        done = subprocess.run(
            [SCRIPT, *words],
            check=False,
            cwd=repository.path / folder,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return Answer(done)

    return run


@pytest.fixture
def house(repository: Repository) -> Repository:
    """A Python project with a rule of its own."""
    repository.stage(".openclaw/rules/house.md", RULE)
    repository.stage("pyproject.toml", "[project]\nname = 'x'\n")
    repository.stage("src/app.py", "x = 1\n")
    repository.commit("chore: start")
    return repository
