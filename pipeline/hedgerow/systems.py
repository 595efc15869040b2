"""What can be compared on a gold set: models, and the printed rows of any other system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from hedgerow.alignment import align
from hedgerow.classification import load_classifier
from hedgerow.comparison import Comparison, compare
from hedgerow.errors import HedgerowError
from hedgerow.gold import GoldSet, label_articles, label_segments, read_segments
from hedgerow.records import LabeledSegment


@dataclass(frozen=True, slots=True)
class System:
    """What one system says of a gold set.

    Attributes:
        on_gold_segments: its labels of the gold segments as they stand; None for rows that were
            split otherwise.
        end_to_end: its own segments of the articles and their labels; None for a model without
            the articles and for rows that took over the gold segments.
    """

    name: str
    on_gold_segments: list[LabeledSegment] | None
    end_to_end: list[LabeledSegment] | None


@dataclass(frozen=True, slots=True)
class GoldComparison:
    """Two systems on one gold set; at least one of the two comparisons is there.

    Attributes:
        on_gold_segments: labels of the gold segments as they stand.
        end_to_end: articles split and labelled by each system.
    """

    on_gold_segments: Comparison | None
    end_to_end: Comparison | None

    @property
    def decisive(self) -> Comparison:
        """The comparison whose verdict counts: end to end where that can be had."""
        found = self.end_to_end or self.on_gold_segments
        assert found is not None
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return {
            "on_gold_segments": self.on_gold_segments and self.on_gold_segments.to_dict(),
            "end_to_end": self.end_to_end and self.end_to_end.to_dict(),
        }


def read_system(name_or_path: str, gold: GoldSet) -> System:
    """Loads a model and labels the gold set with it, or reads the rows of another system.

    Args:
        name_or_path: a bundled model, a model folder, a JSONL file of labelled rows, or a folder
            of JSONL shards that ``hedgerow batch`` wrote.
        gold: what to label. Rows of other documents are ignored.

    Raises:
        HedgerowError: there is no such model or file, or the rows don't fit the gold set.
    """
    path = Path(name_or_path)
    files = [path] if path.is_file() else sorted(path.glob("part-*.jsonl"))
    if files:
        rows = [one for file in files for one in read_segments(file)]
        return _take_rows(name_or_path, rows, gold)
    if any(path.glob("part-*.parquet")):
        raise HedgerowError(
            f"{path}: expected a model or rows in JSON lines, found Parquet shards; "
            "run hedgerow batch with --format jsonl"
        )
    classifier = load_classifier(name_or_path)
    return System(
        classifier.identifier,
        label_segments(classifier, gold),
        label_articles(classifier, gold) if gold.documents else None,
    )


def _take_rows(name: str, rows: Sequence[LabeledSegment], gold: GoldSet) -> System:
    documents = {one.document_id for one in gold.segments}
    rows = sorted(
        (one for one in rows if one.document_id in documents),
        key=lambda one: (one.document_id, one.start),
    )
    _check_rows(name, rows, gold.segments)
    gold_spans = {(one.document_id, one.start, one.end) for one in gold.segments}
    if all((one.document_id, one.start, one.end) in gold_spans for one in rows):
        return System(name, rows, None)
    return System(name, None, rows)


def _check_rows(name: str, rows: Sequence[LabeledSegment], gold: Sequence[LabeledSegment]) -> None:
    """Refuses rows of other articles than the gold's, of too few, or of one article twice."""
    documents = {one.document_id for one in gold}
    if missing := sorted(documents - {one.document_id for one in rows}):
        raise HedgerowError(
            f"{name}: expected rows of all {len(documents)} gold articles, found none of "
            f"{len(missing)}, such as {missing[0]!r}; label these too, under the same document_id, "
            "or leave them out of the gold"
        )
    for one, following in pairwise(rows):
        if one.document_id == following.document_id and following.start < one.end:
            raise HedgerowError(
                f"{name}: expected segments that don't overlap, found {one.start}–{one.end} and "
                f"{following.start}–{following.end} of {one.document_id!r}; keep one row of each"
            )
    for pair in align(rows, gold):
        if pair.predicted is None:
            continue
        one, other = pair.gold, pair.predicted
        start, end = max(one.start, other.start), min(one.end, other.end)
        expected = one.text[start - one.start : end - one.start]
        found = other.text[start - other.start : end - other.start]
        if expected != found:
            raise HedgerowError(
                f"{name}: expected {expected[:40]!r} at {start}–{end} of {one.document_id!r}, "
                f"found {found[:40]!r}; give start and end in the gold's text"
            )


def compare_systems(a: System, b: System, gold: GoldSet, *, seed: int = 0) -> GoldComparison:
    """Compares two systems on the gold segments and end to end, as far as both can be had.

    Raises:
        HedgerowError: neither can be had of both.
    """
    names = (a.name, b.name)
    on_gold_segments = end_to_end = None
    if a.on_gold_segments is not None and b.on_gold_segments is not None:
        on_gold_segments = compare(
            a.on_gold_segments, b.on_gold_segments, gold.segments, names=names, seed=seed
        )
    if a.end_to_end is not None and b.end_to_end is not None:
        end_to_end = compare(a.end_to_end, b.end_to_end, gold.segments, names=names, seed=seed)
    if on_gold_segments is None and end_to_end is None:
        own, other = (a, b) if a.on_gold_segments is None else (b, a)
        raise HedgerowError(
            f"{own.name}: expected a row for each gold segment, since {other.name} has no segments "
            "of its own to compare with, found rows that are split otherwise; label the gold "
            "segments as they stand, or have both split the articles of a gold folder"
        )
    return GoldComparison(on_gold_segments, end_to_end)
