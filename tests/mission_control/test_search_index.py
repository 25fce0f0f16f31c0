"""The keyword index that Python makes, held against the one that the browser's library makes of the same texts."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from openclaw_hooks.mission_control.texts import ASSETS
from openclaw_hooks.mission_control.views.search_index import build_index

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="NODE IS MISSING: the index was not held against the library")

LIBRARY = Path(ASSETS, "vendor", "minisearch", "minisearch.min.js")
MODULES = Path(ASSETS, "js")
COMPARE = """
import { readFileSync } from "node:fs";
import vm from "node:vm";
const { library, modules, documents, index, questions } = JSON.parse(readFileSync(0, "utf8"));
vm.runInThisContext(readFileSync(library, "utf8"));
const { INDEX_OPTIONS } = await import(`${modules}/search_terms.js`);
const { QUERY, FORGIVING } = await import(`${modules}/search_merge.js`);
const own = new MiniSearch(INDEX_OPTIONS);
own.addAll(documents.map(([title, body], id) => ({ id, title, body })));
const loaded = MiniSearch.loadJS(index, INDEX_OPTIONS);
const find = (search, text) => search.search(text, /^(wrd|ist)/.test(text) ? FORGIVING : QUERY);
const ask = (search) => questions.map((text) => find(search, text).map(({ id, score }) => [id, score]));
console.log(JSON.stringify({ own: own.toJSON(), loaded: loaded.toJSON(), ownHits: ask(own), hits: ask(loaded) }));
"""

ODD = [
    ("", ""),
    ("The and of", "a an it"),
    ("Élan vital, naïve café", "ΟΔΟΣ Οδός İstanbul ǅ straße"),
    ("snake_case and kebab-case", "src/app.py:12 user@example.org v1.2.3"),
    ("東京 タワー", "Привет, мир! שלום 123\u0664\u0665 ½ ²"),
    ("x" * 100, "deadbeef" * 12),
    ("\u0000\u2028line", "emoji 🚀 done\ud7ff"),
    ("constructor toString", "__proto__ hasOwnProperty 12 007"),
]


def make_documents(count: int) -> list[tuple[str, str]]:
    chance = random.Random(5)
    words = [f"word{number}" for number in range(400)] + ["Tide", "tide", "TIDE", "tides", "the", "of"]
    return [
        (" ".join(chance.choices(words, k=4)), " ".join(chance.choices(words, k=chance.randrange(60))))
        for _ in range(count)
    ]


@pytest.fixture(scope="module")
def compared() -> dict[str, Any]:
    documents = [*ODD, *make_documents(200)]
    values = {
        "library": str(LIBRARY),
        "modules": MODULES.as_uri(),
        "documents": documents,
        "index": build_index(documents),
        "questions": [
            "tide",
            "word7",
            "word1 word2",
            "the",
            "wrd123",
            "οδός",
            "istanbul",
            "东",
            "snake",
            "constructor",
            "",
        ],
    }
    done = subprocess.run(
        [str(NODE), "--input-type=module", "-e", COMPARE],
        input=json.dumps(values),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return {**found, "index": json.loads(json.dumps(values["index"]))}


def test_the_index_is_the_one_that_the_library_would_have_made(compared: dict[str, Any]) -> None:
    # Terms come in the order of the library's tree once it is loaded; what they say is the same before.
    ours = {**compared["index"], "index": sorted(compared["index"]["index"], key=lambda entry: str(entry[0]))}
    theirs = {**compared["own"], "index": sorted(compared["own"]["index"], key=lambda entry: str(entry[0]))}
    assert ours == theirs
    assert compared["loaded"] == compared["own"]
    assert len(theirs["index"]) > 400


def test_it_finds_the_same_with_the_same_scores(compared: dict[str, Any]) -> None:
    assert compared["hits"] == compared["ownHits"]
    assert [len(hits) > 0 for hits in compared["hits"]] == [
        True, True, True, False, True, True, True, False, True, True, False,
    ]  # fmt: skip


def test_without_texts_there_is_an_index_that_finds_nothing() -> None:
    index = build_index([])
    assert index["documentCount"] == 0
    assert index["index"] == []
    assert index["averageFieldLength"] == []
