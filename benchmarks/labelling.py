"""Accuracy on a labelled file and speed on an article, run by hand.

    python benchmarks/labelling.py --gold FILE.jsonl --article FILE.txt

Accuracy: macro-F1 of the shipped models and the keyword rules on the same rows; rows whose label
is null because their annotators disagreed are left out. Then, over the claims among them (no
headings, by-lines or table headers), what the probabilities are worth: calibration error, Brier
score, accuracy on the surest 80 %, and what ``--max-risk`` promises and keeps. Speed: segments a
second from text to labels after a warm start, on one thread, each model in turn, medians of the
rounds.
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
from hedgerow.alignment import Pair, align
from hedgerow.calibration import measure_calibration, measure_risk_coverage
from hedgerow.classification import CLAIMLESS_KINDS
from hedgerow.gold import GoldSet, check_classifier, label_segments, read_gold
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
    score_confidence(console, gold, models)


def score_confidence(console: Console, gold: GoldSet, models: list[str]) -> None:
    """Prints what the probabilities of each calibrated model are worth."""
    claims = [one for one in gold.segments if one.kind not in CLAIMLESS_KINDS]
    title = f"Confidence, {len(claims)} claims"
    table = Table("model", "ECE", "Brier", "accuracy on the surest 80 %", title=title)
    kept = Table("model", "errors promised", "made", "answered", title="--max-risk")
    for name in models:
        classifier = load_classifier(name)
        promises = getattr(getattr(classifier, "folder", None), "settings", {}).get("risk", [])
        if not promises:
            continue
        pairs = align(label_segments(classifier, GoldSet(claims, [])), claims)
        calibration = measure_calibration(pairs)
        curve = measure_risk_coverage(pairs)
        surest = min(curve.points, key=lambda point: abs(point.coverage - 0.8))
        table.add_row(
            name,
            f"{calibration.ece:.3f}",
            f"{calibration.brier.value:.3f}",
            f"{1 - surest.risk.value:.3f} [{1 - surest.risk.high:.3f}, {1 - surest.risk.low:.3f}]",
        )
        for promise in promises:
            answered = [pair for pair in pairs if confidence(pair) >= promise["threshold"]]
            if answered:
                made = 1 - measure_calibration(answered).accuracy.value
                kept.add_row(
                    name,
                    f"{promise['risk']:.0%}",
                    f"{made:.1%}",
                    f"{len(answered) / len(pairs):.0%}",
                )
    console.print(table)
    console.print(kept)


def confidence(pair: Pair) -> float:
    """The highest probability of a prediction."""
    return max(pair.predicted.scores.values()) if pair.predicted else 0.0


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
