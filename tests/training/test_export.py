import json
from pathlib import Path

import pytest

from hedgerow.model_folder import open_model


def quick_recipe(encoder, file, **settings):
    """One epoch on all rows of a file."""
    from hedgerow.training.config import TrainingConfig

    return TrainingConfig(
        name="t",
        base_model=str(encoder),
        train_files=[str(file)],
        validation_fraction=0,
        epochs=1,
        max_length=32,
        **settings,
    )


def test_trained_folder_is_complete_and_loads(tiny_model):
    assert {p.name for p in tiny_model.iterdir()} == {
        "README.md", "config.json", "manifest.json", "model.onnx", "model.safetensors",
        "tokenizer.json", "tokenizer_config.json", "training.json",
    }  # fmt: skip
    folder = open_model(tiny_model)
    assert folder.name == "smoke"
    assert folder.settings["max_length"] == 32


def test_model_trained_in_bfloat16_exports_and_loads(tiny_encoder, training_file, tmp_path):
    from hedgerow import ClaimClassifier, Segment
    from hedgerow.training.export import save_model
    from hedgerow.training.trainer import train

    config = quick_recipe(tiny_encoder, training_file, bf16=True)
    result = train(config, tmp_path / "run")
    save_model(result, config, tmp_path / "made", force=False)
    segment = Segment("d", 0, 9, "sentence", "Leave now")
    assert ClaimClassifier.from_pretrained(tmp_path / "made").predict_proba([segment]).shape == (
        1,
        4,
    )
    assert result.facts.scores == {}


def test_killed_run_goes_on_from_its_checkpoint(tiny_encoder, training_file, tmp_path):
    from hedgerow.training.config import TrainingConfig
    from hedgerow.training.trainer import train

    settings = {
        "name": "t",
        "base_model": str(tiny_encoder),
        "train_files": [str(training_file)],
        "validation_fraction": 0,
        "batch_size": 8,
        "max_length": 32,
    }
    train(TrainingConfig(**settings, epochs=1), tmp_path / "run")
    first = sorted(path.name for path in (tmp_path / "run").glob("checkpoint-*"))
    assert train(TrainingConfig(**settings, epochs=2), tmp_path / "run").facts.epochs == 2
    state = json.loads(
        max((tmp_path / "run").glob("checkpoint-*"), key=lambda path: int(path.name[11:]))
        .joinpath("trainer_state.json")
        .read_text()
    )
    assert first == ["checkpoint-5"] and state["global_step"] == 10


def test_checkpoints_of_other_data_are_not_gone_on_from(tiny_encoder, training_file, tmp_path):
    from hedgerow import HedgerowError
    from hedgerow.training.trainer import train

    other = tmp_path / "rows.jsonl"
    other.write_text(training_file.read_text().replace("bridge", "dam"))
    for path in (training_file, other):
        config = quick_recipe(tiny_encoder, path)
        if path is other:
            with pytest.raises(HedgerowError, match="other files; name another with --run-folder"):
                train(config, tmp_path / "run")
        else:
            train(config, tmp_path / "run")


def test_card_names_each_training_file_with_its_hash(tiny_model, training_file):
    from hedgerow.model_folder import hash_file

    card = (tiny_model / "README.md").read_text(encoding="utf-8")
    assert hash_file(training_file) in card
    assert "macro_f1" in card


def test_no_file_of_the_folder_names_a_place_on_this_machine(
    tiny_model, tiny_encoder, training_file
):
    for file in tiny_model.iterdir():
        content = file.read_bytes()
        assert str(tiny_encoder).encode() not in content
        assert str(training_file.parent).encode() not in content
        assert b"site-packages" not in content
        assert str(Path(__file__).parents[2]).encode() not in content


def test_settings_are_saved_beside_the_weights(tiny_model):
    assert json.loads((tiny_model / "training.json").read_text())["epochs"] == 1


def test_trained_folder_loads_with_transformers(tiny_model):
    from transformers import pipeline

    from hedgerow import CLASSES, ClaimClassifier, Segment

    texts = ["The dam might be closed.", "Residents must leave now.", "The river rose on Friday."]
    segments = [Segment("d", 0, len(text), "sentence", text) for text in texts]
    given = pipeline("text-classification", model=str(tiny_model), top_k=None)(texts)
    ours = ClaimClassifier.from_pretrained(tiny_model).predict_proba(segments)
    for found, row in zip(given, ours, strict=True):
        by_name = {one["label"]: one["score"] for one in found}
        assert set(by_name) == set(CLASSES)
        # The one is rounded to half precision, the other to eight bits.
        for name, probability in zip(CLASSES, row, strict=True):
            assert abs(by_name[name] - probability) < 0.02


def test_layers_are_cut(tiny_encoder, training_file):
    from hedgerow import HedgerowError
    from hedgerow.training.config import TrainingConfig
    from hedgerow.training.trainer import load_base

    settings = {"name": "t", "base_model": str(tiny_encoder), "train_files": [str(training_file)]}
    _, model = load_base(TrainingConfig(**settings, layers=[0]))
    assert model.config.num_hidden_layers == len(model.bert.encoder.layer) == 1
    with pytest.raises(HedgerowError, match="layers: expected numbers from 0 to 0, found 3"):
        load_base(TrainingConfig(**settings, layers=[0, 3]))


def test_second_output_is_trained_and_told_apart(tiny_model, tiny_encoder, training_file, tmp_path):
    from hedgerow import ClaimClassifier, Segment
    from hedgerow.training.export import save_model
    from hedgerow.training.trainer import train

    segment = Segment("d", 0, 9, "sentence", "Leave now")
    scores = ClaimClassifier.from_pretrained(tiny_model).score([segment])
    assert scores.classes.shape == (1, 4)
    assert scores.attributed.shape == (1,)
    config = quick_recipe(tiny_encoder, training_file, attribution_weight=0, safetensors=False)
    save_model(train(config, tmp_path / "run"), config, tmp_path / "made", force=False)
    assert not (tmp_path / "made" / "model.safetensors").exists()
    assert ClaimClassifier.from_pretrained(tmp_path / "made").score([segment]).attributed is None


def test_classifier_without_the_second_output_keeps_what_it_knows(
    tiny_encoder, training_file, tmp_path
):
    import torch

    from hedgerow.training.config import TrainingConfig
    from hedgerow.training.trainer import load_base

    settings = {"name": "t", "train_files": [str(training_file)]}
    base = TrainingConfig(**settings, base_model=str(tiny_encoder), attribution_weight=0)
    tokenizer, model = load_base(base)
    model.save_pretrained(tmp_path / "four")
    tokenizer.save_pretrained(tmp_path / "four")
    _, wider = load_base(TrainingConfig(**settings, base_model=str(tmp_path / "four")))
    inputs = tokenizer("Leave now.", return_tensors="pt")
    with torch.no_grad():
        four, five = model.eval()(**inputs).logits, wider.eval()(**inputs).logits
    assert five.shape == (1, 5)
    torch.testing.assert_close(five[:, :4], four)
    assert list(wider.config.id2label.values())[-1] == "attributed"
