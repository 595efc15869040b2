"""Everything that ``hedgerow evaluate`` tells of one model on one gold set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from hedgerow.alignment import Pair, align
from hedgerow.calibration import (
    Calibration,
    RiskCoverage,
    measure_calibration,
    measure_risk_coverage,
)
from hedgerow.ceiling import ReaderScore, measure_readers
from hedgerow.classification import CLAIMLESS_KINDS, Classifier
from hedgerow.confusion import (
    ClassMix,
    ExpectedScores,
    expect_scores,
    measure_mix,
    measure_shares,
)
from hedgerow.errors import HedgerowError
from hedgerow.evaluation import Interval, Report, evaluate
from hedgerow.gold import GoldCheck, GoldSet, label_articles, label_segments
from hedgerow.records import ClassName
from hedgerow.rows import to_row
from hedgerow.slices import Slice, measure_context, measure_slices

MistakeKind: TypeAlias = Literal["label", "split", "both"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A gold segment that was labelled or split otherwise.

    Attributes:
        place: the pair's position among all pairs.
        confidence: probability of the predicted class; 0 where nothing was predicted.
        by_rule: True where no model was asked, since Hedgerow took the text for a heading, by-line
            or table header, or for no segment at all.
    """

    pair: Pair
    place: int
    kind: MistakeKind
    confidence: float
    by_rule: bool

    @property
    def predicted(self) -> ClassName:
        """The predicted class; ``none`` where no predicted segment overlaps the gold one."""
        return self.pair.predicted.class_name if self.pair.predicted else "none"

    def to_dict(self) -> dict[str, Any]:
        """The gold segment's row, with what was predicted for it."""
        predicted = self.pair.predicted
        return to_row(self.pair.gold) | {
            "mistake": self.kind,
            "predicted": None if predicted is None else to_row(predicted),
            "confidence": round(self.confidence, 4),
            "by_rule": self.by_rule,
        }


@dataclass(frozen=True, slots=True)
class GoldReport:
    """The scores of one model on one gold set, and what to read them against.

    Attributes:
        check: scores on the gold segments and, with the articles, end to end.
        baselines: other models' scores on the gold segments.
        shares: the headline's confusion matrix as shares of each gold class.
        mix: the headline's class mix.
        expected: the headline's F1 at another class mix, if one was given.
        readers: what readers reach; empty where the gold has no votes.
        calibration: on gold segments, without headings, by-lines and table headers, as are
            ``risk_coverage`` and ``slices``.
        pairs: every gold segment with its prediction: end to end with the articles.
        mistakes: those of the pairs that differ, in the order of ``find_mistakes``.
    """

    check: GoldCheck
    baselines: list[Report]
    shares: list[list[Interval]]
    mix: ClassMix
    expected: ExpectedScores | None
    readers: list[ReaderScore]
    calibration: Calibration
    risk_coverage: RiskCoverage
    slices: list[Slice]
    pairs: list[Pair]
    mistakes: list[Mistake]

    @property
    def headline(self) -> Report:
        """The scores that a user of whole articles gets, or those on gold segments without any."""
        return self.check.end_to_end or self.check.on_gold_segments

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        end_to_end = self.check.end_to_end
        return {
            "on_gold_segments": self.check.on_gold_segments.to_dict(),
            "end_to_end": None if end_to_end is None else end_to_end.to_dict(),
            "baselines": [one.to_dict() for one in self.baselines],
            "confusion_shares": [[asdict(one) for one in row] for row in self.shares],
            "class_mix": asdict(self.mix),
            "at_prevalence": None if self.expected is None else asdict(self.expected),
            "readers": [asdict(one) for one in self.readers],
            "calibration": asdict(self.calibration),
            "risk_coverage": {
                "aurc": self.risk_coverage.aurc,
                "points": [
                    one._asdict() | {"risk": asdict(one.risk)} for one in self.risk_coverage.points
                ],
            },
            "slices": [asdict(one) for one in self.slices],
            "mistakes": [one.to_dict() for one in self.mistakes],
        }


def make_report(
    classifier: Classifier,
    gold: GoldSet,
    *,
    baselines: Sequence[Classifier] = (),
    prevalence: Mapping[ClassName, float] | None = None,
) -> GoldReport:
    """Scores a classifier on a gold set in every way the report shows.

    Args:
        classifier: the model under test.
        gold: hand-labelled segments, with their articles if they are at hand.
        baselines: models to show beside it.
        prevalence: a class mix, as ``confusion.parse_prevalence`` gives it, to expect F1 at.

    Raises:
        HedgerowError: the gold has nothing but headings, by-lines and table headers, or lacks a
            class that is to be expected.
    """
    predicted = label_segments(classifier, gold)
    labeled = label_articles(classifier, gold) if gold.documents else None
    check = GoldCheck(
        on_gold_segments=evaluate(predicted, gold.segments),
        end_to_end=None if labeled is None else evaluate(labeled, gold.segments),
    )
    headline = check.end_to_end or check.on_gold_segments
    expected = None if prevalence is None else expect_scores(headline, prevalence)
    judged = [
        pair for pair in align(predicted, gold.segments) if pair.gold.kind not in CLAIMLESS_KINDS
    ]
    if not judged:
        raise HedgerowError(
            "gold: expected sentences, list items or table rows, found only segments without a "
            "claim; check the gold file"
        )
    pairs = align(predicted if labeled is None else labeled, gold.segments)
    articles = {document.id: document.extra for document in gold.documents}
    return GoldReport(
        check=check,
        baselines=[evaluate(label_segments(one, gold), gold.segments) for one in baselines],
        shares=measure_shares(headline),
        mix=measure_mix(headline),
        expected=expected,
        readers=measure_readers(judged),
        calibration=measure_calibration(judged),
        risk_coverage=measure_risk_coverage(judged),
        slices=measure_slices(judged, articles) + measure_context(judged, classifier),
        pairs=pairs,
        mistakes=find_mistakes(pairs, splitting=check.end_to_end is not None),
    )


def find_mistakes(pairs: Sequence[Pair], *, splitting: bool = True) -> list[Mistake]:
    """The pairs whose label or span differs.

    A model's wrong labels come first, the most confident on top; then those that a rule made; then
    segments that were split otherwise and labelled right.

    Args:
        pairs: gold segments with their predictions.
        splitting: whether spans were predicted at all.
    """
    mistakes: list[Mistake] = []
    for place, pair in enumerate(pairs):
        given = pair.predicted.class_name if pair.predicted else "none"
        wrong_label = given != pair.gold.class_name
        wrong_span = splitting and not pair.same_span
        if wrong_label or wrong_span:
            kind: MistakeKind = (
                "both" if wrong_label and wrong_span else "label" if wrong_label else "split"
            )
            confidence = pair.predicted.scores.get(given, 0.0) if pair.predicted else 0.0
            by_rule = pair.predicted is None or pair.predicted.kind in CLAIMLESS_KINDS
            mistakes.append(Mistake(pair, place, kind, confidence, by_rule))
    return sorted(mistakes, key=lambda one: (one.kind == "split", one.by_rule, -one.confidence))
