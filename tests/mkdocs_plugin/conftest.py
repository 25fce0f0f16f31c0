from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mkdocs_plugin.building import Built, Wish, build_site
from tools.docs.sample import make_sample

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small repository with a board; tests add a mkdocs.yml of their own in a folder beside it."""
    top = tmp_path_factory.mktemp("sample") / "harbour"
    make_sample(str(top), tasks=24)
    return top


@pytest.fixture(scope="session")
def default_site(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site of the sample without any mkdocs.yml."""
    return build_site(Wish(str(sample), str(tmp_path_factory.mktemp("site") / "out")))
