"""An exported encoder as a graph whose weight products are known by layer and kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

KINDS = ("query", "key", "value", "attention_output", "ffn_input", "ffn_output")
"""The six products with weights of a layer, in the order in which they are computed."""

Array = npt.NDArray[Any]


class Graph:
    """Nodes and constants of an ONNX file, to look up and rewrite.

    Attributes:
        nodes: in the order of computation.
        weights: constants by name.
    """

    def __init__(self, path: Path) -> None:
        """Reads a file and what lies beside it."""
        self.model = onnx.load(path)
        self.nodes = list(self.model.graph.node)
        self.weights = {tensor.name: tensor for tensor in self.model.graph.initializer}

    def get(self, name: str) -> Array:
        """A copy of a constant."""
        return numpy_helper.to_array(self.weights[name]).copy()

    def put(self, name: str, value: Array) -> str:
        """Sets or adds a constant; the name comes back."""
        tensor = numpy_helper.from_array(np.ascontiguousarray(value), name)
        if name in self.weights:
            self.weights[name].CopyFrom(tensor)
        else:
            self.weights[name] = tensor
        return name

    def producer(self, value: str) -> onnx.NodeProto:
        """The node that computes a value."""
        found: onnx.NodeProto = next(node for node in self.nodes if value in node.output)
        return found

    def consumers(self, value: str) -> list[onnx.NodeProto]:
        """The nodes that take a value."""
        return [node for node in self.nodes if value in node.input]

    def bias(self, matmul: onnx.NodeProto) -> tuple[onnx.NodeProto, str]:
        """The Add after a MatMul, and the name of its constant."""
        (add,) = self.consumers(matmul.output[0])
        return add, next(name for name in add.input if name != matmul.output[0])

    def insert(self, before: onnx.NodeProto, *nodes: onnx.NodeProto) -> None:
        """Adds nodes in front of another."""
        at = next(i for i, node in enumerate(self.nodes) if node is before)
        self.nodes[at:at] = nodes

    def remove(self, node: onnx.NodeProto) -> None:
        """Takes a node out."""
        self.nodes = [other for other in self.nodes if other is not node]

    def save(self, path: Path) -> None:
        """Writes the graph with the constants that it still uses."""
        graph = self.model.graph
        used = {name for node in self.nodes for name in node.input}
        weights = [tensor for name, tensor in self.weights.items() if name in used]
        fresh = onnx.GraphProto()
        fresh.name = graph.name
        fresh.node.extend(self.nodes)
        fresh.initializer.extend(weights)
        fresh.input.extend(graph.input)
        fresh.output.extend(graph.output)
        model = helper.make_model(
            fresh,
            ir_version=self.model.ir_version,
            opset_imports=[*self.model.opset_import, helper.make_opsetid("com.microsoft", 1)],
        )
        onnx.save(model, path)


class EncoderGraph(Graph):
    """An unquantized encoder.

    Attributes:
        layers: number of encoder layers.
        matmul: the MatMul of each layer and kind.
    """

    def __init__(self, path: Path) -> None:
        """Reads an unquantized export.

        Raises:
            ValueError: its layers are not those of BERT or MPNet.
        """
        super().__init__(path)
        dense = [
            node
            for node in self.nodes
            if node.op_type == "MatMul"
            and node.input[1] in self.weights
            and len(self.weights[node.input[1]].dims) == 2
        ]
        self.layers, rest = divmod(len(dense), len(KINDS))
        self.matmul = {
            (i // len(KINDS), KINDS[i % len(KINDS)]): node for i, node in enumerate(dense)
        }
        shapes = [
            (kind, self.weights[node.input[1]].dims) for (_, kind), node in self.matmul.items()
        ]
        if rest or any(
            (columns > rows) != (kind == "ffn_input") or (rows > columns) != (kind == "ffn_output")
            for kind, (rows, columns) in shapes
        ):
            raise ValueError(f"{path}: expected six weight MatMuls a layer, as in BERT and MPNet")


def make_node(kind: str, inputs: list[str], output: str, **attributes: Any) -> onnx.NodeProto:
    """A node with one output, named after it."""
    node: onnx.NodeProto = helper.make_node(kind, inputs, [output], name=output, **attributes)
    return node
