"""Tests beside the real sentence-transformers, which brings torch: `make test-st` runs them, `make test` does not."""

from importlib.util import find_spec

from tests.knowledge.minilm import minilm, minilm_folder

__all__ = ["minilm", "minilm_folder"]

collect_ignore_glob = [] if find_spec("sentence_transformers") else ["test_*.py"]
