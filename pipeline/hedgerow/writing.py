"""Writes rows as JSON lines, and labelled segments as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import Any, TextIO

from hedgerow.records import CLASSES, LabeledSegment
from hedgerow.rows import to_row

_CSV_COLUMNS = (
    "document_id", "index", "start", "end", "kind", "text", "heading", "lead_in", "label",
    *(f"score_{name}" for name in CLASSES),
    "abstained", "attributed", "source", "cues", "model",
)  # fmt: skip

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_jsonl(rows: Iterable[dict[str, Any]], stream: TextIO) -> None:
    """One JSON object a line, characters beyond ASCII as they are."""
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")


class CsvWriter:
    """Writes labelled segments as CSV, with source and cues as text.

    A cell that a spreadsheet would run as a formula gets a leading apostrophe.
    """

    def __init__(self, stream: TextIO) -> None:
        """Writes the header row."""
        self._writer = csv.DictWriter(stream, _CSV_COLUMNS)
        self._writer.writeheader()

    def write(self, labeled: Iterable[LabeledSegment]) -> None:
        """Appends one line per segment."""
        for one in labeled:
            row = to_row(one)
            cells = {name: row[name] for name in _CSV_COLUMNS if name in row}
            cells |= {f"score_{name}": score for name, score in row["scores"].items()}
            cells["label"] = one.label or ""
            cells["source"] = one.quote(one.source) if one.source else ""
            cells["cues"] = "; ".join(f"{cue.kind}: {one.quote(cue)}" for cue in one.cues)
            self._writer.writerow({name: defuse(cell) for name, cell in cells.items()})


def defuse(cell: Any) -> Any:
    """The cell, with an apostrophe before what a spreadsheet would run as a formula.

    Some spreadsheets take full-width signs for formulas, too. The text itself is what stands
    after the apostrophe; JSON lines and Parquet hold it unchanged.
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_SIGNS) else cell
