"""Sparse matrices, as far as fitting needs them: numpy has none, and a library for them would be large.

A matrix of n rows is three arrays: where each row begins (n + 1), the columns that are not 0, and their values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from openclaw_hooks.knowledge.embed.model import Matrix

BLOCK_ROWS = 512  # multiplied at a time: what is gathered for them stays small


class Sparse(NamedTuple):
    """int64[n + 1], int64[values], float32[values]; every row has a value, and none has a column twice."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Matrix


def make_sparse(rows: Sequence[Mapping[int, float]]) -> Sparse:
    """The matrix with `rows`, each column -> value; no row may be empty."""
    import numpy as np

    starts = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.fromiter((column for row in rows for column in row), np.int64, int(starts[-1]))
    values = np.fromiter((value for row in rows for value in row.values()), np.float32, int(starts[-1]))
    return Sparse(starts, columns, values)


def multiply(left: Sparse, right: Matrix) -> Matrix:
    """float32[n, d]: `left` times the dense `right`."""
    import numpy as np

    starts, columns, values = left
    product = np.empty((len(starts) - 1, right.shape[1]), np.float32)
    for first in range(0, len(product), BLOCK_ROWS):
        last = min(first + BLOCK_ROWS, len(product))
        part = slice(starts[first], starts[last])
        gathered = right[columns[part]] * values[part, None]
        np.add.reduceat(gathered, starts[first:last] - starts[first], axis=0, out=product[first:last])
    return product


def transpose(matrix: Sparse) -> tuple[Sparse, NDArray[np.int64]]:
    """The columns of `matrix` that have a value, as rows, and which columns they are."""
    import numpy as np

    rows = np.repeat(np.arange(len(matrix.starts) - 1), np.diff(matrix.starts))
    order = np.argsort(matrix.columns, kind="stable")
    used, starts = np.unique(matrix.columns[order], return_index=True)
    return Sparse(np.append(starts, len(order)), rows[order], matrix.values[order]), used


def solve_ridge(matrix: Sparse, targets: Matrix, penalty: float, steps: int) -> tuple[Matrix, NDArray[np.int64]]:
    """D that makes |matrix D - targets|^2 + penalty |D|^2 least, for the columns in use, and which these are.

    By conjugate gradients with the diagonal as preconditioner (Hestenes and Stiefel 1952), all columns of `targets` at
    once: the normal equations are never written down.
    """
    import numpy as np

    across, used = transpose(matrix)
    places = np.zeros(int(used[-1]) + 1, np.int64)
    places[used] = np.arange(len(used))
    narrow = matrix._replace(columns=places[matrix.columns])
    diagonal = (np.add.reduceat(across.values**2, across.starts[:-1]) + np.float32(penalty))[:, None]
    rest = multiply(across, targets)
    found = np.zeros_like(rest)
    scaled = rest / diagonal
    direction = scaled.copy()
    size = (rest * scaled).sum(axis=0)
    for _ in range(steps):
        image = multiply(across, multiply(narrow, direction)) + np.float32(penalty) * direction
        stride = size / np.maximum((direction * image).sum(axis=0), np.float32(1e-20))
        found += stride * direction
        rest -= stride * image
        scaled = rest / diagonal
        before, size = size, (rest * scaled).sum(axis=0)
        direction = scaled + (size / np.maximum(before, np.float32(1e-20))) * direction
    return found, used
