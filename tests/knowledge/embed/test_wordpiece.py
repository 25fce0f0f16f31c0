from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.knowledge.embed.wordpiece import WordPiece, read_vocabulary, split_words

if TYPE_CHECKING:
    from pathlib import Path

TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##able", "able", "task", "##s", "[", "]", "mask", "!"]


@pytest.fixture
def pieces() -> WordPiece:
    return WordPiece({token: place for place, token in enumerate(TOKENS)})


def spell(pieces: WordPiece, text: str) -> list[str]:
    return [TOKENS[found] for found in pieces.encode(text)]


def test_a_word_becomes_its_longest_pieces(pieces: WordPiece) -> None:
    assert spell(pieces, "Unable Tasks!") == ["un", "##able", "task", "##s", "!"]


def test_a_word_that_the_pieces_do_not_cover_is_unknown_as_a_whole(pieces: WordPiece) -> None:
    assert spell(pieces, "unq task") == ["[UNK]", "task"]


def test_marks_of_the_model_in_a_text_are_only_text(pieces: WordPiece) -> None:
    assert spell(pieces, "[MASK] [CLS]") == ["[", "mask", "]", "[", "[UNK]", "]"]


def test_the_longest_word_has_100_characters(pieces: WordPiece) -> None:
    assert spell(pieces, "task" + "s" * 96 + " " + "task" + "s" * 97) == ["task", *["##s"] * 96, "[UNK]"]


def test_a_line_of_a_megabyte_is_read_in_linear_time(pieces: WordPiece) -> None:
    assert pieces.encode("s" * 1_000_000) == [1]
    assert len(pieces.encode("!" * 1_000_000)) == 1_000_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't STOP", ["don", "'", "t", "stop"]),
        ("naïve Łódź", ["naive", "łodz"]),
        ("e\u0301te\u0301", ["ete"]),
        ("ΟΔΟΣ", ["οδοσ"]),
        ("東京で", ["東", "京", "て"]),
        ("zero\u200bwidth\u00a0space", ["zerowidth", "space"]),
        ("\x00a\x1fb\x7f", ["ab"]),
        ("a\x0bb", ["ab"]),
        ("«€5»", ["«", "€5", "»"]),
        ("a$b^c`d", ["a", "$", "b", "^", "c", "`", "d"]),
        ("", []),
    ],
)
def test_texts_are_split_as_the_model_learned_it(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@given(st.text(alphabet=st.characters(codec="ascii")))
@settings(max_examples=200)
def test_the_short_way_for_ascii_gives_what_the_long_way_gives(text: str) -> None:
    with_others = split_words(text + " é")
    assert [*split_words(text), "e"] == with_others


def test_a_vocabulary_numbers_its_lines_and_keeps_odd_ones(tmp_path: Path) -> None:
    file = tmp_path / "vocab.txt"
    file.write_bytes("[PAD]\n\u2028\na\n".encode())  # some tokens are line ends to str.splitlines
    assert read_vocabulary(str(file)) == {"[PAD]": 0, "\u2028": 1, "a": 2}
