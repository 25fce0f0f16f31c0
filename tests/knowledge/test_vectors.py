from __future__ import annotations

import pytest

from openclaw_hooks.knowledge.vectors import BLOCK_ROWS, nearest_rows, quantize_rows, score_rows

np = pytest.importorskip("numpy")


def unit_rows(count: int, width: int = 48):  # type: ignore[no-untyped-def]  # numpy may be missing
    rows = np.random.default_rng(7).standard_normal((count, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_row_in_bytes_is_off_by_half_a_scale_at_most() -> None:
    rows = unit_rows(500)
    stored, scales = quantize_rows(rows)
    assert stored.dtype == np.int8
    assert np.abs(stored * scales[:, None] - rows).max() <= scales.max() / 2 + 1e-6
    assert np.abs(stored).max(axis=1).tolist() == [127] * 500


def test_cosines_from_bytes_are_those_of_the_vectors_across_blocks() -> None:
    rows = unit_rows(BLOCK_ROWS + 300)
    query = unit_rows(1)[0]
    assert score_rows(query, *quantize_rows(rows)) == pytest.approx(rows @ query, abs=0.01)


def test_the_nearest_come_first_and_are_the_nearest_of_all() -> None:
    rows = unit_rows(2000)
    query = rows[1234]
    found = nearest_rows(query, *quantize_rows(rows), 20)
    assert found[0][0] == 1234
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    everything = score_rows(query, *quantize_rows(rows))
    assert {place for place, _ in found} == set(np.argsort(-everything)[:20].tolist())


def test_equally_near_rows_keep_their_order_also_at_the_limit() -> None:
    rows = np.ones((9, 4), np.float32) / 2
    assert [place for place, _ in nearest_rows(rows[0], *quantize_rows(rows), 5)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("count", [0, 3])
def test_fewer_rows_than_asked_for_are_all_given(count: int) -> None:
    assert len(nearest_rows(unit_rows(1)[0], *quantize_rows(unit_rows(count)), 10)) == count


def test_a_vector_of_zeros_is_near_nothing() -> None:
    stored, scales = quantize_rows(np.zeros((1, 8), np.float32))
    assert score_rows(np.ones(8, np.float32), stored, scales).tolist() == [0]
