import pytest

from hedgerow import HedgerowError
from hedgerow.training.config import read_config


def write(tmp_path, text):
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_numbers_written_as_yaml_reads_them_as_text(tmp_path):
    config = read_config(write(tmp_path, "name: a\nbase_model: b\nlearning_rate: 2e-5\n"))
    assert config.learning_rate == 2e-5


@pytest.mark.parametrize(
    "name", ["base", "large", "linear", "small-distilled", "small", "smoke", "teacher", "written"]
)
def test_shipped_recipes_are_valid(name):
    from pathlib import Path

    assert read_config(Path(__file__).parents[2] / "configs" / f"{name}.yaml").name == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: a\nbase_model: b\nlearning_rte: 1\n", "did you mean 'learning_rate'"),
        ("name: a\nbase_model: b\nzzz: 1\n", "known keys: name, description"),
        ("base_model: b\n", "expected the key 'name', found none"),
        ("name: a\n", "an encoder needs the key 'base_model'"),
        ("name: a\nbase_model: b\nunlabelled_files: [c]\n", "need the key 'teachers'"),
        ("name: a\nbase_model: b\nepochs: 0\n", "epochs: input should be greater than"),
        ("name: a\nbase_model: b\nepochs: many\n", "found 'many'"),
        ("name: a\nbase_model: b\nclass_weights: log\n", "class_weights: input should be 'none'"),
        ("- a\n", "found list"),
        ("name: [a\n", "expected YAML"),
    ],
)
def test_wrong_key_or_value_says_which_and_why(tmp_path, text, expected):
    with pytest.raises(HedgerowError) as caught:
        read_config(write(tmp_path, text))
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_recipe(tmp_path):
    with pytest.raises(HedgerowError, match="check the path"):
        read_config(tmp_path / "gone.yaml")
