"""The encoder at run time: onnxruntime and tokenizers, no torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from hedgerow.model_folder import ModelFolder
from hedgerow.probabilities import Probabilities, Scores, sigmoid, softmax
from hedgerow.records import CLASSES

# Sorting by length pays from a few hundred on; a whole book tokenized at once fills gigabytes.
_PAIRS_AT_ONCE = 4096


class OnnxEncoder:
    """Runs an exported encoder over pairs of (segment text, context text)."""

    def __init__(self, folder: ModelFolder, batch_size: int, threads: int) -> None:
        """Loads the session and the tokenizer of a checked model folder."""
        self._temperature = float(folder.settings.get("temperature", 1.0))
        self._bias = np.asarray(folder.settings.get("bias", [0.0] * len(CLASSES)), np.float32)
        self._outputs = len(CLASSES) + bool(folder.settings.get("attribution"))
        self._batch_size = batch_size
        self._tokenizer = Tokenizer.from_file(str(folder.path / "tokenizer.json"))
        # Longest first: an endless context is cut before it pushes out the segment itself.
        self._tokenizer.enable_truncation(
            int(folder.settings["max_length"]), strategy="longest_first"
        )
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Spinning threads steal the core from the other processes of a batch run.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(folder.path / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._input_names = [node.name for node in self._session.get_inputs()]

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
        by_length = sorted(range(len(pairs)), key=lambda row: len(encoded[row].ids))
        logits = np.empty((len(pairs), self._outputs), dtype=np.float32)
        for start in range(0, len(by_length), self._batch_size):
            rows = by_length[start : start + self._batch_size]
            shape = (len(rows), len(encoded[rows[-1]].ids))
            inputs = {name: np.zeros(shape, dtype=np.int64) for name in self._input_names}
            for position, row in enumerate(rows):
                ids = encoded[row].ids
                inputs["input_ids"][position, : len(ids)] = ids
                inputs["attention_mask"][position, : len(ids)] = 1
                if "token_type_ids" in inputs:
                    inputs["token_type_ids"][position, : len(ids)] = encoded[row].type_ids
            logits[rows] = self._session.run(None, inputs)[0]
        return logits
