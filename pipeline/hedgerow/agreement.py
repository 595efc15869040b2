"""How far readers agree: Cohen's kappa and Krippendorff's alpha, over all labels and per label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import krippendorff
import numpy as np
from sklearn.metrics import cohen_kappa_score

from hedgerow.records import CLASSES, LabeledSegment


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two readers on the segments that both labelled.

    Attributes:
        label: a class against all others, or ``all``.
        observed: share of segments with equal votes.
        kappa: Cohen 1960, A Coefficient of Agreement for Nominal Scales.
        alpha: Krippendorff 2018, Content Analysis, ch. 12, nominal.
    """

    label: str
    segments: int
    observed: float
    kappa: float
    alpha: float


def measure_agreement(
    segments: Sequence[LabeledSegment], first: str, second: str
) -> list[Agreement]:
    """Agreement of two named readers, over all classes and then each class against the rest.

    Only segments that make the reader choose are counted: headings, by-lines and table headers,
    ``none`` by convention, are left out.
    """
    votes = [
        (one.votes[first], one.votes[second])
        for one in segments
        if first in one.votes
        and second in one.votes
        and one.kind not in ("heading", "byline", "table_header")
    ]
    if not votes:
        return []
    coded = np.array([[CLASSES.index(vote) for vote in pair] for pair in votes]).T
    return [
        _measure("all", coded),
        *(_measure(name, (coded == column).astype(int)) for column, name in enumerate(CLASSES)),
    ]


def _measure(label: str, coded: np.ndarray) -> Agreement:
    varied = len(np.unique(coded)) > 1
    return Agreement(
        label=label,
        segments=coded.shape[1],
        observed=float((coded[0] == coded[1]).mean()),
        kappa=float(cohen_kappa_score(*coded)) if varied else 1.0,
        alpha=float(krippendorff.alpha(coded, level_of_measurement="nominal")) if varied else 1.0,
    )
