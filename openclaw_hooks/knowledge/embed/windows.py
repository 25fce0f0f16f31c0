"""Texts of any length before a model that reads so many tokens at once: nothing is cut off.

The vector of a long text is the mean over the tokens of all its windows, which for a text of one window is what the
model's authors define: the mean over its tokens, scaled to length 1.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openclaw_hooks.knowledge.embed.model import Matrix
    from openclaw_hooks.knowledge.embed.wordpiece import WordPiece

MARKS = 2  # [CLS] before and [SEP] behind each window


def split_windows(ids: Sequence[int], max_tokens: int) -> list[Sequence[int]]:
    """`ids` in as few runs as fit beside the marks, of nearly one length, so that no window is a poor rest."""
    room = max_tokens - MARKS
    count = max(1, -(-len(ids) // room))
    edges = [len(ids) * index // count for index in range(count + 1)]
    return [ids[start:end] for start, end in pairwise(edges)]


def embed_windows(text: str, pieces: WordPiece, max_tokens: int, embed: Callable[[list[int]], Matrix]) -> Matrix:
    """float32[d] of length 1: `embed` gives the mean over the tokens of one window."""
    import numpy as np

    windows = [[pieces.first, *run, pieces.last] for run in split_windows(pieces.encode(text), max_tokens)]
    total = embed(windows[0])
    if len(windows) > 1:
        total = sum((embed(window) * len(window) for window in windows[1:]), total * len(windows[0]))
    scaled: Matrix = total / np.float32(max(float(np.sqrt(total @ total)), 1e-12))
    return scaled
