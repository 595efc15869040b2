"""The encoder's network in torch, for a GPU (extra ``train``)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification

from hedgerow.devices import resolve_device
from hedgerow.encoders import Inputs
from hedgerow.errors import DeviceError
from hedgerow.model_folder import CONFIG, ModelFolder
from hedgerow.probabilities import Probabilities
from hedgerow.training.dequantization import dequantize

_ARCHITECTURES = ("bert", "mpnet")


class TorchNetwork:
    """A model folder's network with the weights of its eight-bit file, in bfloat16 on a GPU."""

    rows_at_once = 4096
    # Some hundred sentences: enough to fill a GPU, and less than 2 GB of it with mpnet-base.
    word_pieces_at_once = 16_384

    def __init__(self, folder: ModelFolder, device: str, dtype: torch.dtype | None = None) -> None:
        """Builds the model and moves it.

        Args:
            folder: checked, with a model of the backend ``onnx``.
            device: as torch calls it.
            dtype: of the matrix products; by default bfloat16 where the GPU has it, else
                float32.

        Raises:
            DeviceError: the device is not there, or the folder's model is of an unknown shape.
        """
        self._device = torch.device(resolve_device(device))
        if dtype is None:
            fast = device != "cpu" and torch.cuda.is_bf16_supported(including_emulation=False)
            dtype = torch.bfloat16 if fast else torch.float32
        self._dtype = dtype
        model = _load_model(folder)
        with self._device_errors():
            self._model = model.to(self._device)
        self.input_names = ["input_ids", "attention_mask"]
        if self._model.config.model_type == "bert":
            self.input_names.append("token_type_ids")

    def __call__(self, inputs: Inputs) -> Probabilities:
        """Logits of one batch.

        Raises:
            DeviceError: the device is out of memory or gave up.
        """
        lower = self._dtype != torch.float32
        with (
            self._device_errors(),
            torch.inference_mode(),
            torch.autocast(self._device.type, self._dtype, enabled=lower),
        ):
            there = {
                name: torch.from_numpy(value).to(self._device) for name, value in inputs.items()
            }
            logits: Probabilities = self._model(**there).logits.float().cpu().numpy()
        return logits

    @contextmanager
    def _device_errors(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise DeviceError(
                f"device {self._device}: expected to run the model, found: {_first_line(error)}; "
                "look at its memory or use the device cpu"
            ) from error


def _load_model(folder: ModelFolder) -> Any:
    try:
        config = AutoConfig.from_pretrained(folder.path / CONFIG)
        config.num_labels = folder.outputs
        if config.model_type not in _ARCHITECTURES:
            raise ValueError(f"its model type is {config.model_type}")
        parameters = dequantize(folder.path / "model.onnx", config.num_attention_heads)
        # Untyped in transformers.
        classifiers: Any = AutoModelForSequenceClassification
        model = classifiers.from_config(config, dtype=torch.float32)
        model.load_state_dict(
            {name: torch.from_numpy(value) for name, value in parameters.items()}, strict=True
        )
    except (ValueError, RuntimeError) as error:
        raise DeviceError(
            f"model {folder.path}: expected an eight-bit BERT or MPNet of hedgerow train, "
            f"found that {_first_line(error)}; train it again or use the device cpu"
        ) from error
    return model.eval()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
