"""What a confusion matrix tells beside its counts: shares, the class mix, scores at another mix."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hedgerow.errors import HedgerowError
from hedgerow.evaluation import (
    Counts,
    Interval,
    Report,
    Values,
    divide,
    f1_per_class,
    macro_f1,
    make_interval,
    resample,
)
from hedgerow.records import CLASSES, ClassName

# Shares are often given with two digits.
_SHARE_TOLERANCE = 0.011


@dataclass(frozen=True, slots=True)
class ClassMix:
    """Share of each class among all segments, in the gold and as predicted."""

    gold: dict[ClassName, float]
    predicted: dict[ClassName, float]


@dataclass(frozen=True, slots=True)
class ExpectedScores:
    """The F1 to expect where the classes are mixed otherwise than in the gold.

    Attributes:
        prevalence: the share of each class that was assumed.
    """

    prevalence: dict[ClassName, float]
    macro_f1: Interval
    labels: dict[ClassName, Interval]


def measure_shares(report: Report, *, seed: int = 0) -> list[list[Interval]]:
    """How each gold class was labelled: rows and columns as in ``report.confusion``, rows sum to 1.

    The intervals are bootstrapped by document, like all others.
    """
    confusions = _stack(report)
    whole = _row_shares(confusions.sum(axis=0))
    drawn = _row_shares(resample(confusions, seed))
    return [
        [
            make_interval(whole[row, column], drawn[:, row, column], report.documents)
            for column, _ in enumerate(CLASSES)
        ]
        for row, _ in enumerate(CLASSES)
    ]


def measure_mix(report: Report) -> ClassMix:
    """The class mix of the gold and that of the predictions."""
    confusion = np.array(report.confusion)
    gold, predicted = (confusion.sum(axis=axis) / confusion.sum() for axis in (1, 0))
    return ClassMix(
        dict(zip(CLASSES, gold.tolist(), strict=True)),
        dict(zip(CLASSES, predicted.tolist(), strict=True)),
    )


def expect_scores(
    report: Report, prevalence: Mapping[ClassName, float], *, seed: int = 0
) -> ExpectedScores:
    """Reweighs the rows of the confusion matrix to another class mix.

    This assumes that only the mix changes: that a segment of each class is as hard, and mistaken
    for the same others as often, as in the gold (label shift: Saerens et al. 2002, Adjusting the
    Outputs of a Classifier to New a Priori Probabilities; Lipton et al. 2018, Detecting and
    Correcting for Label Shift with Black Box Predictors).

    Args:
        report: scores on a gold set.
        prevalence: share of each of ``CLASSES``; they sum to 1.
        seed: of the bootstrap.

    Raises:
        HedgerowError: a class is to be expected that the gold doesn't have.
    """
    for name in CLASSES:
        if prevalence[name] > 0 and not report.labels[name].support:
            raise HedgerowError(
                f"--prevalence: expected gold segments of the class {name!r}, found none, so "
                "nobody can tell how it would be labelled; give it the share 0"
            )
    shares = np.array([prevalence[name] for name in CLASSES])
    confusions = _stack(report)
    whole = _reweigh(confusions.sum(axis=0), shares)
    drawn = _reweigh(resample(confusions, seed), shares)
    values, drawn_values = f1_per_class(whole), f1_per_class(drawn)
    return ExpectedScores(
        prevalence=dict(prevalence),
        macro_f1=make_interval(macro_f1(whole), macro_f1(drawn), report.documents),
        labels={
            name: make_interval(values[column], drawn_values[:, column], report.documents)
            for column, name in enumerate(CLASSES)
        },
    )


def parse_prevalence(text: str) -> dict[ClassName, float]:
    """Class shares written as ``fact=0.64,speculation=0.15,recommendation=0.08,none=0.13``.

    Shares that sum to nearly 1, as rounded ones do, are scaled to sum to 1.

    Raises:
        HedgerowError: a class is missing or unknown, a share is no share, or they don't sum to 1.
    """
    expected = "fact=0.64,speculation=0.15,recommendation=0.08,none=0.13"
    try:
        pairs = [(name.strip(), float(share)) for name, share in _split(text)]
    except ValueError:
        pairs = []
    given = dict(pairs)
    if set(given) != set(CLASSES) or len(pairs) != len(CLASSES):
        raise HedgerowError(
            f"--prevalence: expected a share for each class, such as {expected}, found {text!r}"
        )
    total = sum(given.values())
    if not (all(share >= 0 for share in given.values()) and math.isfinite(total)):
        raise HedgerowError(f"--prevalence: expected shares from 0 to 1, found {text!r}")
    if abs(total - 1) > _SHARE_TOLERANCE:
        raise HedgerowError(
            f"--prevalence: expected shares that sum to 1, found a sum of {total:g}; mend a share"
        )
    return {name: given[name] / total for name in CLASSES}


def _split(text: str) -> list[list[str]]:
    return [part.split("=") for part in text.split(",")]


def _stack(report: Report) -> Counts:
    return np.array(list(report.by_document.values()), dtype=np.int64)


def _row_shares(confusion: Counts) -> Values:
    return divide(confusion, confusion.sum(axis=-1, keepdims=True))


def _reweigh(confusion: Counts, shares: Values) -> Values:
    # A draw without any segment of an expected class can't tell its scores: NaN, and left out.
    return np.where(shares[:, None] > 0, _row_shares(confusion) * shares[:, None], 0)
