import json

import pytest

from hedgerow import CLASSES, HedgerowError, Segment
from hedgerow.baselines import KeywordClassifier
from hedgerow.classification import load_classifier
from hedgerow.training.data import (
    class_weights,
    read_examples,
    read_unlabelled,
    split_by_document,
)


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def row(label="fact", document="d", kind="sentence", **other):
    return {"document_id": document, "text": "It rained.", "kind": kind, "label": label} | other


def test_claimless_kinds_are_counted_but_not_trained_on(tmp_path):
    file = write(tmp_path / "a.jsonl", row(), row("none", kind="heading"), row("none"))
    examples, (described,) = read_examples([file])
    assert [example.class_name for example in examples] == ["fact", "none"]
    assert (described.name, described.rows) == ("a.jsonl", 3)


def test_target_is_the_label_or_the_teachers_scores(tmp_path):
    scores = {"fact": 0.2, "speculation": 0.7, "recommendation": 0.1, "none": 0.0}
    file = write(tmp_path / "a.jsonl", row("speculation"), row("speculation", scores=scores))
    hard, soft = read_examples([file])[0]
    assert hard.target == (0.0, 1.0, 0.0, 0.0)
    assert soft.target == (0.2, 0.7, 0.1, 0.0)


def test_rows_that_may_not_be_trained_on_are_refused(tmp_path):
    file = write(tmp_path / "a.jsonl", row(), row(may_train=False))
    with pytest.raises(HedgerowError, match=r"a\.jsonl:2: .*may_train"):
        read_examples([file])


def test_no_rows_is_an_error():
    with pytest.raises(HedgerowError, match="--train-file"):
        read_examples([])


def test_split_keeps_documents_whole_and_stays_when_data_is_added(tmp_path):
    rows = [row(document=f"d{i % 50}") for i in range(200)]
    examples, _ = read_examples([write(tmp_path / "a.jsonl", *rows)])
    training, validation = split_by_document(examples, 0.2, seed=0)
    held_out = {example.document_id for example in validation}
    assert len(training) + len(validation) == 200
    assert len(training) > 2 * len(validation) > 0
    assert not held_out & {example.document_id for example in training}
    _, fewer = split_by_document(examples[:40], 0.2, seed=0)
    assert {example.document_id for example in fewer} <= held_out


def test_rare_classes_weigh_more_and_the_mean_is_one(tmp_path):
    rows = [row("fact")] * 90 + [row("speculation")] * 9 + [row("recommendation")]
    examples, _ = read_examples([write(tmp_path / "a.jsonl", *rows)])
    weights = dict(zip(CLASSES, class_weights(examples, "sqrt_inverse"), strict=True))
    assert weights["recommendation"] == pytest.approx(3 * weights["speculation"])
    mean = sum(weights[example.class_name] for example in examples) / len(examples)
    assert mean == pytest.approx(1)
    assert class_weights(examples, "none") == [1.0] * 4


def test_teacher_labels_each_distinct_row_that_may_be_trained_on(tmp_path):
    rows = [
        {"document_id": "u", "text": "It may rain."},
        {"document_id": "u", "text": "It may rain."},
        {"document_id": "u", "text": "It rained.", "may_train": False},
        {"document_id": "u", "text": "Rain may come", "kind": "heading"},
        {"document_id": "v", "text": "You should leave."},
    ]
    file = write(tmp_path / "pool.jsonl", *rows)
    examples, (described,) = read_unlabelled([file], [KeywordClassifier()])
    assert [example.class_name for example in examples] == ["speculation", "recommendation"]
    assert examples[0].target == (0.0, 1.0, 0.0, 0.0)
    assert examples[0].attributed is None
    assert described.rows == 2


def test_several_teachers_give_their_mean(tmp_path, tiny_model):
    file = write(tmp_path / "pool.jsonl", {"document_id": "u", "text": "It may rain."})
    tiny = load_classifier(tiny_model)
    ((example,), _) = read_unlabelled([file], [KeywordClassifier(), tiny])
    segment = Segment("u", 0, 12, "sentence", "It may rain.")
    scores = tiny.score([segment])
    expected = (scores.classes[0] + [0, 1, 0, 0]) / 2
    assert example.target == pytest.approx(tuple(expected), abs=1e-6)
    assert example.attributed == pytest.approx(float(scores.attributed[0]), abs=1e-6)


def test_attribution_is_known_only_where_somebody_judged_it(tmp_path):
    rows = [row("fact") | {"attributed": True}, row("fact") | {"attributed": False}, row("fact")]
    examples, _ = read_examples([write(tmp_path / "a.jsonl", *rows)])
    assert [example.attributed for example in examples] == [1.0, 0.0, None]
