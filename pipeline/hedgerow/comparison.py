"""Compares two sets of predictions on the same gold, and says whether the difference is noise.

Two tests are made. A paired bootstrap draws whole articles and scores both systems on the same
draws; it decides, since the sentences of one article are not independent. McNemar's test is the
usual one for two classifiers (Dietterich 1998, Approximate Statistical Tests for Comparing
Supervised Classification Learning Algorithms), but takes each segment for an independent trial,
which makes its p-value too small where errors cluster in articles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import partial
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from hedgerow.alignment import Pair, align
from hedgerow.errors import HedgerowError
from hedgerow.evaluation import (
    Counts,
    Interval,
    Values,
    accuracy,
    f1_per_class,
    macro_f1,
    make_interval,
    resample,
)
from hedgerow.records import CLASSES, ClassName, LabeledSegment

MIN_DOCUMENTS = 10
"""With fewer articles an interval says too little about other articles to decide anything."""

Outcome: TypeAlias = Literal["better", "worse", "no difference", "too few documents"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One score of both systems on the same segments.

    Attributes:
        difference: B's score less A's, between -1 and 1, with its 95 % interval from the paired
            bootstrap by document.
    """

    a: float
    b: float
    difference: Interval


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether B is better or worse than A by more than noise, and a line that says so.

    B is better (worse) when the whole 95 % interval of the macro-F1 difference is above (below) 0.
    """

    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class McNemar:
    """McNemar's test on the segments that just one system labels right.

    Always the exact, binomial form: it needs no rule for when there are too few segments for
    chi-square, and errs on the side of "no difference" (Fagerland, Lydersen & Laake 2013, The
    McNemar test for binary matched-pairs data, BMC Medical Research Methodology 13:91).

    Attributes:
        only_a: segments that A labels right and B wrong.
        only_b: segments that B labels right and A wrong.
        p_value: two-sided; of segments as if they were independent.
    """

    only_a: int
    only_b: int
    p_value: float


@dataclass(frozen=True, slots=True)
class Change:
    """A gold segment that the two systems label differently."""

    document_id: str
    start: int
    end: int
    text: str
    gold: ClassName
    a: ClassName
    b: ClassName

    @property
    def right(self) -> Literal["a", "b", "neither"]:
        """Which system has the gold class."""
        return "a" if self.a == self.gold else "b" if self.b == self.gold else "neither"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems on one gold set.

    Attributes:
        missing_a: gold segments that no segment of A overlaps; they count as ``none``.
        missing_b: the same of B.
        macro_f1: over the labels, as in ``Report``; the verdict is about it.
        labels: F1 of each class.
        kappa: Cohen's kappa between A's and B's classes: how alike they label, right or wrong.
        changes: in the order of the gold.
    """

    a: str
    b: str
    documents: int
    segments: int
    missing_a: int
    missing_b: int
    verdict: Verdict
    macro_f1: Difference
    accuracy: Difference
    labels: dict[str, Difference]
    mcnemar: McNemar
    kappa: float
    changes: tuple[Change, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)


def compare(
    a: Sequence[LabeledSegment],
    b: Sequence[LabeledSegment],
    gold: Sequence[LabeledSegment],
    *,
    names: tuple[str, str] = ("A", "B"),
    seed: int = 0,
) -> Comparison:
    """Compares two systems' predictions for the documents of a gold set.

    Each gold segment is compared with the predicted segment that covers most of its characters, and
    counts as predicted ``none`` where there is none, as in ``evaluate``.

    Args:
        a: labelled segments of the first system; those of other documents are ignored.
        b: labelled segments of the second system.
        gold: labelled segments of a gold file.
        names: what the two are called in the result.
        seed: of the bootstrap.

    Raises:
        HedgerowError: there is no gold.
    """
    if not gold:
        raise HedgerowError("gold: expected at least one segment, found none; check the gold file")
    documents = sorted({one.document_id for one in gold})
    row_of = {document: row for row, document in enumerate(documents)}
    rows = np.array([row_of[one.document_id] for one in gold])
    truth = np.array([CLASSES.index(one.class_name) for one in gold])
    aligned = [align(system, gold) for system in (a, b)]
    given = np.array([_encode(pairs) for pairs in aligned])
    missing_a, missing_b = (sum(pair.predicted is None for pair in pairs) for pairs in aligned)
    counts = np.zeros((len(documents), 2, len(CLASSES), len(CLASSES)), dtype=np.int64)
    for system, classes in enumerate(given):
        np.add.at(counts[:, system], (rows, truth, classes), 1)
    drawn = resample(counts, seed)
    of_macro_f1 = measure_difference(macro_f1, counts, drawn)
    return Comparison(
        a=names[0],
        b=names[1],
        documents=len(documents),
        segments=len(gold),
        missing_a=missing_a,
        missing_b=missing_b,
        verdict=judge(of_macro_f1, len(documents)),
        macro_f1=of_macro_f1,
        accuracy=measure_difference(accuracy, counts, drawn),
        labels={
            name: measure_difference(partial(_f1_of_class, i), counts, drawn)
            for i, name in enumerate(CLASSES)
        },
        mcnemar=mcnemar(*(given == truth)),
        kappa=_kappa(*given),
        changes=tuple(
            Change(
                one.document_id,
                one.start,
                one.end,
                one.text,
                one.class_name,
                CLASSES[given[0, i]],
                CLASSES[given[1, i]],
            )
            for i, one in enumerate(gold)
            if given[0, i] != given[1, i]
        ),
    )


