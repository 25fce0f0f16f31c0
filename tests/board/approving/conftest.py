"""Keys of two people, and repositories with and without signed approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.git import open_repo
from tests.board.approving.samples import make_key, set_policy

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.git import Repo
    from tests.board.approving.samples import Key
    from tests.conftest import Repository


@pytest.fixture
def ada(tmp_path: Path) -> Key:
    return make_key(tmp_path, "ada")


@pytest.fixture
def mallory(tmp_path: Path) -> Key:
    return make_key(tmp_path, "mallory")


@pytest.fixture
def unsigned(repository: Repository) -> Repo:
    repository.stage(".openclaw/config.yaml", "format: 1\n")
    repository.commit()
    return open_repo(str(repository.path))


@pytest.fixture
def signed(repository: Repository, ada: Key) -> Repo:
    return set_policy(repository, ada.line())
