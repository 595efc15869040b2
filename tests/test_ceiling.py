from dataclasses import replace

import pytest

from hedgerow import CLASSES
from hedgerow.alignment import Pair
from hedgerow.ceiling import measure_readers

from .test_evaluation import make_gold, relabel

FIRST = ["fact", "fact", "speculation", "speculation", "recommendation", "none"] * 4
SECOND = ["fact", "speculation", "speculation", "speculation", "recommendation", "none"] * 4


def make_pairs(model, unguided=0):
    gold = [
        replace(
            one,
            votes={"first": a, "second": b} | ({"adjudicator": a} if a != b else {})
            | ({"unguided": b} if i < unguided else {}),
        )
        for i, (one, a, b) in enumerate(zip(make_gold(FIRST), FIRST, SECOND, strict=True))
    ]  # fmt: skip
    return [Pair(one, given) for one, given in zip(gold, relabel(gold, model), strict=True)]


def test_readers_are_scored_as_a_model_is():
    (score,) = measure_readers(make_pairs(FIRST))
    assert (score.first, score.second, score.segments) == ("first", "second", 24)
    assert score.observed == pytest.approx(5 / 6)
    assert score.labels == pytest.approx({"fact": 2 / 3, "speculation": 0.8, "recommendation": 1.0})
    assert score.macro_f1.value == pytest.approx((2 / 3 + 0.8 + 1) / 3)
    assert score.model_macro_f1.value == 1


def test_a_model_that_is_one_of_the_readers_reaches_just_that_ceiling():
    (score, unguided) = measure_readers(make_pairs(SECOND, unguided=12))
    assert score.model_macro_f1.value == pytest.approx(score.macro_f1.value)
    assert (unguided.first, unguided.second, unguided.segments) == ("gold", "unguided", 12)
    assert unguided.model_macro_f1 == unguided.macro_f1


def test_gold_without_votes_has_no_ceiling():
    gold = make_gold(CLASSES)
    assert measure_readers([Pair(one, one) for one in gold]) == []
