"""``hedgerow batch``."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hedgerow.cli.options import (
    DeviceOption,
    EncodingOption,
    MaxCharsOption,
    MaxRiskOption,
    ModelOption,
    refuse_empty,
)
from hedgerow.errors import HedgerowError
from hedgerow.limits import MAX_CHARS, MAX_EXPANSION, TIMEOUT_SECONDS

if TYPE_CHECKING:
    from hedgerow.batch.runner import BatchSummary


class BatchInputFormat(StrEnum):
    """The input formats of a batch run, as the command line spells them."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    PARQUET = "parquet"


class ShardFormat(StrEnum):
    """The formats of shard files."""

    PARQUET = "parquet"
    JSONL = "jsonl"


class EngineName(StrEnum):
    """Where the work is done."""

    LOCAL = "local"
    RAY = "ray"


def batch(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="IN...",
            help="Files, folders, globs or URLs; text, Markdown, HTML, JSONL, CSV or Parquet, "
            "plain, .gz or .zst.",
            callback=refuse_empty,
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the shards.")],
    model: ModelOption = "base",
    device: DeviceOption = "cpu",
    shard_format: Annotated[
        ShardFormat, typer.Option("--format", "-f", help="Of the shard files.")
    ] = ShardFormat.PARQUET,
    input_format: Annotated[
        BatchInputFormat | None,
        typer.Option("--input-format", help="What the input is; by default suffixes tell."),
    ] = None,
    encoding: EncodingOption = "utf-8",
    id_field: Annotated[str, typer.Option(help="Field or column of the document id.")] = "id",
    text_field: Annotated[str, typer.Option(help="Field or column of the article.")] = "text",
    keep: Annotated[
        list[str] | None,
        typer.Option(help="Input field that becomes a column; the others go into 'extra'."),
    ] = None,
    engine: Annotated[EngineName, typer.Option(help="Where the work is done.")] = EngineName.LOCAL,
    processes: Annotated[
        int | None,
        typer.Option(min=1, help="Processes or Ray actors; by default one a core or a GPU."),
    ] = None,
    ray_address: Annotated[
        str | None, typer.Option(help="A running Ray cluster; else one is started here.")
    ] = None,
    cpus_per_process: Annotated[
        float, typer.Option(min=0, help="Share of a processor that Ray reserves for an actor.")
    ] = 1.0,
    gpus_per_process: Annotated[
        float, typer.Option(min=0, help="Share of a GPU that Ray reserves for an actor.")
    ] = 0.0,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds an article may take before it is rejected.")
    ] = TIMEOUT_SECONDS,
    max_chars: MaxCharsOption = MAX_CHARS,
    max_expansion: Annotated[
        int,
        typer.Option(min=1, help="Times its packed size that a .gz or .zst file may unpack to."),
    ] = MAX_EXPANSION,
    max_rejected: Annotated[
        str, typer.Option(help="Fail if more records are rejected: a number, or a share.")
    ] = "5%",
    shard_records: Annotated[int, typer.Option(min=1, help="Articles a shard, at most.")] = 1000,
    max_risk: MaxRiskOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Throw away what an earlier run left in the folder.")
    ] = False,
) -> None:
    """Label an archive into a folder of shards, exactly once, and go on after a stop.

    Run the same command again to resume. Bad records go to rejected.jsonl. The first Ctrl-C
    finishes the shards in hand, the second stops at once.
    """
    from hedgerow.batch.engines import local_engine, ray_engine
    from hedgerow.batch.progress import show_progress
    from hedgerow.batch.runner import read_limit, run_batch
    from hedgerow.batch.sources import find_sources
    from hedgerow.batch.work import BatchSettings

    too_many = read_limit(max_rejected)
    device = _settle_device(device, engine, gpus_per_process)
    sources, passed_over = find_sources(
        inputs, None if input_format is None else input_format.value
    )
    if passed_over:
        typer.echo(f"hedgerow: {passed_over} files of other kinds passed over", err=True)
    settings = BatchSettings(
        model=model,
        format=shard_format.value,
        encoding=encoding,
        id_field=id_field,
        text_field=text_field,
        keep=tuple(keep or ()),
        max_chars=max_chars,
        max_expansion=max_expansion,
        shard_records=shard_records,
        max_risk=max_risk,
        device=device,
    )
    workers = processes or _default_workers(device)

    def open_engine(work: Any) -> Any:
        if engine is EngineName.LOCAL:
            return local_engine(work, processes=workers, timeout=timeout)
        return ray_engine(
            work,
            workers=workers,
            timeout=timeout,
            address=ray_address,
            cpus=cpus_per_process,
            gpus=gpus_per_process,
        )

    with _stop_on_signal() as stop, show_progress() as report:
        summary = run_batch(
            sources, out, settings, open_engine, force=force, report=report, stop=stop
        )
    typer.echo(_describe(summary, out))
    if not summary.complete:
        typer.echo("hedgerow: stopped; run the same command again to go on", err=True)
        raise typer.Exit(130)
    if too_many(summary.totals):
        typer.echo(
            f"hedgerow: expected at most {max_rejected} rejected, found {summary.totals.rejected} "
            f"of {summary.totals.records}; see {out / 'rejected.jsonl'}",
            err=True,
        )
        raise typer.Exit(1)


def _settle_device(device: str, engine: EngineName, gpus_per_process: float) -> str:
    from hedgerow.devices import check_device_name, resolve_device

    if engine is EngineName.LOCAL:
        return resolve_device(device)
    # The driver of a cluster needs no GPU itself.
    check_device_name(device)
    if device == "auto":
        device = resolve_device(device)
    if device != "cpu" and (device != "cuda" or not gpus_per_process):
        raise HedgerowError(
            f"--engine ray: expected --device cuda with --gpus-per-process, found {device} with "
            f"{gpus_per_process:g}; say how much of a GPU an actor gets, Ray chooses which"
        )
    return device


def _default_workers(device: str) -> int:
    from hedgerow.devices import spread_devices

    return count_cores() if device == "cpu" else len(spread_devices(device))


def count_cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _stop_on_signal() -> Iterator[Any]:
    wanted = False

    def ask(number: int, _: Any) -> None:
        nonlocal wanted
        if wanted:
            raise KeyboardInterrupt
        wanted = True
        typer.echo("hedgerow: finishing the shards in hand; once more to stop at once", err=True)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: wanted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _describe(summary: BatchSummary, out: Path) -> str:
    totals = summary.totals
    labels = ", ".join(f"{count:,} {name}" for name, count in sorted(totals.labels.items()))
    reused = f", {summary.reused} of them done before" if summary.reused else ""
    return (
        f"{out}: {totals.documents:,} articles, {totals.rows:,} segments ({labels or 'none'}), "
        f"{totals.rejected:,} rejected; {summary.shards} shards{reused}; {summary.seconds:.1f} s"
    )
