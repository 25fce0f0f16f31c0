"""A stage to run agents on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.agent.run.stage import Stage, make_stage

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A task with a metric, in a repository whose user is in the middle of something."""
    monkeypatch.setenv("OPENCLAW_NODE_ID", "node-a")
    made = make_stage(tmp_path / "repo")
    monkeypatch.chdir(made.path)
    return made
