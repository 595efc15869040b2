"""``hedgerow bench``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hedgerow.cli.options import DeviceOption


def bench(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[IN...]", help="Articles to label; else the bundled examples."),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help="Name or folder; may be repeated. By default all."),
    ] = None,
    device: DeviceOption = "cpu",
    rounds: Annotated[int, typer.Option(min=1, help="Rounds in which the models take turns.")] = 5,
    pipeline: Annotated[
        bool, typer.Option(help="Run transformers.pipeline beside each encoder (extra train).")
    ] = True,
) -> None:
    """Measure speed and memory of the models on this machine, on one core or one GPU."""
    from rich.console import Console

    from hedgerow.bench import measure_speed
    from hedgerow.model_folder import bundled_models, find_examples
    from hedgerow.reading import read_documents
    from hedgerow.report_view import make_table

    paths: list[str] | list[Path] = inputs or [find_examples()]
    documents = list(read_documents(paths))
    speeds = measure_speed(
        model or [*bundled_models(), "keywords"],
        documents,
        rounds=rounds,
        pipeline=pipeline,
        device=device,
    )
    where = "one thread" if device == "cpu" else f"one thread with encoders on {device}"
    table = make_table(
        f"Segments a second on {where}, median of {rounds} rounds in turn",
        "model",
        "run by",
        "segments/s",
        "range",
        "× pipeline",
        "peak MB",
        "to first label, s",
    )
    slow = {one.model: one.segments_per_second for one in speeds if one.way == "pipeline"}
    for one in speeds:
        ratio = one.segments_per_second / slow[one.model] if one.model in slow else None
        table.add_row(
            one.model,
            one.way,
            f"{one.segments_per_second:,.0f}",
            f"{one.slowest:,.0f}–{one.fastest:,.0f}",
            "" if ratio is None else f"{ratio:.1f}",
            f"{one.megabytes:,.0f}",
            f"{one.seconds_to_first:.2f}",
        )
    Console(highlight=False, markup=False).print(table)
