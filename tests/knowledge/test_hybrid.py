from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.knowledge.hybrid import fuse_scores

SCORES = st.dictionaries(st.integers(0, 30), st.floats(-50, 50), max_size=20)


def test_both_sides_count_half_of_what_they_say_stretched_to_one() -> None:
    fused = fuse_scores({1: 12.0, 2: 6.0, 3: 2.0}, {2: 0.9, 3: 0.5, 4: 0.1})
    assert [entry.id for entry in fused] == [2, 1, 3, 4]
    assert [entry.score for entry in fused] == pytest.approx([0.7, 0.5, 0.25, 0.0])  # 2 has (6 - 2) / (12 - 2) of words
    assert [entry.keyword for entry in fused] == [pytest.approx(0.4), 1.0, 0.0, None]
    assert [entry.meaning for entry in fused] == [1.0, None, pytest.approx(0.5), 0.0]


def test_what_one_side_alone_finds_is_found() -> None:
    assert {entry.id for entry in fuse_scores({1: 1.0}, {2: 1.0})} == {1, 2}


def test_a_side_that_found_nothing_leaves_the_other_its_order_and_its_full_scale() -> None:
    assert [(entry.id, entry.score) for entry in fuse_scores({}, {5: 0.3, 6: 0.8})] == [(6, 1.0), (5, 0.0)]
    assert [(entry.id, entry.score) for entry in fuse_scores({5: 3.0, 6: 8.0}, {})] == [(6, 1.0), (5, 0.0)]
    assert fuse_scores({}, {}) == []


def test_of_equal_scores_that_of_the_words_stands_first() -> None:
    assert [entry.id for entry in fuse_scores({9: 1.0}, {1: 1.0})] == [9, 1]


def test_equal_scores_stand_in_the_order_of_their_ids() -> None:
    assert [entry.id for entry in fuse_scores({3: 1.0, 1: 1.0, 2: 1.0}, {})] == [1, 2, 3]


@given(SCORES, SCORES)
def test_everything_found_comes_once_best_first_between_0_and_1(
    keyword: dict[int, float], meaning: dict[int, float]
) -> None:
    fused = fuse_scores(keyword, meaning)
    assert sorted(entry.id for entry in fused) == sorted(keyword.keys() | meaning.keys())
    assert all(0 <= entry.score <= 1 for entry in fused)
    assert [entry.score for entry in fused] == sorted((entry.score for entry in fused), reverse=True)


@given(SCORES, SCORES, st.floats(0.1, 100), st.floats(-100, 100))
def test_the_unit_of_a_side_does_not_matter(
    keyword: dict[int, float], meaning: dict[int, float], factor: float, shift: float
) -> None:
    plain = {entry.id: entry.score for entry in fuse_scores(keyword, meaning)}
    other = fuse_scores({found: score * factor + shift for found, score in keyword.items()}, meaning)
    values = set(keyword.values())
    if len(values) > 1 and max(values) - min(values) > 1e-3:  # below that, adding the shift rounds the difference away
        assert {entry.id: entry.score for entry in other} == pytest.approx(plain, abs=1e-6)
