"""Gold sets: hand-labelled segments and the articles they point into.

A gold set is a folder with ``articles.jsonl`` (``id``, ``text``, other fields) and
``segments.jsonl`` (rows as in ``hedgerow.rows``), or one JSONL file of segments whose articles
aren't at hand: then labels are scored on the gold segments alone and splitting is not.
"""

from __future__ import annotations

import hashlib
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from hedgerow.classification import Classifier
from hedgerow.errors import HedgerowError
from hedgerow.evaluation import Report, evaluate
from hedgerow.files import read_json_lines
from hedgerow.labeling import ClaimLabeler, build_records
from hedgerow.reading import ReadingOptions, read_documents
from hedgerow.records import Document, LabeledSegment
from hedgerow.rows import from_row

ARTICLES = "articles.jsonl"
SEGMENTS = "segments.jsonl"


@dataclass(frozen=True, slots=True)
class GoldSet:
    """Gold segments, with the articles they point into where those are at hand."""

    segments: list[LabeledSegment]
    documents: list[Document]


def read_gold(path: str | Path) -> GoldSet:
    """Reads a gold folder or a single JSONL file of gold segments.

    Rows without a label (``"label"`` missing) are refused; label them or leave them out.

    Raises:
        HedgerowError: a file is missing, a row is broken, or an offset doesn't fit its article.
    """
    path = Path(path)
    if path.is_dir():
        if missing := [name for name in (ARTICLES, SEGMENTS) if not (path / name).is_file()]:
            inner = path / "gold"
            hint = f"name {inner}" if (inner / SEGMENTS).is_file() else "name another folder"
            raise HedgerowError(
                f"{path}: expected a gold folder with {ARTICLES} and {SEGMENTS}, found no "
                f"{' and no '.join(missing)}; {hint}, or a JSONL file of gold segments"
            )
        # Somebody read and labelled them: no limit keeps them out.
        options = ReadingOptions(max_chars=sys.maxsize)
        documents = list(read_documents([path / ARTICLES], options))
        segments = read_segments(path / SEGMENTS)
        _check_offsets(path / SEGMENTS, segments, documents)
        return GoldSet(segments, documents)
    if not path.exists():
        raise HedgerowError(
            f"{path}: expected a gold folder with {ARTICLES} and {SEGMENTS}, or a JSONL file "
            "of gold segments, found nothing; check the path"
        )
    return GoldSet(read_segments(path), [])


def read_segments(path: Path) -> list[LabeledSegment]:
    """Reads a JSONL file of labelled segments: gold rows, or rows that a system printed.

    Raises:
        HedgerowError: the file is missing or empty, or a row is broken.
    """
    segments: list[LabeledSegment] = []
    ends: dict[str, int] = defaultdict(int)
    for where, row in read_json_lines(path):
        one = from_row(row, where)
        if "start" not in row:
            # Rows without offsets are laid end to end, so that each has a place of its own.
            start = ends[one.document_id]
            one = replace(one, start=start, end=start + len(one.text), cues=(), source=None)
        ends[one.document_id] = one.end + 1
        segments.append(one)
    if not segments:
        raise HedgerowError(
            f"{path}: expected labelled segments, found an empty file; check the path"
        )
    return segments


def is_development(document_id: str) -> bool:
    """Whether an article of our gold belongs to the half whose errors may shape rules.

    The other half tells what such rules are worth on articles that nobody looked at.
    """
    return hashlib.sha256(document_id.encode()).digest()[0] % 2 == 0


def _check_offsets(path: Path, segments: list[LabeledSegment], documents: list[Document]) -> None:
    texts = {document.id: document.text for document in documents}
    for number, one in enumerate(segments, start=1):
        text = texts.get(one.document_id)
        if text is None:
            raise HedgerowError(
                f"{path}: segment {number}: expected article {one.document_id!r} in {ARTICLES}, "
                "found none; add the article or drop its segments"
            )
        if text[one.start : one.end] != one.text:
            raise HedgerowError(
                f"{path}: segment {number}: expected {one.text[:40]!r} at {one.start}–{one.end} of "
                f"{one.document_id!r}, found {text[one.start : one.end][:40]!r}; mend its offsets"
            )


@dataclass(frozen=True, slots=True)
class GoldCheck:
    """How one classifier does on a gold set.

    Attributes:
        on_gold_segments: labels of the gold segments as they stand: label errors alone.
        end_to_end: articles split and labelled by Hedgerow; None without the articles.
    """

    on_gold_segments: Report
    end_to_end: Report | None


def check_classifier(classifier: Classifier, gold: GoldSet) -> GoldCheck:
    """Scores a classifier on gold segments, and end to end where the articles are at hand."""
    on_gold_segments = evaluate(label_segments(classifier, gold), gold.segments)
    if not gold.documents:
        return GoldCheck(on_gold_segments, None)
    return GoldCheck(on_gold_segments, evaluate(label_articles(classifier, gold), gold.segments))


def label_segments(classifier: Classifier, gold: GoldSet) -> list[LabeledSegment]:
    """The gold segments as they stand, labelled by a classifier; grouped by document."""
    segments = [one.segment for one in gold.segments]
    scores = classifier.score(segments)
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row, one in enumerate(segments):
        rows_of[one.document_id].append(row)
    return [
        one
        for rows in rows_of.values()
        for one in build_records(
            [segments[row] for row in rows],
            scores.take(rows),
            classifier.identifier,
        )
    ]


def label_articles(classifier: Classifier, gold: GoldSet) -> list[LabeledSegment]:
    """The articles of a gold set, split by Hedgerow and labelled by a classifier."""
    return [one for article in ClaimLabeler(classifier).label(gold.documents) for one in article]
