from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.browser.teaching import cut_stretches, keep_tokens, make_teacher
from tests.knowledge.test_search import TopicEmbedder

if TYPE_CHECKING:
    from pathlib import Path

np = pytest.importorskip("numpy")

VOCABULARY = {token: number for number, token in enumerate(["[UNK]", "[CLS]", "[SEP]", "cat", "ship", "##s", "é"])}


def test_vectors_of_a_model_are_made_once_and_kept_beside_it(tmp_path: Path) -> None:
    first = TopicEmbedder()
    made = make_teacher(first, VOCABULARY, str(tmp_path))
    assert "cat" in first.read
    second = TopicEmbedder()
    kept = make_teacher(second, VOCABULARY, str(tmp_path))
    assert second.read == []
    assert kept.table == pytest.approx(made.table, abs=1e-3)
    assert kept.mixtures[0] == made.mixtures[0]
    assert kept.mixtures[1] == pytest.approx(made.mixtures[1], abs=1e-3)


def test_a_damaged_file_of_them_is_made_again(tmp_path: Path) -> None:
    made = make_teacher(TopicEmbedder(), VOCABULARY, str(tmp_path))
    for path in tmp_path.iterdir():
        path.write_bytes(b"\x93NUMPY garbage")
    again = make_teacher(TopicEmbedder(), VOCABULARY, str(tmp_path))
    assert again.table == pytest.approx(made.table, abs=1e-3)


def test_where_nothing_can_be_written_they_are_made_all_the_same(tmp_path: Path) -> None:
    assert len(make_teacher(TopicEmbedder(), VOCABULARY, str(tmp_path / "nowhere")).table) == len(VOCABULARY)


def test_stretches_are_the_same_each_time_and_as_long_as_questions() -> None:
    texts = [" ".join(f"word{number}" for number in range(200))]
    stretches = cut_stretches(texts)
    assert stretches == cut_stretches(texts)
    assert all(stretch in texts[0] for stretch in stretches)
    assert {len(stretch.split()) for stretch in stretches} >= {2, 5, 8}


def test_tokens_that_occur_and_common_ones_are_kept() -> None:
    far = {f"[unused{number}]": number + 7 for number in range(17_000)} | {"rare": 17_007, "felidae": 17_008}
    kept = keep_tokens([[17_008]], VOCABULARY | far)
    assert kept == ["cat", "ship", "##s", "felidae"]
