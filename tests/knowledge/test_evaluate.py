from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.evaluate import evaluate, score_ranking
from openclaw_hooks.knowledge.meaning import NOT_SET_UP
from tests.knowledge.test_search import TopicEmbedder

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("numpy")

PAGES = {
    "docs/pets.md": "# Pets\n\nA kitten sleeps.\n",
    "docs/sea.md": "# Sea\n\nA ship sails.\n",
    "docs/food.txt": "A loaf is baked.\n",
    **{f"docs/other{number}.md": f"# Other {number}\n\nNothing of note {number}.\n" for number in range(12)},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in PAGES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "queries.tsv").write_text("q1\tfelines\nq2\twhich ship sails\nq3\tis a loaf baked\nq4\tnobody knows\n")
    (tmp_path / "qrels.tsv").write_text(
        "q1\t0\tdocs/pets.md\t1\nq2\t0\tdocs/sea.md\t1\nq3\t0\tdocs/food.txt\t1\nq3\t0\tdocs/sea.md\t0\n"
    )
    return tmp_path


def test_each_way_of_searching_is_scored(folder: Path) -> None:
    found = evaluate(str(folder), embedder=TopicEmbedder())
    assert (found.questions, found.documents, found.note) == (3, 15, "")
    scores = {score.system: score for score in found.scores}
    assert list(scores) == ["keyword", "meaning", "hybrid"]
    assert scores["keyword"].ndcg == pytest.approx(2 / 3)  # `felines` stands nowhere
    assert scores["meaning"].ndcg == scores["hybrid"].ndcg == scores["hybrid"].recall == 1
    assert all(score.milliseconds > 0 for score in found.scores)


def test_without_a_model_only_keyword_is_scored_and_the_note_says_why(folder: Path) -> None:
    found = evaluate(str(folder))
    assert [score.system for score in found.scores] == ["keyword"]
    assert found.note == NOT_SET_UP


def test_nothing_is_left_in_the_folder(folder: Path) -> None:
    before = sorted(path.name for path in folder.rglob("*"))
    evaluate(str(folder), embedder=TopicEmbedder())
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_the_measures_are_those_of_the_literature() -> None:
    assert score_ranking(["a", "b", "c"], {"a"}) == (1, 1, 1)
    ndcg, recall, reciprocal = score_ranking(["x", "a", "y", "b"], {"a", "b", "c"})
    gained = 1 / math.log2(3) + 1 / math.log2(5)
    assert ndcg == pytest.approx(gained / (1 + 1 / math.log2(3) + 1 / math.log2(4)))
    assert recall == pytest.approx(2 / 3)
    assert reciprocal == 0.5
    assert score_ranking([*"0123456789", "a"], {"a"}) == (0, 0, 0)  # the eleventh does not count
    assert score_ranking([], {"a"}) == (0, 0, 0)
    assert score_ranking([*"0123456789"], set("0123456789abcdef"))[0] == 1  # ten of sixteen is as good as it gets


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("qrels.tsv", "q9\t0\tdocs/sea.md\t1\n", "qrels.tsv:1: queries.tsv has no question `q9`"),
        ("qrels.tsv", "\nq1\t0\tdocs/gone.md\t1\n", "qrels.tsv:2: there is no document `docs/gone.md`"),
        ("qrels.tsv", "q1\tdocs/sea.md\t1\n", "qrels.tsv:1: 3 columns, not 4"),
        ("qrels.tsv", "q1\t0\tdocs/sea.md\tyes\n", "qrels.tsv:1: `yes` is no number"),
        ("qrels.tsv", "q1\t0\tdocs/sea.md\t0\n", "qrels.tsv names no document that answers a question"),
        ("queries.tsv", "q1\tone\nq1\ttwo\n", "queries.tsv:2: the question `q1` is there twice"),
        ("queries.tsv", "q1 no tab\n", "queries.tsv:1: 1 columns, not 2"),
        ("queries.tsv", "q1\t...\nq2\ta\nq3\tb\n", "queries.tsv: `...`: the question has no word to look for"),
    ],
)
def test_what_does_not_fit_together_is_named_with_its_line(folder: Path, name: str, content: str, message: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(OpenclawError) as caught:
        evaluate(str(folder))
    assert caught.value.message == message


def test_a_folder_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OpenclawError, match=r"queries\.tsv"):
        evaluate(str(tmp_path))
