"""The tensors of a safetensors file, mapped into memory: only what is used is ever read.

The format: eight bytes with the length of a JSON header (little-endian), the header, and the tensors end to end.
"""

from __future__ import annotations

import mmap
import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.embed.model import Matrix

MAX_HEADER_BYTES = 1 << 20  # the model's own has 11 kB; a length that is garbage must not be believed


class Layer(NamedTuple):
    """The tensors of one transformer layer; weights are float32[out, in], as torch keeps them."""

    query: tuple[Matrix, Matrix]
    key: tuple[Matrix, Matrix]
    value: tuple[Matrix, Matrix]
    attended: tuple[Matrix, Matrix]
    attended_norm: tuple[Matrix, Matrix]
    widened: tuple[Matrix, Matrix]
    narrowed: tuple[Matrix, Matrix]
    narrowed_norm: tuple[Matrix, Matrix]


class Weights(NamedTuple):
    """All tensors of a BERT encoder; pairs are weight and bias."""

    words: Matrix
    positions: Matrix
    kind: Matrix
    norm: tuple[Matrix, Matrix]
    layers: tuple[Layer, ...]


def read_weights(path: str) -> Weights:
    """The tensors in the file at `path`; raises OpenclawError when it isn't a BERT encoder's."""
    tensors = _map_tensors(path)
    try:
        count = sum(name.endswith(".intermediate.dense.weight") for name in tensors)
        return Weights(
            words=tensors["embeddings.word_embeddings.weight"],
            positions=tensors["embeddings.position_embeddings.weight"],
            kind=tensors["embeddings.token_type_embeddings.weight"][0],
            norm=_pair(tensors, "embeddings.LayerNorm"),
            layers=tuple(_read_layer(tensors, f"encoder.layer.{index}.") for index in range(count)),
        )
    except KeyError as error:
        raise OpenclawError(f"{path} holds no tensor {error}", "it isn't the model that belongs here") from error


def _read_layer(tensors: dict[str, Matrix], place: str) -> Layer:
    return Layer(
        query=_pair(tensors, place + "attention.self.query"),
        key=_pair(tensors, place + "attention.self.key"),
        value=_pair(tensors, place + "attention.self.value"),
        attended=_pair(tensors, place + "attention.output.dense"),
        attended_norm=_pair(tensors, place + "attention.output.LayerNorm"),
        widened=_pair(tensors, place + "intermediate.dense"),
        narrowed=_pair(tensors, place + "output.dense"),
        narrowed_norm=_pair(tensors, place + "output.LayerNorm"),
    )


def _pair(tensors: dict[str, Matrix], name: str) -> tuple[Matrix, Matrix]:
    return tensors[name + ".weight"], tensors[name + ".bias"]


def _map_tensors(path: str) -> dict[str, Matrix]:
    """The float32 tensors by name, as views into the mapped file."""
    import json

    import numpy as np

    try:
        with open(path, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            header_bytes = int.from_bytes(stream.read(8), "little")
            if not 0 < header_bytes <= min(MAX_HEADER_BYTES, size - 8):
                raise ValueError("its header has no believable length")
            header = json.loads(stream.read(header_bytes))
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        tensors = {}
        for name, entry in header.items():
            if entry.get("dtype") != "F32":
                continue  # position ids, and the file's own description
            begin, end = entry["data_offsets"]
            found = np.frombuffer(mapped, "<f4", (end - begin) // 4, 8 + header_bytes + begin)
            tensors[name] = found.reshape(entry["shape"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OpenclawError(f"cannot read the weights in {path}: {error}", "is it a safetensors file?") from error
    return tensors
