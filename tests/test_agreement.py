import pytest

from hedgerow import Context, LabeledSegment
from hedgerow.agreement import measure_agreement


def segment(first, second, kind="sentence"):
    votes = {"first": first, "second": second}
    return LabeledSegment("d", 0, 0, 1, kind, "x", Context(), None, votes=votes)


def test_textbook_kappa():
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: the usual example, kappa 0.4.
    counts = {("fact", "fact"): 20, ("fact", "none"): 5, ("none", "fact"): 10, ("none", "none"): 15}
    segments = [segment(*pair) for pair, count in counts.items() for _ in range(count)]
    over_all, fact, *_ = measure_agreement(segments, "first", "second")
    assert (over_all.observed, over_all.kappa) == (pytest.approx(0.7), pytest.approx(0.4))
    assert fact.kappa == pytest.approx(0.4)
    assert over_all.alpha == pytest.approx(0.4)


def test_headings_do_not_swell_the_agreement():
    segments = [
        segment("fact", "none"),
        segment("none", "fact"),
        segment("none", "none", "heading"),
    ]
    assert measure_agreement(segments, "first", "second")[0].segments == 2


def test_full_agreement_and_missing_reader():
    assert measure_agreement([segment("fact", "fact")] * 3, "first", "second")[0].kappa == 1
    assert measure_agreement([segment("fact", "fact")], "first", "unguided") == []
