"""What an embedder is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors whose dot product says how near their meanings are."""

    @property
    def name(self) -> str:
        """The space of the vectors: those of two names can't be compared."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """The tokens that the model reads at once, with the two that mark begin and end; a longer text is read in windows."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has, without the marks."""
        ...

    def embed(self, texts: Sequence[str]) -> Matrix:
        """float32[len(texts), dimensions], each row of length 1."""
        ...
