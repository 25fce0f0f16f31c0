"""Texts enter, vectors of unit length leave: the model that finds by meaning, in several ways of running it.

All ways read the same weights and give vectors of one space, so that a query may be embedded by one and chunks by
another. numpy, onnx and onnxruntime belong to the `knowledge` extra and are imported inside functions.
"""
