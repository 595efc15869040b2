from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
)

from hedgerow import CLASSES, LABELS, Context, HedgerowError, LabeledSegment, evaluate
from hedgerow.records import Span


def make_gold(classes, documents=4):
    return [
        LabeledSegment(
            f"d{i % documents}", i, i * 10, i * 10 + 9, "sentence", "x" * 9, Context(),
            None if name == "none" else name, attributed=i % 3 == 0,
        )
        for i, name in enumerate(classes)
    ]  # fmt: skip


def relabel(gold, classes):
    return [
        replace(one, label=None if name == "none" else name, model="m")
        for one, name in zip(gold, classes, strict=True)
    ]


@pytest.fixture
def random_pair():
    random = np.random.default_rng(3)
    truth = random.choice(CLASSES, 200, p=[0.5, 0.25, 0.15, 0.1]).tolist()
    given = [name if random.random() < 0.7 else random.choice(CLASSES) for name in truth]
    gold = make_gold(truth, documents=20)
    return truth, given, gold, relabel(gold, given)


def test_scores_equal_scikit_learn(random_pair):
    truth, given, gold, predicted = random_pair
    report = evaluate(predicted, gold)
    assert report.macro_f1.value == pytest.approx(
        f1_score(truth, given, labels=LABELS, average="macro")
    )
    assert report.accuracy.value == pytest.approx(accuracy_score(truth, given))
    assert report.confusion == confusion_matrix(truth, given, labels=CLASSES).tolist()
    expected = precision_recall_fscore_support(truth, given, labels=CLASSES)
    for i, name in enumerate(CLASSES):
        score = report.labels[name]
        assert (score.precision, score.recall, score.f1.value, score.support) == pytest.approx(
            tuple(column[i] for column in expected)
        )


def test_intervals_hold_the_value_and_repeat_with_the_seed(random_pair):
    _, _, gold, predicted = random_pair
    report = evaluate(predicted, gold)
    for interval in (report.macro_f1, report.accuracy, report.labels["fact"].f1):
        assert interval.low < interval.value < interval.high
    assert evaluate(predicted, gold) == report
    assert evaluate(predicted, gold, seed=1).macro_f1.low != report.macro_f1.low


def test_intervals_are_wider_when_errors_cluster_in_documents():
    truth = ["fact", "speculation", "recommendation", "fact"] * 50
    spread = make_gold(truth, documents=20)
    clustered = [replace(one, document_id=f"d{i // 10}") for i, one in enumerate(spread)]
    given = ["speculation" if i < 60 else name for i, name in enumerate(truth)]
    narrow = evaluate(relabel(spread, given), spread).accuracy
    wide = evaluate(relabel(clustered, given), clustered).accuracy
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_a_small_gold_set_makes_intervals_wider_than_resampling_alone():
    # 10 documents of equal size: Student's t and n - 1 widen a normal interval by 1.22.
    gold = make_gold(["fact"] * 200, documents=10)
    given = ["fact" if i % 10 < i // 20 else "none" for i in range(200)]
    interval = evaluate(relabel(gold, given), gold).accuracy
    spread = np.std([np.mean([g == "fact" for g in given[d::10]]) for d in range(10)])
    expected = 2 * 2.262 * spread / 3
    assert interval.high - interval.low == pytest.approx(expected, rel=0.06)


def test_confusions_of_the_documents_add_up(random_pair):
    _, _, gold, predicted = random_pair
    report = evaluate(predicted, gold)
    assert set(report.by_document) == {one.document_id for one in gold}
    assert np.sum(list(report.by_document.values()), axis=0).tolist() == report.confusion


def test_split_errors_are_told_apart_from_label_errors():
    gold = make_gold(["fact", "speculation", "recommendation", "fact"], documents=1)
    joined = replace(gold[0], end=gold[1].end, text="x" * 19, model="m")
    wrong = replace(gold[2], label="fact", model="m")
    right = replace(gold[3], model="m")
    report = evaluate([joined, wrong, right], gold)
    split = report.splitting
    assert (split.precision, split.recall) == (pytest.approx(2 / 3), 0.5)
    assert (split.split_errors, split.both_errors, split.label_errors) == (2, 1, 1)


def test_gold_without_any_prediction_counts_as_none():
    gold = make_gold(["fact", "speculation"], documents=1)
    report = evaluate([replace(gold[0], model="m")], gold)
    assert report.confusion[CLASSES.index("speculation")][CLASSES.index("none")] == 1


def test_perfect_prediction():
    gold = make_gold(["fact", "speculation", "recommendation", "none"] * 3)
    report = evaluate([replace(one, model="m") for one in gold], gold)
    assert report.macro_f1.value == report.macro_f1.low == report.macro_f1.high == 1
    assert report.splitting.f1.value == 1
    assert report.attribution.f1.value == 1


def test_nothing_to_compare_is_an_error():
    gold = make_gold(["fact"])
    with pytest.raises(HedgerowError, match="expected at least one segment"):
        evaluate(gold, [])
    with pytest.raises(HedgerowError, match="expected segments of the gold documents"):
        evaluate([replace(gold[0], document_id="other")], gold)


def test_metrics_are_what_fail_under_may_name(random_pair):
    _, _, gold, predicted = random_pair
    report = evaluate(predicted, gold)
    assert set(report.metrics()) == {
        "macro_f1", "accuracy", "split_f1", "attribution_f1", "source_f1",
        *(f"{n}_f1" for n in CLASSES),
    }  # fmt: skip
    assert report.to_dict()["macro_f1"]["value"] == report.metrics()["macro_f1"]


def test_sources_count_by_the_share_that_is_covered():
    gold = make_gold(["fact"] * 4, documents=2)
    spans = [(Span(0, 4), Span(0, 8)), (Span(10, 19), Span(10, 19)), (None, Span(20, 24))]
    gold = [
        replace(one, source=g)
        for one, (g, _) in zip(gold, [*spans, (Span(30, 32), None)], strict=True)
    ]
    found = [
        replace(one, source=p, model="m")
        for one, (_, p) in zip(gold, [*spans, (None, None)], strict=True)
    ]
    sources = evaluate(found, gold).sources
    assert (sources.gold, sources.predicted) == (3, 3)
    precision, recall = (4 / 8 + 1 + 0) / 3, (1 + 1 + 0) / 3
    assert sources.overlap.precision.value == pytest.approx(precision)
    assert sources.overlap.recall.value == pytest.approx(recall)
    assert sources.overlap.f1.value == pytest.approx(2 * precision * recall / (precision + recall))
    assert sources.exact.f1.value == pytest.approx(1 / 3)


def test_no_source_found_scores_zero():
    gold = [replace(make_gold(["fact"])[0], source=Span(0, 4))]
    score = evaluate([replace(gold[0], source=None, model="m")], gold).sources.overlap
    assert (score.precision.value, score.recall.value, score.f1.value) == (0, 0, 0)
