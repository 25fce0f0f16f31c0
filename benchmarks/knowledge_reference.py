"""sentence-transformers and plain sqlite-vec on the same chunks: run by the Python of `make test-st`, by `benchmarks.knowledge`.

stdin: {model, db, passages, count, questions}; stdout: {load_s, chunks_per_s, query_ms, db_bytes}. Passages that are not given
stand in the database by vectors by chance, up to `count`: that costs a query the same.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time

WIDTH = 384
LIBRARY = "sentence_transformers.models"
SETTINGS = {
    "config.json": {
        "model_type": "bert", "architectures": ["BertModel"], "hidden_size": WIDTH, "intermediate_size": 1536,
        "num_attention_heads": 12, "num_hidden_layers": 6, "vocab_size": 30522, "max_position_embeddings": 512,
        "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu",
    },
    "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": True},
    "sentence_bert_config.json": {"max_seq_length": 256, "do_lower_case": False},
    "modules.json": [
        {"idx": 0, "name": "0", "path": "", "type": f"{LIBRARY}.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{LIBRARY}.Pooling"},
    ],
    "1_Pooling/config.json": {"word_embedding_dimension": WIDTH, "pooling_mode_mean_tokens": True},
}  # fmt: skip


def main() -> None:
    """Measure and answer."""
    asked = json.load(sys.stdin)
    began = time.perf_counter()
    import apsw  # not every Python's own sqlite3 may load extensions
    import numpy as np
    import sqlite_vec
    from sentence_transformers import SentenceTransformer

    with tempfile.TemporaryDirectory() as folder:
        model = SentenceTransformer(complete_folder(asked["model"], folder), device="cpu")
    load_s = time.perf_counter() - began
    began = time.perf_counter()
    rows = model.encode(asked["passages"], normalize_embeddings=True, show_progress_bar=False)
    rate = len(rows) / (time.perf_counter() - began)
    others = np.random.default_rng(1).standard_normal((asked["count"] - len(rows), WIDTH)).astype(np.float32)
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    connection = apsw.Connection(asked["db"])
    connection.enable_load_extension(True)
    connection.load_extension(sqlite_vec.loadable_path())
    connection.execute(f"CREATE VIRTUAL TABLE passages USING vec0 (vector float[{WIDTH}])")
    with connection:
        connection.executemany(
            "INSERT INTO passages (vector) VALUES (?)", [(row.tobytes(),) for row in (*rows, *others)]
        )
    times = []
    for question in asked["questions"]:
        began = time.perf_counter()
        vector = model.encode(question, normalize_embeddings=True, show_progress_bar=False)
        found = connection.execute(
            "SELECT rowid FROM passages WHERE vector MATCH ? AND k = 10", (vector.tobytes(),)
        ).fetchall()
        times.append((time.perf_counter() - began) * 1000)
        assert len(found) == 10
    answer = {"load_s": load_s, "chunks_per_s": rate, "query_ms": times, "db_bytes": os.path.getsize(asked["db"])}
    json.dump(answer, sys.stdout)


def complete_folder(model: str, folder: str) -> str:
    """A folder with the weights and the vocabulary of `model` and what the library wants beside them."""
    for name in ("model.safetensors", "vocab.txt"):
        shutil.copyfile(os.path.join(model, name), os.path.join(folder, name))
    for name, content in SETTINGS.items():
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
            json.dump(content, stream)
    return folder


if __name__ == "__main__":
    main()
