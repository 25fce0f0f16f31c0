"""A table of tokens whose summed rows are nearly what the model says of a question, fitted without training.

It begins with the model's own vectors of single tokens. One matrix maps means of these into the space of the chunks
(least squares over passages and lessons); what is left is laid on the tokens that occur (ridge regression). Tokens count
by how rare they are in the repository (Arora, Liang and Ma 2017, "A Simple but Tough-to-Beat Baseline for Sentence
Embeddings"). All figures below are frozen: they were looked at on one development set and a set of docstrings.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.knowledge.browser.sparse import make_sparse, multiply, solve_ridge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.knowledge.embed.model import Matrix

DIMENSIONS: Final = 96
RARENESS: Final = 1e-3  # a token that is this part of all of them counts half
PENALTY: Final = 0.1
MAP_PENALTY: Final = 1e-3  # of the mean square of what is mapped
STEPS: Final = 20


class Lessons(NamedTuple):
    """Texts as token ids, and what the model says of each: float32[n, width]."""

    texts: Sequence[Sequence[int]]
    vectors: Matrix


class Encoder(NamedTuple):
    """float32[vocabulary, d] for questions, and float32[n, d] for the chunks; their dot products rank chunks."""

    tokens: Matrix
    chunks: Matrix


def fit_encoder(chunks: Lessons, others: Lessons, table: Matrix) -> Encoder:
    """The table for questions about `chunks`, from the vectors of single tokens in `table` (float32[vocabulary, width]).

    `others` are texts to learn from that are not found.
    """
    import numpy as np

    mean = chunks.vectors.mean(axis=0)
    centred = chunks.vectors - mean  # moves every score of a question by the same amount, and uses more of the levels
    basis = np.linalg.svd(centred.T @ centred)[0][:, :DIMENSIONS].astype(np.float32)
    weights = weigh_tokens(chunks.texts, len(table))
    rows = make_sparse([_mean_of(text, weights) for text in (*chunks.texts, *others.texts)])
    targets = np.concatenate([chunks.vectors, others.vectors]) @ basis
    means = multiply(rows, table)
    means = np.hstack([means, np.ones((len(means), 1), np.float32)])
    square = means.T @ means
    square += np.eye(len(square), dtype=np.float32) * np.float32(MAP_PENALTY * np.trace(square) / len(square))
    mapping = np.linalg.solve(square, means.T @ targets)
    tokens = table @ mapping[:-1] + mapping[-1]
    corrections, used = solve_ridge(rows, targets - means @ mapping, PENALTY, STEPS)
    tokens[used] += corrections
    return Encoder(tokens * weights[:, None], centred @ basis)


def weigh_tokens(texts: Sequence[Sequence[int]], size: int) -> Matrix:
    """float32[size]: how much each token counts, 1 for one that never occurs in `texts`."""
    import numpy as np

    counts = np.zeros(size, np.float32)
    for text in texts:
        np.add.at(counts, np.asarray(text, np.int64), np.float32(1))
    share = counts / max(float(counts.sum()), 1.0)
    weights: Matrix = (RARENESS / (RARENESS + share)).astype(np.float32)
    return weights


def _mean_of(text: Sequence[int], weights: Matrix) -> dict[int, float]:
    """The share of each token in the weighted mean of a text."""
    shares = {token: count * float(weights[token]) for token, count in Counter(text).items()}
    total = sum(shares.values())
    return {token: share / total for token, share in shares.items()}
