"""The real model, for the tests that need it."""

from tests.knowledge.minilm import minilm, minilm_folder

__all__ = ["minilm", "minilm_folder"]
