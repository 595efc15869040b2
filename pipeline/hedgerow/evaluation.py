"""Scores predictions against gold, with the errors of splitting told apart from those of labelling.

Every interval is a 95 % percentile bootstrap that draws whole documents, since the sentences of
one article are not independent (Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13).
Plain percentile intervals are too narrow with few documents; these are expanded by as much as a
t-interval is wider than a normal one (Hesterberg 2015, What Teachers Should Know About the
Bootstrap, The American Statistician 69). docs/comparing.md tells how often they hold the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtrit

from hedgerow.alignment import align
from hedgerow.errors import HedgerowError
from hedgerow.records import CLASSES, LABELS, LabeledSegment
from hedgerow.source_overlap import count_source_matches

Counts = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
_Number = TypeVar("_Number", np.int64, np.float64)

_RESAMPLINGS = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A score between 0 and 1 with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LabelScore:
    """Precision, recall and F1 of one class, and how many gold segments have it."""

    precision: float
    recall: float
    f1: Interval
    support: int
    precision_interval: Interval
    recall_interval: Interval


@dataclass(frozen=True, slots=True)
class MatchScore:
    """Precision, recall and F1 of predicted places in a text, each right or wrong."""

    precision: Interval
    recall: Interval
    f1: Interval


@dataclass(frozen=True, slots=True)
class SplitScore:
    """How well the predicted segments' spans equal the gold ones.

    Attributes:
        boundaries: places where a segment ends, but for the last of each document.
        split_errors: gold segments whose span no predicted segment has.
        label_errors: gold segments with the right span and the wrong label.
        both_errors: gold segments with a wrong span whose best match has another label, too.
    """

    precision: float
    recall: float
    f1: Interval
    split_errors: int
    label_errors: int
    both_errors: int
    precision_interval: Interval
    recall_interval: Interval
    boundaries: MatchScore


@dataclass(frozen=True, slots=True)
class SourceScore:
    """How well the predicted spans that name a speaker fit the gold ones.

    Attributes:
        overlap: each span counts by the share of it that a span of the other side covers (see
            ``source_overlap``).
        exact: a span counts only when both its ends are right.
        gold: how many gold segments name their source; with 0 all scores are 0.
        predicted: how many predicted segments do.
    """

    overlap: MatchScore
    exact: MatchScore
    gold: int
    predicted: int


@dataclass(frozen=True, slots=True)
class Report:
    """The scores of one model on one gold set.

    Attributes:
        macro_f1: mean F1 over the three labels, or those of them that occur; ``none`` counts only
            through its confusions.
        confusion: gold classes in rows, predicted classes in columns, order of ``CLASSES``; a
            gold segment that no predicted segment overlaps counts as predicted ``none``.
        attribution: the segments found to be attributed against those that are.
        sources: the spans that name who is speaking.
        by_document: the confusions of each document by its id, which add up to ``confusion``: what
            a paired comparison with another report needs.
    """

    model: str
    documents: int
    segments: int
    macro_f1: Interval
    accuracy: Interval
    labels: dict[str, LabelScore]
    confusion: list[list[int]]
    splitting: SplitScore
    attribution: MatchScore
    sources: SourceScore
    by_document: dict[str, list[list[int]]]

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)

    def metrics(self) -> dict[str, float]:
        """The scores that ``--fail-under`` may name."""
        named = {
            "macro_f1": self.macro_f1.value,
            "accuracy": self.accuracy.value,
            "split_f1": self.splitting.f1.value,
            "attribution_f1": self.attribution.f1.value,
            "source_f1": self.sources.overlap.f1.value,
        }
        return named | {f"{name}_f1": score.f1.value for name, score in self.labels.items()}


def evaluate(
    predicted: Sequence[LabeledSegment], gold: Sequence[LabeledSegment], *, seed: int = 0
) -> Report:
    """Compares predictions with gold segments of the same documents.

    Where the two split differently, each gold segment is compared with the predicted segment that
    covers most of its characters, and the split error is counted apart.

    Args:
        predicted: labelled segments, as ``hedgerow.label`` returns them.
        gold: labelled segments of a gold file.
        seed: of the bootstrap.

    Raises:
        HedgerowError: there is no gold, or the two share no document.
    """
    if not gold:
        raise HedgerowError("gold: expected at least one segment, found none; check the gold file")
    documents = sorted({one.document_id for one in gold})
    predicted = [one for one in predicted if one.document_id in set(documents)]
    if not predicted:
        raise HedgerowError(
            "predictions: expected segments of the gold documents, found none; "
            "check that document ids are the same in both"
        )
    row_of = {document: row for row, document in enumerate(documents)}
    confusions = np.zeros((len(documents), len(CLASSES), len(CLASSES)), dtype=np.int64)
    spans = np.zeros((len(documents), 3), dtype=np.int64)  # shared, predicted, gold
    attributed = np.zeros((len(documents), 3), dtype=np.int64)  # shared, predicted, gold
    split_errors = label_errors = both_errors = 0
    for pair in align(predicted, gold):
        row = row_of[pair.gold.document_id]
        given = pair.predicted.class_name if pair.predicted else "none"
        confusions[row, CLASSES.index(pair.gold.class_name), CLASSES.index(given)] += 1
        spoken = pair.predicted is not None and pair.predicted.attributed
        attributed[row] += (pair.gold.attributed and spoken, spoken, pair.gold.attributed)
        wrong_label = given != pair.gold.class_name
        spans[row, 0] += pair.same_span
        spans[row, 2] += 1
        split_errors += not pair.same_span
        label_errors += pair.same_span and wrong_label
        both_errors += not pair.same_span and wrong_label
    for one in predicted:
        spans[row_of[one.document_id], 1] += 1
    total = confusions.sum(axis=0)
    drawn = resample(confusions, seed)
    split = _score_matches(spans, seed)
    return Report(
        model=predicted[0].model,
        documents=len(documents),
        segments=len(gold),
        macro_f1=make_interval(macro_f1(total), macro_f1(drawn), len(documents)),
        accuracy=make_interval(accuracy(total), accuracy(drawn), len(documents)),
        labels=_label_scores(total, drawn, len(documents)),
        confusion=total.tolist(),
        splitting=SplitScore(
            precision=split.precision.value,
            recall=split.recall.value,
            f1=split.f1,
            split_errors=split_errors,
            label_errors=label_errors,
            both_errors=both_errors,
            precision_interval=split.precision,
            recall_interval=split.recall,
            boundaries=_score_matches(_count_boundaries(predicted, gold, documents), seed),
        ),
        attribution=_score_matches(attributed, seed),
        sources=_score_sources(count_source_matches(predicted, gold, documents), seed),
        by_document=dict(zip(documents, confusions.tolist(), strict=True)),
    )


def resample(counts: npt.NDArray[_Number], seed: int) -> npt.NDArray[_Number]:
    """Sums per-document counts, or other sums, over each of the bootstrap's draws of documents.

    Args:
        counts: of shape (documents, …). Several systems along a second axis are drawn together,
            which is what makes their comparison a paired one.
        seed: of the draws.

    Returns:
        of shape (2000, …).
    """
    documents = len(counts)
    draws = np.random.default_rng(seed).integers(documents, size=(_RESAMPLINGS, documents))
    times_drawn = np.zeros((_RESAMPLINGS, documents), dtype=np.int64)
    np.add.at(times_drawn, (np.arange(_RESAMPLINGS)[:, None], draws), 1)
    return np.asarray(np.tensordot(times_drawn, counts, axes=1))


def make_interval(value: Values, drawn: Values, documents: int) -> Interval:
    """The 95 % interval of a score (see the module's docstring); 0 where the score is undefined.

    A single document tells nothing about others: both ends are then the score itself.

    Args:
        value: the score of all documents, of shape ().
        drawn: the score in each draw of the bootstrap, of shape (draws,).
        documents: how many were drawn from.
    """
    if np.isnan(value):
        return Interval(0.0, 0.0, 0.0)
    tail = 0.0
    if documents > 1:
        tail = ndtr(np.sqrt(documents / (documents - 1)) * stdtrit(documents - 1, 0.025))
    low, high = np.nanquantile(drawn, (tail, 1 - tail)).tolist()
    return Interval(float(value), low, high)


def f1_per_class(confusion: Counts | Values) -> Values:
    """F1 of each class of one confusion matrix or a stack of them.

    NaN for a class that is neither in the gold nor predicted, as happens in draws of few documents.
    """
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    return divide(hits, (confusion.sum(axis=-1) + confusion.sum(axis=-2)) / 2)


def macro_f1(confusion: Counts | Values) -> Values:
    """Mean F1 over the labels that are in the gold or predicted, of each of a stack of matrices.

    NaN where there is none of them.
    """
    f1 = f1_per_class(confusion)[..., : len(LABELS)]
    present = (~np.isnan(f1)).sum(axis=-1)
    return np.where(present > 0, np.nansum(f1, axis=-1) / np.maximum(present, 1), np.nan)


def accuracy(confusion: Counts) -> Values:
    """Share of segments whose class is right, of each of a stack of confusion matrices."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1).sum(axis=-1)
    return np.asarray(hits / np.maximum(confusion.sum(axis=(-2, -1)), 1), dtype=np.float64)


def _count_boundaries(
    predicted: Sequence[LabeledSegment], gold: Sequence[LabeledSegment], documents: Sequence[str]
) -> Counts:
    """Inner boundaries of each document: shared, predicted and in the gold."""
    ends: list[dict[str, set[int]]] = []
    for segments in (predicted, gold):
        ends.append({document: set() for document in documents})
        for one in segments:
            ends[-1][one.document_id].add(one.end)
        for found in ends[-1].values():
            found -= {max(found, default=0)}
    pairs = [(ends[0][document], ends[1][document]) for document in documents]
    return np.array([(len(one & two), len(one), len(two)) for one, two in pairs], dtype=np.int64)


def _score_matches(counts: Counts, seed: int) -> MatchScore:
    """Scores of what is shared, predicted and in the gold, counted per document."""
    return _score_shares(counts[:, [0, 0, 1, 2]].astype(np.float64), seed)


def _score_sources(counts: Values, seed: int) -> SourceScore:
    """Scores of the counts that ``count_source_matches`` gives."""
    *_, predicted, gold = counts.sum(axis=0).astype(int).tolist()
    return SourceScore(
        overlap=_score_shares(counts[:, [0, 1, 3, 4]], seed),
        exact=_score_shares(counts[:, [2, 2, 3, 4]], seed),
        gold=gold,
        predicted=predicted,
    )


def _score_shares(counts: Values, seed: int) -> MatchScore:
    """Scores from four counts per document: predicted and right, gold and found, predicted, gold.

    F1 is the harmonic mean of precision and recall, whose numerators may differ.
    """

    def score(sums: Values) -> tuple[Values, Values, Values]:
        precision, recall = divide(sums[..., 0], sums[..., 2]), divide(sums[..., 1], sums[..., 3])
        p, r = np.nan_to_num(precision), np.nan_to_num(recall)
        f1 = np.where(sums[..., 2:].any(axis=-1), np.nan_to_num(divide(2 * p * r, p + r)), np.nan)
        return precision, recall, f1

    whole, drawn = score(counts.sum(axis=0)), score(resample(counts, seed))
    precision, recall, f1 = (
        make_interval(value, values, len(counts))
        for value, values in zip(whole, drawn, strict=True)
    )
    return MatchScore(precision, recall, f1)


def divide(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> Values:
    """Element-wise quotient; NaN where the whole is 0."""
    quotient = np.full(np.broadcast_shapes(np.shape(part), np.shape(whole)), np.nan)
    np.divide(part, whole, out=quotient, where=whole > 0)
    return quotient


def _label_scores(total: Counts, drawn: Counts, documents: int) -> dict[str, LabelScore]:
    scores: dict[str, LabelScore] = {}
    support = total.sum(axis=1).tolist()
    for i, name in enumerate(CLASSES):
        precision, recall, f1 = (
            make_interval(score(total)[i], score(drawn)[:, i], documents)
            for score in (_precision_per_class, _recall_per_class, f1_per_class)
        )
        scores[name] = LabelScore(precision.value, recall.value, f1, support[i], precision, recall)
    return scores


def _precision_per_class(confusion: Counts) -> Values:
    return divide(np.diagonal(confusion, axis1=-2, axis2=-1), confusion.sum(axis=-2))


def _recall_per_class(confusion: Counts) -> Values:
    return divide(np.diagonal(confusion, axis1=-2, axis2=-1), confusion.sum(axis=-1))
