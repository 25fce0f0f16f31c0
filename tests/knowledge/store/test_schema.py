"""The version of the index says how its documents were cut."""

from __future__ import annotations

from hashlib import blake2b

from openclaw_hooks.knowledge.chunks import chunk_document
from openclaw_hooks.knowledge.model import Kind
from openclaw_hooks.knowledge.store.schema import TABLES, VERSION
from openclaw_hooks.knowledge.store.words import index_text

SAMPLE = (
    """\
---
title: Sample
---
# One

Text that goes on. And on, e.g. here.

- item
  - inner

  ```sh
  # comment
  ```

Two
---

| a | b |
|---|---|
| 1 | 2 |

> quote

<!-- note

# no heading -->

### Three \u77e5\u8b58

"""
    + "A sentence of some length that is there to fill the window. " * 60
)


def test_documents_that_are_cut_differently_need_a_new_version() -> None:
    document = chunk_document("docs/sample.md", Kind.DOC, SAMPLE)
    words = [index_text(chunk.passage) for chunk in document.chunks]
    made = blake2b(repr((document, words, TABLES)).encode(), digest_size=8).hexdigest()
    # When this fails, indexes that lie on disk are no longer what the code would make: count VERSION up.
    assert (VERSION, made) == (2, "291e4a3690af1076")
