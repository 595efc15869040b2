from dataclasses import replace

import numpy as np
import pytest

from hedgerow import Context, Span
from hedgerow.alignment import Pair
from hedgerow.slices import measure_context, measure_slices

from .test_evaluation import make_gold, relabel


def make_pairs(wrong=(), documents=12, size=240, **changes):
    truth = ["fact", "speculation", "recommendation", "fact"] * (size // 4)
    gold = [
        replace(one, **{name: value(i) for name, value in changes.items()})
        for i, one in enumerate(make_gold(truth, documents))
    ]
    given = ["none" if i in wrong else name for i, name in enumerate(truth)]
    return [Pair(one, two) for one, two in zip(gold, relabel(gold, given), strict=True)]


def find(slices, by):
    return {one.value: one for one in slices if one.by == by}


def test_every_way_to_part_the_gold_that_has_parts_is_scored():
    pairs = make_pairs(
        kind=lambda i: "list_item" if i % 5 == 0 else "sentence",
        hard=lambda i: i < 60,
        attributed=lambda i: i % 2 == 0,
        source=lambda i: Span(0, 1) if i % 4 == 0 else None,
        text=lambda i: " ".join(["“word”" if i % 3 else "word"] * (1 + i % 33)),
        extra=lambda i: {"genre": "sport" if i < 120 else "health"},
    )
    slices = measure_slices(pairs, {"d0": {"outlet": "a daily"}, "d1": {"outlet": "a weekly"}})
    parts = {}
    for one in slices:
        parts.setdefault(one.by, []).append(one.value)
        assert one.macro_f1.value == 1
    assert parts == {
        "kind": ["sentence", "list item"],
        "genre": ["health", "sport"],
        "attributed": ["attributed", "not attributed"],
        "speaker": ["named in the segment", "not named in the segment"],
        "hard": ["no reader hesitated", "a reader hesitated"],
        "length": ["under 10 words", "10–19 words", "20–29 words", "30 words or more"],
        "quoted": ["with quotation marks", "without"],
        "outlet": ["a daily", "a weekly"],
    }


def test_a_part_with_all_the_errors_shows_them():
    pairs = make_pairs(wrong=range(0, 60, 2), hard=lambda i: i < 60)
    hard = find(measure_slices(pairs, {}), "hard")
    assert hard["no reader hesitated"].macro_f1.value == 1
    assert hard["a reader hesitated"].accuracy.value == pytest.approx(0.5)


def test_small_parts_are_marked_and_of_many_pooled():
    few = make_pairs(hard=lambda i: i < 49)
    hard = find(measure_slices(few, {}), "hard")
    assert (hard["a reader hesitated"].small, hard["no reader hesitated"].small) == (True, False)
    outlets = {f"d{i}": {"outlet": "agency" if i < 12 else f"paper {i}"} for i in range(48)}
    parts = find(measure_slices(make_pairs(documents=48), outlets), "outlet")
    assert {one.value: (one.documents, one.small) for one in parts.values()} == {
        "agency": (12, False),
        "36 others": (36, False),
    }


class ReadsContext:
    """Says recommendation under a lead-in, and none of the words alone."""

    identifier = "reads-context"

    def predict_proba(self, segments):
        names = ["recommendation" if one.context.lead_in else "none" for one in segments]
        return np.array([[0, 0, name != "none", name == "none"] for name in names], dtype=float)


def test_items_are_scored_in_context_and_alone_against_what_they_say_alone():
    pairs = make_pairs(
        context=lambda i: Context(lead_in="We recommend:"),
        extra=lambda i: {"label_alone": "none"} if i % 4 == 2 else {},
    )
    inside, alone = measure_context(pairs, ReadsContext())
    assert (inside.segments, alone.segments) == (60, 60)
    assert inside.labels == {"recommendation": 1}
    assert alone.accuracy.value == 1 and alone.labels == {}
    assert measure_context(make_pairs(), ReadsContext()) == []
