from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.inter_rater import cohens_kappa

from hedgerow import CLASSES, LABELS, HedgerowError
from hedgerow.agreement import measure_agreement
from hedgerow.comparison import Change, compare, judge, mcnemar, measure_difference
from hedgerow.evaluation import evaluate, macro_f1, make_interval, resample

from .test_evaluation import make_gold, relabel


def with_errors(random, truth, share):
    return [random.choice(CLASSES) if random.random() < share else name for name in truth]


@pytest.fixture
def three():
    """True classes, those of a fair system A and of a better B, which share most errors."""
    random = np.random.default_rng(5)
    truth = random.choice(CLASSES, 600, p=[0.5, 0.2, 0.2, 0.1]).tolist()
    better = with_errors(random, truth, 0.2)
    return truth, with_errors(random, better, 0.1), better


def compare_classes(truth, a, b, documents=30):
    gold = make_gold(truth, documents)
    return compare(relabel(gold, a), relabel(gold, b), gold)


def test_scores_and_their_difference_equal_scikit_learn(three):
    truth, a, b = three
    found = compare_classes(*three)
    for name, of_a, of_b in (
        ("macro_f1", *(f1_score(truth, x, labels=LABELS, average="macro") for x in (a, b))),
        ("accuracy", accuracy_score(truth, a), accuracy_score(truth, b)),
    ):
        score = getattr(found, name)
        assert (score.a, score.b) == pytest.approx((of_a, of_b))
        assert score.difference.value == pytest.approx(of_b - of_a)
    for i, name in enumerate(CLASSES):
        expected = f1_score(truth, b, labels=CLASSES, average=None)[i]
        assert found.labels[name].b == pytest.approx(expected)


@pytest.mark.parametrize(("only_a", "only_b"), [(0, 1), (3, 9), (6, 6), (40, 61), (700, 200)])
def test_mcnemar_equals_statsmodels(only_a, only_b):
    a_right = np.array([True] * 50 + [True] * only_a + [False] * only_b + [False] * 20)
    b_right = np.array([True] * 50 + [False] * only_a + [True] * only_b + [False] * 20)
    found = mcnemar(a_right, b_right)
    expected = statsmodels_mcnemar([[50, only_a], [only_b, 20]], exact=True)
    assert (found.only_a, found.only_b) == (only_a, only_b)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)


def test_kappa_equals_statsmodels(three):
    _, a, b = three
    table = np.zeros((4, 4))
    np.add.at(table, ([CLASSES.index(x) for x in a], [CLASSES.index(x) for x in b]), 1)
    expected = cohens_kappa(table, return_results=False)
    assert compare_classes(*three).kappa == pytest.approx(expected)
    voted = [
        replace(one, votes={"first": x, "second": y})
        for one, x, y in zip(make_gold(a), a, b, strict=True)
    ]
    assert measure_agreement(voted, "first", "second")[0].kappa == pytest.approx(expected)


def test_the_better_system_is_found_from_either_side(three):
    truth, a, b = three
    found, turned = compare_classes(truth, a, b), compare_classes(truth, b, a)
    interval, mirrored = found.macro_f1.difference, turned.macro_f1.difference
    assert found.verdict.outcome == "better" and turned.verdict.outcome == "worse"
    assert (interval.low, interval.high) == pytest.approx((-mirrored.high, -mirrored.low))
    size = f"by {interval.value:.3f} macro-F1 [{interval.low:.3f}, {interval.high:.3f}]"
    assert found.verdict.text == f"B is better than A {size}: more than noise"
    assert turned.verdict.text == f"B is worse than A {size}: more than noise"


def test_pairs_see_what_two_separate_intervals_do_not(three):
    truth, a, b = three
    gold = make_gold(truth, 30)
    alone = [evaluate(relabel(gold, one), gold).macro_f1 for one in (a, b)]
    assert alone[0].high > alone[1].low
    assert compare_classes(*three).macro_f1.difference.low > 0


def test_equal_labels_are_no_difference():
    truth = ["fact", "speculation", "recommendation", "none"] * 15
    for given in (truth, ["fact"] * 60):
        found = compare_classes(truth, given, given)
        assert found.verdict.outcome == "no difference"
        assert found.macro_f1.difference.low == found.macro_f1.difference.high == 0
        assert (found.kappa, found.mcnemar.p_value, found.changes) == (1, 1, ())


