"""Two rankings made one: what was found by words and what was found by meaning.

Each side's scores are stretched to 0..1 over what it found for this question, and the two are added with equal weight
(convex combination with min-max norm; Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid
Retrieval", arXiv 2210.11934, find it better than reciprocal ranks and little sensitive to the weight). The weight and
the limits are frozen: they were chosen on one development set of questions and are not fitted to any repository.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

MEANING_WEIGHT = 0.5
CANDIDATES = 200  # of each side; what neither side has among them is no answer


class Fused(NamedTuple):
    """A chunk with its place in the common order, and what each side said (0..1; None where it did not find it)."""

    id: int
    score: float
    keyword: float | None
    meaning: float | None


def fuse_scores(keyword: Mapping[int, float], meaning: Mapping[int, float]) -> list[Fused]:
    """What either side found, best first; of equal scores what the words say more for, then in the order of their ids.

    Larger is better on both sides: a BM25 score, a cosine. A side that found nothing leaves the order to the other.
    """
    words, senses = _stretch(keyword), _stretch(meaning)
    share = MEANING_WEIGHT if words and senses else float(not words)
    fused = [
        Fused(
            id=found,
            score=(1 - share) * words.get(found, 0.0) + share * senses.get(found, 0.0),
            keyword=words.get(found),
            meaning=senses.get(found),
        )
        for found in words.keys() | senses.keys()
    ]
    return sorted(fused, key=lambda entry: (-entry.score, -(entry.keyword or 0.0), entry.id))


def _stretch(scores: Mapping[int, float]) -> dict[int, float]:
    """`scores` from 0 for the least to 1 for the best; all 1 where they are equal."""
    if not scores:
        return {}
    least, best = min(scores.values()), max(scores.values())
    width = best - least
    return {found: (score - least) / width if width > 0 else 1.0 for found, score in scores.items()}
