"""Which model a process gets where the files are not what they were."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.embed.opening import open_batch_embedder, open_query_embedder
from openclaw_hooks.knowledge.models.cache import FOLDER_VARIABLE, is_set_up, model_folder
from openclaw_hooks.knowledge.models.catalog import MINILM

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("numpy")


def test_a_damaged_model_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are answered by words then, and the answer names the command that mends it."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    os.makedirs(model_folder(MINILM))
    for file in MINILM.files:
        with open(os.path.join(model_folder(MINILM), file.name), "wb") as stream:
            stream.truncate(file.size)  # as long as it should be, and nothing in it
    assert is_set_up(MINILM)
    assert open_query_embedder() is None
    assert open_batch_embedder() is None
