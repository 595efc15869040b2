"""Throughput, memory and scaling of batch runs.

    python benchmarks/batch.py --articles 100000 --model base

Makes an archive of short articles from the texts of data/gold and data/train, shuffled so that
hardly any sentence comes twice in a batch of the model, labels it with one process and with several
in turn, and prints a table; then the share of each stage, measured on a sample.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import tempfile
import time
from pathlib import Path

from hedgerow.batch.encoding import encode_parquet
from hedgerow.batch.engines import local_engine
from hedgerow.batch.raw import RecordReader
from hedgerow.batch.runner import BatchSummary, describe_run, run_batch, work_settings
from hedgerow.batch.sources import find_sources
from hedgerow.batch.work import BatchSettings
from hedgerow.classification import load_classifier
from hedgerow.labeling import build_records
from hedgerow.rows import to_row
from hedgerow.segmentation import segment

ROOT = Path(__file__).resolve().parents[1]


def read_passages() -> list[str]:
    """Texts of our own: gold articles cut into pieces of four paragraphs, and training passages."""
    passages: list[str] = []
    for line in (ROOT / "data/gold/articles.jsonl").read_text(encoding="utf-8").splitlines():
        paragraphs = json.loads(line)["text"].split("\n\n")
        passages += ["\n\n".join(paragraphs[i : i + 4]) for i in range(0, len(paragraphs), 4)]
    by_document: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data/train").glob("segments-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            by_document.setdefault(row["document_id"], []).append(row["text"])
    return passages + ["\n\n".join(texts) for texts in by_document.values()]


def write_archive(path: Path, articles: int) -> None:
    """A JSONL file of that many articles."""
    passages, shuffled = read_passages(), list[str]()
    generator = random.Random(0)
    with path.open("w", encoding="utf-8") as stream:
        for number in range(articles):
            if not shuffled:
                shuffled = generator.sample(passages, len(passages))
            text = f"Bulletin {number}.\n\n{shuffled.pop()}"
            stream.write(json.dumps({"id": str(number), "text": text}) + "\n")


def run(archive: Path, out: Path, model: str, processes: int) -> BatchSummary:
    """One batch run."""
    sources, _ = find_sources([str(archive)])
    return run_batch(
        sources,
        out,
        BatchSettings(model=model),
        lambda work: local_engine(work, processes=processes, timeout=60),
    )


def peak_megabytes() -> tuple[float, float]:
    """Peak memory of this process and of the largest ended worker."""
    own, workers = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own, workers


def measure_stages(archive: Path, model: str, articles: int = 400) -> dict[str, float]:
    """Seconds of each stage for some articles, on one thread; medians of three."""
    settings = BatchSettings(model=model)
    sources, _ = find_sources([str(archive)])
    work = work_settings(settings, describe_run(sources, settings))
    classifier = load_classifier(model)
    classifier.score(segment("A warm start."))
    found: dict[str, list[float]] = {
        "read": [],
        "split": [],
        "model": [],
        "evidence": [],
        "write": [],
    }
    for _ in range(3):
        marks = [time.perf_counter()]
        records = [
            one for (one, _), _ in zip(RecordReader(sources).read(), range(articles), strict=False)
        ]
        texts = [json.loads(one.content)["text"] for one in records]  # type: ignore[union-attr, arg-type]
        marks.append(time.perf_counter())
        split = [segment(text, str(number)) for number, text in enumerate(texts)]
        marks.append(time.perf_counter())
        scores = classifier.score([one for segments in split for one in segments])
        marks.append(time.perf_counter())
        labeled, end = [], 0
        for segments in split:
            start, end = end, end + len(segments)
            labeled += build_records(segments, scores.take(slice(start, end)), "model")
        marks.append(time.perf_counter())
        lineage = {"extra": None, "source_file": "a", "source_row": 1, **work.lineage}
        rows = [to_row(one) | lineage for one in labeled]
        encode_parquet(rows, keep=work.keep, lineage=tuple(work.lineage))
        marks.append(time.perf_counter())
        for name, begin, finish in zip(found, marks, marks[1:], strict=False):
            found[name].append(finish - begin)
    return {name: statistics.median(values) for name, values in found.items()}


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--model", default="base")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.jsonl"
        write_archive(archive, arguments.articles)
        size = archive.stat().st_size / 1e6
        print(f"{arguments.articles} articles, {size:.1f} MB, model {arguments.model}\n")
        print("| processes | seconds | articles/s | segments/s | rows | MB main | MB worker |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for number in range(arguments.rounds):
            for processes in arguments.processes:
                out = Path(folder) / f"out-{number}-{processes}"
                summary = run(archive, out, arguments.model, processes)
                own, worker = peak_megabytes()
                print(
                    f"| {processes} | {summary.seconds:.1f} | "
                    f"{summary.totals.documents / summary.seconds:.0f} | "
                    f"{summary.totals.rows / summary.seconds:.0f} | {summary.totals.rows} | "
                    f"{own:.0f} | {worker:.0f} |",
                    flush=True,
                )
        stages = measure_stages(archive, arguments.model)
        total = sum(stages.values())
        shares = ", ".join(f"{name} {value / total:.1%}" for name, value in stages.items())
        print(f"\nshare of the time on one core: {shares}")


if __name__ == "__main__":
    main()
