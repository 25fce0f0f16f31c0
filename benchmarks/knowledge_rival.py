"""Runs the reference of `benchmarks.knowledge` where it is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.knowledge.chunks import chunk_document
from openclaw_hooks.knowledge.model import Kind
from openclaw_hooks.knowledge.models.cache import model_folder
from openclaw_hooks.knowledge.models.catalog import MINILM

if TYPE_CHECKING:
    from benchmarks.knowledge_pages import Pages

SAMPLE = 256  # passages that the reference embeds


class Reference(NamedTuple):
    """What sentence-transformers and sqlite-vec took; the vectors of all chunks are reckoned from a sample."""

    vectors_s: float
    load_s: float
    query_ms: list[float]
    db_mb: float


def measure_reference(python: str, folder: str, pages: Pages) -> Reference | None:
    """The reference on the same chunks; None where it is not installed."""
    probe = [
        python,
        "-c",
        "import apsw, sentence_transformers, sqlite_vec",
    ]
    try:
        if subprocess.run(probe, capture_output=True, check=False).returncode:
            return None
    except OSError:
        return None
    chunks = [chunk for path, text in pages.texts.items() for chunk in chunk_document(path, Kind.DOC, text).chunks]
    sample = chunks[:: max(1, len(chunks) // SAMPLE)]
    asked = {
        "model": model_folder(MINILM),
        "db": os.path.join(folder, "reference.db"),
        "passages": [chunk.passage for chunk in sample],
        "count": len(chunks),
        "questions": pages.questions,
    }
    program = os.path.join(os.path.dirname(__file__), "knowledge_reference.py")
    # -P: beside the program lies a `secrets.py`, which is not what the library means by that name.
    done = subprocess.run([python, "-P", program], input=json.dumps(asked).encode(), capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"the reference failed: {done.stderr.decode()[-2000:]}")
    found = json.loads(done.stdout)
    vectors_s = len(chunks) / found["chunks_per_s"]
    return Reference(vectors_s, found["load_s"], found["query_ms"], found["db_bytes"] / 1e6)
