"""MiniLM in numpy, exactly as published: for one query in a process that has just started.

Loading onnxruntime takes longer than embedding a query here, and the mapped weights need no loading at all.
The model is a BERT encoder (Devlin et al. 2019, arXiv 1810.04805) with the sizes of MiniLM-L6-H384 (Wang et al. 2020,
arXiv 2002.10957) and the mean over tokens on top (Reimers and Gurevych 2019, arXiv 1908.10084).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.knowledge.embed.weights import read_weights
from openclaw_hooks.knowledge.embed.windows import embed_windows
from openclaw_hooks.knowledge.embed.wordpiece import WordPiece, read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.knowledge.embed.model import Matrix
    from openclaw_hooks.knowledge.embed.weights import Layer
    from openclaw_hooks.knowledge.models.catalog import Model


class ExactEmbedder:
    """The model in float32, on one text after the other."""

    def __init__(self, model: Model, weights_path: str, vocabulary_path: str) -> None:
        self.name = model.name
        self.dimensions = model.dimensions
        self.max_tokens = model.max_tokens
        self._heads = model.heads
        self._weights = read_weights(weights_path)
        self._pieces = WordPiece(read_vocabulary(vocabulary_path))

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has, without the marks."""
        return len(self._pieces.encode(text))

    def embed(self, texts: Sequence[str]) -> Matrix:
        """float32[len(texts), dimensions], each row of length 1."""
        import numpy as np

        rows = [embed_windows(text, self._pieces, self.max_tokens, self._embed_window) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.dimensions), np.float32)

    def _embed_window(self, ids: list[int]) -> Matrix:
        weights = self._weights
        hidden = weights.words[ids] + weights.positions[: len(ids)] + weights.kind
        hidden = _normalise(hidden, weights.norm)
        for layer in weights.layers:
            hidden = _apply_layer(hidden, layer, self._heads)
        mean: Matrix = hidden.mean(axis=0)
        return mean


def _apply_layer(hidden: Matrix, layer: Layer, heads: int) -> Matrix:
    attended = _attend(_project(hidden, layer.query), _project(hidden, layer.key), _project(hidden, layer.value), heads)
    hidden = _normalise(hidden + _project(attended, layer.attended), layer.attended_norm)
    widened = _activate(_project(hidden, layer.widened))
    return _normalise(hidden + _project(widened, layer.narrowed), layer.narrowed_norm)


def _project(rows: Matrix, pair: tuple[Matrix, Matrix]) -> Matrix:
    weight, bias = pair
    projected: Matrix = rows @ weight.T
    projected += bias
    return projected


def _attend(query: Matrix, key: Matrix, value: Matrix, heads: int) -> Matrix:
    """float32[tokens, width]: each head's values, weighted by how well its keys answer its queries."""
    import numpy as np

    tokens, width = query.shape
    by_head = (tokens, heads, width // heads)
    queries = query.reshape(by_head).transpose(1, 0, 2)
    keys = key.reshape(by_head).transpose(1, 2, 0)
    values = value.reshape(by_head).transpose(1, 0, 2)
    scores = queries @ keys / np.float32((width // heads) ** 0.5)
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    scores /= scores.sum(axis=-1, keepdims=True)
    attended: Matrix = (scores @ values).transpose(1, 0, 2).reshape(tokens, width)
    return attended


def _normalise(rows: Matrix, pair: tuple[Matrix, Matrix]) -> Matrix:
    """`rows` with mean 0 and variance 1 each, then scaled and shifted."""
    import numpy as np

    scale, shift = pair
    centred = rows - rows.mean(axis=-1, keepdims=True)
    variance = np.square(centred).mean(axis=-1, keepdims=True)
    normalised: Matrix = centred / np.sqrt(variance + np.float32(1e-12)) * scale + shift
    return normalised


def _activate(rows: Matrix) -> Matrix:
    """GELU with the error function, which numpy lacks: Abramowitz and Stegun 7.1.26, off by 1.5e-7 at most."""
    import numpy as np

    scaled = np.abs(rows) * np.float32(0.5**0.5)
    step = 1 / (1 + np.float32(0.3275911) * scaled)
    series = np.float32(1.061405429) * step - np.float32(1.453152027)
    for term in (1.421413741, -0.284496736, 0.254829592):
        series *= step
        series += np.float32(term)
    error = 1 - series * step * np.exp(-scaled * scaled)
    activated: Matrix = np.float32(0.5) * rows * (1 + np.copysign(error, rows))
    return activated
