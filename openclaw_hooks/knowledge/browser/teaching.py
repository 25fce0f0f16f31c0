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
COMMON: Final = 16_000  # the vocabulary is ordered by how often its authors met a piece
TABLE_FILE: Final = "tokens-1.npy"  # beside the model: every repository begins with the same
MIXTURES_FILE: Final = "mixtures-1.npy"

_WORD = re.compile(r"\w+")


class Teacher(NamedTuple):
    """A model, its vocabulary (token -> id), what cuts texts by it, and what is the same for every repository.

    That is float32[vocabulary, width] of single tokens, and mixtures of words with their vectors.
    """

    embedder: Embedder
    vocabulary: dict[str, int]
    pieces: WordPiece
    table: Matrix
    mixtures: tuple[list[str], Matrix]


def open_teacher() -> Teacher | None:
    """The model of this machine; None when it is not set up.

    The first time its vectors of single tokens are made, which takes 20 s of CPU, and kept beside it.
    """
    embedder = open_batch_embedder()
    if embedder is None:
        return None
    return make_teacher(embedder, read_vocabulary(file_path(MINILM, MINILM.vocabulary)), model_folder(MINILM))


def make_teacher(embedder: Embedder, vocabulary: dict[str, int], folder: str = "") -> Teacher:
    """A teacher by `embedder`, whose own vectors are kept in `folder`, if one is given."""
    bare = [token.removeprefix("##") for token in vocabulary]
    table = _embed_once(embedder, bare, folder and os.path.join(folder, TABLE_FILE))
    mixtures = _mix_words(vocabulary)
    vectors = _embed_once(embedder, mixtures, folder and os.path.join(folder, MIXTURES_FILE))
    return Teacher(embedder, vocabulary, WordPiece(vocabulary), table, (mixtures, vectors))


def _embed_once(embedder: Embedder, texts: list[str], path: str) -> Matrix:
    """The vectors of `texts` from the file at `path`, which is made when it is not there."""
    import numpy as np

    with suppress(OSError, ValueError):
        kept = np.load(path, allow_pickle=False)
        if kept.shape == (len(texts), embedder.dimensions):
            found: Matrix = kept.astype(np.float32)
            return found
    made = embedder.embed(texts)
    temporary = f"{path}.{os.getpid()}.tmp"
    if path:
        with suppress(OSError):  # where they cannot be kept they are made again
            with open(temporary, "wb") as stream:
                np.save(stream, made.astype(np.float16))
            os.replace(temporary, path)
    return made


def _mix_words(vocabulary: Mapping[str, int]) -> list[str]:
    """Common words put together by chance, the same ones for the same vocabulary."""
    from random import Random

    chance = Random(7)  # noqa: S311  # the same for everybody, and nothing secret
    common = [token for token, number in vocabulary.items() if _is_common(token, number) and _is_word(token)]
    return [" ".join(chance.choices(common, k=chance.randint(*WORDS))) for _ in range(MIXTURES)] if common else []


def cut_stretches(texts: Sequence[str]) -> list[str]:
    """Short stretches of `texts`, as long as questions: the same ones for the same texts."""
    from random import Random

    chance = Random(7)  # noqa: S311  # the same for everybody, and nothing secret
    words = [word for text in texts for word in _WORD.findall(text)]
    stretches: dict[str, None] = {}
    for _ in range(min(STRETCHES, len(words))):
        first = chance.randrange(len(words))
        stretches[" ".join(words[first : first + chance.randint(*WORDS)])] = None
    return list(stretches)


def keep_tokens(texts: Sequence[Sequence[int]], vocabulary: Mapping[str, int]) -> list[str]:
    """The tokens that a browser is given: those that occur, and those that questions are likely to bring."""
    occurring = {token for text in texts for token in text}
    return [token for token, number in vocabulary.items() if number in occurring or _is_common(token, number)]


def _is_common(token: str, number: int) -> bool:
    piece = token.removeprefix("##")
    return piece.isascii() and piece.isalnum() and (number < COMMON or len(piece) == 1)


def _is_word(token: str) -> bool:
    return token.isalpha() and len(token) > 2
