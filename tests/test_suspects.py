import pytest

from hedgerow import Context, HedgerowError, LabeledSegment
from hedgerow.baselines import KeywordClassifier
from hedgerow.suspects import find_suspects

from .conftest import ROWS


def make_rows(wrong):
    return [
        LabeledSegment(
            f"d{i % 10}", i, 0, len(text), "sentence", text, Context(),
            "fact" if i in wrong else (None if label == "none" else label),
        )
        for i, (text, label) in enumerate(ROWS[:9] * 6)
    ]  # fmt: skip


@pytest.mark.parametrize("classifier", [None, KeywordClassifier()])
def test_planted_errors_come_first(classifier):
    wrong = {7, 33, 41}
    found = find_suspects(make_rows(wrong), classifier)
    assert {suspect.segment.index for suspect in found[:3]} == wrong
    assert all(
        suspect.suggested == "recommendation" or suspect.segment.index != 7 for suspect in found
    )
    assert [s.quality for s in found] == sorted(s.quality for s in found)


def test_too_few_documents_for_folds():
    with pytest.raises(HedgerowError, match="expected at least 5 documents"):
        find_suspects(make_rows(set())[:1])
