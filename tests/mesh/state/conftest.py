"""A lead's desk without tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mesh.state.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with settings as they are by default."""
    return Desk(tmp_path)
