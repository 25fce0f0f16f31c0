"""MiniLM with 8-bit weights by onnxruntime: the way to embed thousands of chunks.

The graph is made from the published weights on this machine, once, and kept beside them. One text at a time on each
core: measured on chunks of 150 tokens, 128 a second and core, while float32 gives 53 and padded batches fewer.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.embed.graph import build_graph
from openclaw_hooks.knowledge.embed.weights import read_weights
from openclaw_hooks.knowledge.embed.windows import embed_windows
from openclaw_hooks.knowledge.embed.wordpiece import WordPiece, read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.knowledge.embed.model import Embedder, Matrix
    from openclaw_hooks.knowledge.models.catalog import Model

GRAPH_VERSION = 1  # of what this file makes: another one is another file
MIN_COSINE = 0.98  # of a sound graph's vector to the exact one; 8 bits alone cost at most .015
PROBE = "A sentence of ordinary words shows whether this processor adds up eight-bit products without overflow."


class QuantizedEmbedder:
    """The model in 8 bits, on as many texts at once as there are cores."""

    def __init__(self, model: Model, graph_path: str, vocabulary_path: str, workers: int) -> None:
        self.name = model.name
        self.dimensions = model.dimensions
        self.max_tokens = model.max_tokens
        self._workers = workers
        self._pieces = WordPiece(read_vocabulary(vocabulary_path))
        self._session = _open_session(graph_path)

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has, without the marks."""
        return len(self._pieces.encode(text))

    def embed(self, texts: Sequence[str]) -> Matrix:
        """float32[len(texts), dimensions], each row of length 1."""
        from concurrent.futures import ThreadPoolExecutor

        import numpy as np

        if self._workers == 1 or len(texts) < 2:
            rows = [self._embed_text(text) for text in texts]
        else:
            with ThreadPoolExecutor(self._workers) as pool:  # a run of the session lets other threads work
                rows = list(pool.map(self._embed_text, texts))
        return np.stack(rows) if rows else np.empty((0, self.dimensions), np.float32)

    def _embed_text(self, text: str) -> Matrix:
        return embed_windows(text, self._pieces, self.max_tokens, self._embed_window)

    def _embed_window(self, ids: list[int]) -> Matrix:
        import numpy as np

        mean: Matrix = self._session.run(None, {"ids": np.array(ids, np.int64)})[0]
        return mean


def open_quantized(
    model: Model, weights_path: str, vocabulary_path: str, exact: Embedder, workers: int = 0
) -> Embedder:
    """The embedder with the graph beside the weights, which is made when it isn't there or is damaged.

    Some processors overflow when they add up products of eight bits (x86 without VNNI): a probe is compared with the
    vector that `exact` gives, and the weights then get one bit less. `workers` 0 means one for each core.
    """
    wanted = exact.embed([PROBE])[0]
    for bits in (8, 7):
        path = os.path.join(os.path.dirname(weights_path), f"graph-{GRAPH_VERSION}-int{bits}.onnx")
        if not os.path.exists(path):
            _make_graph(model, weights_path, path, bits)
        try:
            embedder = QuantizedEmbedder(model, path, vocabulary_path, workers or count_cores())
        except OpenclawError:
            _make_graph(model, weights_path, path, bits)
            embedder = QuantizedEmbedder(model, path, vocabulary_path, workers or count_cores())
        if float(embedder.embed([PROBE])[0] @ wanted) >= MIN_COSINE:
            return embedder
    return exact


def count_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _open_session(path: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime raises a class of its own for each kind of damage
        raise OpenclawError(f"cannot load {path}: {error}") from error


def _make_graph(model: Model, weights_path: str, path: str, bits: int) -> None:
    """Write the graph with 8-bit weights to `path`, in one step."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        quantize_dynamic(
            build_graph(read_weights(weights_path), model.heads),
            temporary,
            op_types_to_quantize=["MatMul", "Gather"],
            per_channel=True,  # a mean cosine of .993 to the exact vectors; with one scale for a matrix it is .945
            reduce_range=bits == 7,
            weight_type=QuantType.QInt8,
        )
        os.replace(temporary, path)
    except OSError as error:
        raise OpenclawError(f"cannot write {path}: {error.strerror or error}", "is there room on the disk?") from error
    finally:
        with suppress(OSError):
            os.unlink(temporary)
