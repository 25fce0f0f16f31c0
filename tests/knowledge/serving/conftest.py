"""A repository to serve, and servers of it as real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.models.cache import FOLDER_VARIABLE
from tests.conftest import Repository
from tests.knowledge.minilm import minilm, minilm_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["minilm", "minilm_folder"]
SERVE = [sys.executable, "-P", "-m", "openclaw_hooks.cli", "knowledge", "serve"]
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with something to find, a link that leads out of it, and a name that is not ASCII."""
    path = tmp_path_factory.mktemp("shelf")
    subprocess.run(["git", "init", "-q", str(path)], check=True)
    repository = Repository(path)
    repository.write("docs/backup.md", "# Backups\n\nIntro.\n\n## Encryption\n\nCopies are *encrypted* with a key.\n")
    repository.write("docs/restore.md", "# Restoring\n\nEncrypted copies come back with the key.\n")
    repository.write("docs/garden.md", "# Garden\n\n```sh\n# no heading\n```\n\nRoses and tulips.\n")
    repository.write("docs/a b/ü.md", "# Ü\n\nUmlauts.\n")
    secret = path.with_name(f"{path.name}-secret.md")
    secret.write_text("# Secret\n\nNobody may read this.\n")
    (path / "docs/link.md").symlink_to(secret)
    return repository


def serve_env(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a server: no model, and nothing that the user has set."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(("KNOWLEDGE_", "OPENCLAW_"))}
    return {**own, FOLDER_VARIABLE: str(folder / "no-model"), **more}


@contextmanager
def running(words: list[str], cwd: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server process that is gone afterwards."""
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=cwd, env=env, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_end(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """The exit code, and after how many seconds it came."""
    began = time.monotonic()
    return process.wait(PATIENCE_S), time.monotonic() - began
