import pickle

import numpy as np
import pytest

from hedgerow import CLASSES, HedgerowError, Segment
from hedgerow.baselines import KeywordClassifier, LinearClassifier
from hedgerow.classification import ClaimClassifier, load_classifier
from hedgerow.linear import describe_input, train_linear

from .conftest import ROWS


def sentence(text, kind="sentence"):
    return Segment("d", 0, len(text), kind, text)


@pytest.fixture(scope="module")
def linear_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("linear") / "linear"
    texts, labels = zip(*(ROWS * 3), strict=True)
    folder.mkdir()
    train_linear([(text, "") for text in texts], labels).save(folder)
    return folder


def test_saved_linear_model_predicts_as_before(tmp_path):
    texts, labels = zip(*(ROWS * 3), strict=True)
    model = train_linear([(text, "") for text in texts], labels)
    expected = model.predict_proba([describe_input(text, "") for text in texts])
    (tmp_path / "linear").mkdir()
    model.save(tmp_path / "linear")
    classifier = LinearClassifier.from_pretrained(tmp_path / "linear")
    found = classifier.predict_proba([sentence(text) for text in texts])
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_linear_model_learns_its_rows_and_survives_pickling(linear_folder):
    classifier = load_classifier(linear_folder)
    probabilities = classifier.predict_proba([sentence(text) for text, _ in ROWS])
    assert [CLASSES[i] for i in probabilities.argmax(axis=1)] == [label for _, label in ROWS]
    again = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(
        again.predict_proba([sentence("It may be high water.")]), probabilities[5:6]
    )


def test_a_linear_folder_is_no_encoder_and_the_reverse(linear_folder, tiny_model):
    with pytest.raises(
        HedgerowError, match="expected a model of the backend 'onnx', found one of 'linear'"
    ):
        ClaimClassifier.from_pretrained(linear_folder)
    with pytest.raises(
        HedgerowError, match="expected a model of the backend 'linear', found one of 'onnx'"
    ):
        LinearClassifier.from_pretrained(tiny_model)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dam was closed in March.", "fact"),
        ("The dam may fail.", "speculation"),
        ("Officials urged residents to leave.", "recommendation"),
        ("The board should act, since the dam may fail.", "recommendation"),
    ],
)
def test_keyword_rules(text, expected):
    (row,) = KeywordClassifier().predict_proba([sentence(text)])
    assert row[CLASSES.index(expected)] == 1 and row.sum() == 1


def test_keyword_rules_leave_headings_alone():
    (row,) = KeywordClassifier().predict_proba([sentence("Dam may fail", "heading")])
    assert row[CLASSES.index("none")] == 1


def test_linear_model_reads_cues_and_context():
    assert describe_input("It may rain.", "") == "It may rain. cuehedge"
    described = describe_input("Higher fees", "We recommend:")
    assert described.split()[2:] == ["cueitem", "contextwe", "contextrecommend"]
    assert "cuedirective" in describe_input("Officials urged residents to leave.", "")
    assert "cueattributed" in describe_input("Officials said the dam was closed in March.", "")
