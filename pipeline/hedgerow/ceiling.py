"""How well readers do at the task: the ceiling that a model's scores are read against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from hedgerow.agreement import measure_agreement
from hedgerow.alignment import Pair
from hedgerow.datacheck import ADJUDICATOR, UNGUIDED
from hedgerow.evaluation import Interval, evaluate
from hedgerow.records import LABELS, ClassName, LabeledSegment

GOLD = "gold"
"""Stands for the gold's final label where a reader is compared with it."""


@dataclass(frozen=True, slots=True)
class ReaderScore:
    """One reader's labels scored against another's, by the measures a model is scored by.

    F1 is the same whichever of the two is taken for the truth.

    Attributes:
        first: a reader's name, or ``gold`` for the gold's final label.
        second: a reader's name.
        segments: how many both of them labelled; headings, by-lines and table headers, ``none`` by
            convention, are left out.
        observed: share of them with the same label.
        kappa: Cohen's kappa over four classes.
        alpha: Krippendorff's alpha over four classes.
        model_macro_f1: the model's own macro-F1 against the gold on just these segments.
    """

    first: str
    second: str
    segments: int
    documents: int
    macro_f1: Interval
    labels: dict[ClassName, float]
    observed: float
    kappa: float
    alpha: float
    model_macro_f1: Interval


def measure_readers(pairs: Sequence[Pair]) -> list[ReaderScore]:
    """Scores every two readers with the guide, and the one without it against the gold.

    The reader without the guide decided nothing in the gold, so that reader's score stands on the
    same footing as a model's.

    Args:
        pairs: gold segments with their votes, and a model's predictions for them.
    """
    names = {name for pair in pairs for name in pair.gold.votes}
    guided = sorted(names - {ADJUDICATOR, UNGUIDED})
    return [
        score
        for first, second in [*combinations(guided, 2), (GOLD, UNGUIDED)]
        if (score := _score_readers(pairs, first, second)) is not None
    ]


def _score_readers(pairs: Sequence[Pair], first: str, second: str) -> ReaderScore | None:
    judged = [
        replace(
            pair, gold=replace(pair.gold, votes={**pair.gold.votes, GOLD: pair.gold.class_name})
        )
        for pair in pairs
    ]
    shared = [pair for pair in judged if {first, second} <= set(pair.gold.votes)]
    agreement = measure_agreement([pair.gold for pair in shared], first, second)
    if not agreement:
        return None
    report = evaluate(
        [_as_labelled_by(pair.gold, second) for pair in shared],
        [_as_labelled_by(pair.gold, first) for pair in shared],
    )
    model = evaluate(
        [pair.predicted for pair in shared if pair.predicted], [pair.gold for pair in shared]
    )
    return ReaderScore(
        first=first,
        second=second,
        segments=agreement[0].segments,
        documents=report.documents,
        macro_f1=report.macro_f1,
        labels={name: report.labels[name].f1.value for name in LABELS},
        observed=agreement[0].observed,
        kappa=agreement[0].kappa,
        alpha=agreement[0].alpha,
        model_macro_f1=model.macro_f1,
    )


def _as_labelled_by(one: LabeledSegment, reader: str) -> LabeledSegment:
    vote = one.votes[reader]
    return replace(one, label=None if vote == "none" else vote)
