"""Texts that anybody may have written, as they come out: nothing in them runs, nothing is fetched."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import pytest

from openclaw_hooks.mission_control.safe_html import MAX_CHARS, render_markdown
from tests.browser.vectors import ALL

TEXT = {"p", "br", "hr", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "em", "strong", "s", "a", "span"}
HARMLESS = {*TEXT, "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {
    *(("a", name) for name in ("href", "title", "rel")),
    *(("span", name) for name in ("class", "role", "aria-label")),
    ("ol", "start"),
}


class Reader(HTMLParser):
    """What a browser would make of it: tags, their attributes and the text, entities resolved."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "every tag is closed, in its order"

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")


def read(markdown: str) -> Reader:
    """`markdown` rendered and read back; fails unless all of it is harmless."""
    found = Reader(render_markdown(markdown))
    assert not found.open
    for tag, attributes in found.tags:
        assert tag in HARMLESS, tag
        assert {(tag, name) for name in attributes} <= ATTRIBUTES, attributes
        address = attributes.get("href")
        assert address is None or address.startswith(("https://", "http://", "mailto:")), address
    return found


@pytest.mark.parametrize("text", ALL)
def test_nothing_that_runs_or_fetches_comes_through(text: str) -> None:
    for around in (text, f"## {text}", f"- {text}\n  - [x] {text}", f"> {text}", f"| {text} |\n|---|\n| {text} |"):
        read(around)


def test_html_in_a_text_is_shown_as_it_was_written() -> None:
    assert (
        read("<b onclick=x>bold</b> & <script>1</script>").text.strip() == "<b onclick=x>bold</b> & <script>1</script>"
    )


def test_markdown_becomes_what_it_means() -> None:
    text = "## Goal\n\nA *b* **c** ~~d~~ `e`\n\n1. one\n2. two\n\n> said\n\n| h |\n|---|\n| v |\n\n```py\nx < 1\n```\n"
    tags = [tag for tag, _ in read(text).tags]
    for tag in ("h3", "em", "strong", "s", "code", "ol", "li", "blockquote", "table", "th", "td", "pre"):
        assert tag in tags


def test_boxes_are_drawn_and_say_what_they_are() -> None:
    spans = [
        attributes
        for tag, attributes in read("- [ ] open one\n- [x] done one\n- [X] too\n- [y] none").tags
        if tag == "span"
    ]
    assert [span["aria-label"] for span in spans] == ["open", "done", "done"]
    assert spans[1]["class"] == "mc-box mc-box--done"
    assert "[y] none" in read("- [y] none").text


def test_an_image_is_a_link_and_no_request() -> None:
    found = read("![a chart](https://example.com/chart.png)")
    assert [tag for tag, _ in found.tags] == ["p", "a"]
    assert found.tags[1][1]["href"] == "https://example.com/chart.png"
    assert found.text.strip() == "a chart"


def test_headings_begin_below_the_drawers_and_leave_no_level_out() -> None:
    tags = [tag for tag, _ in read("# a\n\n##### b\n\n## c\n\n###### d\n\n###### e\n\n###### f").tags]
    assert tags == ["h3", "h4", "h3", "h4", "h5", "h6"]


@pytest.mark.parametrize("address", ["docs/guide.md", "/etc/passwd", "//example.com/x", "?a=b", "#part", "../up"])
def test_relative_addresses_lead_nowhere(address: str) -> None:
    assert all("href" not in attributes for _, attributes in read(f"[press]({address})").tags)


def test_a_text_beyond_all_measure_is_cut_and_says_so() -> None:
    found = read("line\n" * (2_000_000 // 5))
    assert len(found.text) < MAX_CHARS * 1.1
    assert f"Cut after {MAX_CHARS} characters" in found.text


@pytest.mark.parametrize("piece", ["[", "*a ", "> ", "`a``", "<a ", "![", "_a", "| a ", "- [ ] ", "&lt;", "\\"])
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    def measure(size: int) -> float:
        text = piece * (size // len(piece))
        begun = time.process_time()
        render_markdown(text)
        return time.process_time() - begun

    assert measure(16_000) < max(measure(4_000), 0.02) * 12


@pytest.mark.parametrize("deep", ["> " * 40 + "kept <b>", "\n".join("  " * n + "- x" for n in range(12)) + " kept <b>"])
def test_what_is_nested_too_deep_is_shown_as_written_and_not_left_out(deep: str) -> None:
    shown = render_markdown(deep)
    assert "kept &lt;b&gt;" in shown
    assert "as it was written" in shown
