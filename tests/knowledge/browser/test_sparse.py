from __future__ import annotations

import pytest

from openclaw_hooks.knowledge.browser.sparse import make_sparse, multiply, solve_ridge, transpose

np = pytest.importorskip("numpy")

ROWS = [{0: 0.5, 3: 0.5}, {1: 1.0}, {0: 0.25, 1: 0.25, 4: 0.5}] * 400  # more than one block
DENSE = np.zeros((len(ROWS), 6), np.float32)
for number, row in enumerate(ROWS):
    DENSE[number, list(row)] = list(row.values())


def test_products_are_those_of_the_dense_matrix() -> None:
    right = np.random.default_rng(1).standard_normal((6, 5)).astype(np.float32)
    assert multiply(make_sparse(ROWS), right) == pytest.approx(DENSE @ right, abs=1e-6)


def test_a_transposed_matrix_has_the_columns_that_are_used() -> None:
    across, used = transpose(make_sparse(ROWS))
    assert used.tolist() == [0, 1, 3, 4]
    right = np.random.default_rng(2).standard_normal((len(ROWS), 3)).astype(np.float32)
    assert multiply(across, right) == pytest.approx(DENSE[:, used].T @ right, abs=1e-3)


def test_the_ridge_solution_is_that_of_the_normal_equations() -> None:
    targets = np.random.default_rng(3).standard_normal((len(ROWS), 2)).astype(np.float32)
    found, used = solve_ridge(make_sparse(ROWS), targets, 0.3, steps=30)
    narrow = DENSE[:, used]
    wanted = np.linalg.solve(narrow.T @ narrow + 0.3 * np.eye(len(used)), narrow.T @ targets)
    assert found == pytest.approx(wanted, abs=1e-4)
