"""An eight-bit encoder back to the parameters of its torch model: ``quantization.py`` undone.

There every matrix became integers with a scale for each column, SmoothQuant divided the LayerNorms
and multiplied the matrices after them, and the attention's factor went into the query. Here the
integers are multiplied by their scales and the rest is taken back, so that a torch model of the
usual shape multiplies with the very numbers that the eight-bit one does. What SmoothQuant moved
from the attention's values into its output stays there: the product is the same.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import onnx

from hedgerow.training.graph import Array, Graph


def dequantize(path: Path, heads: int) -> dict[str, Array]:
    """Parameters in single precision, by the names that transformers gives them.

    Biases, LayerNorms and small embeddings have kept these names in the file; a matrix is
    found by the bias that is added to its product.

    Args:
        path: an ONNX file written by ``quantize``.
        heads: of each layer's attention.

    Raises:
        ValueError: the graph is built otherwise.
    """
    graph = Graph(path)
    parameters = {
        name: graph.get(name).astype(np.float32)
        for name in graph.weights
        if name.endswith((".weight", ".bias"))
    }
    try:
        parameters |= _word_embeddings(graph)
        for name in list(parameters):
            module, _, kind = name.rpartition(".")
            if kind == "bias" and module.endswith("LayerNorm"):
                (norm,) = graph.consumers(name)
                scale = _migration(graph, norm.output[0])
                parameters[name] *= scale
                parameters[f"{module}.weight"] *= scale
            elif kind == "bias":
                (add,) = graph.consumers(name)
                factor = 1.0
                if module.endswith((".self.query", ".attn.q")):
                    factor = math.sqrt(len(parameters[name]) / heads) * _score_factor(graph, add)
                parameters[name] *= factor
                # Linear layers of torch keep their matrix transposed.
                parameters[f"{module}.weight"] = np.ascontiguousarray(_matrix(graph, add).T) * (
                    np.float32(factor)
                )
    except (StopIteration, LookupError, ValueError) as error:
        raise ValueError(f"{path.name} has no graph of a quantized BERT or MPNet") from error
    return parameters


def _word_embeddings(graph: Graph) -> dict[str, Array]:
    beside = next(name for name in graph.weights if name.endswith(".position_embeddings.weight"))
    table = graph.get("word_embeddings").astype(np.float32) * graph.get("word_embeddings_scale")
    return {beside.replace(".position_embeddings.", ".word_embeddings."): table}


def _matrix(graph: Graph, add: onnx.NodeProto) -> Array:
    """The matrix whose product an Add takes, of shape (inputs, outputs)."""
    node = graph.producer(next(name for name in add.input if name not in graph.weights))
    if node.op_type == "Reshape":
        # A scale for each token: product, times that scale, in the batch's shape again.
        node = graph.producer(graph.producer(node.input[0]).input[0])
        source, integers, _, scale = node.input[:4]
        matrix = graph.get(integers).astype(np.float32) * graph.get(scale)
    else:
        # A scale for each batch: integer product, cast, times the scales of both sides.
        cast, scales = node.input
        scale = next(name for name in graph.producer(scales).input if name in graph.weights)
        node = graph.producer(graph.producer(cast).input[0])
        source, integers, _, zero = node.input
        matrix = (graph.get(integers).astype(np.float32) - graph.get(zero)) * graph.get(scale)
    if node.op_type not in ("MatMulInteger", "MatMulIntegerToFloat"):
        raise ValueError(f"{node.name}: expected an integer product, found {node.op_type}")
    value = graph.producer(source).input[0]
    while graph.producer(value).op_type in ("Slice", "Gather"):
        value = graph.producer(value).input[0]
    if graph.producer(value).op_type == "LayerNormalization":
        matrix /= np.reshape(_migration(graph, value), (-1, 1))
    return matrix


def _migration(graph: Graph, value: str) -> Array:
    """What a LayerNorm's output was divided by: its residual connection multiplies by it again."""
    found = [
        graph.get(name)
        for node in graph.consumers(value)
        if node.op_type == "Mul"
        for name in node.input
        if name in graph.weights
    ]
    return found[0] if found else np.ones(1, np.float32)


def _score_factor(graph: Graph, query: onnx.NodeProto) -> float:
    """What the attention scores are still multiplied by between the query and the softmax."""
    factor, node = 1.0, query
    while node.op_type != "Softmax":
        (node,) = graph.consumers(node.output[0])
        if node.op_type in ("Div", "Mul"):
            value = float(graph.get(node.input[1]).reshape(()))
            factor *= 1 / value if node.op_type == "Div" else value
    return factor
