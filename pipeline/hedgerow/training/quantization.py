"""An exported encoder to eight bits without the loss: SmoothQuant and a scale for each token.

What onnxruntime's dynamic quantization alone loses comes from its one activation scale for a whole
batch. A few channels of the feed-forward output's input reach 98 in a fine-tuned mpnet-base where
the median token stays below 3, so that scale leaves most tokens two or three of their 256 steps.
Four changes, each measured (docs/models.md):

1. SmoothQuant (Xiao et al. 2023) moves outlier channels from activations into weights, for all
   inputs that come from a LayerNorm or from the attention's values.
2. The feed-forward output, whose input (GELU) can't be rescaled so, gets a scale for each token.
3. Word embeddings get a scale for each row, not one for the whole table.
4. The last layer is computed for the first token only, the one that the classifier reads.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from hedgerow.runtime import onnxruntime
from hedgerow.training.graph import Array, EncoderGraph, make_node

# GELU is never below -0.17. Its zero point leaves room for that and gives the rest to the top.
_GELU_FLOOR = 0.17
_GELU_ZERO = 32
_MIGRATION = 0.5
# Processors without VNNI add products of 8-bit weights in 16 bits, which may overflow; 7-bit
# weights can't, and cost nothing that could be measured.
_WEIGHT_LIMIT = 64
_REDUCE_RANGE = True
# The largest file most code hosts take without a warning is a little more.
_MAX_BYTES = 95_000_000


def quantize(
    full: Path, out: Path, tokenizer: Any, pairs: Sequence[tuple[str, str]], max_length: int
) -> None:
    """Writes ``out``, with the word embeddings beside it if one file would be too large.

    Args:
        full: an unquantized ONNX export of a BERT or MPNet classifier.
        out: the ONNX file to write.
        tokenizer: of the encoder.
        pairs: a few hundred texts, each with its context or "", of the kind that will be
            classified; only the range of each channel is taken from them.
        max_length: in word pieces.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = EncoderGraph(full)
    ranges = _channel_ranges(graph, full, tokenizer, pairs, max_length)
    for layer in range(graph.layers):
        _smooth(graph, layer, ranges)
    _merge_attention_terms(graph)
    _last_layer_first_token(graph)
    for layer in range(graph.layers):
        _quantize_by_token(graph, layer)
    _quantize_embedding(graph)
    with tempfile.TemporaryDirectory() as folder:
        smoothed = Path(folder) / "smoothed.onnx"
        graph.save(smoothed)
        quantize_dynamic(
            smoothed,
            out,
            op_types_to_quantize=["MatMul"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=_REDUCE_RANGE,
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
    _finish(out)


def _channel_ranges(
    graph: EncoderGraph,
    full: Path,
    tokenizer: Any,
    pairs: Sequence[tuple[str, str]],
    max_length: int,
) -> dict[str, Array]:
    """The largest absolute value of each channel, for every input that is smoothed."""
    kinds = ("query", "attention_output", "ffn_input")
    wanted = [graph.matmul[layer, kind].input[0] for layer in range(graph.layers) for kind in kinds]
    with tempfile.TemporaryDirectory() as folder:
        tapped = onnx.load(full)
        for name in wanted:
            tapped.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
        onnx.save(tapped, Path(folder) / "tapped.onnx")
        session = onnxruntime.InferenceSession(
            str(Path(folder) / "tapped.onnx"), providers=["CPUExecutionProvider"]
        )
        ranges: dict[str, Array] = {}
        names = [item.name for item in session.get_inputs()]
        # Of like length, so that little is padding.
        rows = sorted(pairs, key=lambda pair: len(pair[0]) + len(pair[1]))
        for start in range(0, len(rows), 8):
            encoded = tokenizer(
                # A pair only where there is a context, as at run time.
                [pair if pair[1] else pair[0] for pair in rows[start : start + 8]],
                truncation=True,
                max_length=max_length,
                padding=True,
                return_tensors="np",
            )
            seen = encoded["attention_mask"].astype(bool)
            feed = {name: encoded[name].astype(np.int64) for name in names}
            for name, value in zip(wanted, session.run(wanted, feed), strict=True):
                peak = np.abs(value[seen]).max(0)
                ranges[name] = np.maximum(ranges.get(name, peak), peak)
    return ranges


def _smooth(graph: EncoderGraph, layer: int, ranges: dict[str, Array]) -> None:
    """Divides inputs by a scale for each channel and multiplies the weights' rows by it."""

    def scales(source: str, *matmuls: onnx.NodeProto) -> Array:
        rows = np.max([np.abs(graph.get(node.input[1])).max(1) for node in matmuls], axis=0)
        scale = np.maximum(ranges[source], 1e-5) ** _MIGRATION
        scale /= np.maximum(rows, 1e-5) ** (1 - _MIGRATION)
        return np.asarray(scale / np.exp(np.log(scale).mean()), dtype=np.float32)

    for kinds in (("query", "key", "value"), ("ffn_input",)):
        matmuls = [graph.matmul[layer, kind] for kind in kinds]
        source = matmuls[0].input[0]
        norm = graph.producer(source)
        if norm.op_type != "LayerNormalization":
            raise ValueError(f"{source}: expected a LayerNormalization, found {norm.op_type}")
        scale = scales(source, *matmuls)
        for name in norm.input[1:3]:
            graph.put(name, graph.get(name) / scale)
        for node in matmuls:
            graph.put(node.input[1], graph.get(node.input[1]) * scale[:, None])
        # The residual connection takes the same output, and needs it unscaled.
        restored = f"{source}_restored"
        others = [
            node for node in graph.consumers(source) if not any(node is other for other in matmuls)
        ]
        for node in others:
            node.input[:] = [restored if name == source else name for name in node.input]
        at = next(i for i, node in enumerate(graph.nodes) if node is norm)
        # quantize_dynamic takes the name with _scale for itself.
        constant = graph.put(f"{source}_migration", scale)
        graph.nodes.insert(at + 1, make_node("Mul", [source, constant], restored))

    value, output = graph.matmul[layer, "value"], graph.matmul[layer, "attention_output"]
    scale = scales(output.input[0], output)
    bias = graph.bias(value)[1]
    graph.put(value.input[1], graph.get(value.input[1]) / scale)
    graph.put(bias, graph.get(bias) / scale)
    graph.put(output.input[1], graph.get(output.input[1]) * scale[:, None])


def _merge_attention_terms(graph: EncoderGraph) -> None:
    """Folds the scores' constant factor into the query, and adds bias and mask up only once."""
    sums: dict[tuple[str, ...], str] = {}
    for layer in range(graph.layers):
        query = graph.matmul[layer, "query"]
        add, bias = graph.bias(query)
        (reshape,) = graph.consumers(add.output[0])
        (transpose,) = graph.consumers(reshape.output[0])
        path = graph.consumers(transpose.output[0])
        while path[-1].op_type != "Softmax":
            path.extend(graph.consumers(path[-1].output[0]))
        terms: list[tuple[onnx.NodeProto, str | None]] = []
        factor = 1.0
        for before, node in pairwise(path):
            other = next((name for name in node.input if name != before.output[0]), "")
            constant = graph.get(other) if other in graph.weights else None
            if node.op_type in ("Div", "Mul") and constant is not None and constant.size == 1:
                value = float(constant.reshape(()))
                factor *= 1 / value if node.op_type == "Div" else value
                terms.append((node, None))
            elif node.op_type == "Add":
                terms.append((node, other))
        source = path[0].output[0]
        others = tuple(other for _, other in terms if other is not None)
        # A scale between two Adds would apply to the first one's term too.
        adds = [node.op_type == "Add" for node, _ in terms]
        if (
            path[0].op_type != "MatMul"
            or not others
            or len(terms) != len(path) - 2
            or adds != sorted(adds)
        ):
            continue
        for name in (query.input[1], bias):
            graph.put(name, (graph.get(name) * factor).astype(np.float32))
        if others not in sums:
            total = others[0]
            for other in others[1:]:
                name = f"{total}_plus_{other}"
                graph.insert(path[0], make_node("Add", [total, other], name))
                total = name
            sums[others] = total
        for node, _ in terms:
            graph.remove(node)
        scores = f"scores_{layer}"
        graph.insert(path[-1], make_node("Add", [source, sums[others]], scores))
        path[-1].input[0] = scores


def _last_layer_first_token(graph: EncoderGraph) -> None:
    """Drops every row but the first token's where the last layer's output starts to be made."""
    layer = graph.layers - 1
    query, output = graph.matmul[layer, "query"], graph.matmul[layer, "attention_output"]
    zero, one, two = (graph.put(f"axis_{i}", np.array([i], np.int64)) for i in range(3))

    def first(node: onnx.NodeProto, value: str, axis: str) -> None:
        name = f"{value}_first_{axis}"
        if not any(name in other.output for other in graph.nodes):
            graph.insert(node, make_node("Slice", [value, zero, one, axis], name))
        node.input[:] = [name if item == value else item for item in node.input]

    def one_row(reshape: onnx.NodeProto) -> None:
        shape = graph.producer(reshape.input[1])
        name = f"{reshape.output[0]}_shape"
        sizes = list(shape.input)
        sizes[1] = one
        graph.insert(reshape, make_node("Concat", sizes, name, axis=0))
        reshape.input[1] = name

    (reshape,) = graph.consumers(graph.bias(query)[0].output[0])
    last = graph.producer(output.input[0])
    if {reshape.op_type, last.op_type} != {"Reshape"}:
        raise ValueError("last layer: expected a Reshape around the attention")
    (residual,) = graph.consumers(graph.bias(output)[0].output[0])
    first(query, query.input[0], one)
    one_row(reshape)
    node = reshape
    while node.op_type != "Softmax":
        previous = node.output[0]
        (node,) = graph.consumers(previous)
        if node.op_type == "Add":
            first(node, next(name for name in node.input if name != previous), two)
    one_row(last)
    skipped = graph.bias(output)[0].output[0]
    first(residual, next(name for name in residual.input if name != skipped), one)


def _quantize_by_token(graph: EncoderGraph, layer: int) -> None:
    """Replaces a MatMul after GELU by an integer one with an activation scale for each token."""
    matmul = graph.matmul[layer, "ffn_output"]
    source, prefix = matmul.input[0], matmul.name
    weight = graph.get(matmul.input[1])
    scale = np.maximum(np.abs(weight).max(0), 1e-9) / _WEIGHT_LIMIT
    integers = np.rint(weight / scale).astype(np.int8)
    constants: dict[str, Array] = {
        "rows": np.array([-1, weight.shape[0]], np.int64),
        "last": np.array([1], np.int64),
        "step": np.array(1 / (255 - _GELU_ZERO), np.float32),
        "least": np.array(_GELU_FLOOR / _GELU_ZERO, np.float32),
        "zero": np.array(_GELU_ZERO, np.uint8),
        "zeros": np.array([_GELU_ZERO], np.uint8),
        "one": np.array(1, np.float32),
    }
    c = {name: graph.put(f"by_token_{name}", value) for name, value in constants.items()}
    v = {
        name: f"{prefix}_{name}"
        for name in (
            "flat",
            "peak",
            "tight",
            "scale",
            "shape",
            "zeros",
            "integers",
            "column",
            "product",
            "scaled",
            "size",
        )
    }
    w = graph.put(f"{prefix}_weight", integers)
    s = graph.put(f"{prefix}_weight_scale", scale.astype(np.float32))
    graph.insert(
        matmul,
        make_node("Reshape", [source, c["rows"]], v["flat"]),
        make_node("ReduceMax", [v["flat"], c["last"]], v["peak"], keepdims=0),
        make_node("Mul", [v["peak"], c["step"]], v["tight"]),
        make_node("Max", [v["tight"], c["least"]], v["scale"]),
        make_node("Shape", [v["scale"]], v["shape"]),
        make_node("Expand", [c["zeros"], v["shape"]], v["zeros"]),
        make_node("QuantizeLinear", [v["flat"], v["scale"], v["zeros"]], v["integers"], axis=0),
        make_node(
            "MatMulIntegerToFloat",
            [v["integers"], w, c["one"], s, c["zero"]],
            v["product"],
            domain="com.microsoft",
        ),
        make_node("Unsqueeze", [v["scale"], c["last"]], v["column"]),
        make_node("Mul", [v["product"], v["column"]], v["scaled"]),
        make_node("Shape", [graph.matmul[layer, "ffn_input"].input[0]], v["size"]),
        make_node("Reshape", [v["scaled"], v["size"]], matmul.output[0]),
    )
    graph.remove(matmul)


def _quantize_embedding(graph: EncoderGraph) -> None:
    """Stores the word embeddings as int8 with a scale for each word piece."""
    gather = next(n for n in graph.nodes if n.op_type == "Gather" and n.input[1] == "input_ids")
    table = graph.get(gather.input[0])
    scale = np.maximum(np.abs(table).max(1, keepdims=True), 1e-9) / 127
    integers = graph.put("word_embeddings", np.rint(table / scale).astype(np.int8))
    scales = graph.put("word_embeddings_scale", scale.astype(np.float32))
    graph.insert(
        gather,
        make_node("Gather", [integers, "input_ids"], "word_integers"),
        make_node("Cast", ["word_integers"], "word_floats", to=TensorProto.FLOAT),
        make_node("Gather", [scales, "input_ids"], "word_scales"),
        make_node("Mul", ["word_floats", "word_scales"], gather.output[0]),
    )
    graph.remove(gather)


def _finish(path: Path) -> None:
    """Takes out the exporter's traces, and the embeddings if the file is too large with them."""
    model = onnx.load(path)
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for item in (*model.graph.input, *model.graph.output, *model.graph.initializer):
        del item.metadata_props[:]
    if path.stat().st_size > _MAX_BYTES:
        table = next(t for t in model.graph.initializer if t.name == "word_embeddings")
        beside = path.with_name("word_embeddings.bin")
        # onnx appends to an external file that exists.
        beside.unlink(missing_ok=True)
        onnx.external_data_helper.set_external_data(table, beside.name)
        onnx.save(model, path)
        # Written private; the folder's other files are not.
        beside.chmod(0o644)
    else:
        onnx.save(model, path)
