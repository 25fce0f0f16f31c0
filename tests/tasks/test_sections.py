"""Sections of a body: replaced, added to, and never ended early by what they hold."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.markdown import append_section, get_section, set_section

LINES = st.sampled_from(
    ["", "text", "## Notes", "# Top", "### Deeper", "\\## x", "##", "```", "````py", "~~~", "    ## code", "- a", "---"]
)
TEXT = st.lists(LINES, max_size=6).map("\n".join)
BODY = st.builds(lambda text, end: text.replace("\n", end), TEXT, st.sampled_from(["\n", "\r\n"]))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", "## Result\n\ndone\n"),
        ("text", "text\n\n## Result\n\ndone\n"),
        ("text\n\n", "text\n\n## Result\n\ndone\n"),
        ("## Result\n", "## Result\n\ndone\n"),
        ("## Result", "## Result\n\ndone\n"),
        ("## Result\nold\n## Notes\nn\n", "## Result\n\ndone\n\n## Notes\nn\n"),
        ("a\r\n## Result\r\nold\r\n# Top\r\n", "a\r\n## Result\r\n\r\ndone\r\n\r\n# Top\r\n"),
        ("```\n## Result\n```\n", "```\n## Result\n```\n\n## Result\n\ndone\n"),
        ("```\nopen\n", "```\nopen\n```\n\n## Result\n\ndone\n"),
        ("## Results\nx\n", "## Results\nx\n\n## Result\n\ndone\n"),
    ],
)
def test_a_section_is_replaced_or_put_at_the_end(body: str, expected: str) -> None:
    assert set_section(body, "Result", "done") == expected


def test_what_would_end_the_section_is_escaped_outside_of_code() -> None:
    text = "## Notes\n### kept\n```\n## code\n```\n# Top"
    body = set_section("## Notes\nmine\n", "Result", text)
    assert body == "## Notes\nmine\n\n## Result\n\n\\## Notes\n### kept\n```\n## code\n```\n\\# Top\n"
    assert get_section(body, "Result") == text
    assert get_section(body, "Notes") == "mine"


def test_a_fence_that_the_text_leaves_open_is_closed() -> None:
    body = set_section("## Result\n\n## Notes\nmine\n", "Result", "````py\n```\n## x")
    assert body == "## Result\n\n````py\n```\n## x\n````\n\n## Notes\nmine\n"


def test_lines_are_added_to_a_section() -> None:
    body = append_section("## Result\nr\n", "Notes", "one")
    body = append_section(append_section(body, "Result", "more"), "Notes", "## two")
    assert get_section(body, "Notes") == "one\n## two"
    assert get_section(body, "Result") == "r\nmore"
    assert get_section(body, "Plan") is None


@pytest.mark.parametrize("heading", ["", " x", "a\nb", "a\r"])
def test_a_heading_is_one_line(heading: str) -> None:
    with pytest.raises(OpenclawError, match="not a heading"):
        set_section("", heading, "x")


@given(BODY, TEXT)
def test_a_section_reads_back_and_the_others_stay(body: str, text: str) -> None:
    changed = set_section(body, "Result", text)
    read = get_section(changed, "Result")
    assert read is not None
    assert read.startswith(text.strip("\n"))
    assert set_section(changed, "Result", read) == changed
    notes = get_section(body, "Notes")
    assume(notes is None or ("```" not in body and "~~~" not in body))
    assert get_section(changed, "Notes") == notes


@given(BODY, TEXT, TEXT)
def test_what_is_set_twice_is_there_once(body: str, first: str, second: str) -> None:
    twice = set_section(set_section(body, "Result", first), "Result", second)
    assert twice == set_section(body, "Result", second)
