"""Whether a model's probabilities mean what they say, and what abstaining would gain.

Confidence is the probability of the predicted class. Segments that no model is asked about
(headings, by-lines, table headers) are for the caller to leave out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hedgerow.alignment import Pair
from hedgerow.errors import HedgerowError
from hedgerow.evaluation import Interval, Values, divide, make_interval, resample
from hedgerow.records import CLASSES

BINS = 15
_CURVE_POINTS = 50
_COVERAGES = (0.5, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Segments of similar confidence.

    Attributes:
        confidence: their mean confidence.
        accuracy: share of them whose label is right.
    """

    segments: int
    confidence: float
    accuracy: Interval


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidence and accuracy agree.

    Attributes:
        ece: see ``expected_calibration_error``.
        brier: mean squared distance of all class probabilities from the truth, from 0 to 2
            (Brier 1950, Verification of Forecasts Expressed in Terms of Probability).
    """

    segments: int
    mean_confidence: float
    accuracy: Interval
    ece: float
    brier: Interval
    bins: list[Bin]


class RiskPoint(NamedTuple):
    """What is left when only segments of at least this confidence get a label.

    Attributes:
        coverage: share of segments that get a label.
        risk: share of those whose label is wrong.
    """

    threshold: float
    coverage: float
    risk: Interval


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """What share of labels is wrong when only the surest segments get one.

    After El-Yaniv & Wiener 2010, On the Foundations of Noise-free Selective Classification.

    Attributes:
        aurc: area under the curve, the mean risk over all coverages (Geifman et al. 2019,
            Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers); lower is better.
        points: at most 50, from the surest segments to all of them.
    """

    aurc: float
    points: list[RiskPoint]


class _Scored(NamedTuple):
    """Parallel arrays over segments, sorted by falling confidence."""

    confidence: Values
    right: npt.NDArray[np.bool_]
    squared_error: Values
    document: npt.NDArray[np.int64]

    @property
    def documents(self) -> int:
        return int(self.document.max()) + 1


def measure_calibration(pairs: Sequence[Pair], *, seed: int = 0) -> Calibration:
    """Compares confidence with accuracy, over all segments and in bins.

    Args:
        pairs: gold segments and their predictions; those without scores are left out.
        seed: of the bootstrap by document, from which the intervals come.

    Raises:
        HedgerowError: no prediction has scores.
    """
    scored = _collect(pairs)
    bin_of = assign_bins(scored.confidence)
    bins = [
        Bin(
            segments=int(inside.sum()),
            confidence=float(scored.confidence[inside].mean()),
            accuracy=_mean(scored, scored.right.astype(np.float64), inside, seed),
        )
        for inside in (bin_of == number for number in np.unique(bin_of))
    ]
    total = len(scored.confidence)
    everything = np.ones(total, dtype=bool)
    return Calibration(
        segments=total,
        mean_confidence=float(scored.confidence.mean()),
        accuracy=_mean(scored, scored.right.astype(np.float64), everything, seed),
        ece=expected_calibration_error(scored.confidence, scored.right),
        brier=_mean(scored, scored.squared_error, everything, seed),
        bins=bins,
    )


def expected_calibration_error(confidence: Values, right: npt.NDArray[np.bool_]) -> float:
    """Mean distance of confidence and accuracy over bins, weighted by their segments: 0 is perfect.

    Naeini et al. 2015, Obtaining Well Calibrated Probabilities Using Bayesian Binning; Guo et al.
    2017, On Calibration of Modern Neural Networks. The bins are adaptive: up to 15 of equally many
    segments (Nguyen & O'Connor 2015, Posterior Calibration and Exploratory Analysis for Natural
    Language Processing Models).

    Args:
        confidence: highest probability of each segment.
        right: whether its label is right.
    """
    gaps = np.bincount(assign_bins(confidence), confidence - right)
    return float(np.abs(gaps).sum() / len(confidence))


def assign_bins(confidence: Values) -> npt.NDArray[np.int64]:
    """The bin of each confidence, counted from 0; equal confidences are never parted."""
    edges = np.unique(np.quantile(confidence, np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.searchsorted(edges, confidence, side="right").astype(np.int64)


def measure_risk_coverage(pairs: Sequence[Pair], *, seed: int = 0) -> RiskCoverage:
    """Risk and coverage at thresholds of confidence; arguments and errors as for calibration."""
    scored = _collect(pairs)
    total = len(scored.confidence)
    # Of equally sure segments either all are covered or none: the last of each run ends a step.
    ends = np.flatnonzero(np.append(np.diff(scored.confidence) != 0, True)) + 1
    wrong = np.cumsum(~scored.right)
    risks = wrong[ends - 1] / ends
    aurc = float((risks * np.diff(ends, prepend=0)).sum() / total)
    wanted = np.linspace(1 / _CURVE_POINTS, 1, _CURVE_POINTS) * total
    chosen = np.unique(ends[np.searchsorted(ends, np.round(wanted))])
    tallies = np.zeros((scored.documents, len(chosen), 2), dtype=np.int64)
    point = np.searchsorted(chosen, np.arange(total), side="right").astype(np.int64)
    outcome = np.stack([~scored.right, np.ones(total, dtype=bool)], axis=1).astype(np.int64)
    np.add.at(tallies, (scored.document, point), outcome)
    drawn = resample(tallies.cumsum(axis=1), seed)
    drawn_risks = divide(drawn[..., 0], drawn[..., 1])
    return RiskCoverage(
        aurc=aurc,
        points=[
            RiskPoint(
                threshold=float(scored.confidence[end - 1]),
                coverage=float(end / total),
                risk=make_interval(
                    np.asarray(wrong[end - 1] / end), drawn_risks[:, i], scored.documents
                ),
            )
            for i, end in enumerate(chosen)
        ],
    )


def pick_points(curve: RiskCoverage) -> list[RiskPoint]:
    """The points of the curve that are next to a coverage of 50, 70, 80, 90 and 100 %."""
    picked = [
        min(curve.points, key=lambda point: abs(point.coverage - wanted)) for wanted in _COVERAGES
    ]
    return list(dict.fromkeys(picked))


def _collect(pairs: Sequence[Pair]) -> _Scored:
    scored = [(pair.gold, pair.predicted.scores) for pair in pairs if pair.predicted]
    scored = [(gold, scores) for gold, scores in scored if scores]
    if not scored:
        raise HedgerowError(
            "calibration: expected predictions with scores, found none; "
            "give the segments that a model was asked about"
        )
    probabilities = np.array([[scores[name] for name in CLASSES] for _, scores in scored])
    truth = np.array([CLASSES.index(gold.class_name) for gold, _ in scored])
    squared_error = ((probabilities - np.eye(len(CLASSES))[truth]) ** 2).sum(axis=1)
    _, document = np.unique([gold.document_id for gold, _ in scored], return_inverse=True)
    order = np.argsort(-probabilities.max(axis=1), kind="stable")
    return _Scored(
        confidence=probabilities.max(axis=1)[order],
        right=(probabilities.argmax(axis=1) == truth)[order],
        squared_error=squared_error[order],
        document=document[order],
    )


def _mean(scored: _Scored, values: Values, inside: npt.NDArray[np.bool_], seed: int) -> Interval:
    """Mean of the values inside, with its interval; documents without any are not drawn."""
    _, document = np.unique(scored.document[inside], return_inverse=True)
    documents = int(document.max()) + 1
    sums = np.stack(
        [np.bincount(document, values[inside]), np.bincount(document).astype(np.float64)], axis=1
    )
    drawn = resample(sums, seed)
    value = np.asarray(values[inside].mean())
    return make_interval(value, drawn[:, 0] / drawn[:, 1], documents)
