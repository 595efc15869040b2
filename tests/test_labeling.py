import pickle

import pytest

import hedgerow
from hedgerow import ClaimLabeler, Document
from hedgerow.baselines import KeywordClassifier
from hedgerow.errors import HedgerowError

ARTICLE = """The dam closed on Monday.

Several problems could follow:
- Low water at the mill
- Higher prices

"Residents should store water," the mayor said."""


def test_records_point_into_the_text_and_carry_the_evidence():
    (labeled,) = ClaimLabeler(KeywordClassifier()).label([Document("a1", ARTICLE)])
    assert [one.index for one in labeled] == list(range(5))
    for one in labeled:
        assert ARTICLE[one.start : one.end] == one.text
        assert one.document_id == "a1"
        assert one.model == "keywords"
        for cue in one.cues:
            assert one.start <= cue.start < cue.end <= one.end
    assert pickle.loads(pickle.dumps(labeled)) == labeled
    first, lead_in, item, _, quote = labeled
    assert (first.label, lead_in.label, quote.label) == ("fact", "speculation", "recommendation")
    assert item.context.lead_in == "Several problems could follow:"
    assert quote.attributed and ARTICLE[slice(*quote.source)] == "the mayor"


def test_each_document_comes_back_in_order_and_counts_from_zero():
    documents = [
        Document("same", "One fell. Two rose."),
        Document("same", "It may rain."),
        Document("x", "!"),
    ]
    results = list(ClaimLabeler(KeywordClassifier()).label(iter(documents * 300)))
    assert len(results) == 900
    assert [one.index for one in results[0]] == [0, 1]
    assert [one.label for one in results[898]] == ["speculation"]
    assert results[897][0].index == 0


def test_no_documents_give_nothing():
    assert list(ClaimLabeler(KeywordClassifier()).label([])) == []


def test_model_folder_labels_by_path(tiny_model):
    (labeled,) = ClaimLabeler(tiny_model).label([Document("a", "The river rose. Leave now.")])
    assert len(labeled) == 2
    assert labeled[0].model.startswith("smoke@sha256:")
    assert abs(sum(labeled[0].scores.values()) - 1) < 1e-5


def test_shipped_model_labels_plain_cases():
    labeled = hedgerow.label(
        "The council closed the bridge on Monday. Analysts believe the talks might fail. "
        "Residents should boil their water before drinking it."
    )
    assert [one.label for one in labeled] == ["fact", "speculation", "recommendation"]
    assert all(one.model.startswith("base@sha256:") for one in labeled)


def test_shipped_model_reads_an_item_under_its_lead_in():
    item = "- Higher fees at the harbour\n"
    speculative = hedgerow.label(f"Several problems could follow next year:\n{item}")[1]
    advising = hedgerow.label(f"We recommend that the council adopt these measures:\n{item}")[1]
    assert speculative.label == "speculation"
    assert advising.label == "recommendation"


def test_batches_of_columns_become_rows_of_segments():
    labeler = ClaimLabeler(KeywordClassifier())
    rows = labeler(
        {"id": ["a", "b"], "text": ["One fell. It may rain.", "!"], "outlet": ["x", "y"]}
    )
    assert rows["document_id"] == ["a", "a", "b"]
    assert rows["outlet"] == ["x", "x", "y"]
    assert rows["label"][:2] == ["fact", "speculation"]
    assert {len(column) for column in rows.values()} == {3}
    assert {len(scores) for scores in rows["scores"]} == {4}
    assert rows["abstained"] == [False] * 3


def test_batches_tell_abstaining_from_no_claim():
    rows = ClaimLabeler("small", max_risk=0.04)(
        {"text": ["## Bulletin\n\nWhether it will do so again depends on decisions still to come."]}
    )
    assert rows["label"] == ["none", "none"]
    assert rows["abstained"] == [False, True]


def test_batches_without_text_are_one_clear_line():
    with pytest.raises(HedgerowError, match="expected a column 'text', found body"):
        ClaimLabeler(KeywordClassifier())({"body": ["One fell."]})


def test_labeler_is_taken_by_datasets_map():
    datasets = pytest.importorskip("datasets")
    articles = datasets.Dataset.from_dict({"id": ["a", "b"], "text": ["One fell. Two rose.", "!"]})
    labelled = articles.map(
        ClaimLabeler("keywords"), batched=True, num_proc=2, remove_columns=articles.column_names
    )
    assert labelled["document_id"][:] == ["a", "a", "b"]
