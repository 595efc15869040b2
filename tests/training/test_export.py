import json

from hedgerow.model_folder import open_model


def test_trained_folder_is_complete_and_loads(tiny_model):
    assert {p.name for p in tiny_model.iterdir()} == {
        "README.md", "config.json", "manifest.json", "model.onnx", "tokenizer.json", "training.json"
    }  # fmt: skip
    folder = open_model(tiny_model)
    assert folder.name == "smoke"
    assert folder.settings["max_length"] == 32


def test_card_names_each_training_file_with_its_hash(tiny_model, training_file):
    from hedgerow.model_folder import hash_file

    card = (tiny_model / "README.md").read_text(encoding="utf-8")
    assert hash_file(training_file) in card
    assert "macro_f1" in card
    assert json.loads((tiny_model / "training.json").read_text())["epochs"] == 1
