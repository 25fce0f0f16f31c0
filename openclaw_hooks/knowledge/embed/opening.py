"""Which embedder this machine has: for a question, or for many chunks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.embed.exact import ExactEmbedder
from openclaw_hooks.knowledge.models.cache import file_path, is_set_up
from openclaw_hooks.knowledge.models.catalog import MINILM

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.embed.model import Embedder
    from openclaw_hooks.knowledge.models.catalog import Model

FEW: Final = 32  # passages that the model for questions embeds sooner than the one for many is loaded


def open_query_embedder(model: Model = MINILM) -> Embedder | None:
    """What embeds one question soonest after the start of a process; None when the model isn't set up, or is damaged."""
    if not is_set_up(model) or not _has_package("numpy"):
        return None
    # Products of so few rows are done before a second thread is awake; OpenBLAS reads this when numpy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        return ExactEmbedder(model, file_path(model, model.weights), file_path(model, model.vocabulary))
    except OpenclawError:  # `openclaw knowledge setup` mends it, which is what one is told where there is none
        return None


def open_batch_embedder(model: Model = MINILM, workers: int = 0) -> Embedder | None:
    """What embeds thousands of chunks soonest, on `workers` cores (0: all); None when the model isn't set up.

    Without onnxruntime, or where its graph cannot be kept, that is the same as for a question: eight times slower.
    """
    exact = open_query_embedder(model)
    if exact is None or not (_has_package("onnx") and _has_package("onnxruntime")):
        return exact
    try:
        return prepare_batch_embedder(model, exact, workers)
    except OpenclawError:  # `openclaw knowledge setup` says why
        return exact


def open_embedder(passages: int, workers: int = 0) -> Embedder | None:
    """What embeds that many passages soonest from the start of a process; None when the model isn't set up."""
    return open_query_embedder() if passages <= FEW else open_batch_embedder(workers=workers)


def prepare_batch_embedder(model: Model, exact: Embedder, workers: int = 0) -> Embedder:
    """What embeds thousands of chunks soonest, made on the first call; raises OpenclawError when it cannot be."""
    from openclaw_hooks.knowledge.embed.quantized import open_quantized

    return open_quantized(model, file_path(model, model.weights), file_path(model, model.vocabulary), exact, workers)


def _has_package(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None
