"""Words as the index counts them: the same for texts and questions."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.knowledge.store.schema import TOKENIZER

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.store.opening import Store

# Scripts that put no spaces between words; SQLite would take a whole sentence for one. Each sign becomes a word, and a
# question asks for neighbours.
_UNSPACED: Final = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)


@cache
def unspaced() -> re.Pattern[str]:
    """A run of signs of scripts without spaces. Made when it is first needed: most texts never do, and it takes 3 ms."""
    return re.compile(f"[{_UNSPACED}]+")


class Word:
    """A word of a text: where it stands, in characters, and the stem by which it is found."""

    __slots__ = ("end", "start", "stem")

    def __init__(self, start: int, end: int, stem: str) -> None:
        self.start = start
        self.end = end
        self.stem = stem


def index_text(text: str) -> str:
    """`text` as it is given to SQLite."""
    if text.isascii():
        return text
    spread = unspaced().sub(lambda run: f" {' '.join(run[0])} ", text)
    return spread.encode("utf-8", "replace").decode("utf-8")


def stem_words(store: Store, text: str) -> list[Word]:
    """The words of `text` with their stems, by the tokenizer of the index itself."""
    from apsw import FTS5_TOKENIZE_DOCUMENT

    name, *options = TOKENIZER
    split = store.connection.fts5_tokenizer(name, options)
    encoded = index_text(text).encode()
    tokens: Any = split(encoded, FTS5_TOKENIZE_DOCUMENT, None)
    places = _byte_places(text) if len(encoded) != len(text) else None
    return [
        Word(places[start] if places else start, places[end] if places else end, stem)
        for start, end, stem, *_ in tokens
    ]


def _byte_places(text: str) -> list[int]:
    """For each byte of the text that SQLite gets the character of `text` that it belongs to."""
    places: list[int] = []
    was_sign = False
    is_sign = unspaced().match
    for number, char in enumerate(text):
        sign = char >= "\u0e00" and is_sign(char) is not None
        if sign != was_sign or sign:  # a space before each sign and behind the last one
            places.append(number)
        places += [number] * len(char.encode("utf-8", "replace"))
        was_sign = sign
    return [*places, len(text), len(text)]
