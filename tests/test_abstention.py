"""Calibration and abstention: what is promised holds on other data of the same kind."""

import numpy as np
import pytest

from hedgerow.abstention import (
    RiskThreshold,
    Scaling,
    choose_threshold,
    find_thresholds,
    fit_scaling,
)
from hedgerow.errors import HedgerowError
from hedgerow.probabilities import softmax


def sample(generator, documents, sharpness=1.0, bias=(0.0, 0.0, 0.0, 0.0)):
    """Probabilities that are right as often as they say, and then sharpened and biased."""
    logits = generator.normal(size=(documents * 20, 4)).astype(np.float32) * 2
    true = softmax(logits)
    classes = np.array([generator.choice(4, p=row / row.sum()) for row in true.astype(float)])
    given = softmax((logits + np.asarray(bias, dtype=np.float32)) * np.float32(sharpness))
    names = [f"d{i // 20}" for i in range(len(logits))]
    return given, classes, names


def test_scaling_undoes_overconfidence_and_a_shifted_mix():
    generator = np.random.default_rng(0)
    given, classes, _ = sample(generator, 200, sharpness=2.0, bias=(0.8, -0.2, -0.3, -0.3))
    scaling = fit_scaling(given, classes.tolist(), fit_bias=True)
    assert scaling.temperature == pytest.approx(2.0, rel=0.1)
    calibrated = scaling.apply(given)
    np.testing.assert_allclose(calibrated.sum(axis=1), 1, atol=1e-5)
    mix = np.bincount(classes, minlength=4) / len(classes)
    np.testing.assert_allclose(calibrated.mean(axis=0), mix, atol=0.02)


def test_temperature_alone_changes_no_label():
    given, classes, _ = sample(np.random.default_rng(5), 100, sharpness=3.0)
    scaling = fit_scaling(given, classes.tolist())
    assert scaling.bias == (0.0,) * 4
    assert scaling.temperature == pytest.approx(3.0, rel=0.1)
    np.testing.assert_array_equal(scaling.apply(given).argmax(axis=1), given.argmax(axis=1))


def test_scaling_of_calibrated_probabilities_changes_little():
    given, classes, _ = sample(np.random.default_rng(1), 200)
    scaling = fit_scaling(given, classes.tolist())
    np.testing.assert_allclose(scaling.apply(given), given, atol=0.04)


def test_promised_risk_holds_on_new_documents():
    generator = np.random.default_rng(2)
    kept = broken = 0
    for _ in range(20):
        given, classes, names = sample(generator, 60)
        new, new_classes, _ = sample(generator, 60)
        for one in find_thresholds(given.max(axis=1), given.argmax(axis=1) == classes, names):
            answered = new.max(axis=1) >= one.threshold
            risk = (new.argmax(axis=1) != new_classes)[answered].mean()
            # The new sample has an error of its own.
            broken += risk > one.risk + 2 * np.sqrt(one.risk / answered.sum())
            kept += 1
    assert kept > 60
    assert broken / kept < 0.05


def test_looser_risks_answer_more():
    given, classes, names = sample(np.random.default_rng(3), 100)
    found = find_thresholds(given.max(axis=1), given.argmax(axis=1) == classes, names)
    coverages = [one.coverage for one in found]
    assert coverages == sorted(coverages)
    assert [one.risk for one in found] == sorted(one.risk for one in found)


def test_few_or_hopeless_segments_promise_nothing():
    right = np.zeros(400, dtype=bool)
    confidences = np.full(400, 0.9, dtype=np.float32)
    assert find_thresholds(confidences, right, ["d"] * 400) == []
    assert find_thresholds(confidences[:10], ~right[:10], ["d"] * 10) == []


def test_threshold_of_the_next_lower_risk():
    table = [
        {"risk": one.risk, "threshold": one.threshold, "coverage": one.coverage}
        for one in (RiskThreshold(0.02, 0.9, 0.5), RiskThreshold(0.05, 0.7, 0.8))
    ]
    assert choose_threshold(table, 0.05, "m") == 0.7
    assert choose_threshold(table, 0.04, "m") == 0.9
    with pytest.raises(HedgerowError, match=r"at least 0\.02, the lowest that m can keep"):
        choose_threshold(table, 0.01, "m")
    with pytest.raises(HedgerowError, match="hedgerow calibrate"):
        choose_threshold([], 0.05, "m")


def test_scaling_is_the_identity_where_it_says_so():
    given, _, _ = sample(np.random.default_rng(4), 5)
    np.testing.assert_allclose(Scaling(1.0, (0.0,) * 4).apply(given), given, atol=1e-6)
