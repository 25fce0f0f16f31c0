"""The repository's markdown: sections with anchors, links, memory, and files that are spoilt."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mission_control.place import find_place
from openclaw_hooks.mission_control.reading.documents import read_documents
from openclaw_hooks.mission_control.reading.markdown_text import Link, read_markdown

if TYPE_CHECKING:
    from tests.conftest import Repository

GUIDE = """---
title: ignored
---
Before.

# The *Guide* to `hooks`

See [the other](../docs/other%20one.md#part), [[Daily log|today]], `[[no link]]` and [out](https://example.com/x.md).

```python
# no heading, and [[no link]] either
```

## Set up
## Set up
### Named { #by-hand }
"""


def test_sections_have_the_anchors_of_the_page() -> None:
    title, sections, _ = read_markdown(GUIDE)
    assert title == "The Guide to hooks"
    assert [(part.heading, part.level, part.anchor, part.line) for part in sections] == [
        ("", 0, "", 4),
        ("The Guide to hooks", 1, "the-guide-to-hooks", 6),
        ("Set up", 2, "set-up", 14),
        ("Set up", 2, "set-up_1", 15),
        ("Named", 3, "by-hand", 16),
    ]
    assert "# no heading" in sections[1].text


def test_anchors_are_those_that_the_site_generator_makes() -> None:
    markdown = pytest.importorskip("markdown")
    headings = ["A & B", "What's new?", "`code` _em_", "Ünïcode — dash", "A & B", "1. First", "snake_case name"]
    text = "\n\n".join(f"## {heading}" for heading in headings)
    made = markdown.Markdown(extensions=["toc"])
    made.convert(text)
    expected = [token["id"] for token in made.toc_tokens]
    assert [part.anchor for part in read_markdown(text)[1]] == expected


def test_links_are_those_to_other_files_outside_of_code() -> None:
    links = read_markdown(GUIDE)[2]
    assert links == (Link("link", "../docs/other one.md"), Link("wiki", "Daily log"))


def test_a_text_of_nothing_but_brackets_is_read_in_no_time() -> None:
    begun = time.perf_counter()
    for sign in ("[", "[[", "](", "`", "# ", "```\n", "](<", "[[a|"):
        read_markdown(sign * 50_000)
    assert time.perf_counter() - begun < 4


def test_documents_and_memory_are_read_and_spoilt_ones_named(repository: Repository) -> None:
    repository.write("docs/guide.md", GUIDE)
    repository.write("docs/spoilt.md", b"# Caf\xe9\n")
    repository.write("memory/2026-11-20.md", "# Log\n\nDone [[guide]].\n")
    repository.write("ignored/x.md", "# no")
    repository.write(".gitignore", "ignored/\n")
    found = read_documents(find_place(str(repository.path), 0.0))
    kinds = {document.path: document.kind for document in found.documents}
    assert kinds == {"docs/guide.md": "doc", "docs/spoilt.md": "doc", "memory/2026-11-20.md": "memory"}
    assert [(item.path, "UTF-8" in item.message) for item in found.broken] == [("docs/spoilt.md", True)]
