"""Accuracy on a labelled file and speed on an article, run by hand.

    python benchmarks/labelling.py --gold FILE.jsonl --article FILE.txt

Accuracy: macro-F1 of the shipped models and the keyword rules on the same rows; rows whose label
is null because their annotators disagreed are left out. Speed: segments a second from text to
labels after a warm start, on one thread, each model in turn, medians of the rounds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from hedgerow import ClaimLabeler, Document, load_classifier
from hedgerow.gold import check_classifier, read_gold
from hedgerow.records import LABELS

MODELS = ("base", "small", "linear", "keywords")
EXAMPLES = Path(__file__).parents[1] / "data" / "examples"


def score(console: Console, path: Path, models: list[str]) -> None:
    """Prints the scores of each model on the rows of a JSONL file that have a label."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    # Where "none" is spelled out, null means that the annotators disagreed.
    spelled = any(row["label"] == "none" for row in rows)
    labelled = [row for row in rows if not spelled or row["label"] is not None]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / path.name
        file.write_text("".join(json.dumps(row) + "\n" for row in labelled), encoding="utf-8")
        gold = read_gold(file)
    table = Table(title=f"{path.name}: {len(labelled)} of {len(rows)} rows", title_justify="left")
    for column in ("model", "macro-F1 [95 %, by document]", *LABELS, "none", "accuracy"):
        table.add_column(column)
    for name in models:
        report = check_classifier(load_classifier(name), gold).on_gold_segments
        whole = report.macro_f1
        table.add_row(
            report.model,
            f"{whole.value:.3f} [{whole.low:.3f}, {whole.high:.3f}]",
            *(f"{report.labels[label].f1.value:.3f}" for label in (*LABELS, "none")),
            f"{report.accuracy.value:.3f}",
        )
    console.print(table)
    mix = {name: label.support for name, label in report.labels.items()}
    console.print(f"class mix: {mix}; documents: {report.documents}\n")


def time_labelling(console: Console, paths: list[Path], models: list[str], rounds: int) -> None:
    """Prints segments a second of each model, the models taking turns within every round."""
    documents = [Document(path.name, path.read_text(encoding="utf-8")) for path in paths]
    labelers = {name: ClaimLabeler(name) for name in models}
    speeds: dict[str, list[float]] = {name: [] for name in models}
    for labeler in labelers.values():
        list(labeler.label(documents))
    for _ in range(rounds):
        for name, labeler in labelers.items():
            start = time.perf_counter()
            segments = sum(map(len, labeler.label(documents)))
            speeds[name].append(segments / (time.perf_counter() - start))
    for name, found in speeds.items():
        console.print(
            f"{name}: {median(found):.0f} segments/s (median of {rounds}, "
            f"{min(found):.0f} to {max(found):.0f}; {segments} segments, one thread)"
        )


def main() -> None:
    """Reads the command line and prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, help="JSONL rows with text, label and document_id")
    parser.add_argument("--article", type=Path, nargs="*", default=sorted(EXAMPLES.iterdir()))
    parser.add_argument("--models", nargs="*", default=list(MODELS), help="names or folders")
    parser.add_argument("--rounds", type=int, default=11)
    arguments = parser.parse_args()
    console = Console(highlight=False, width=110)
    if arguments.gold is None or not arguments.gold.is_file():
        console.print(f"accuracy skipped: no labelled file at {arguments.gold or '--gold'}")
    else:
        score(console, arguments.gold, arguments.models)
    time_labelling(console, arguments.article, arguments.models, arguments.rounds)


if __name__ == "__main__":
    main()
