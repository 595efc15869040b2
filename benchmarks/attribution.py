"""Scores ``attributed`` against a JSONL file of labelled segments.

    python benchmarks/attribution.py labelled.jsonl

Rows carry ``document_id``, ``text``, ``attributed`` and, where known, ``kind``, ``heading``,
``lead_in`` and ``previous``; the rows of a document stand in order. Prints precision,
recall and F1 with a 95 % interval from a bootstrap over documents.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hedgerow.attribution import find_attribution, find_attributions
from hedgerow.records import Context, Segment

Row = dict[str, Any]


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSONL file.

    Raises:
        ValueError: the file is missing, empty, or a line isn't a labelled row.
    """
    if not path.is_file():
        raise ValueError(f"{path}: expected a JSONL file of labelled rows, found none")
    rows: list[Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            rows.append({key: row[key] for key in ("document_id", "text", "attributed")} | row)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{path}, line {number}: expected an object with document_id, text and "
                f"attributed, found {error!r}"
            ) from error
    if not rows:
        raise ValueError(f"{path}: expected labelled rows, found an empty file")
    return rows


def to_segment(row: Row) -> Segment:
    """The segment of a row; offsets count from the start of its own text."""
    context = Context(row.get("heading", ""), row.get("lead_in", ""), row.get("previous", ""))
    text = row["text"]
    return Segment(row["document_id"], 0, len(text), row.get("kind", "sentence"), text, context)


def count_hits(rows: Sequence[Row], attribute: Callable[[list[Segment]], list[bool]]) -> np.ndarray:
    """Integer array (documents, 3): true positives, false positives, false negatives."""
    documents: dict[str, list[Row]] = {}
    for row in rows:
        documents.setdefault(row["document_id"], []).append(row)
    counts: list[list[int]] = []
    for document in documents.values():
        gold = [bool(row["attributed"]) for row in document]
        found = attribute([to_segment(row) for row in document])
        pairs = list(zip(gold, found, strict=True))
        counts.append(
            [pairs.count((True, True)), pairs.count((False, True)), pairs.count((True, False))]
        )
    return np.array(counts)


def scores(counts: np.ndarray) -> np.ndarray:
    """Precision, recall and F1 from counts whose last axis is (tp, fp, fn)."""
    tp, fp, fn = np.moveaxis(counts.astype(float), -1, 0)
    return np.stack(
        [
            tp / np.maximum(tp + fp, 1),
            tp / np.maximum(tp + fn, 1),
            2 * tp / np.maximum(2 * tp + fp + fn, 1),
        ],
        axis=-1,
    )


def bootstrap(counts: np.ndarray, samples: int, seed: int) -> np.ndarray:
    """Array (2, 3): the 2.5 and 97.5 percentiles of the scores over resampled documents."""
    drawn = np.random.default_rng(seed).integers(len(counts), size=(samples, len(counts)))
    interval: np.ndarray = np.percentile(scores(counts[drawn].sum(axis=1)), [2.5, 97.5], axis=0)
    return interval


def main() -> int:
    """Runs the benchmark; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("rows", type=Path, help="JSONL file of labelled segments")
    parser.add_argument("--samples", type=int, default=2000, help="bootstrap samples")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    try:
        rows = read_rows(arguments.rows)
    except ValueError as error:
        print(f"attribution: {error}", file=sys.stderr)
        return 1
    ways: dict[str, Callable[[list[Segment]], list[bool]]] = {
        "segment by segment": lambda segments: [
            find_attribution(one).attributed for one in segments
        ],
        "whole documents": lambda segments: [one.attributed for one in find_attributions(segments)],
    }
    for name, attribute in ways.items():
        counts = count_hits(rows, attribute)
        point = scores(counts.sum(axis=0))
        low, high = bootstrap(counts, arguments.samples, arguments.seed)
        print(f"{name}: {len(rows)} segments of {len(counts)} documents")
        for index, score in enumerate(("precision", "recall", "F1")):
            print(f"  {score:<9} {point[index]:.3f}  [{low[index]:.3f}, {high[index]:.3f}]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
