"""The run: cut what is not done into shards, hand them to an engine, save what comes back."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hedgerow import __version__
from hedgerow.batch.engines import Engine
from hedgerow.batch.raw import Position, RecordReader
from hedgerow.batch.shards import Shard, cut_shards
from hedgerow.batch.sources import Source, require_pyarrow
from hedgerow.batch.store import BatchStore, Totals
from hedgerow.batch.work import BatchSettings, WorkSettings
from hedgerow.classification import load_classifier
from hedgerow.errors import HedgerowError
from hedgerow.labeling import risk_threshold
from hedgerow.limits import BYTES_PER_CHAR

OpenEngine = Callable[[WorkSettings], AbstractContextManager[Engine]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        totals: over all shards that are done, in this run and before.
        rows_now: segments labelled in this run.
        seconds: since this run began.
        share: of the input's bytes that lie behind, from 0 to 1.
        share_before: at the begin of this run.
    """

    totals: Totals
    rows_now: int
    seconds: float
    share: float
    share_before: float


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """What a run left.

    Attributes:
        complete: False when it was stopped before the end.
        reused: shards that were done before this run.
    """

    complete: bool
    totals: Totals
    shards: int
    reused: int
    seconds: float


def run_batch(
    sources: Sequence[Source],
    out: Path,
    settings: BatchSettings,
    open_engine: OpenEngine,
    *,
    force: bool = False,
    report: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> BatchSummary:
    """Labels an archive into a folder of shards; goes on where an earlier run stopped.

    Args:
        sources: of ``find_sources``.
        out: the folder.
        settings: of the run; a folder that was begun with others is refused.
        open_engine: gives the engine for the work settings.
        force: throw away what an earlier run left in the folder.
        report: called about twice a second and after each shard.
        stop: asked as often; once it says True, the shards in hand are finished and no new ones
            begun.

    Raises:
        HedgerowError: the model is missing, the folder can't be written or holds another run.
    """
    began = time.monotonic()
    if settings.format == "parquet":
        require_pyarrow("--format parquet", instead="write --format jsonl")
    if clash := sorted(set(settings.keep) & _OWN_COLUMNS):
        raise HedgerowError(
            f"--keep: expected names that Hedgerow doesn't use itself, found {', '.join(clash)}; "
            "without --keep it stays in the column extra"
        )
    run = describe_run(sources, settings)
    work = work_settings(settings, run)
    reader = RecordReader(
        sources,
        settings.encoding,
        max_bytes=BYTES_PER_CHAR * settings.max_chars,
        max_expansion=settings.max_expansion,
    )
    with BatchStore.open(out, run, settings.format, force=force) as store:
        reused = len(store.done)
        first, start = store.resume_point()
        progress = _Progress(sources, store, start, began)
        todo = (
            shard
            for shard in cut_shards(
                reader, first=first, start=start, max_records=settings.shard_records
            )
            if shard.number not in store.done
        )
        in_hand: dict[int, Shard] = {}
        complete = False
        with open_engine(work) as engine:
            while True:
                while not stop() and len(in_hand) < engine.slots:
                    shard = next(todo, None)
                    if shard is None:
                        complete = True
                        break
                    in_hand[shard.number] = shard
                    engine.submit(shard)
                if not in_hand:
                    break
                for result in engine.collect():
                    shard = in_hand.pop(result.number)
                    progress.add(store.save(result, len(shard.records), shard.end))
                report(progress.now())
        totals = store.totals()
        summary = BatchSummary(complete, totals, len(store.done), reused, time.monotonic() - began)
        if complete:
            store.finish(summary_fields(summary, run))
        return summary


class _Progress:
    def __init__(
        self, sources: Sequence[Source], store: BatchStore, start: Position, began: float
    ) -> None:
        sizes = [source.size for source in sources]
        self._before = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
        self._sources = sources
        self._began = began
        self._totals = store.totals()
        self._rows_now = 0
        self._share = self._share_before = self._share_of(start)

    def _share_of(self, position: Position) -> float:
        total = self._before[-1] or 1
        if position.source >= len(self._sources):
            return 1.0
        source = self._sources[position.source]
        inside = min(position.offset, source.size) if source.compression is None else 0
        return (self._before[position.source] + inside) / total

    def add(self, entry: Any) -> None:
        self._totals.add(entry)
        self._rows_now += entry.rows
        self._share = max(self._share, self._share_of(entry.end))

    def now(self) -> Progress:
        return Progress(
            self._totals,
            self._rows_now,
            time.monotonic() - self._began,
            self._share,
            self._share_before,
        )


_OWN_COLUMNS = frozenset(
    "document_id index start end kind text heading lead_in previous label scores abstained "
    "attributed source cues model extra source_file source_row hedgerow_version config_hash".split()
)


def describe_run(sources: Sequence[Source], settings: BatchSettings) -> dict[str, Any]:
    """What decides the rows of a run, for ``run.json``.

    Raises:
        HedgerowError: the model is missing or damaged.
    """
    classifier = load_classifier(settings.model)
    if settings.max_risk is not None:
        risk_threshold(classifier, settings.max_risk)
    fields: dict[str, Any] = asdict(settings)
    # A model is the same wherever it lies.
    fields["model"] = classifier.identifier
    # Which GPU it was changes nothing; that it was one changes the scores a little.
    fields["device"] = settings.device.partition(":")[0]
    fields["hedgerow_version"] = __version__
    digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    return {
        **fields,
        "config_hash": digest[:12],
        "inputs": [
            {"name": one.name, "bytes": one.size, "fingerprint": one.fingerprint} for one in sources
        ],
    }


def work_settings(settings: BatchSettings, run: Mapping[str, Any]) -> WorkSettings:
    """The settings with the lineage of the rows."""
    lineage = {name: str(run[name]) for name in ("hedgerow_version", "config_hash")}
    return WorkSettings(**asdict(settings), lineage=lineage)


def summary_fields(summary: BatchSummary, run: Mapping[str, Any]) -> dict[str, Any]:
    """The summary as it is written beside the results."""
    return {
        "records": summary.totals.records,
        "documents": summary.totals.documents,
        "rejected": summary.totals.rejected,
        "rows": summary.totals.rows,
        "labels": dict(sorted(summary.totals.labels.items())),
        "shards": summary.shards,
        "model": run["model"],
        "config_hash": run["config_hash"],
    }


def read_limit(text: str) -> Callable[[Totals], bool]:
    """Whether too many records were rejected, by a count (``100``) or a share (``1%``).

    Raises:
        HedgerowError: the text is neither.
    """
    try:
        if text.endswith("%"):
            share = float(text[:-1]) / 100
            if not 0 <= share <= 1:
                raise ValueError
            return lambda totals: totals.rejected > share * max(totals.records, 1)
        count = int(text)
        if count < 0:
            raise ValueError
    except ValueError as error:
        raise HedgerowError(
            f"--max-rejected: expected a number or a share such as 1%, found {text!r}"
        ) from error
    return lambda totals: totals.rejected > count
