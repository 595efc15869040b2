"""How many segments of one article a model labels as careful readers do, run by hand.

    python benchmarks/article.py ARTICLE.txt [--labels data/standoff/example_article.jsonl]

The labels stand off: offsets and sha256 of each segment's text, without the text, because the
article isn't ours to copy. Rows on which the two readers differ are left out; rows that one of them
called arguable are counted apart.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from hedgerow import load_classifier, segment
from hedgerow.records import CLASSES

LABELS = Path(__file__).parents[1] / "data" / "standoff" / "example_article.jsonl"


def main() -> int:
    """Reads the command line and prints a row for each model; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("article", type=Path)
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--models", nargs="*", default=["base", "small"], help="names or folders")
    arguments = parser.parse_args()
    text = arguments.article.read_text(encoding="utf-8")
    rows = [json.loads(line) for line in arguments.labels.read_text("utf-8").splitlines()]
    for row in rows:
        digest = hashlib.sha256(text[row["start"] : row["end"]].encode()).hexdigest()
        if digest != row["sha256"]:
            print(
                f"{arguments.article}: expected the article of {arguments.labels}, found other "
                f"text at {row['start']}; name that article",
                file=sys.stderr,
            )
            return 1
    agreed = [row for row in rows if len(set(row["votes"].values())) == 1]
    segments = segment(text)
    position = {(one.start, one.end): i for i, one in enumerate(segments)}
    found = sum((row["start"], row["end"]) in position for row in rows)
    console = Console(highlight=False)
    console.print(f"{found} of {len(rows)} segments are split as in the labels")
    table = Table("model", "right where readers agree", "right where none called it arguable")
    for name in arguments.models:
        columns = load_classifier(name).predict_proba(segments).argmax(axis=1)
        cells = []
        for part in (agreed, [row for row in agreed if not row["arguable"]]):
            right = 0
            for row in part:
                at = position.get((row["start"], row["end"]))
                right += at is not None and CLASSES[columns[at]] == row["label"]
            cells.append(f"{right} of {len(part)} ({right / len(part):.1%})")
        table.add_row(name, *cells)
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
