"""What a table for questions learns from beside the passages: stretches of them, and words put together by chance.

Questions are short and passages are not; and in a small repository few words occur, while questions bring others.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.knowledge.embed.opening import open_batch_embedder
from openclaw_hooks.knowledge.embed.wordpiece import WordPiece, read_vocabulary
from openclaw_hooks.knowledge.models.cache import file_path, model_folder
from openclaw_hooks.knowledge.models.catalog import MINILM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.knowledge.embed.model import Embedder, Matrix

STRETCHES: Final = 4000
MIXTURES: Final = 3000
WORDS: Final = (2, 8)  # in one of them
FIRST_WORD: Final = 1996  # before it BERT's vocabulary has signs
COMMON: Final = 16_000  # the vocabulary is ordered by how often its authors met a piece
TABLE_FILE: Final = "tokens-1.npy"  # beside the model: every repository begins with the same

_WORD = re.compile(r"\w+")


class Teacher(NamedTuple):
    """A model, its vocabulary (token -> id), what cuts texts by it, and float32[vocabulary, width] of single tokens."""

    embedder: Embedder
    vocabulary: dict[str, int]
    pieces: WordPiece
    table: Matrix


def open_teacher() -> Teacher | None:
    """The model of this machine; None when it is not set up."""
    embedder = open_batch_embedder()
    if embedder is None:
        return None
    vocabulary = read_vocabulary(file_path(MINILM, MINILM.vocabulary))
    return Teacher(embedder, vocabulary, WordPiece(vocabulary), _open_table(embedder, vocabulary))


def embed_tokens(embedder: Embedder, vocabulary: Mapping[str, int]) -> Matrix:
    """float32[vocabulary, width]: what the model says of each token as a text of its own."""
    return embedder.embed([token.removeprefix("##") for token in vocabulary])


def _open_table(embedder: Embedder, vocabulary: Mapping[str, int]) -> Matrix:
    """The vectors of single tokens from the file beside the model, which is made when it is not there: 20 s of CPU."""
    import numpy as np

    path = os.path.join(model_folder(MINILM), TABLE_FILE)
    with suppress(OSError, ValueError):
        kept = np.load(path, allow_pickle=False)
        if kept.shape == (len(vocabulary), embedder.dimensions):
            found: Matrix = kept.astype(np.float32)
            return found
    table = embed_tokens(embedder, vocabulary).astype(np.float16)
    temporary = f"{path}.{os.getpid()}.tmp"
    with suppress(OSError):  # where it cannot be kept it is made again
        with open(temporary, "wb") as stream:
            np.save(stream, table)
        os.replace(temporary, path)
    made: Matrix = table.astype(np.float32)
    return made


def choose_lessons(texts: Sequence[str], vocabulary: Mapping[str, int]) -> list[str]:
    """Short texts to learn from: the same ones for the same `texts`."""
    from random import Random

    chance = Random(7)  # noqa: S311  # the same for everybody, and nothing secret
    words = [word for text in texts for word in _WORD.findall(text)]
    common = [token for token, number in vocabulary.items() if _is_common(token, number) and _is_word(token)]
    stretches: dict[str, None] = {}
    for _ in range(min(STRETCHES, len(words))):
        first = chance.randrange(len(words))
        stretches[" ".join(words[first : first + chance.randint(*WORDS)])] = None
    mixtures = [" ".join(chance.choices(common, k=chance.randint(*WORDS))) for _ in range(MIXTURES)] if common else []
    return [*stretches, *mixtures]


def keep_tokens(texts: Sequence[Sequence[int]], vocabulary: Mapping[str, int]) -> list[str]:
    """The tokens that a browser is given: those that occur, and those that questions are likely to bring."""
    occurring = {token for text in texts for token in text}
    return [token for token, number in vocabulary.items() if number in occurring or _is_common(token, number)]


def _is_common(token: str, number: int) -> bool:
    piece = token.removeprefix("##")
    return piece.isascii() and piece.isalnum() and (number < COMMON or len(piece) == 1)


def _is_word(token: str) -> bool:
    return token.isalpha() and len(token) > 2