def _encode(pairs: Sequence[Pair]) -> list[int]:
    """The class that a system gives each gold segment, as its position in ``CLASSES``."""
    return [
        CLASSES.index(pair.predicted.class_name if pair.predicted else "none") for pair in pairs
    ]


def _f1_of_class(position: int, confusion: Counts) -> Values:
    return np.asarray(f1_per_class(confusion)[..., position])


def measure_difference(
    score: Callable[[Counts], Values], counts: Counts, drawn: Counts
) -> Difference:
    """One score of two systems, with the interval of the difference.

    Args:
        score: takes a stack of confusion matrices; where it is undefined it counts as 0.
        counts: confusions of each document by each system, of shape (documents, 2, 4, 4).
        drawn: their sums in each draw of ``resample``, of shape (draws, 2, 4, 4).
    """
    a, b = np.nan_to_num(score(counts.sum(axis=0)))
    drawn_a, drawn_b = np.nan_to_num(score(drawn)).T
    # Rounded, since equal scores whose parts were added in another order differ in the last digit.
    differences = np.round(drawn_b - drawn_a, 12)
    interval = make_interval(np.round(b - a, 12), differences, len(counts))
    return Difference(float(a), float(b), interval)


def judge(macro_f1: Difference, documents: int, a: str = "A", b: str = "B") -> Verdict:
    """The verdict on a difference in macro-F1, in which the systems are called ``a`` and ``b``."""
    value, low, high = astuple(macro_f1.difference)
    signed = f"{b} − {a} = {value:+.3f} macro-F1 [{low:+.3f}, {high:+.3f}]"
    if documents < MIN_DOCUMENTS:
        return Verdict(
            "too few documents",
            f"can't tell: {documents} articles, at least {MIN_DOCUMENTS} are needed; {signed}",
        )
    if low > 0:
        return Verdict(
            "better",
            f"{b} is better than {a} by {value:.3f} macro-F1 [{low:.3f}, {high:.3f}]: "
            "more than noise",
        )
    if high < 0:
        return Verdict(
            "worse",
            f"{b} is worse than {a} by {-value:.3f} macro-F1 [{-high:.3f}, {-low:.3f}]: "
            "more than noise",
        )
    return Verdict("no difference", f"no difference beyond noise: {signed}")


def mcnemar(a_right: npt.NDArray[np.bool_], b_right: npt.NDArray[np.bool_]) -> McNemar:
    """McNemar's exact test on which segments two systems label right, both of shape (segments,)."""
    from scipy.stats import binomtest

    only_a = int((a_right & ~b_right).sum())
    only_b = int((b_right & ~a_right).sum())
    if only_a + only_b == 0:
        return McNemar(0, 0, 1.0)
    return McNemar(only_a, only_b, float(binomtest(only_a, only_a + only_b).pvalue))


def _kappa(a: Counts, b: Counts) -> float:
    """Cohen's kappa; 1 for equal labels, even if they are all of one class."""
    from sklearn.metrics import cohen_kappa_score

    return 1.0 if (a == b).all() else float(cohen_kappa_score(a, b))
