"""Any sentence-transformers model as an embedder: to measure other models, and to hold our own ways to.

It brings torch along and takes seconds to load, so nothing uses it unless its user names a model.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.knowledge.embed.model import Matrix

EXTRA_HINT = "pip install 'openclaw-hooks[sentence-transformers]'"


class ReferenceEmbedder:
    """A model by the library of its authors, on the CPU; a text beyond its window is cut, as that library does it."""

    def __init__(self, model: str) -> None:
        """`model` is a folder, or a name that the library looks up. Raises OpenclawError when it cannot be loaded."""
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise OpenclawError("sentence-transformers is not installed", EXTRA_HINT) from error
        try:
            self._model = SentenceTransformer(model, device="cpu")
        except (OSError, ValueError) as error:
            reason = str(error).strip().partition("\n")[0]
            raise OpenclawError(f"sentence-transformers cannot load `{model}`: {reason}") from error
        self.name = f"sentence-transformers:{os.path.basename(model.rstrip('/'))}"
        self.dimensions = len(self._model.encode("", show_progress_bar=False))
        self.max_tokens = int(self._model.max_seq_length or 512)

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has, without the marks."""
        return len(self._model.tokenizer(text, add_special_tokens=False)["input_ids"])

    def embed(self, texts: Sequence[str]) -> Matrix:
        """float32[len(texts), dimensions], each row of length 1."""
        import numpy as np

        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        found: Matrix = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        ).astype(np.float32)
        return found
