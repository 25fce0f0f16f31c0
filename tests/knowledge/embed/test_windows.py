from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.knowledge.embed.windows import embed_windows, split_windows
from openclaw_hooks.knowledge.embed.wordpiece import WordPiece

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.embed.model import Matrix

np = pytest.importorskip("numpy")
PIECES = WordPiece({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "b": 4})


@given(st.lists(st.integers(), max_size=300), st.integers(min_value=3, max_value=64))
def test_windows_hold_every_token_once_in_order_and_are_of_nearly_one_length(ids: list[int], max_tokens: int) -> None:
    windows = split_windows(ids, max_tokens)
    assert [token for window in windows for token in window] == ids
    lengths = [len(window) for window in windows]
    assert max(lengths) <= max_tokens - 2
    assert max(lengths) - min(lengths) <= 1
    assert len(windows) == max(1, -(-len(ids) // (max_tokens - 2)))


def test_the_end_of_a_long_text_counts_as_much_as_its_beginning() -> None:
    def count(ids: list[int]) -> Matrix:
        shares: Matrix = np.array([ids.count(3) / len(ids), ids.count(4) / len(ids)], np.float32)
        return shares

    forth = embed_windows("a " * 10 + "b " * 10, PIECES, 12, count)
    assert forth == pytest.approx([0.5**0.5, 0.5**0.5])


def test_a_text_without_a_word_has_a_vector_of_length_one_too() -> None:
    def embed(ids: list[int]) -> Matrix:
        assert ids == [1, 2]
        vector: Matrix = np.array([3, 4], np.float32)
        return vector

    assert embed_windows("", PIECES, 8, embed) == pytest.approx([0.6, 0.8])
