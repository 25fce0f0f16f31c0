"""What is too large is cut at the best seam there is; nothing is lost and the lines are right, whatever the text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from openclaw_hooks.knowledge.chunks import WINDOW_TOKENS, chunk_document, estimate_tokens
from openclaw_hooks.knowledge.model import Kind

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.model import Chunk, Document

# Lines that open, close or look like blocks, so that chance puts them together in every way.
LINES = (
    "# One", "## Two", "### Three ###", "====", "---", "***", "```", "```sh", "````", "~~~", "", "", "   ", "text",
    "Text that goes on. And on! Does it? Yes.", "- item", "  - inner", "1. one", "    indented", "\tindented", "> quote",
    "| a | b |", "|---|---|", "<!-- open", "-->", "<div>", "</div>", "<pre>", "</pre>", "+++", "title: x", "e.g. this",
    "\u65e5\u672c\u8a9e\u3002\u6587\u3002", "a" * 90, "x\u2028y", "\x0b", "word " * 30, "    # comment", "  ```", "- ```",
)  # fmt: skip


def chunk(text: str, window: int = WINDOW_TOKENS, path: str = "a.md") -> Document:
    return chunk_document(path, Kind.DOC, text, window=window)


def bare(text: str) -> str:
    return "".join(text.split())


def assert_whole(text: str, chunks: tuple[Chunk, ...]) -> None:
    """All of `text` in `chunks` and in its order, each where it says."""
    assert bare("".join(chunk.text for chunk in chunks)) == bare(text)
    lines = text.split("\n")
    for chunk in chunks:
        own = chunk.text.split("\n")
        assert len(own) == chunk.last_line - chunk.first_line + 1
        for line, number in zip(own, range(chunk.first_line, chunk.last_line + 1), strict=True):
            assert line in lines[number - 1]


@settings(max_examples=150)
@given(some.lists(some.sampled_from(LINES), max_size=40), some.sampled_from([12, 40, WINDOW_TOKENS]))
def test_no_text_is_lost_and_lines_are_right(lines: list[str], window: int) -> None:
    text = "\n".join(lines)
    assert_whole(text, chunk(text, window).chunks)
    assert_whole(text, chunk(text, window, "a.yaml").chunks)


@settings(max_examples=60)
@given(some.text(max_size=300), some.sampled_from([12, 40]))
def test_no_text_is_lost_of_any_characters(text: str, window: int) -> None:
    assert_whole(text, chunk(text, window).chunks)


@settings(max_examples=60)
@given(some.lists(some.sampled_from(LINES), max_size=40))
def test_no_chunk_is_larger_than_the_window(lines: list[str]) -> None:
    for found in chunk("\n".join(lines), 40).chunks:
        path = " > ".join(found.heading)
        assert estimate_tokens(found.text) + min(estimate_tokens(path), 20) <= 40


@settings(max_examples=60)
@given(
    some.lists(
        some.builds(lambda words, end: " ".join(["The", *words]) + end, some.lists(some.sampled_from(
            ["tool", "e.g. this", "Mr. Smith", "version 3.14", "J. Doe", "a.b.c", "(i.e. that)"]), min_size=1, max_size=3),
            some.sampled_from([".", "!", "?", '."', ".)"])),
        min_size=1,
        max_size=60,
    )
)  # fmt: skip
def test_no_sentence_is_cut_that_fits(sentences: list[str]) -> None:
    text = " ".join(sentences)
    chunks = chunk(text, 40).chunks
    assert_whole(text, chunks)
    assert all(found.text.startswith("The ") and found.text[-1] in '.!?")' for found in chunks)


def test_a_paragraph_of_20_kb_becomes_many_chunks_that_the_model_reads_whole() -> None:
    text = "# Long\n\n" + "The tool reads the file and writes the answer. " * 420
    chunks = chunk(text).chunks
    assert_whole(text, chunks)
    assert len(chunks) > 15
    assert all(estimate_tokens(found.text) <= WINDOW_TOKENS for found in chunks)
    assert all(found.text.endswith(".") for found in chunks)


@pytest.mark.parametrize(
    "line",
    ["word " * 200_000, "x" * 1_000_000, " " * 300_000 + "x", "| a " * 70_000, "- " * 100_000, "`" * 300_000,
     "# a" + " " * 300_000 + "b", "|---|" + " " * 300_000 + "x", "> " * 100_000, "<a " * 90_000, "[" * 300_000,
     "a. " * 90_000, "\u65e5" * 100_000, "." * 300_000, "*_" * 150_000],
    ids=lambda line: line[:4] + line[-1],
)  # fmt: skip
def test_an_endless_line_is_bounded_in_time_and_size(line: str) -> None:
    began = time.process_time()
    text = f"| a | b |\n{line}\n\ntext\n"
    chunks = chunk(text).chunks
    assert time.process_time() - began < 8  # the quadratic ways take minutes
    assert_whole(text, chunks)
    assert all(estimate_tokens(found.text) <= WINDOW_TOKENS for found in chunks)


def test_blocks_stay_whole_where_they_fit() -> None:
    code = "```\n" + "call()\n" * 20 + "```"
    text = "Words first. " * 12 + "\n\n" + code + "\n\n" + "Words last. " * 12
    first, second, third = chunk(text, 100).chunks
    assert second.text == code
    assert first.text.startswith("Words first.")
    assert third.text.startswith("Words last.")


def test_a_long_list_is_cut_between_its_outer_items() -> None:
    text = "".join(f"- item {number}\n  - inner part of it\n" for number in range(60))
    assert all(found.text.startswith("- item") for found in chunk(text, 60).chunks)


def test_a_long_table_is_cut_between_rows() -> None:
    text = "| name | value |\n|---|---|\n" + "| some name | some value |\n" * 60
    assert all(found.text.startswith("|") and found.text.endswith("|") for found in chunk(text, 60).chunks)


def test_a_table_right_below_a_paragraph_is_cut_between_rows_too() -> None:
    text = "The table:\n| name | value |\n|---|---|\n" + "| some name. And | some value |\n" * 60
    assert all(found.text.endswith("|") for found in chunk(text, 60).chunks)


def test_code_is_cut_between_lines() -> None:
    text = "```\n" + "result = call(argument)\n" * 60 + "```\n"
    inner = chunk(text, 60).chunks[1:-1]
    assert inner
    assert all(found.text.startswith("result") and found.text.endswith(")") for found in inner)


def test_a_model_may_count_for_itself() -> None:
    document = chunk_document(
        "a.md", Kind.DOC, "one two three four five six", window=4, count=lambda text: len(text.split())
    )
    assert [found.text for found in document.chunks] == ["one two three", "four five six"]
