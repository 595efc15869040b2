import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.errors import HedgerowError
from hedgerow.records import CLASSES, LABELS, SEGMENT_KINDS, Context, Cue, LabeledSegment, Span
from hedgerow.rows import from_row, to_row

texts = st.text(min_size=1, max_size=40)
scores = st.fixed_dictionaries(
    {name: st.integers(0, 10_000).map(lambda n: n / 10_000) for name in CLASSES}
)


@st.composite
def labeled_segments(draw, gold):
    text, start = draw(texts), draw(st.integers(0, 1000))
    end = start + len(text)
    return LabeledSegment(
        document_id=draw(st.text(max_size=5)),
        index=draw(st.integers(0, 99)),
        start=start,
        end=end,
        kind=draw(st.sampled_from(SEGMENT_KINDS)),
        text=text,
        context=Context(draw(st.text()), draw(st.text()), draw(st.text())),
        label=draw(st.sampled_from([*LABELS, None])),
        scores={} if gold else draw(scores),
        attributed=draw(st.booleans()),
        source=draw(st.sampled_from([None, Span(start, end)])),
        cues=draw(st.sampled_from([(), (Cue(start, end, "hedge"),)])),
        model="" if gold else "m@sha256:0",
        hard=gold and draw(st.booleans()),
        votes=draw(st.sampled_from([{}, {"first": "fact"}])) if gold else {},
        extra=draw(st.sampled_from([{}, {"genre": "sport"}])),
    )


@given(labeled_segments(gold=False) | labeled_segments(gold=True))
def test_row_and_back_loses_nothing(one):
    assert from_row(json.loads(json.dumps(to_row(one))), "here") == one


def test_none_may_be_written_as_null_or_by_name():
    row = {"document_id": "d", "text": "By Ola Strand", "kind": "byline"}
    assert from_row({**row, "label": None}, "here").label is None
    assert from_row({**row, "label": "none"}, "here").label is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"label": "opinion"}, "expected label to be fact, speculation"),
        ({"kind": "quote"}, "expected kind to be sentence"),
        ({"start": 5, "end": 5}, "0 ≤ start < end"),
        ({"text": ""}, "expected text to be some text"),
        ({"text": None}, "expected a labelled segment"),
        ({"cues": [{"start": "0", "end": 1, "kind": "hedge"}]}, "spans of whole numbers"),
        ({"source": {"start": True, "end": 1}}, "spans of whole numbers"),
        ({"scores": {"fact": "high"}}, "a number for each class"),
        ({"scores": {"fact": float("nan")}}, "a number for each class"),
        ({"scores": {"fact": 10**400}}, "expected a labelled segment"),
        ({"model": ["m"]}, "expected model to be text"),
        ({"start": float("inf")}, "expected a labelled segment"),
        ({"cues": [{"start": 0, "end": 1, "kind": "mood"}]}, "expected cues to be hedge"),
        ({"votes": {"first": "fct"}}, "expected votes to be fact"),
        ({"heading": 5}, "expected context to be text"),
        ({"start": "x"}, "expected a labelled segment"),
    ],
)
def test_broken_row_says_what_was_expected(change, expected):
    row = {"document_id": "d", "text": "It rained.", "label": "fact"}
    with pytest.raises(HedgerowError, match=r"^gold\.jsonl:7: ") as caught:
        from_row(row | change, "gold.jsonl:7")
    assert expected in str(caught.value)


def test_missing_field_is_named():
    with pytest.raises(HedgerowError, match=r"expected the field 'label', found only document_id"):
        from_row({"document_id": "d", "text": "x"}, "here")
