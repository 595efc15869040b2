"""Speed and memory of models on this machine, beside ``transformers.pipeline``."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.connection import Connection
from statistics import median
from typing import Any, Literal, TypeAlias

from hedgerow.cascade import open_stage
from hedgerow.classification import CLAIMLESS_KINDS, load_classifier, model_input
from hedgerow.devices import resolve_device
from hedgerow.errors import HedgerowError
from hedgerow.model_folder import CONFIG, ModelFolder, open_model
from hedgerow.records import Document, Segment
from hedgerow.segmentation import segment

Way: TypeAlias = Literal["hedgerow", "pipeline"]

# A fresh interpreter for each, so that one doesn't pay for the memory of another.
_CONTEXT = multiprocessing.get_context("spawn")
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Speed:
    """What one way of running one model reached.

    Attributes:
        segments_per_second: median over the rounds, from segments to labels, on one thread.
        slowest: of the rounds.
        fastest: of the rounds.
        megabytes: peak memory of its process.
        seconds_to_first: from a fresh interpreter to the labels of the first segment.
    """

    model: str
    way: Way
    segments_per_second: float
    slowest: float
    fastest: float
    megabytes: float
    seconds_to_first: float


def measure_speed(
    models: Sequence[str],
    documents: Sequence[Document],
    *,
    rounds: int = 5,
    pipeline: bool = True,
    device: str = "cpu",
) -> list[Speed]:
    """Labels the same segments with each model in turn, round by round.

    ``transformers.pipeline`` runs an encoder of the same shape and tokenizer with random weights
    in single precision, batch 32: what it computes takes the same time whatever the weights. Beside
    a cascade it runs the shape of the second, accurate model. It runs on the same device.

    Args:
        models: names or folders.
        documents: to take the segments from.
        rounds: how often; every model runs once in each.
        pipeline: run ``transformers.pipeline`` too, where there is an encoder.
        device: for encoders: ``cpu``, ``cuda``, ``cuda:N`` or ``auto``.

    Raises:
        HedgerowError: a model or the device is missing, there is nothing to label, or transformers
            is not installed.
    """
    device = resolve_device(device)
    segments = [
        one
        for document in documents
        for one in segment(document.text, document.id)
        if one.kind not in CLAIMLESS_KINDS
    ]
    if not segments:
        raise HedgerowError("bench: expected sentences, found none; name other files")
    ways: list[tuple[str, Way]] = []
    for model in models:
        ways.append((model, "hedgerow"))
        if pipeline and _find_encoder(model) is not None:
            ways.append((model, "pipeline"))
    if any(way == "pipeline" for _, way in ways):
        _require_transformers()
    found: dict[tuple[str, Way], list[float]] = {way: [] for way in ways}
    first: dict[tuple[str, Way], float] = {}
    runners = []
    try:
        for way in ways:
            begun = time.perf_counter()
            ours, theirs = _CONTEXT.Pipe()
            process = _CONTEXT.Process(
                target=_serve, args=(theirs, *way, device, segments), daemon=True
            )
            process.start()
            runners.append((process, ours))
            ours.recv()
            first[way] = time.perf_counter() - begun
        for _ in range(rounds):
            for way, (_, connection) in zip(ways, runners, strict=True):
                connection.send("go")
                found[way].append(len(segments) / connection.recv())
        memory = {}
        for way, (_, connection) in zip(ways, runners, strict=True):
            connection.send("end")
            memory[way] = connection.recv()
    except EOFError as error:
        raise HedgerowError(
            "bench: a model's process ended before its time; look at the memory of the machine"
        ) from error
    finally:
        for process, _ in runners:
            process.kill()
            process.join()
    return [
        Speed(*way, median(found[way]), min(found[way]), max(found[way]), memory[way], first[way])
        for way in ways
    ]


def _find_encoder(model: str) -> ModelFolder | None:
    """What ``transformers.pipeline`` would have to run: of a cascade its second, accurate model."""
    if model == "keywords":
        return None
    folder = open_model(model)
    if folder.settings["backend"] == "cascade":
        folder = open_stage(folder, "second")
    return folder if folder.settings["backend"] == "onnx" else None


def _require_transformers() -> None:
    if missing := [name for name in ("torch", "transformers") if find_spec(name) is None]:
        raise HedgerowError(
            f"bench: expected the extra 'train' for transformers.pipeline, found no "
            f"{' and no '.join(missing)}; run pip install 'hedgerow[train]' or add --no-pipeline"
        )


def _serve(
    connection: Connection, model: str, way: Way, device: str, segments: Sequence[Segment]
) -> None:
    if way == "pipeline":
        run = _load_pipeline(model, device)
    else:
        run = load_classifier(model, device=device).predict_proba
    run(segments[:1])
    connection.send("ready")
    run(segments)
    while connection.recv() == "go":
        begun = time.perf_counter()
        run(segments)
        connection.send(time.perf_counter() - begun)
    connection.send(_peak_megabytes())


def _load_pipeline(model: str, device: str) -> Any:
    torch: Any = import_module("torch")
    transformers: Any = import_module("transformers")
    torch.set_num_threads(1)
    folder = _find_encoder(model)
    if folder is None:
        raise TypeError(f"{model} has no encoder")
    config = transformers.AutoConfig.from_pretrained(
        folder.path / CONFIG, local_files_only=True, trust_remote_code=False
    )
    config.dtype = torch.float32
    pad = {"bert": "[PAD]"}.get(config.model_type, "<pad>")
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(folder.path / "tokenizer.json"), pad_token=pad
    )
    classifier = transformers.pipeline(
        "text-classification",
        model=transformers.AutoModelForSequenceClassification.from_config(config).eval(),
        tokenizer=tokenizer,
        device=device,
    )
    options = {"batch_size": _BATCH, "truncation": True, "max_length": 128}

    def run(segments: Sequence[Segment]) -> None:
        inputs = [
            {"text": text, "text_pair": context} if context else {"text": text}
            for text, context in map(model_input, segments)
        ]
        classifier(inputs, **options)

    return run


def _peak_megabytes() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    import sys

    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
