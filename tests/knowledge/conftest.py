"""Repositories to search in, and the index of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.place import find_place

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.place import Place
    from tests.conftest import Repository


@pytest.fixture
def place(repository: Repository) -> Place:
    """The place of the test's repository."""
    return find_place(str(repository.path), {})
