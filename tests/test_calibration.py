from dataclasses import replace

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import auc, brier_score_loss

from hedgerow import CLASSES, Context, HedgerowError, LabeledSegment
from hedgerow.alignment import Pair
from hedgerow.calibration import BINS, measure_calibration, measure_risk_coverage


def make_pairs(probabilities, truth, documents=20):
    pairs = []
    for i, (row, name) in enumerate(zip(probabilities, truth, strict=True)):
        gold = LabeledSegment(
            f"d{i % documents}", i, i, i + 1, "sentence", "x", Context(),
            None if name == "none" else name,
        )  # fmt: skip
        given = CLASSES[int(np.argmax(row))]
        predicted = replace(
            gold,
            label=None if given == "none" else given,
            scores=dict(zip(CLASSES, row, strict=True)),
            model="m",
        )
        pairs.append(Pair(gold, predicted))
    return pairs


@pytest.fixture
def drawn():
    """Probabilities that are right: each truth is drawn from its own row."""
    random = np.random.default_rng(5)
    probabilities = random.dirichlet(np.ones(len(CLASSES)), 3000)
    return probabilities, [str(random.choice(CLASSES, p=row)) for row in probabilities]


def test_probabilities_that_mean_what_they_say_have_no_calibration_error(drawn):
    calibration = measure_calibration(make_pairs(*drawn))
    assert calibration.ece < 0.03
    assert calibration.segments == sum(one.segments for one in calibration.bins) == 3000
    assert calibration.mean_confidence == pytest.approx(calibration.accuracy.value, abs=0.03)


def test_bins_and_brier_score_equal_scikit_learn(drawn):
    probabilities, truth = drawn
    calibration = measure_calibration(make_pairs(*drawn))
    right = [CLASSES[int(row.argmax())] == name for row, name in zip(*drawn, strict=True)]
    accuracy, confidence = calibration_curve(
        right, probabilities.max(axis=1), n_bins=BINS, strategy="quantile"
    )
    assert [one.accuracy.value for one in calibration.bins] == pytest.approx(accuracy)
    assert [one.confidence for one in calibration.bins] == pytest.approx(confidence)
    columns = [CLASSES.index(name) for name in truth]
    assert calibration.brier.value == pytest.approx(
        brier_score_loss(columns, probabilities, labels=range(4), scale_by_half=False)
    )


def test_overconfidence_is_found():
    rows = [[0.97, 0.01, 0.01, 0.01]] * 100
    calibration = measure_calibration(make_pairs(rows, ["fact"] * 60 + ["none"] * 40, documents=7))
    # Equal confidences share one bin, whatever the number of bins.
    (only,) = calibration.bins
    assert only.accuracy.low < 0.6 < only.accuracy.high
    assert calibration.ece == pytest.approx(0.37)


def test_abstaining_lowers_the_risk_and_full_coverage_gives_the_error_rate(drawn):
    pairs = make_pairs(*drawn)
    curve = measure_risk_coverage(pairs)
    wrong = np.mean([p.gold.label != p.predicted.label for p in pairs])
    assert curve.points[-1].coverage == 1
    assert curve.points[-1].risk.value == pytest.approx(wrong)
    assert curve.points[0].risk.value < wrong / 2
    for point in curve.points:
        kept = [p for p in pairs if max(p.predicted.scores.values()) >= point.threshold]
        assert point.coverage == pytest.approx(len(kept) / len(pairs))
        risk = np.mean([p.gold.label != p.predicted.label for p in kept])
        assert point.risk.value == pytest.approx(risk)
        assert point.risk.low <= point.risk.value <= point.risk.high
    assert curve.aurc == pytest.approx(
        auc([p.coverage for p in curve.points], [p.risk.value for p in curve.points]), abs=0.02
    )


def test_segments_of_one_confidence_are_covered_together():
    curve = measure_risk_coverage(make_pairs([[1, 0, 0, 0]] * 10, ["fact"] * 7 + ["none"] * 3))
    (point,) = curve.points
    assert (point.threshold, point.coverage, point.risk.value) == (1, 1, pytest.approx(0.3))
    assert curve.aurc == pytest.approx(0.3)


def test_predictions_without_scores_are_refused():
    gold = LabeledSegment("d", 0, 0, 1, "sentence", "x", Context(), "fact")
    with pytest.raises(HedgerowError, match="expected predictions with scores"):
        measure_calibration([Pair(gold, gold), Pair(gold, None)])
