"""What is said where the extra for the mesh is not installed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Repository

BLOCKED = """
import sys
for name in {names!r}:
    sys.modules[name] = None
from openclaw_hooks.cli.app import main
sys.exit(main())
"""
SAID = "openclaw: the mesh needs packages that are not installed (pip install 'openclaw-hooks[mesh]')\n"


def run(repository: Repository, names: tuple[str, ...], *words: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", BLOCKED.format(names=names), *words]
    return subprocess.run(program, check=False, cwd=repository.path, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize(
    "words", [["sync"], ["sync", "--once"], ["sync", "--join", "x"], ["sync", "--install-service"]]
)
@pytest.mark.parametrize("names", [("nats", "nkeys", "watchfiles"), ("watchfiles",)])
def test_a_sidecar_is_not_begun(repository: Repository, names: tuple[str, ...], words: list[str]) -> None:
    done = run(repository, names, *words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", SAID)
    assert not os.path.exists(os.path.join(repository.path, ".git", "openclaw", "nats", "joined.json"))


@pytest.mark.parametrize("words", [["sync", "--stop"], ["sync", "--leave"], ["mesh", "status"], ["mesh", "intents"]])
def test_what_only_looks_or_ends_something_needs_none(repository: Repository, words: list[str]) -> None:
    done = run(repository, ("nats", "nkeys", "watchfiles"), *words)
    assert done.returncode == 0, done.stderr
