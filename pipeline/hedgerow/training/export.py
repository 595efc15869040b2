"""A trained encoder to a model folder: int8 ONNX, tokenizer, config, card and manifest."""

from __future__ import annotations

import copy
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from hedgerow.files import new_folder
from hedgerow.model_folder import write_manifest
from hedgerow.records import CLASSES
from hedgerow.runtime import onnxruntime
from hedgerow.training.card import write_card
from hedgerow.training.config import TrainingConfig
from hedgerow.training.data import Example
from hedgerow.training.quantization import quantize
from hedgerow.training.trainer import TrainingResult

_CALIBRATION_EXAMPLES = 200
_FLIP_BATCH = 16


def save_model(result: TrainingResult, config: TrainingConfig, out: Path, *, force: bool) -> None:
    """Writes a complete model folder, or nothing.

    Args:
        result: of ``train``.
        config: the recipe, saved as ``training.json``.
        out: the folder to make.
        force: replace a folder that exists.

    Raises:
        HedgerowError: ``out`` exists and ``force`` is false.
    """
    with new_folder(out, force=force) as folder:
        with tempfile.TemporaryDirectory() as scratch:
            full = Path(scratch) / "full.onnx"
            export_onnx(result.model, result.tokenizer, full, config.max_length)
            pairs = _calibration_pairs(result.facts.training)
            quantize(full, folder / "model.onnx", result.tokenizer, pairs, config.max_length)
            flips = _count_flips(result, full, folder / "model.onnx", config.max_length)
        result.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        if config.safetensors:
            _save_for_transformers(result, folder)
        model_config = result.model.config.to_dict()
        # The folder that the encoder was loaded from says nothing to anybody else.
        model_config.pop("_name_or_path", None)
        model_config |= {
            # Computed in single precision: few processors have half.
            "dtype": "float32",
            "id2label": {str(i): name for i, name in enumerate(CLASSES)},
            "label2id": {name: i for i, name in enumerate(CLASSES)},
            "hedgerow": {
                "name": config.name,
                "backend": "onnx",
                "max_length": config.max_length,
                "attribution": bool(config.attribution_weight),
            },
        }
        _write_json(folder / "config.json", model_config)
        _write_json(folder / "training.json", config.portable())
        write_card(folder / "README.md", result.facts, config, flips)
        write_manifest(folder)


def _save_for_transformers(result: TrainingResult, folder: Path) -> None:
    """Weights in half precision and the tokenizer's settings, as ``from_pretrained`` reads them.

    The second output is left out: a pipeline would take it for a fifth class.
    """
    model = copy.deepcopy(result.model).half()
    for module in model.modules():
        if isinstance(module, torch.nn.Linear) and module.out_features == model.config.num_labels:
            head = module
    head.weight = torch.nn.Parameter(head.weight[: len(CLASSES)].clone())
    head.bias = torch.nn.Parameter(head.bias[: len(CLASSES)].clone())
    model.save_pretrained(folder)
    # Written private; the folder's other files are not.
    (folder / "model.safetensors").chmod(0o644)
    result.tokenizer.save_pretrained(folder)


def export_onnx(model: Any, tokenizer: Any, path: Path, max_length: int) -> None:
    """Exports in single precision, for ``quantize``.

    Args:
        model: a sequence classifier of transformers.
        tokenizer: its tokenizer, for the example input.
        path: the file to write.
        max_length: in word pieces.
    """
    # Dropout would stay on in the exported graph otherwise.
    model = model.eval().float().cpu()
    if model.config.model_type == "bert":
        # Written out: the fused attention exports worse, and can't be rewritten.
        model.set_attn_implementation("eager")
    names = [
        name
        for name in ("input_ids", "attention_mask", "token_type_ids")
        if name in tokenizer.model_input_names
    ]
    example = tokenizer(
        ["One sentence.", "And another one."], ["", "Context."], return_tensors="pt", padding=True
    )
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length", max=max_length)
    torch.onnx.export(
        model,
        kwargs={name: example[name] for name in names},
        f=str(path),
        input_names=names,
        output_names=["logits"],
        dynamic_shapes={name: {0: batch, 1: length} for name in names},
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def _count_flips(
    result: TrainingResult, full: Path, quantized: Path, max_length: int
) -> tuple[int, int] | None:
    """Labels that quantization changed among the held-out examples, and how many there are."""
    examples = result.facts.validation
    if not examples:
        return None
    labels: list[list[int]] = []
    for path in (full, quantized):
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        names = [node.name for node in session.get_inputs()]
        found: list[int] = []
        for start in range(0, len(examples), _FLIP_BATCH):
            encoded = result.tokenizer(
                [
                    (one.text, one.context) if one.context else one.text
                    for one in examples[start : start + _FLIP_BATCH]
                ],
                truncation=True,
                max_length=max_length,
                padding=True,
                return_tensors="np",
            )
            (logits,) = session.run(None, {name: encoded[name] for name in names})
            found += logits[:, : len(CLASSES)].argmax(axis=1).tolist()
        labels.append(found)
    return sum(one != other for one, other in zip(*labels, strict=True)), len(examples)


def _calibration_pairs(examples: Sequence[Example]) -> list[tuple[str, str]]:
    chosen = random.Random(0).sample(list(examples), min(_CALIBRATION_EXAMPLES, len(examples)))
    return [(example.text, example.context) for example in chosen]


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
