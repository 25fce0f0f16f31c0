"""Texts as token ids: lower-case WordPiece, as BERT's authors defined it (Devlin et al. 2019; Wu et al. 2016 for the pieces).

In plain Python, because a one-shot query would spend more time on loading a tokenizer library than on this. Nothing in
a text is a command: `[MASK]` in it is a bracket, a word and a bracket.
"""

from __future__ import annotations

import re
import unicodedata

MAX_WORD_CHARS = 100  # as in BERT's own tokenizer: longer words are unknown
MAX_REMEMBERED = 50_000  # words; a repository has fewer, and texts of strangers must not fill the memory

_ASCII_WORDS = re.compile(r"[a-z0-9]+|[!-/:-@\[-`{-~]")
_ASCII_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
_IDEOGRAPHS = (  # the blocks that BERT sets apart, in the order of its source
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """Finds the token ids of a text in a vocabulary."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self._vocabulary = vocabulary
        self._unknown = vocabulary["[UNK]"]
        self._remembered: dict[str, tuple[int, ...]] = {}
        self.first = vocabulary["[CLS]"]
        self.last = vocabulary["[SEP]"]

    def encode(self, text: str) -> list[int]:
        """The token ids of `text`, without the marks for begin and end."""
        remembered = self._remembered
        ids: list[int] = []
        for word in split_words(text):
            pieces = remembered.get(word)
            if pieces is None:
                pieces = self._split_word(word)
                if len(remembered) < MAX_REMEMBERED:
                    remembered[word] = pieces
            ids += pieces
        return ids

    def _split_word(self, word: str) -> tuple[int, ...]:
        """The longest pieces from the left; one unknown token when they don't cover the word."""
        if len(word) > MAX_WORD_CHARS:
            return (self._unknown,)
        pieces = []
        start = 0
        while start < len(word):
            piece, start = self._longest_piece(word, start)
            if piece is None:
                return (self._unknown,)
            pieces.append(piece)
        return tuple(pieces)

    def _longest_piece(self, word: str, start: int) -> tuple[int | None, int]:
        mark = "##" if start else ""
        for end in range(len(word), start, -1):
            piece = self._vocabulary.get(mark + word[start:end])
            if piece is not None:
                return piece, end
        return None, start


def read_vocabulary(path: str) -> dict[str, int]:
    """The ids of the tokens in a `vocab.txt`: one token a line, its id is the line's number from 0."""
    with open(path, encoding="utf-8", newline="\n") as stream:
        tokens = stream.read().split("\n")
    if not tokens[-1]:
        tokens.pop()
    return dict(zip(tokens, range(len(tokens)), strict=True))


def split_words(text: str) -> list[str]:
    """The lower-case words, punctuation marks and ideographs of `text`, without accents."""
    if text.isascii():
        return _ASCII_WORDS.findall(text.translate(_ASCII_CONTROLS).lower())
    separated = "".join(_separate(char) for char in text)
    plain = (char for char in unicodedata.normalize("NFD", separated) if unicodedata.category(char) != "Mn")
    lowered = "".join(char.lower() for char in plain)  # one by one: a final sigma has no form of its own here
    return "".join(f" {char} " if _is_punctuation(char) else char for char in lowered).split()


def _separate(char: str) -> str:
    """`char` as the tokenizer reads it: nothing, a space, itself, or itself between spaces."""
    if char in "\t\n\r":
        return " "
    if char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs"):
        return ""
    if char.isspace():
        return " "
    return f" {char} " if _is_ideograph(ord(char)) else char


def _is_ideograph(code: int) -> bool:
    return code >= 0x3400 and any(first <= code <= last for first, last in _IDEOGRAPHS)


def _is_punctuation(char: str) -> bool:
    if char.isascii():
        return char.isprintable() and not char.isalnum() and char != " "
    return unicodedata.category(char)[0] == "P"
