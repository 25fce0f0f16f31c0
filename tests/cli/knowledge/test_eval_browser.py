"""`openclaw knowledge eval --browser`."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Answer
    from tests.conftest import Repository

    Openclaw = Callable[..., Answer]


@pytest.fixture
def questions(repository: Repository) -> str:
    repository.write("docs/boats.md", "# Boats\n\nA vessel under sail gives way to the wind.\n")
    repository.write("docs/bread.md", "# Bread\n\nSourdough rises for a night.\n")
    repository.write("docs/queries.tsv", "q1\tvessels in the wind\nq2\tsourdough\n")
    repository.write("docs/qrels.tsv", "q1\t0\tboats.md\t1\nq2\t0\tbread.md\t1\n")
    return "docs"


@pytest.mark.skipif(shutil.which("node") is None, reason="NODE IS MISSING: the page's search was not tested")
def test_the_page_is_scored_by_its_own_code(openclaw: Openclaw, questions: str) -> None:
    found = openclaw("knowledge", "eval", questions, "--browser", "--json").data("knowledge-eval")
    assert [(score["system"], score["ndcg"]) for score in found["scores"]] == [("keyword", 1), ("browser", 1)]


def test_without_node_it_says_so(openclaw: Openclaw, questions: str, tmp_path: Path) -> None:
    git = shutil.which("git")
    assert git
    (tmp_path / "bin").mkdir()
    os.symlink(git, tmp_path / "bin" / "git")
    answer = openclaw("knowledge", "eval", questions, "--browser", PATH=str(tmp_path / "bin"))
    assert (answer.code, answer.err) == (
        2,
        "openclaw: Node.js is not here, and --browser needs it (install Node.js 20.19 or newer)\n",
    )


def test_another_model_has_no_page(openclaw: Openclaw, questions: str) -> None:
    answer = openclaw("knowledge", "eval", questions, "--browser", "--model", "some-model")
    assert (answer.code, answer.err) == (
        2,
        "openclaw: --browser goes with our own model only (leave --model or --browser away)\n",
    )
