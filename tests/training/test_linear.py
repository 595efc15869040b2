import json

import pytest

from hedgerow import HedgerowError
from hedgerow.classification import load_classifier
from hedgerow.training.config import TrainingConfig
from hedgerow.training.linear import train_linear_model


def test_recipe_makes_a_folder_that_loads_with_a_card(training_file, tmp_path):
    config = TrainingConfig(
        name="mine",
        architecture="linear",
        train_files=[str(training_file)],
        validation_fraction=0.3,
    )
    facts = train_linear_model(config, tmp_path / "mine", force=False)
    assert facts.scores["macro_f1"] > 0.9
    assert len(facts.training) + len(facts.validation) == 40
    assert load_classifier(tmp_path / "mine").identifier.startswith("mine@sha256:")
    assert "Logistic regression" in (tmp_path / "mine" / "README.md").read_text()
    assert json.loads((tmp_path / "mine" / "training.json").read_text())["seed"] == 0


def test_training_without_a_class_is_refused(tmp_path):
    file = tmp_path / "rows.jsonl"
    row = {"document_id": "d", "text": "It rained.", "label": "fact"}
    file.write_text(json.dumps(row) + "\n" + json.dumps(row | {"label": "speculation"}) + "\n")
    config = TrainingConfig(
        name="mine", architecture="linear", train_files=[str(file)], validation_fraction=0
    )
    with pytest.raises(HedgerowError, match="found none of none, recommendation"):
        train_linear_model(config, tmp_path / "mine", force=False)
    assert not (tmp_path / "mine").exists()