def test_equal_scores_by_other_errors_are_no_difference():
    # In every article A takes one fact of three for a recommendation, and B one the other way.
    truth = ["fact"] * 60 + ["speculation"] * 20 + ["recommendation"] * 60
    a = ["recommendation"] * 20 + truth[20:]
    b = [*truth[:80], *["fact"] * 20, *truth[100:]]
    found = compare_classes(truth, a, b, documents=20)
    assert found.macro_f1.difference.low == found.macro_f1.difference.high == 0
    assert found.verdict.outcome == "no difference"
    assert len(found.changes) == 40


def test_gain_in_one_article_convinces_mcnemar_but_not_the_bootstrap():
    truth = ["fact", "speculation", "recommendation"] * 200
    a = ["none" if i % 20 == 0 else name for i, name in enumerate(truth)]
    found = compare_classes(truth, a, truth, documents=20)
    assert found.mcnemar.p_value < 0.001
    assert found.verdict.outcome == "no difference"
    assert found.verdict.text.startswith("no difference beyond noise: B − A = +0.")


def test_a_handful_of_articles_decides_nothing():
    truth = ["fact", "speculation", "recommendation"] * 90
    found = compare_classes(truth, ["fact"] * 270, truth, documents=9)
    assert found.verdict.outcome == "too few documents"
    assert found.verdict.text.startswith("can't tell: 9 articles, at least 10 are needed")


def test_changed_and_missing_segments_are_listed():
    gold = make_gold(["fact", "speculation", "none", "fact"], documents=1)
    a = relabel(gold, ["fact", "fact", "recommendation", "fact"])
    b = relabel(gold, ["speculation", "speculation", "fact", "fact"])[:3]
    found = compare(a, b, gold, names=("old", "new"))
    assert (found.a, found.b, found.missing_a, found.missing_b) == ("old", "new", 0, 1)
    assert [(one.start, one.gold, one.a, one.b, one.right) for one in found.changes] == [
        (0, "fact", "fact", "speculation", "a"),
        (10, "speculation", "fact", "speculation", "b"),
        (20, "none", "recommendation", "fact", "neither"),
        (30, "fact", "fact", "none", "a"),
    ]
    assert found.to_dict()["changes"][0] == {
        "document_id": "d0", "start": 0, "end": 9, "text": "x" * 9,
        "gold": "fact", "a": "fact", "b": "speculation",
    }  # fmt: skip
    assert isinstance(found.changes[0], Change)


def test_labels_that_never_occur_count_as_zero():
    found = compare_classes(["none"] * 20, ["none"] * 20, ["none"] * 19 + ["fact"], documents=10)
    assert (found.macro_f1.a, found.macro_f1.b) == (0, 0)
    assert found.labels["speculation"].difference.value == 0


def test_no_gold():
    with pytest.raises(HedgerowError, match="expected at least one segment"):
        compare([], [], [])


def joint_population(right=0.85, both_right=0.75):
    """Probabilities (gold, A, B) of two equally good systems that share errors."""
    joint = np.zeros((4, 4, 4))
    for truth in range(4):
        joint[truth, truth, truth] = both_right
        for wrong in {*range(4)} - {truth}:
            joint[truth, truth, wrong] = joint[truth, wrong, truth] = (right - both_right) / 3
            joint[truth, wrong, wrong] = (1 - 2 * right + both_right) / 3
    return joint * np.array([0.46, 0.21, 0.16, 0.17])[:, None, None]


def test_intervals_hold_the_truth_and_equal_systems_pass_for_equal():
    # Each article draws its segments from a Dirichlet around the population: those of one article
    # are alike, with an intraclass correlation of 1 / 9.
    joint = joint_population()
    truth = float(macro_f1(joint.sum(axis=2) * 1000))
    random = np.random.default_rng(0)
    rounds, articles = 400, 150
    held = equal = 0
    for seed in range(rounds):
        drawn_joint = random.dirichlet(8 * joint.ravel(), size=articles)
        cells = random.multinomial(random.integers(10, 50, articles), drawn_joint)
        cells = cells.reshape(articles, 4, 4, 4)
        counts = np.stack([cells.sum(axis=3), cells.sum(axis=2)], axis=1)
        drawn = resample(counts, seed)
        of_a = make_interval(macro_f1(counts[:, 0].sum(axis=0)), macro_f1(drawn[:, 0]), articles)
        held += of_a.low <= truth <= of_a.high
        difference = measure_difference(macro_f1, counts, drawn)
        equal += judge(difference, articles).outcome == "no difference"
    assert 0.93 <= held / rounds <= 0.97
    assert equal / rounds >= 0.94
