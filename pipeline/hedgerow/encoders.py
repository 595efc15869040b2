"""The encoder at run time: tokenizers and onnxruntime; torch only where a GPU is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from hedgerow.model_folder import ModelFolder, loading
from hedgerow.probabilities import Probabilities, Scores, sigmoid, softmax
from hedgerow.records import CLASSES

# Sorting by length pays from a few hundred on; a whole book tokenized at once fills gigabytes.
_PAIRS_AT_ONCE = 4096


Inputs: TypeAlias = dict[str, npt.NDArray[np.int64]]
"""Arrays of shape (rows, word pieces) by name; positions past the end of a row hold 0."""


class Network(Protocol):
    """What multiplies the matrices."""

    @property
    def input_names(self) -> Sequence[str]:
        """Of ``input_ids``, ``attention_mask`` and ``token_type_ids`` those it takes."""
        ...

    @property
    def rows_at_once(self) -> int:
        """Rows of a batch, at most."""
        ...

    @property
    def word_pieces_at_once(self) -> int:
        """Word pieces of a batch, padding included, at most."""
        ...

    def __call__(self, inputs: Inputs) -> Probabilities:
        """Logits of shape (rows, outputs) of one batch."""
        ...


class OnnxNetwork:
    """The eight-bit network by onnxruntime on the CPU."""

    # Enough for a batch of any length, so that the number of rows alone decides.
    word_pieces_at_once = 1 << 30

    def __init__(self, folder: ModelFolder, batch_size: int, threads: int) -> None:
        """Loads the session of a checked model folder."""
        from hedgerow.runtime import onnxruntime

        self.rows_at_once = batch_size
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Spinning threads steal the core from the other processes of a batch run.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(folder.path / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.input_names = [node.name for node in self._session.get_inputs()]

    def __call__(self, inputs: Inputs) -> Probabilities:
        """Logits of one batch."""
        logits: Probabilities = self._session.run(None, inputs)[0]
        return logits


class Encoder:
    """Reads pairs of (segment text, context text) and gives calibrated probabilities."""

    def __init__(self, folder: ModelFolder, network: Network) -> None:
        """Takes the tokenizer and the calibration of a checked model folder."""
        self._temperature = float(folder.settings.get("temperature", 1.0))
        self._bias = np.asarray(folder.settings.get("bias", [0.0] * len(CLASSES)), np.float32)
        self._outputs = folder.outputs
        self._network = network
        self._tokenizer = Tokenizer.from_file(str(folder.path / "tokenizer.json"))
        # Longest first: an endless context is cut before it pushes out the segment itself.
        self._tokenizer.enable_truncation(
            int(folder.settings["max_length"]), strategy="longest_first"
        )
        self._tokenizer.no_padding()

    def predict(self, pairs: Sequence[tuple[str, str]]) -> Scores:
        """Softmax probabilities of the classes, sigmoid of the second output, both calibrated.

        Calibration divides the logits by a temperature and adds a bias for each class (Guo et al.
        2017, On Calibration of Modern Neural Networks: vector scaling with one slope).
        """
        logits = np.empty((len(pairs), self._outputs), dtype=np.float32)
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            part = slice(start, start + _PAIRS_AT_ONCE)
            logits[part] = self._predict_logits(pairs[part])
        classes = softmax(logits[:, : len(CLASSES)] / self._temperature + self._bias)
        if self._outputs == len(CLASSES):
            return Scores(classes)
        return Scores(classes, sigmoid(logits[:, len(CLASSES)]))

    def _predict_logits(self, pairs: Sequence[tuple[str, str]]) -> Probabilities:
        # The tokenizer takes no half characters; a text given from Python may hold them.
        clean = [
            (text.encode("utf-8", "replace").decode(), context.encode("utf-8", "replace").decode())
            for text, context in pairs
        ]
        encoded = self._tokenizer.encode_batch([pair if pair[1] else pair[0] for pair in clean])
        lengths = [len(one) for one in encoded]
        logits = np.empty((len(pairs), self._outputs), dtype=np.float32)
        for rows in self._batches(lengths):
            logits[rows] = self._network(self._pad([encoded[row] for row in rows]))
        return logits

    def _batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Rows of like length, so that little of a batch is padding."""
        network, batch = self._network, list[int]()
        for row in sorted(range(len(lengths)), key=lengths.__getitem__):
            if len(batch) == network.rows_at_once or (
                batch and (len(batch) + 1) * lengths[row] > network.word_pieces_at_once
            ):
                yield batch
                batch = []
            batch.append(row)
        if batch:
            yield batch

    def _pad(self, encoded: Sequence[Any]) -> Inputs:
        names = self._network.input_names
        shape = (len(encoded), max(map(len, encoded)))
        inputs = {name: np.zeros(shape, dtype=np.int64) for name in names}
        for position, one in enumerate(encoded):
            end = len(one)
            inputs["input_ids"][position, :end] = one.ids
            inputs["attention_mask"][position, :end] = 1
            if "token_type_ids" in inputs:
                inputs["token_type_ids"][position, :end] = one.type_ids
        return inputs


def open_encoder(folder: ModelFolder, *, batch_size: int, threads: int, device: str) -> Encoder:
    """The encoder of a checked model folder.

    Args:
        folder: with a model of the backend ``onnx``.
        batch_size: rows a batch on the CPU.
        threads: of the CPU.
        device: as ``resolve_device`` gives it.

    Raises:
        DeviceError: the model can't run on the device.
        HedgerowError: its files don't load.
    """
    with loading(folder):
        if device == "cpu":
            return Encoder(folder, OnnxNetwork(folder, batch_size, threads))
        from hedgerow.torch_network import TorchNetwork

        return Encoder(folder, TorchNetwork(folder, device))
