"""Headings compared with those that a full parser of CommonMark finds in texts put together by chance."""

from __future__ import annotations

from random import Random

from markdown_it import MarkdownIt

from openclaw_hooks.knowledge.chunks.blocks import BlockKind, scan_blocks

LINES = (
    "# One", "## Two", "### Three ###", "====", "---", "***", "```", "```sh", "````", "~~~", "", "", "", "text",
    "Text on.", "- item", "  - inner", "1. one", "2. two", "    indented", "\tindented", "> quote", "> # q", "> ```",
    "| a | b |", "|---|---|", "<!-- open", "-->", "<div>", "</div>", "<pre>", "</pre>", "<a>", "a <b>", "    # comment",
    "  ```", "- ```", "  # two", "   # three", "1) x", "-", "- ", "10. ten", "     deep", "      ```", "* * *", "-\titem",
    "<?php", "?>", "***bold***", "_ _ _", "+ plus", "  text", "-# x", "- # h", "  ## in", ">", "> - x", "\\# no", "#no",
)  # fmt: skip
SAMPLES = 5000


def test_headings_are_those_of_a_full_parser() -> None:
    parser = MarkdownIt("commonmark").enable("table")
    chance = Random(1)
    differing = []
    for _ in range(SAMPLES):
        lines = ["text", "", *(chance.choice(LINES) for _ in range(chance.randint(1, 6)))]
        found = [(block.first, block.level) for block in scan_blocks(lines) if block.kind is BlockKind.HEADING]
        tokens = [token for token in parser.parse("\n".join(lines)) if token.type == "heading_open" and not token.level]
        if found != [((token.map or [0])[0], int(token.tag[1])) for token in tokens]:
            differing.append("\n".join(lines))
    # What is left are fences that a list or quote leaves open in odd ways: nobody writes them.
    assert len(differing) <= SAMPLES // 1000, differing
