"""MiniLM as an ONNX graph, made from its tensors: token ids enter, the mean over their vectors leaves.

Made for one text at a time, without padding and mask: on CPUs that is faster than batches, whose shorter texts are
padded. A program that exports models would need torch; the graph is short enough to be written down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.knowledge.embed.model import Matrix
    from openclaw_hooks.knowledge.embed.weights import Layer, Weights

OPSET = 20  # the first with Gelu
IR_VERSION = 9  # the one that came with it; newer ones are refused by older runtimes
EPSILON = 1e-12  # of the model's own configuration


def build_graph(weights: Weights, heads: int) -> Any:
    """The `onnx.ModelProto`: `ids` int64[tokens] -> `mean` float32[width]."""
    from onnx import TensorProto, helper

    graph = _Graph()
    graph.keep("shape_of_heads", [0, heads, weights.words.shape[1] // heads])
    graph.keep("shape_of_rows", [0, -1])
    graph.keep("zero", [0])
    hidden = _add_embeddings(graph, weights)
    for layer in weights.layers:
        hidden = _add_layer(graph, hidden, layer, heads)
    graph.add("ReduceMean", hidden, graph.keep("rows", [0]), output="mean", keepdims=0)
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])],
        [helper.make_tensor_value_info("mean", TensorProto.FLOAT, [weights.words.shape[1]])],
        graph.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    helper.set_model_props(model, {"onnx.quant.pre_process": "onnxruntime.quant"})  # it says that no clean-up is needed
    return model


class _Graph:
    """Nodes and constants in the making; what `add` and `keep` give back is the name of a value."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def keep(self, name: str, values: Matrix | Sequence[int]) -> str:
        import numpy as np
        from onnx import numpy_helper

        array = np.asarray(values) if not isinstance(values, list) else np.array(values, np.int64)
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        from onnx import helper

        name = output or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=f"node_{name}", **attributes))
        return name

    def project(self, rows: str, pair: tuple[Matrix, Matrix]) -> str:
        place = len(self.nodes)
        product = self.add("MatMul", rows, self.keep(f"weight_{place}", pair[0].T))
        return self.add("Add", product, self.keep(f"bias_{place}", pair[1]))

    def normalise(self, rows: str, pair: tuple[Matrix, Matrix]) -> str:
        place = len(self.nodes)
        scale, shift = self.keep(f"scale_{place}", pair[0]), self.keep(f"shift_{place}", pair[1])
        return self.add("LayerNormalization", rows, scale, shift, epsilon=EPSILON)


def _add_embeddings(graph: _Graph, weights: Weights) -> str:
    words = graph.add("Gather", graph.keep("words", weights.words), "ids")
    length = graph.add("Shape", "ids")
    table = graph.keep("positions", weights.positions + weights.kind)
    places = graph.add("Slice", table, "zero", length, "zero")
    return graph.normalise(graph.add("Add", words, places), weights.norm)


def _add_layer(graph: _Graph, hidden: str, layer: Layer, heads: int) -> str:
    query, key, value = (
        graph.add("Transpose", graph.add("Reshape", graph.project(hidden, pair), "shape_of_heads"), perm=order)
        for pair, order in ((layer.query, (1, 0, 2)), (layer.key, (1, 2, 0)), (layer.value, (1, 0, 2)))
    )
    width = layer.query[0].shape[0]
    scale = _keep_scale(graph, (width // heads) ** -0.5)
    scores = graph.add("Softmax", graph.add("Mul", graph.add("MatMul", query, key), scale), axis=-1)
    by_token = graph.add("Transpose", graph.add("MatMul", scores, value), perm=(1, 0, 2))
    attended = graph.project(graph.add("Reshape", by_token, "shape_of_rows"), layer.attended)
    hidden = graph.normalise(graph.add("Add", hidden, attended), layer.attended_norm)
    narrowed = graph.project(graph.add("Gelu", graph.project(hidden, layer.widened)), layer.narrowed)
    return graph.normalise(graph.add("Add", hidden, narrowed), layer.narrowed_norm)


def _keep_scale(graph: _Graph, value: float) -> str:
    import numpy as np

    return graph.keep(f"factor_{len(graph.nodes)}", np.asarray([value], np.float32))
