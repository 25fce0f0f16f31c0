"""The ways of running the model against what its authors' own library gives, recorded in reference.json."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.embed.opening import open_batch_embedder, open_query_embedder, prepare_batch_embedder
from openclaw_hooks.knowledge.embed.wordpiece import WordPiece, read_vocabulary
from openclaw_hooks.knowledge.models.cache import FOLDER_VARIABLE
from openclaw_hooks.knowledge.models.catalog import MINILM

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.embed.model import Embedder, Matrix

np = pytest.importorskip("numpy")
ENTRIES = json.loads((Path(__file__).parent / "reference.json").read_text(encoding="utf-8"))["texts"]
TEXTS = [entry["text"] for entry in ENTRIES]
WANTED = np.stack([np.frombuffer(base64.b64decode(entry["vector"]), "<f4") for entry in ENTRIES])


def cosines(embedder: Embedder) -> Matrix:
    found = embedder.embed(TEXTS)
    assert found.shape == (len(TEXTS), embedder.dimensions)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    similar: Matrix = (found * WANTED).sum(axis=1)
    return similar


@pytest.fixture
def exact(minilm: Path) -> Embedder:
    found = open_query_embedder()
    assert found is not None
    return found


@pytest.fixture
def quantized(minilm: Path) -> Embedder:
    pytest.importorskip("onnxruntime")
    found = open_batch_embedder(workers=2)
    assert found is not None
    return found


@pytest.mark.parametrize("entry", ENTRIES, ids=range(len(ENTRIES)))
def test_token_ids_are_those_of_the_published_tokenizer(entry: dict[str, object], minilm: Path) -> None:
    pieces = WordPiece(read_vocabulary(str(minilm / MINILM.name / "vocab.txt")))
    assert pieces.encode(str(entry["text"])) == entry["ids"]


def test_the_exact_way_gives_the_published_vectors(exact: Embedder) -> None:
    assert cosines(exact).min() >= 0.99999


def test_the_way_in_8_bits_gives_nearly_these_vectors(quantized: Embedder) -> None:
    assert type(quantized).__name__ == "QuantizedEmbedder"
    assert cosines(quantized).mean() >= 0.985
    assert cosines(quantized).min() >= 0.97


def test_both_ways_name_the_same_space_and_count_the_same_tokens(exact: Embedder, quantized: Embedder) -> None:
    assert (exact.name, exact.dimensions, exact.max_tokens) == ("all-MiniLM-L6-v2", 384, 256)
    assert (quantized.name, quantized.dimensions, quantized.max_tokens) == ("all-MiniLM-L6-v2", 384, 256)
    assert exact.count_tokens("unbelievable tasks") == quantized.count_tokens("unbelievable tasks") == 2


def test_vectors_come_in_the_order_of_the_texts_whatever_the_cores_do(quantized: Embedder) -> None:
    texts = [word * length for length, word in enumerate(["task ", "lease ", "plan ", "rule "] * 10, 1)]
    together = quantized.embed(texts)
    for text, row in zip(texts, together, strict=True):
        assert quantized.embed([text])[0] @ row == pytest.approx(1, abs=1e-5)


def test_what_stands_behind_the_window_changes_the_vector(exact: Embedder) -> None:
    begin = "The lease is a promise with an end. " * 40
    plain, longer = exact.embed([begin, begin + "Bananas ripen faster beside apples. " * 20])
    query = exact.embed(["Do bananas ripen beside apples?"])[0]
    assert exact.count_tokens(begin) > exact.max_tokens
    assert query @ longer > query @ plain + 0.2


def test_nothing_gives_no_rows(exact: Embedder, quantized: Embedder) -> None:
    assert exact.embed([]).shape == quantized.embed([]).shape == (0, 384)


@pytest.fixture
def own_folder(minilm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the weights and no graph."""
    folder = tmp_path / "models" / MINILM.name
    folder.mkdir(parents=True)
    for file in MINILM.files:
        (folder / file.name).symlink_to(minilm / MINILM.name / file.name)
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder.parent))
    return folder


def test_a_damaged_graph_is_made_again(own_folder: Path) -> None:
    pytest.importorskip("onnxruntime")
    damaged = own_folder / "graph-1-int8.onnx"
    damaged.write_bytes(b"half a graph")
    assert type(open_batch_embedder()).__name__ == "QuantizedEmbedder"
    assert damaged.stat().st_size > 20_000_000
    assert sorted(path.name for path in own_folder.iterdir()) == [damaged.name, "model.safetensors", "vocab.txt"]


def test_a_graph_that_cannot_be_kept_leaves_the_exact_way_and_is_an_error_of_setup(own_folder: Path) -> None:
    pytest.importorskip("onnxruntime")
    (own_folder / f"graph-1-int8.onnx.{os.getpid()}.tmp").mkdir()  # a folder where a file has to be written
    exact = open_batch_embedder()
    assert type(exact).__name__ == "ExactEmbedder"
    assert exact is not None
    with pytest.raises(OpenclawError, match=r"cannot write .*graph-1-int8\.onnx"):
        prepare_batch_embedder(MINILM, exact)


def test_a_processor_whose_8_bits_overflow_gets_7_and_if_need_be_the_exact_way(own_folder: Path) -> None:
    pytest.importorskip("onnxruntime")
    from openclaw_hooks.knowledge.embed.quantized import QuantizedEmbedder, open_quantized

    weights, vocabulary = (str(own_folder / file.name) for file in (MINILM.weights, MINILM.vocabulary))
    exact = open_query_embedder()
    assert exact is not None

    class Elsewhere(type(exact)):  # type: ignore[misc]  # no graph agrees with it
        def embed(self, texts: list[str]) -> Matrix:
            opposite: Matrix = -super().embed(texts)
            return opposite

    elsewhere = Elsewhere(MINILM, weights, vocabulary)
    assert open_quantized(MINILM, weights, vocabulary, elsewhere) is elsewhere
    seven = QuantizedEmbedder(MINILM, str(own_folder / "graph-1-int7.onnx"), vocabulary, workers=1)
    assert cosines(seven).mean() >= 0.985


def test_without_a_model_there_is_no_embedder(isolated_home: Path) -> None:
    assert open_query_embedder() is None
    assert open_batch_embedder() is None
