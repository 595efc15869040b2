"""Two models in a row: who answers what, the fitted threshold, and what a moved model does."""

import json
import pickle
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow import ClaimClassifier, ClaimLabeler, Document, HedgerowError, load_classifier
from hedgerow.cascade import find_unsure
from hedgerow.cascading import fit_threshold, join_answers, make_cascade
from hedgerow.gold import read_gold
from hedgerow.model_folder import CONFIG, open_model, write_manifest
from hedgerow.records import Segment

from .conftest import ROWS

ARTICLE = "## Bulletin\n\nThe dam may close. Leave now. The river rose on Friday."


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    rows = [
        {"document_id": f"d{i % 20}", "text": text, "label": label}
        for i, (text, label) in enumerate(ROWS * 30)
    ]
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def cascade(tiny_model, labelled, tmp_path):
    """The tiny model before the shipped small one, whose answers differ widely."""
    make_cascade(tiny_model, "small", read_gold(labelled).segments, tmp_path / "auto")
    return tmp_path / "auto"


def set_threshold(folder, threshold):
    config = json.loads((folder / CONFIG).read_text())
    config["hedgerow"]["threshold"] = threshold
    (folder / CONFIG).write_text(json.dumps(config))
    write_manifest(folder)


def test_each_segment_is_answered_by_the_model_that_should(cascade, tiny_model, labelled):
    segments = [one.segment for one in read_gold(labelled).segments[: len(ROWS)]]
    segments.append(Segment("d", 0, 8, "heading", "Bulletin"))
    first = ClaimClassifier.from_pretrained(tiny_model).score(segments)
    second = ClaimClassifier.from_pretrained("small").score(segments)
    confidences = np.sort(first.classes[:-1].max(axis=1))
    set_threshold(cascade, float(confidences[4]))
    scores = load_classifier(cascade).score(segments)
    sure = first.classes.max(axis=1) >= confidences[4]
    assert 0 < sure[:-1].sum() < len(ROWS)
    np.testing.assert_array_equal(scores.classes[sure], first.classes[sure])
    # Batched with other neighbours, so equal but for rounding.
    np.testing.assert_allclose(scores.classes[~sure], second.classes[~sure], atol=2e-2)
    assert scores.classes[-1].tolist() == [0, 0, 0, 1]
    assert scores.attributed[-1] == 0


@pytest.mark.parametrize(("threshold", "alone"), [(0.0, "first"), (1.01, "second")])
def test_at_both_ends_one_model_answers_alone(cascade, tiny_model, threshold, alone):
    set_threshold(cascade, threshold)
    document = Document("d", ARTICLE)
    model = tiny_model if alone == "first" else "small"
    (wanted,) = ClaimLabeler(model).label([document])
    (found,) = ClaimLabeler(cascade).label([document])
    assert [one.label for one in found] == [one.label for one in wanted]
    assert all(one.model.startswith("auto@sha256:") for one in found)


def test_a_cascade_travels_to_other_processes(cascade):
    classifier = load_classifier(cascade)
    segments = [Segment("d", 0, 18, "sentence", "The dam may close.")]
    wanted = classifier.predict_proba(segments)
    copy = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(copy.predict_proba(segments), wanted)


def test_another_model_in_the_place_of_one_is_refused(tiny_model, labelled, tmp_path):
    shutil.copytree(tiny_model, tmp_path / "first")
    folder = tmp_path / "auto"
    make_cascade(tmp_path / "first", "small", read_gold(labelled).segments, folder)
    (tmp_path / "first" / "README.md").write_text("Another card.\n")
    write_manifest(tmp_path / "first")
    with pytest.raises(HedgerowError, match=r"expected \.\./first with digest .*, found .*again"):
        load_classifier(folder)
    shutil.rmtree(tmp_path / "first")
    with pytest.raises(HedgerowError, match="first"):
        load_classifier(folder)


def test_cascade_and_its_models_move_together(tiny_model, labelled, tmp_path):
    (tmp_path / "here").mkdir()
    shutil.copytree(tiny_model, tmp_path / "here" / "first")
    segments = read_gold(labelled).segments
    make_cascade(tmp_path / "here" / "first", "small", segments, tmp_path / "here" / "auto")
    (tmp_path / "here").rename(tmp_path / "there")
    assert list(ClaimLabeler(tmp_path / "there" / "auto").label([Document("d", ARTICLE)]))


def test_settings_that_name_no_model_are_one_clear_line(cascade):
    config = json.loads((cascade / CONFIG).read_text())
    config["hedgerow"]["second"] = "small"
    (cascade / CONFIG).write_text(json.dumps(config))
    write_manifest(cascade)
    with pytest.raises(HedgerowError, match="expected the model and digest of its second stage"):
        load_classifier(cascade)


def make_answers(confidences, columns):
    """Probabilities whose highest stands in the given columns."""
    answers = np.empty((len(columns), 4), dtype=np.float32)
    answers[:] = (1 - np.asarray(confidences)[:, None]) / 3
    answers[np.arange(len(columns)), columns] = confidences
    return answers


def test_threshold_is_where_the_first_model_begins_to_err():
    classes = np.arange(400) % 4
    confidences = np.linspace(0.99, 0.4, 400)
    # The first is right down to 0.7 and always wrong below; the second is always right.
    first = make_answers(confidences, np.where(confidences >= 0.7, classes, (classes + 1) % 4))
    second = make_answers(np.full(400, 0.9), classes)
    assert fit_threshold(first, second, classes, 0.0) == pytest.approx(0.7, abs=0.004)
    assert fit_threshold(first, second, classes, 1.0) == pytest.approx(0.4, abs=0.001)
    assert fit_threshold(second, first, classes, 0.0) == pytest.approx(0.9)
    useless = make_answers(np.full(400, 0.99), (classes + 1) % 4)
    assert fit_threshold(useless, second, classes, 0.0) > 1


@given(st.lists(st.floats(0.3, 1), min_size=1, max_size=50), st.floats(0, 1.1))
def test_joined_answers_are_each_from_one_model(confidences, threshold):
    columns = np.arange(len(confidences)) % 4
    first = make_answers(confidences, columns)
    second = make_answers(np.full(len(columns), 0.5), columns)
    joined = join_answers(first, second, threshold)
    unsure = set(find_unsure(first, threshold))
    for row in range(len(columns)):
        np.testing.assert_array_equal(joined[row], (second if row in unsure else first)[row])


def test_command_fits_and_the_result_labels(run, tiny_model, labelled, tmp_path):
    out = tmp_path / "auto"
    status, lines, _ = run("cascade", tiny_model, "small", "--gold", labelled, "-o", out)
    assert status == 0
    assert "is asked where" in lines[0]
    assert open_model(out).settings["backend"] == "cascade"
    assert "digest" in (out / "config.json").read_text()
    article = tmp_path / "article.txt"
    article.write_text(ARTICLE)
    status, lines, _ = run("label", article, "--model", out, "--format", "jsonl")
    assert status == 0
    assert json.loads(lines[0])["model"].startswith("auto@sha256:")
    status, _, errors = run("cascade", tiny_model, "small", "--gold", labelled, "-o", out)
    assert status == 1
    assert "expected a new folder" in errors[0]
    status, _, errors = run("cascade", "linear", "small", "--gold", labelled, "-o", tmp_path / "x")
    assert (status, len(errors)) == (1, 1)
    assert "expected a model of the backend 'onnx', found one of 'linear'" in errors[0]
