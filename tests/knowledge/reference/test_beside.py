"""The ways of running the model beside sentence-transformers with the same weights, on this repository's own pages."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.chunks import chunk_document
from openclaw_hooks.knowledge.embed.opening import open_batch_embedder, open_query_embedder
from openclaw_hooks.knowledge.embed.reference import ReferenceEmbedder
from openclaw_hooks.knowledge.model import Kind
from openclaw_hooks.knowledge.models.catalog import MINILM

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.embed.model import Embedder, Matrix

np = pytest.importorskip("numpy")

ROOT = Path(__file__).parents[3]
QUESTIONS = ["How do I claim a task?", "who may approve", "東京", "Zażółć gęślą jaźń", "x", "", "def f(x): return x"]
FRAGMENTS = ["x", "", "é", "!!!"]
ENCODER = {
    "model_type": "bert",
    "architectures": ["BertModel"],
    "hidden_size": 384,
    "intermediate_size": 1536,
    "num_attention_heads": 12,
    "num_hidden_layers": 6,
    "vocab_size": 30522,
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
    "hidden_act": "gelu",
}
LIBRARY = "sentence_transformers.models"
SETTINGS: dict[str, object] = {
    "config.json": ENCODER,
    "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": True},
    "sentence_bert_config.json": {"max_seq_length": MINILM.max_tokens, "do_lower_case": False},
    "modules.json": [
        {"idx": 0, "name": "0", "path": "", "type": f"{LIBRARY}.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{LIBRARY}.Pooling"},
    ],
    "1_Pooling/config.json": {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True},
}


@pytest.fixture(scope="module")
def reference(minilm_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> ReferenceEmbedder:
    """The authors' library on the weights and the vocabulary that we use; what it needs beside them is written here."""
    folder = tmp_path_factory.mktemp("reference") / MINILM.name
    (folder / "1_Pooling").mkdir(parents=True)
    for file in MINILM.files:
        shutil.copyfile(minilm_folder / MINILM.name / file.name, folder / file.name)
    for name, content in SETTINGS.items():
        (folder / name).write_text(json.dumps(content))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the library says about itself is not about us
        return ReferenceEmbedder(str(folder))


@pytest.fixture(scope="module")
def passages() -> list[str]:
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "rules").rglob("*.md"))]
    documents = [chunk_document(file.name, Kind.DOC, file.read_text(encoding="utf-8")) for file in files]
    chunks = [chunk for document in documents for chunk in document.chunks]
    return [*QUESTIONS, *(chunk.passage for chunk in chunks[:: len(chunks) // 60])]


def cosines(ours: Embedder | None, reference: ReferenceEmbedder, texts: list[str]) -> Matrix:
    assert ours is not None
    texts = [text for text in texts if ours.count_tokens(text) <= MINILM.max_tokens - 2]  # the library cuts the others
    assert len(texts) > 50
    similar: Matrix = (ours.embed(texts) * reference.embed(texts)).sum(axis=1)
    return similar


def test_numpy_gives_the_vectors_of_the_library(
    minilm: Path, reference: ReferenceEmbedder, passages: list[str]
) -> None:
    assert cosines(open_query_embedder(), reference, passages).min() >= 0.9999


def test_8_bits_give_nearly_the_vectors_of_the_library(
    minilm: Path, reference: ReferenceEmbedder, passages: list[str]
) -> None:
    found = cosines(open_batch_embedder(), reference, [text for text in passages if text not in FRAGMENTS])
    assert found.mean() >= 0.99
    assert found.min() >= 0.985


def test_8_bits_lose_little_even_of_a_text_without_a_sentence(
    minilm: Path, reference: ReferenceEmbedder, passages: list[str]
) -> None:
    assert cosines(open_batch_embedder(), reference, [*FRAGMENTS, *passages]).min() >= 0.97


def test_tokens_are_counted_as_the_library_counts_them(
    minilm: Path, reference: ReferenceEmbedder, passages: list[str]
) -> None:
    ours = open_query_embedder()
    assert ours is not None
    assert [ours.count_tokens(text) for text in passages] == [reference.count_tokens(text) for text in passages]


def test_the_reference_says_what_it_is(reference: ReferenceEmbedder) -> None:
    assert (reference.name, reference.dimensions) == ("sentence-transformers:all-MiniLM-L6-v2", 384)
    assert reference.max_tokens == 256
    assert reference.embed([]).shape == (0, 384)
