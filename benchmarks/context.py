"""What the context of a segment does to its label, and what reading it costs, run by hand.

    python benchmarks/context.py --gold data/gold [--models base small]

Every gold segment is labelled three times: with its context, without any, and with the lead-in and
headings of another article's item. For each kind it prints macro-F1 and how many labels change:
items and rows should lose without their context, sentences should not change at all. Then the speed
with and without context, the two taking turns, on one thread.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np
from rich.console import Console
from rich.table import Table

from hedgerow import load_classifier
from hedgerow.classification import CLAIMLESS_KINDS, Classifier
from hedgerow.evaluation import macro_f1
from hedgerow.gold import read_gold
from hedgerow.records import CLASSES, Context, LabeledSegment, Segment

KINDS = ("sentence", "list_item", "table_row")


def swap_contexts(segments: Sequence[Segment]) -> list[Segment]:
    """Each segment with the context of the next one of its kind in another article."""
    swapped: list[Segment] = []
    for row, one in enumerate(segments):
        others = [*segments[row:], *segments[:row]]
        other = next(
            (two for two in others if two.document_id != one.document_id and two.kind == one.kind),
            one,
        )
        swapped.append(one._replace(context=other.context))
    return swapped


def score(gold: Sequence[LabeledSegment], columns: np.ndarray, kind: str) -> float:
    """Macro-F1 over the three labels of one kind's segments."""
    confusion = np.zeros((len(CLASSES), len(CLASSES)))
    for one, column in zip(gold, columns, strict=True):
        if one.kind == kind:
            confusion[CLASSES.index(one.class_name), column] += 1
    return float(macro_f1(confusion))


def compare_contexts(console: Console, name: str, gold: Sequence[LabeledSegment]) -> None:
    """Prints what one model makes of true, missing and foreign context."""
    classifier = load_classifier(name)
    segments = [one.segment for one in gold]
    bare = [one._replace(context=Context("", "", "")) for one in segments]
    given = [
        classifier.predict_proba(part).argmax(axis=1)
        for part in (segments, bare, swap_contexts(segments))
    ]
    table = Table(
        "kind", "segments", "with", "without", "changed", "foreign", "changed", title=name
    )
    for kind in KINDS:
        inside = np.array([one.kind == kind for one in gold])
        row = [f"{score(gold, given[0], kind):.3f}"]
        for other in given[1:]:
            changed = float((given[0] != other)[inside].mean())
            row += [f"{score(gold, other, kind):.3f}", f"{changed:.1%}"]
        table.add_row(kind, str(inside.sum()), *row)
    console.print(table)
    console.print(f"time without context / with: {time_ratio(classifier, segments, bare):.2f}\n")


def time_ratio(
    classifier: Classifier, segments: Sequence[Segment], bare: Sequence[Segment]
) -> float:
    """Median time of labelling without context, as a share of that with it."""
    ratios = []
    for _ in range(5):
        seconds = []
        for part in (segments, bare):
            begun = time.perf_counter()
            classifier.predict_proba(part[:1500])
            seconds.append(time.perf_counter() - begun)
        ratios.append(seconds[1] / seconds[0])
    return median(ratios)


def main() -> None:
    """Reads the command line and prints a table for each model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, default=Path("data/gold"))
    parser.add_argument("--models", nargs="*", default=["base", "small"], help="names or folders")
    arguments = parser.parse_args()
    gold = [one for one in read_gold(arguments.gold).segments if one.kind not in CLAIMLESS_KINDS]
    for name in arguments.models:
        compare_contexts(Console(highlight=False), name, gold)


if __name__ == "__main__":
    main()
