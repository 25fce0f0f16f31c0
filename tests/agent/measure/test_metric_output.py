"""What is read from a metric's output, in whatever pieces it comes."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.agent.measure.output import LONGEST_LINE, MOST_NAMES, TAIL_BYTES, MetricReader, read_number


def read(*pieces: bytes) -> MetricReader:
    reader = MetricReader()
    for piece in pieces:
        reader.take(piece)
    reader.finish()
    return reader


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1", 1.0),
        ("-1", -1.0),
        ("+1.50", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-2.5E-3", -0.0025),
        ("0", 0.0),
        ("1e308", 1e308),
        ("1e-400", 0.0),
    ],
)
def test_decimal_and_scientific_numbers_are_read(written: str, number: float) -> None:
    assert read_number(written.encode()) == number
    assert read(f"METRIC n={written}\n".encode()).values == {"n": number}


@pytest.mark.parametrize(
    "written",
    ["", "nan", "NaN", "inf", "-Infinity", "1e400", "-1e999", "1_000", "1,000", "0x10", "12ms", "12 ms", "1e", "--1", "1 2", "one",
     "\u0661", "1\0", "\xb2", "9" * 400],
)  # fmt: skip
def test_what_is_no_finite_number_makes_the_name_unknown(written: str) -> None:
    reader = read(f"METRIC n=7\nMETRIC n={written}\nMETRIC m=1\n".encode())
    assert reader.values == {"m": 1.0}
    assert reader.unreadable == {"n": written.strip()[:40]}


def test_the_last_line_of_a_name_counts() -> None:
    reader = read(b"METRIC n=1\nMETRIC m=5\nMETRIC n=nan\nMETRIC n=2\n")
    assert (reader.values, reader.unreadable) == ({"m": 5.0, "n": 2.0}, {})
    assert read(b"METRIC n=1\nMETRIC n=2\n").unreadable == {}


@pytest.mark.parametrize(
    "line",
    [
        "METRICn=1", "metric n=1", "a METRIC n=1", "METRIC =1", "METRIC 1n=1", "METRIC n", "METRIC n: 1", "METRIC a b=1",
        f"METRIC {'n' * 65}=1", "# METRIC n=1", "\u00a0METRIC n=1",
    ],
)  # fmt: skip
def test_other_lines_say_nothing(line: str) -> None:
    reader = read(f"{line}\n".encode())
    assert (reader.values, reader.unreadable) == ({}, {})


@pytest.mark.parametrize("line", ["METRIC n=1", "  METRIC n=1  ", "METRIC\tn = 1", "METRIC n=1\r"])
def test_blanks_around_the_parts_and_a_windows_line_end_do_not_matter(line: str) -> None:
    assert read(f"x\n{line}\ny\n".encode()).values == {"n": 1.0}


def test_a_last_line_without_an_end_counts_and_one_that_is_too_long_does_not() -> None:
    assert read(b"METRIC n=1\nMETRIC n=12").values == {"n": 12.0}
    for long in (b"METRIC n=" + b" " * LONGEST_LINE + b"1", b"METRIC n=1" + b" " * LONGEST_LINE + b"2"):
        reader = read(long + b"\nMETRIC m=2\n")
        assert (reader.values, reader.unreadable) == ({"m": 2.0}, {})


LINES = st.lists(
    st.sampled_from([b"METRIC a=1", b"METRIC b=-2e3\r", b"METRIC a=nan", b"noise", b"", b"METRIC c=3 x", b"x" * 5000]),
    max_size=8,
)


@given(LINES, st.lists(st.integers(1, 40), max_size=60))
def test_the_pieces_in_which_output_comes_do_not_matter(lines: list[bytes], sizes: list[int]) -> None:
    whole = b"\n".join(lines)
    pieces, at = [], 0
    for size in sizes:
        pieces.append(whole[at : at + size])
        at += size
    cut, one = read(*pieces, whole[at:]), read(whole)
    assert (cut.values, cut.unreadable, cut.tail()) == (one.values, one.unreadable, one.tail())


def test_much_output_is_read_in_little_memory() -> None:
    reader = MetricReader()
    piece = b"x" * 999 + b"\n"
    tracemalloc.start()
    for number in range(20_000):
        reader.take(piece)
        reader.take(b"METRIC name%d=1\n" % number)
    reader.take(b"y" * 3_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    reader.finish()
    assert peak < 12_000_000
    assert len(reader.values) == MOST_NAMES
    assert len(reader.tail()) <= TAIL_BYTES


def test_a_name_that_is_known_is_taken_anew_however_many_there_are() -> None:
    lines = b"".join(b"METRIC n%d=1\n" % number for number in range(MOST_NAMES + 5))
    assert read(lines, b"METRIC n0=7\n").values["n0"] == 7.0


def test_the_tail_begins_with_a_whole_line_and_holds_nothing_that_moves_a_cursor() -> None:
    text = read(b"".join(b"line %d\n" % number for number in range(2000))).tail()
    assert text.startswith("line ")
    assert text.endswith("line 1999\n")
    assert read(b"a\x1b[2Jb\x07\xff\r\n\tc\n").tail() == "a\ufffd[2Jb\ufffd\ufffd\n\tc\n"
