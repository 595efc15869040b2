"""Scores who is speaking against labelled segments.

    python benchmarks/attribution.py labelled.jsonl --model base
    python benchmarks/attribution.py data/gold --model base

A JSONL file has rows with ``document_id``, ``text``, ``label``, ``attributed`` and, where known,
``kind``, ``heading``, ``lead_in``, ``previous`` and ``source``; the rows of a document stand in
order. Scored are the rules segment by segment, the rules with whole documents in view, and with
``--model`` these joined with its second output, as ``hedgerow label`` joins them. Prints precision,
recall and F1 with 95 % intervals by document: of ``attributed``, and of the spans that name the
source, by overlap and exact, where the rows have any (method in ``hedgerow.source_overlap``).
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from hedgerow import load_classifier
from hedgerow.attribution import Attribution, find_attribution, find_attributions
from hedgerow.errors import HedgerowError
from hedgerow.evaluation import Report, evaluate
from hedgerow.gold import read_gold
from hedgerow.records import LabeledSegment
from hedgerow.report_view import list_speaker_scores, make_table, show_interval

Way = Callable[[Sequence[LabeledSegment]], list[Attribution]]


def by_segment(rows: Sequence[LabeledSegment]) -> list[Attribution]:
    """The rules without the rest of the document."""
    return [find_attribution(one.segment) for one in rows]


def by_document(rows: Sequence[LabeledSegment]) -> list[Attribution]:
    """The rules on a whole document."""
    return find_attributions([one.segment for one in rows])


def with_model(name: str) -> Way:
    """The rules on a whole document, joined with a model's second output.

    Raises:
        HedgerowError: there is no such model, or it has no second output.
    """
    classifier = load_classifier(name)

    def attribute(rows: Sequence[LabeledSegment]) -> list[Attribution]:
        segments = [one.segment for one in rows]
        scores = classifier.score(segments)
        if scores.attributed is None:
            raise HedgerowError(
                f"--model {name}: expected a model with a second output, found one without; "
                "leave --model away to score the rules"
            )
        return find_attributions(segments, scores.attributed)

    return attribute


def score(gold: Sequence[LabeledSegment], way: Way) -> Report:
    """Scores one way to find attributions; labels are taken from the gold."""
    documents: dict[str, list[LabeledSegment]] = defaultdict(list)
    for one in gold:
        documents[one.document_id].append(one)
    found = [
        replace(one, attributed=attribution.attributed, source=attribution.source)
        for rows in documents.values()
        for one, attribution in zip(rows, way(rows), strict=True)
    ]
    return evaluate(found, gold)


def main() -> int:
    """Runs the benchmark; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("gold", type=Path, help="a gold folder or a JSONL file of labelled rows")
    parser.add_argument("--model", help="a bundled name or a folder")
    arguments = parser.parse_args()
    console = Console(highlight=False, width=120)
    try:
        gold = read_gold(arguments.gold).segments
        ways: dict[str, Way] = {"rules, by segment": by_segment, "rules": by_document}
        if arguments.model:
            ways[f"rules and {arguments.model}"] = with_model(arguments.model)
        reports = {name: score(gold, way) for name, way in ways.items()}
    except HedgerowError as error:
        print(f"attribution: {error}", file=sys.stderr)
        return 1
    documents = len({one.document_id for one in gold})
    table = make_table(
        f"{arguments.gold.name}: {len(gold)} segments of {documents} documents",
        "found by", "what", "precision", "recall", "F1",
    )  # fmt: skip
    for name, report in reports.items():
        for what, one, _ in list_speaker_scores(report):
            table.add_row(name, what, *map(show_interval, (one.precision, one.recall, one.f1)))
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
