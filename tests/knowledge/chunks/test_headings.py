"""What is a heading, and what only looks like one; which headings a chunk stands under."""

from __future__ import annotations

import pytest

from openclaw_hooks.knowledge.chunks import chunk_document
from openclaw_hooks.knowledge.model import Kind

# Of each text the headings that a chunk in it stands under.
CASES = {
    "atx": ("# One\n\na\n\n## Two\n\nb\n", [("One",), ("One", "Two")]),
    "atx needs a space": ("#hashtag\n\n####### seven\n", [()]),
    "atx with closing signs": ("## Two ## \n\na\n\n# C# and F#\n\nb\n", [("Two",), ("C# and F#",)]),
    "empty atx": ("#\n\na\n", [("",)]),
    "setext": ("One\n===\n\na\n\nTwo\n---\nb\n", [("One",), ("One", "Two")]),
    "setext over two lines": ("One and\nmore\n====\na\n", [("One and more",)]),
    "a break is no setext heading": ("a\n\n---\n\nb\n", [()]),
    "a break below a list": ("- item\n---\nb\n", [()]),
    "siblings": ("# A\na\n## B\nb\n## C\nc\n# D\nd\n", [("A",), ("A", "B"), ("A", "C"), ("D",)]),
    "a skipped level": ("# A\na\n### B\nb\n## C\nc\n", [("A",), ("A", "B"), ("A", "C")]),
    "backtick fence": ("# A\n```bash\n# comment\nls\n```\n## B\nb\n", [("A",), ("A", "B")]),
    "tilde fence": ("# A\n~~~\n# comment\n```\n# comment\n~~~\n## B\nb\n", [("A",), ("A", "B")]),
    "a longer fence around a shorter one": ("````md\n```\n# no\n```\n# no\n````\n# Yes\na\n", [(), ("Yes",)]),
    "a fence is not closed by one with words": ("```\n# no\n``` sh\n# no\n```\n# Yes\na\n", [(), ("Yes",)]),
    "a fence that nothing closes": ("# A\n```\n# comment\n\n# comment\n", [("A",)]),
    "backticks in a line are no fence": ("``` a ``` b\n# Yes\na\n", [(), ("Yes",)]),
    "indented code": ("a\n\n    # comment\n\n\t# comment\n\n# Yes\nb\n", [(), ("Yes",)]),
    "a fence in a list": ("- item\n\n  ```sh\n  # comment\n  ```\n\n# Yes\nb\n", [(), ("Yes",)]),
    "a fence in an inner list": (
        "1. a\n   - b\n\n     ```\n     # no\n     ```\n\n     # no\n# Yes\nb\n",
        [(), ("Yes",)],
    ),
    "a fence behind a marker": ("- ```\n  # no\n  ```\n# Yes\nb\n", [(), ("Yes",)]),
    "an open fence ends with its item": ("- ```\n  # no\n\nText.\n\n# Yes\nb\n", [(), ("Yes",)]),
    "a list after another sign": ("- a\n* b\n+ c\n\n# Yes\nb\n", [(), ("Yes",)]),
    "a quote": ("> # quoted\n> ```\n> # no\n\n# Yes\na\n", [(), ("Yes",)]),
    "a quote and its lazy line": ("> text\nlazy\n===\n", [()]),
    "a paragraph below a quoted fence": ("> ```\n> x\n> ```\nYes\n===\na\n", [(), ("Yes",)]),
    "an HTML comment": ("<!-- draft\n\n# no\n-->\n# Yes\na\n", [(), ("Yes",)]),
    "a pre element": ("<pre>\n\n# no\n</pre>\n# Yes\na\n", [(), ("Yes",)]),
    "an HTML block ends at a blank line": ("<div>\n# no\n\n# Yes\na\n", [(), ("Yes",)]),
    "a lone tag": ("<my-tag a='b'>\n# no\n\n# Yes\na\n", [(), ("Yes",)]),
    "an autolink is text": ("<https://example.org>\n# Yes\na\n", [(), ("Yes",)]),
    "front matter": ("---\n# no\ntitle: T\n---\n# Yes\na\n", [(), ("Yes",)]),
    "toml front matter": ("+++\n# no\n+++\n# Yes\na\n", [(), ("Yes",)]),
    "front matter that nothing closes": ("---\n# Yes\na\n", [(), ("Yes",)]),
    "a table": ("| a | b |\n|---|---|\n| # | # |\n# Yes\nx\n", [(), ("Yes",)]),
    "a table without outer bars": ("a | b\n--- | ---\n1 | 2\n\nYes\n---\nx\n", [(), ("Yes",)]),
    "markup in a heading": ("# The `x` [link](y.md) **b** {#anchor}\na\n", [("The x link b",)]),
    "a heading without text below it": ("# A\n\n## B\n\n### C\n\nc\n", [("A", "B", "C")]),
    "a heading without anything goes not with its sibling": ("## A\n\n## B\n\nb\n", [("A",), ("B",)]),
    "a heading at the end": ("# A\n\na\n\n## B\n", [("A",), ("A", "B")]),
    "carriage returns are the caller's": ("# A\u2028b\n\nc\n", [("A b",)]),
}


@pytest.mark.parametrize("name", CASES)
def test_headings_are_what_markdown_says(name: str) -> None:
    text, headings = CASES[name]
    assert [chunk.heading for chunk in chunk_document("a.md", Kind.DOC, text).chunks] == headings


def test_a_comment_in_code_is_text_of_its_section() -> None:
    text = "# Install\n\n```bash\n# install the tool\npip install tool\n```\n"
    (chunk,) = chunk_document("a.md", Kind.DOC, text).chunks
    assert chunk.heading == ("Install",)
    assert chunk.text == text.rstrip()


def test_a_heading_without_text_below_it_can_be_found() -> None:
    document = chunk_document("a.md", Kind.DOC, "# Alpha\n\n## Beta\n\n## Gamma\n\ntext\n")
    assert [chunk.text for chunk in document.chunks] == ["# Alpha\n\n## Beta", "## Gamma\n\ntext"]


@pytest.mark.parametrize(
    ("path", "text", "title"),
    [
        ("a.md", "---\nid: T-1\ntitle: 'The title'\n---\n# Heading\n", "The title"),
        ("a.md", "## Two\n\n# One\n", "One"),
        ("docs/guide.md", "text\n", "guide"),
        ("docs/guide.md", "", "guide"),
        ("roles/qa.yaml", "id: qa\nname: QA engineer\n", "QA engineer"),
    ],
)
def test_the_title_is_in_the_front_matter_or_the_highest_heading(path: str, text: str, title: str) -> None:
    assert chunk_document(path, Kind.DOC, text).title == title


def test_an_endless_heading_is_cut_in_the_path_and_whole_in_the_text() -> None:
    text = "# " + "word " * 10_000 + "\n\nbelow\n"
    document = chunk_document("a.md", Kind.DOC, text)
    assert {len(chunk.heading[0]) <= 120 for chunk in document.chunks} == {True}
    assert "".join(chunk.text for chunk in document.chunks).count("word") == 10_000
