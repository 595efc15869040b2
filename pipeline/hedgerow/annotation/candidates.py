"""Segments that could be labelled next, out of articles or rows, with what a model says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from hedgerow.annotation.rows import read_rows
from hedgerow.annotation.selection import Choice
from hedgerow.annotation.surroundings import find_surroundings
from hedgerow.classification import CLAIMLESS_KINDS
from hedgerow.errors import HedgerowError
from hedgerow.files import read_json_lines
from hedgerow.gold import SEGMENTS
from hedgerow.labeling import ClaimLabeler
from hedgerow.probabilities import Probabilities
from hedgerow.reading import (
    FORMAT_OF_SUFFIX,
    ErrorHandler,
    ReadingOptions,
    raise_error,
    read_documents,
)
from hedgerow.records import CLASSES, LabeledSegment
from hedgerow.rows import to_row

SegmentKey: TypeAlias = tuple[str, int, int, str]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Segments that make a claim, one entry each in every field.

    Attributes:
        rows: as they are written out; those of articles hold the model's labels.
        segments: the same as records.
        after: the text after each in its document, for a labeller's context.
        probabilities: of shape (segments, classes).
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    segments: list[LabeledSegment] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    probabilities: Probabilities = field(
        default_factory=lambda: np.zeros((0, len(CLASSES)), dtype=np.float32)
    )


def read_keys(paths: Iterable[Path]) -> set[SegmentKey]:
    """What tells the segments of gold folders and row files from others, to leave them out.

    Raises:
        HedgerowError: a file is missing or broken.
    """
    return {_key(one) for path in paths for one in read_rows(path).segments}


def _key(one: LabeledSegment) -> SegmentKey:
    return one.document_id, one.start, one.end, one.text


def read_candidates(
    inputs: Sequence[str],
    labeler: ClaimLabeler,
    options: ReadingOptions | None = None,
    *,
    excluded: set[SegmentKey] | frozenset[SegmentKey] = frozenset(),
    on_error: ErrorHandler = raise_error,
) -> Candidates:
    """Reads candidates, and asks the model about each.

    Headings, by-lines and table headers are left out: they make no claim.

    Args:
        inputs: articles as ``hedgerow label`` reads them, gold folders, and JSONL files of rows
            (known by the field ``document_id``).
        labeler: splits articles and knows the model.
        options: how to read articles.
        excluded: segments to leave out, as ``read_keys`` names them.
        on_error: called with each input that can't be read; the others are still done.

    Raises:
        HedgerowError: at the first bad input, unless ``on_error`` handles it.
    """
    rows: list[dict[str, Any]] = []
    records: list[LabeledSegment] = []
    probabilities: list[Probabilities] = []
    articles: list[str] = []
    for path in inputs:
        try:
            if not _holds_rows(path):
                articles.append(path)
                continue
            file = read_rows(Path(path))
        except HedgerowError as error:
            on_error(error)
            continue
        rows += file.rows
        records += file.segments
        probabilities.append(
            labeler.classifier.predict_proba([one.segment for one in file.segments])
        )
    for labeled in labeler.label(read_documents(articles, options, on_error)):
        rows += map(to_row, labeled)
        records += labeled
        scores = [[one.scores[name] for name in CLASSES] for one in labeled]
        probabilities.append(np.array(scores, dtype=np.float32).reshape(-1, len(CLASSES)))
    kept = [
        position
        for position, one in enumerate(records)
        if one.kind not in CLAIMLESS_KINDS and _key(one) not in excluded
    ]
    if not kept:
        return Candidates()
    after = find_surroundings(records)
    return Candidates(
        [rows[position] for position in kept],
        [records[position] for position in kept],
        [after[position].after for position in kept],
        np.concatenate(probabilities)[kept],
    )


def _holds_rows(path: str) -> bool:
    """Whether an input is rows of segments rather than articles."""
    place = Path(path)
    if place.is_dir():
        return (place / SEGMENTS).is_file()
    if not place.is_file() or FORMAT_OF_SUFFIX.get(place.suffix.lower()) != "jsonl":
        return False
    return "document_id" in next((row for _, row in read_json_lines(place)), {})


def chosen_rows(candidates: Candidates, choices: Iterable[Choice]) -> list[dict[str, Any]]:
    """The chosen rows, marked with why they were chosen and how probable that was.

    ``next`` holds the text after the segment, since its neighbours may not have been chosen.
    """
    return [
        candidates.rows[choice.row]
        | {
            "next": candidates.after[choice.row],
            "selected_by": choice.reason,
            "inclusion_probability": choice.inclusion_probability,
        }
        for choice in choices
    ]
