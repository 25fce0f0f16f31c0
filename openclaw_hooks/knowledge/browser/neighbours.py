"""Which documents are about the same, for all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.knowledge.embed.model import Matrix

MOST: Final = 8  # of a document
LEAST: Final = 0.35  # cosine; what is farther away has little to do with it
BLOCK: Final = 1024  # documents compared at a time


def find_neighbours(paths: Sequence[str], vectors: Matrix) -> dict[str, list[tuple[str, float]]]:
    """The nearest other documents of each, with cosines, nearest first: by the mean over the vectors of their chunks.

    `paths` names the document of each row. A document that is near to none is left out.
    """
    import numpy as np

    names = sorted(set(paths))
    places = {name: place for place, name in enumerate(names)}
    means = np.zeros((len(names), vectors.shape[1]), np.float32)
    np.add.at(means, [places[path] for path in paths], vectors)
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), np.float32(1e-9))
    found: dict[str, list[tuple[str, float]]] = {}
    for first in range(0, len(names), BLOCK):
        cosines = means[first : first + BLOCK] @ means.T
        for row, own in enumerate(range(first, first + len(cosines))):
            cosines[row, own] = -1
            nearest = np.argsort(-cosines[row], kind="stable")[:MOST].tolist()
            near = [(names[place], round(float(cosines[row, place]), 3)) for place in nearest]
            found[names[own]] = [(name, cosine) for name, cosine in near if cosine >= LEAST]
    return {name: near for name, near in found.items() if near}
