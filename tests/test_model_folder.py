import json
import shutil

import pytest

from hedgerow.errors import HedgerowError
from hedgerow.model_folder import open_model, put_card_section, write_manifest


@pytest.fixture
def folder(tiny_model, tmp_path):
    """A copy of the tiny model that a test may damage."""
    return shutil.copytree(tiny_model, tmp_path / "copy")


def test_identifier_follows_the_content(folder):
    before = open_model(folder).identifier
    assert before.startswith("smoke@sha256:")
    (folder / "tokenizer.json").write_text("{}")
    write_manifest(folder)
    assert open_model(folder).identifier != before


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_tampered_truncated_or_missing_file_is_named(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(HedgerowError, match=f"expected {name} with sha256"):
        open_model(folder)
    (folder / name).write_bytes(content[:100])
    with pytest.raises(HedgerowError, match=r"100 bytes, not \d+"):
        open_model(folder)
    (folder / name).unlink()
    with pytest.raises(HedgerowError, match=f"expected {name}, found no such file"):
        open_model(folder)


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ("[" * 100_000, "nested more than 100 deep"),
        ('{"files": {"config.json": {"sha256": 5, "bytes": 1}}}', "expected sha256 and bytes"),
    ],
)
def test_a_manifest_of_something_else_is_one_line(folder, manifest, expected):
    (folder / "manifest.json").write_text(manifest)
    with pytest.raises(HedgerowError, match=expected):
        open_model(folder)


def test_wrong_label_order_is_refused(folder):
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {"0": "speculation", "1": "fact", "2": "recommendation", "3": "none"}
    (folder / "config.json").write_text(json.dumps(config))
    write_manifest(folder)
    with pytest.raises(HedgerowError, match="found speculation, fact"):
        open_model(folder)


def test_folder_that_is_no_model_and_unknown_name(tmp_path):
    with pytest.raises(HedgerowError, match=r"expected manifest\.json"):
        open_model(tmp_path)
    with pytest.raises(HedgerowError, match="or the path of a model folder, found neither"):
        open_model("bse")


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{",
        '{"files": {}}',
        '{"files": ["config.json"]}',
        '{"files": {"config.json": "x"}}',
        '{"files": {"config.json": {"sha256": "0", "bytes": 1}}}',
    ],
)
def test_broken_manifest_is_one_clear_error(folder, content):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(HedgerowError, match=r"manifest\.json"):
        open_model(folder)


def test_card_section_comes_once_and_leaves_the_others(folder):
    card = folder / "README.md"
    before = card.read_text()
    put_card_section(folder, "Calibration", ["Once.", "", "| a |"])
    put_card_section(folder, "Behaviour", ["Well."])
    put_card_section(folder, "Calibration", ["Twice."])
    text = card.read_text()
    assert text == before.rstrip() + "\n\n## Calibration\n\nTwice.\n\n## Behaviour\n\nWell.\n"
    assert "## Limits" in text


def test_card_section_makes_a_card_where_there_is_none(folder):
    (folder / "README.md").unlink()
    put_card_section(folder, "Behaviour", ["Well."])
    assert (folder / "README.md").read_text() == "# copy\n\n## Behaviour\n\nWell.\n"


def test_models_that_only_a_clone_has_are_explained_elsewhere(monkeypatch, tmp_path):
    monkeypatch.setattr("hedgerow.model_folder._BUNDLED", (tmp_path,))
    with pytest.raises(HedgerowError, match="large comes with a clone of the repository"):
        open_model("large")
    with pytest.raises(HedgerowError, match=r"expected one of keywords or .*; check the name"):
        open_model("big")
