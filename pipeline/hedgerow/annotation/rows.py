"""Rows as they stand in a file, beside the records they make: so that nothing in them is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hedgerow.errors import HedgerowError
from hedgerow.files import read_json_lines
from hedgerow.gold import SEGMENTS, read_gold
from hedgerow.records import Document, LabeledSegment
from hedgerow.rows import from_row


@dataclass(frozen=True, slots=True)
class RowFile:
    """The rows of a gold folder or JSONL file, and the articles where they are at hand.

    Attributes:
        rows: as they stand in the file, every field kept.
        segments: the same as records; a row without offsets begins at 0.
        documents: the articles of a gold folder; empty for a file of rows.
    """

    rows: list[dict[str, Any]]
    segments: list[LabeledSegment]
    documents: list[Document]

    @property
    def labelled(self) -> list[bool]:
        """Whether each row has a label, a person's or a model's."""
        return ["label" in row for row in self.rows]


def is_settled(row: Mapping[str, Any]) -> bool:
    """Whether the label of a row is a reader's, not missing or a model's."""
    return "label" in row and not row.get("model")


def read_rows(path: Path) -> RowFile:
    """Reads a gold folder, or a JSONL file of rows with or without labels.

    Raises:
        HedgerowError: a file is missing or empty, or a row is broken.
    """
    documents = read_gold(path).documents if path.is_dir() else []
    file = path / SEGMENTS if path.is_dir() else path
    rows: list[dict[str, Any]] = []
    segments: list[LabeledSegment] = []
    for where, row in read_json_lines(file):
        rows.append(row)
        segments.append(from_row({"label": None} | row, where))
    if not rows:
        raise HedgerowError(f"{file}: expected rows, found an empty file; check the path")
    return RowFile(rows, segments, documents)
