"""Labels of one model on several devices, run by hand.

    python benchmarks/device.py --models base small --on cpu cuda
    python benchmarks/device.py --on cpu cpu:one torch:float32 torch:bfloat16

Labels the claims of a gold folder on each device and counts the labels that differ from the first
one's. ``cpu`` is the eight-bit model as everyone runs it; ``cpu:one`` is the same with a batch for
each claim, and says how many labels change by the company of a claim alone. ``torch:float32`` and
``torch:bfloat16`` are what a GPU computes, on the CPU. Each runs in a process of its own, on one
thread.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from hedgerow.classification import CLAIMLESS_KINDS, model_input
from hedgerow.encoders import Encoder, OnnxNetwork, open_encoder
from hedgerow.gold import read_gold
from hedgerow.model_folder import ModelFolder, open_model
from hedgerow.probabilities import Scores

Pairs = list[tuple[str, str]]


class Run(NamedTuple):
    """What one device gave.

    Attributes:
        per_second: claims, tokenizing included, loading not; the median of three passes.
        megabytes: peak memory of the process.
        gpu_megabytes: peak of what torch took on the GPU; None on the CPU.
    """

    scores: Scores
    per_second: float
    megabytes: float
    gpu_megabytes: float | None


def run(model: str, device: str, pairs: Pairs, passes: int) -> Run:
    """Predicts the pairs on one device."""
    encoder = open_on(open_model(model), device)
    scores = encoder.predict(pairs[:64])
    seconds = []
    for _ in range(passes):
        begun = time.perf_counter()
        scores = encoder.predict(pairs)
        seconds.append(time.perf_counter() - begun)
    gpu = None
    if device.startswith("cuda"):
        import torch

        gpu = torch.cuda.max_memory_allocated(device) / (1 << 20)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10)
    return Run(scores, len(pairs) / float(np.median(seconds)), peak, gpu)


def open_on(folder: ModelFolder, device: str) -> Encoder:
    """The encoder for ``cpu``, ``cpu:one``, ``torch:DTYPE`` or a GPU."""
    kind, _, detail = device.partition(":")
    if kind == "torch":
        import torch

        from hedgerow.torch_network import TorchNetwork

        torch.set_num_threads(1)
        return Encoder(folder, TorchNetwork(folder, "cpu", getattr(torch, detail)))
    if device == "cpu:one":
        return Encoder(folder, OnnxNetwork(folder, batch_size=1, threads=1))
    return open_encoder(folder, batch_size=16, threads=1, device=device)


def differing(first: Any, second: Any) -> str:
    """Rows of 1,000 that differ."""
    return f"{1000 * np.mean(first != second):.1f}"


def main() -> None:
    """Reads the command line and prints a table for each model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, default=Path("data/gold"))
    parser.add_argument("--models", nargs="*", default=["base", "small"], help="names or folders")
    parser.add_argument("--on", nargs="*", default=["cpu", "cuda"], help="the first is compared to")
    parser.add_argument("--claims", type=int, help="of the gold, only so many")
    parser.add_argument("--passes", type=int, default=3)
    arguments = parser.parse_args()
    segments = read_gold(arguments.gold).segments
    inputs = [model_input(one.segment) for one in segments if one.kind not in CLAIMLESS_KINDS]
    pairs = list(dict.fromkeys(inputs))[: arguments.claims]
    console = Console(highlight=False, width=110)
    for model in arguments.models:
        table = Table(title=f"{model}: {len(pairs)} claims", title_justify="left")
        for column in (
            "device", "labels of 1,000", "attributed of 1,000", "largest Δp", "mean Δp",
            "claims/s", "MB", "GPU MB",
        ):  # fmt: skip
            table.add_column(column, justify="left" if column == "device" else "right")
        first: Scores | None = None
        for device in arguments.on:
            # A fresh interpreter, so that one doesn't pay for the memory of another.
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                found = pool.apply(run, (model, device, pairs, arguments.passes))
            scores = found.scores
            first = first or scores
            change = np.abs(scores.classes - first.classes)
            attributed = "–"
            if scores.attributed is not None and first.attributed is not None:
                attributed = differing(first.attributed > 0.5, scores.attributed > 0.5)
            table.add_row(
                device,
                differing(first.classes.argmax(1), scores.classes.argmax(1)),
                attributed,
                f"{change.max():.3f}",
                f"{change.mean():.4f}",
                f"{found.per_second:,.0f}",
                f"{found.megabytes:,.0f}",
                "" if found.gpu_megabytes is None else f"{found.gpu_megabytes:,.0f}",
            )
        console.print(table)


if __name__ == "__main__":
    main()
