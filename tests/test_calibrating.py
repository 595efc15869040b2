"""A calibrated copy of a model folder, and abstention with it."""

import json

import numpy as np
import pytest

from hedgerow import ClaimClassifier, ClaimLabeler, Document, HedgerowError
from hedgerow.abstention import Scaling
from hedgerow.calibrating import calibrate
from hedgerow.gold import read_gold
from hedgerow.model_folder import open_model

from .conftest import ROWS


@pytest.fixture
def gold_file(tmp_path):
    rows = [
        {"document_id": f"d{i % 20}", "text": text, "label": label}
        for i, (text, label) in enumerate(ROWS * 30)
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def labelled(gold_file):
    return read_gold(gold_file).segments


def test_model_that_is_no_encoder_is_refused(labelled, tmp_path):
    with pytest.raises(HedgerowError, match="expected an encoder, found 'linear'"):
        calibrate("linear", labelled, tmp_path / "out")


def test_calibrated_folder_gives_the_scaled_probabilities(tiny_model, labelled, tmp_path):
    segments = [one.segment for one in labelled[:10]]
    before = ClaimClassifier.from_pretrained(tiny_model).predict_proba(segments)
    report = calibrate(tiny_model, labelled, tmp_path / "once")
    after = ClaimClassifier.from_pretrained(tmp_path / "once").predict_proba(segments)
    np.testing.assert_allclose(after, report.scaling.apply(before), atol=1e-4)
    again = calibrate(tmp_path / "once", labelled, tmp_path / "twice")
    twice = ClaimClassifier.from_pretrained(tmp_path / "twice").predict_proba(segments)
    np.testing.assert_allclose(twice, again.scaling.apply(after), atol=1e-4)
    np.testing.assert_allclose(twice, after, atol=0.08)
    assert 0 <= report.error_after < 0.5
    assert open_model(tmp_path / "once").digest != open_model(tiny_model).digest


def test_abstention_needs_a_calibrated_model(tiny_model):
    with pytest.raises(HedgerowError, match="expected a calibrated model"):
        ClaimLabeler(tiny_model, max_risk=0.05)
    with pytest.raises(HedgerowError, match="expected a calibrated model, found none in keywords"):
        ClaimLabeler("keywords", max_risk=0.05)


def test_unsure_segments_get_no_label(tiny_model, labelled, tmp_path):
    calibrate(tiny_model, labelled, tmp_path / "made")
    config = tmp_path / "made" / "config.json"
    content = json.loads(config.read_text())
    content["hedgerow"]["risk"] = [{"risk": 0.05, "threshold": 1.01, "coverage": 0.0}]
    config.write_text(json.dumps(content))
    from hedgerow.model_folder import write_manifest

    write_manifest(tmp_path / "made")
    document = Document("d", "## Bulletin\n\nThe dam may close. Leave now.")
    (sure,) = ClaimLabeler(tmp_path / "made").label([document])
    (unsure,) = ClaimLabeler(tmp_path / "made", max_risk=0.05).label([document])
    assert not any(one.abstained for one in sure)
    assert all(one.abstained and one.label is None for one in unsure if one.kind == "sentence")
    assert [one.scores for one in sure] == [one.scores for one in unsure]


def test_too_few_segments_are_one_clear_line(tiny_model, labelled, tmp_path):
    with pytest.raises(HedgerowError, match="at least 200 labelled claims of 10 documents"):
        calibrate(tiny_model, labelled[:50], tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_scaling_keeps_every_row_a_distribution():
    rows = np.array([[1, 0, 0, 0], [0.25] * 4], dtype=np.float32)
    scaled = Scaling(0.5, (0.1, -0.1, 0.0, 0.0)).apply(rows)
    np.testing.assert_allclose(scaled.sum(axis=1), 1, atol=1e-6)


def test_command_says_what_it_fitted_and_keeps_what_is_there(run, tiny_model, gold_file, tmp_path):
    arguments = ("calibrate", tiny_model, "--gold", gold_file, "--out", tmp_path / "made")
    status, lines, _ = run(*arguments, "--risk-gold", gold_file)
    assert status == 0
    assert "temperature" in lines[0] and "300 segments of 20 documents" in lines[0]
    assert "Errors that can be promised" in lines[1]
    card = (tmp_path / "made" / "README.md").read_text(encoding="utf-8")
    assert card.count("## Calibration") == 1
    status, _, errors = run(*arguments)
    assert status == 1 and "expected a new folder" in errors[0]
    status, lines, _ = run(*arguments, "--force", "--fit-bias")
    assert status == 0
    assert len(set(open_model(tmp_path / "made").settings["bias"])) > 1
