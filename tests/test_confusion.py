from collections import Counter

import numpy as np
import pytest
from sklearn.metrics import f1_score

from hedgerow import CLASSES, LABELS, HedgerowError, evaluate
from hedgerow.confusion import expect_scores, measure_mix, measure_shares, parse_prevalence

from .test_evaluation import make_gold, relabel


@pytest.fixture
def report():
    random = np.random.default_rng(3)
    truth = random.choice(CLASSES, 400, p=[0.4, 0.3, 0.2, 0.1]).tolist()
    given = [name if random.random() < 0.7 else random.choice(CLASSES) for name in truth]
    gold = make_gold(truth, documents=20)
    return evaluate(relabel(gold, given), gold)


def test_shares_are_those_of_the_matrix_and_its_diagonal_is_recall(report):
    shares = measure_shares(report)
    for row, counts, name in zip(shares, report.confusion, CLASSES, strict=True):
        assert [one.value for one in row] == pytest.approx(np.array(counts) / sum(counts))
        assert row[CLASSES.index(name)] == report.labels[name].recall_interval
        for one in row:
            assert one.low <= one.value <= one.high


def test_mix_counts_both_sides(report):
    mix = measure_mix(report)
    assert mix.gold["fact"] == report.labels["fact"].support / 400
    assert sum(mix.predicted.values()) == pytest.approx(1)
    assert mix.predicted["none"] == np.array(report.confusion)[:, 3].sum() / 400


def test_the_golds_own_mix_gives_the_golds_own_scores(report):
    expected = expect_scores(report, measure_mix(report).gold)
    assert expected.macro_f1.value == pytest.approx(report.macro_f1.value)
    assert expected.labels["speculation"].value == pytest.approx(
        report.labels["speculation"].f1.value
    )


def test_another_mix_gives_the_scores_of_a_gold_with_that_mix():
    cells = {("fact", "fact"): 8, ("fact", "speculation"): 2, ("speculation", "speculation"): 9,
             ("speculation", "fact"): 1, ("recommendation", "recommendation"): 10,
             ("none", "none"): 10}  # fmt: skip
    rows = [pair for pair, count in cells.items() for _ in range(count)]
    gold = make_gold([truth for truth, _ in rows])
    report = evaluate(relabel(gold, [given for _, given in rows]), gold)
    # Five facts for each segment of another class.
    weighted = Counter({pair: n * (5 if pair[0] == "fact" else 1) for pair, n in cells.items()})
    truth, given = zip(*weighted.elements(), strict=True)
    mix = {name: (5 if name == "fact" else 1) / 8 for name in CLASSES}
    expected = expect_scores(report, mix).macro_f1.value
    assert expected == pytest.approx(f1_score(truth, given, labels=LABELS, average="macro"))
    assert expected < report.macro_f1.value


def test_a_class_without_gold_segments_can_not_be_expected():
    gold = make_gold(["fact", "speculation"] * 4)
    report = evaluate(relabel(gold, ["fact", "speculation"] * 4), gold)
    half = dict.fromkeys(CLASSES, 0.0) | {"fact": 0.5, "speculation": 0.5}
    assert expect_scores(report, half).labels["fact"].value == 1
    with pytest.raises(HedgerowError, match="expected gold segments of the class 'none'"):
        expect_scores(report, half | {"speculation": 0.4, "none": 0.1})


def test_prevalence_is_read_and_rounded_shares_are_scaled():
    shares = parse_prevalence("fact=0.64, speculation=0.15,recommendation=0.08,none=0.12")
    assert tuple(shares) == CLASSES
    assert sum(shares.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "expected a share for each class"),
        ("fact=1", "expected a share for each class"),
        ("fact=0.5,fact=0.2,speculation=0.1,recommendation=0.1,none=0.1", "for each class"),
        ("fact=half,speculation=0.1,recommendation=0.2,none=0.2", "for each class"),
        ("fact=0.5,speculation=0.5,recommendation=0.5,none=0", "a sum of 1.5"),
        ("fact=1.5,speculation=-0.5,recommendation=0,none=0", "expected shares from 0 to 1"),
        ("fact=nan,speculation=0,recommendation=0,none=1", "expected shares from 0 to 1"),
    ],
)
def test_a_wrong_prevalence_is_one_clear_line(text, expected):
    with pytest.raises(HedgerowError, match=expected) as caught:
        parse_prevalence(text)
    assert "\n" not in str(caught.value)
