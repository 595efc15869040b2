import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hedgerow import HedgerowError
from hedgerow.training.config import TrainingConfig, read_config

pytest.importorskip("optuna", reason="the extra tune is not installed")

CONFIGS = Path(__file__).parents[2] / "configs"
SPACE = "learning_rate: {low: 1e-4, high: 1e-2, log: true}\nbatch_size: [4, 8]\n"
KILLED_AT = "trial 1 (2 of 3): "


@pytest.fixture(scope="module")
def recipe(tiny_encoder, training_file):
    return TrainingConfig(
        name="t",
        base_model=str(tiny_encoder),
        train_files=[str(training_file)],
        validation_fraction=0.25,
        epochs=2,
        batch_size=8,
        learning_rate=0.005,
        max_length=32,
        bf16=False,
    )


def space_of(recipe, folder, text=SPACE):
    from hedgerow.training.space import read_space

    path = folder / "space.yaml"
    path.write_text(text, encoding="utf-8")
    return read_space(path, recipe)


def search(recipe, out, text=SPACE, **options):
    from hedgerow.training.tuning import tune

    return tune(recipe, space_of(recipe, out.parent, text), out, **options)


@pytest.fixture(scope="module")
def finished(recipe, tmp_path_factory):
    """A search that went through: its folder, and what it found."""
    out = tmp_path_factory.mktemp("tune") / "study"
    return out, search(recipe, out, trials=3, seeds=2)


@pytest.fixture
def files(recipe, tmp_path):
    """Recipe and space as files, for the command line."""
    (tmp_path / "recipe.yaml").write_text(recipe.model_dump_json(), encoding="utf-8")
    (tmp_path / "space.yaml").write_text(SPACE, encoding="utf-8")
    return tmp_path / "recipe.yaml", tmp_path / "space.yaml"


def test_first_trial_is_the_recipe_and_the_others_lie_in_the_space(finished):
    _, report = finished
    first, *others = report.trials
    assert first.is_recipe and not any(trial.is_recipe for trial in others)
    assert first.values == {"learning_rate": 0.005, "batch_size": 8}
    for trial in others:
        assert 1e-4 <= trial.values["learning_rate"] <= 1e-2
        assert trial.values["batch_size"] in (4, 8)
    assert len({trial.values["learning_rate"] for trial in report.trials}) == 3


def test_score_is_the_mean_of_the_seeds_inside_its_interval_and_the_best_is_highest(finished):
    _, report = finished
    for trial in report.trials:
        assert len(trial.seed_scores) == len(trial.epoch_scores) == 2
        assert trial.score.value == pytest.approx(sum(trial.seed_scores) / 2)
        assert trial.score.low <= trial.score.value <= trial.score.high
    assert report.best.score.value == max(trial.score.value for trial in report.trials)


def test_score_is_that_of_training_by_the_recipe(finished, tmp_path):
    from hedgerow import CLASSES
    from hedgerow.training.data import score_columns
    from hedgerow.training.trainer import train

    out, report = finished
    result = train(read_config(out / "best.yaml"), tmp_path / "run")
    assert result.facts.scores["macro_f1"] == pytest.approx(report.best.seed_scores[0])
    # The predictions stand in the order of the examples, or the interval by document is wrong.
    wanted = [CLASSES.index(example.class_name) for example in result.facts.validation]
    scores = score_columns(wanted, result.predicted)
    assert scores["macro_f1"] == pytest.approx(result.facts.scores["macro_f1"])


def test_command_writes_the_trials_and_a_recipe_of_the_best(run, files, recipe, tmp_path):
    path, space = files
    out = tmp_path / "out" / "study"
    options = ("tune", path, "--space", space, "--trials", 2, "--seeds", 2, "--out", out)
    status, shown, progress = run(*options)
    assert status == 0
    # No checkpoint is left.
    assert {file.name for file in out.iterdir()} == {
        ".lock", "best.yaml", "study.db", "trials.jsonl",
    }  # fmt: skip
    rows = [json.loads(line) for line in (out / "trials.jsonl").read_text().splitlines()]
    best = max(rows, key=lambda row: row["score"]["value"])
    config = read_config(out / "best.yaml")
    assert config.model_dump() == recipe.model_dump() | best["values"] | {
        "name": "t-tuned",
        "description": config.description,
    }
    header = (out / "best.yaml").read_text().split("name:")[0]
    assert f"Trial {best['number']} of the study" in header
    assert "2 trials (2 complete)" in header
    assert f"{best['score']['value']:.3f} [" in header
    assert "score is too high" in header and "score is too high" in shown[-1]
    assert any("0 (recipe)" in line for line in shown)
    assert [line.split(":")[0] for line in progress] == [
        *["trial 0 (1 of 2)"] * 2,
        *["trial 1 (2 of 2)"] * 2,
    ]
    # Nothing is left to do for the same command: it shows the same again.
    assert run(*options) == (0, shown, [])


def test_killed_search_goes_on_as_if_it_had_not_been(finished, files, recipe, tmp_path):
    path, space = files
    out = tmp_path / "killed"
    arguments = ("tune", path, "--space", space, "--trials", 3, "--seeds", 2, "--out", out)
    source = Path(sys.modules["hedgerow"].__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", "from hedgerow.cli import main; main()", *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(source)},
    ) as process:
        for line in process.stderr:
            if line.startswith(KILLED_AT):
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    resumed = search(recipe, out, trials=3, seeds=2)
    _, through = finished
    states = [trial.state for trial in resumed.trials]
    assert states == ["complete", "interrupted", "complete", "complete"]
    assert [(trial.values, trial.score) for trial in resumed.counted] == [
        (trial.values, trial.score) for trial in through.trials
    ]
    assert not (out / "trial").exists()


def test_trial_that_is_killed_twice_has_failed(recipe, tmp_path):
    from hedgerow.training.study import open_study, read_trials

    space = space_of(recipe, tmp_path)
    values = []
    for _ in range(2):
        with open_study(tmp_path / "study", {}) as study:
            values.append(study.ask(space).params)
    with open_study(tmp_path / "study", {}) as study:
        states = [trial.state for trial in read_trials(study)]
        assert states == ["interrupted", "failed"]
        assert values[0] == values[1] != study.ask(space).params


@pytest.mark.parametrize(
    ("change", "text", "options", "named"),
    [
        ({"weight_decay": 0.5}, SPACE, {}, "other weight_decay of the recipe;"),
        ({}, SPACE.replace("1e-4", "1e-5"), {}, "other learning_rate of the space;"),
        ({}, SPACE + "epochs: [2, 3]\n", {}, "other epochs of the space;"),
        ({}, SPACE, {"prune": False}, "other --prune;"),
        ({}, SPACE, {"seeds": 3}, "other --seeds;"),
    ],
)
def test_study_of_another_search_is_refused(finished, recipe, change, text, options, named):
    out, _ = finished
    with pytest.raises(HedgerowError, match=named):
        search(recipe.model_copy(update=change), out, text, trials=3, **{"seeds": 2} | options)


def test_study_of_other_data_is_refused(finished, recipe, training_file, tmp_path):
    out, _ = finished
    other = tmp_path / "rows.jsonl"
    other.write_text(training_file.read_text().replace("bridge", "dam"))
    changed = recipe.model_copy(update={"train_files": [str(other)]})
    with pytest.raises(HedgerowError, match=r"other content of rows\.jsonl;"):
        search(changed, out, trials=3, seeds=2)


def test_folder_in_use_or_of_something_else_is_refused(recipe, tmp_path):
    from hedgerow.training.study import open_study

    with (
        open_study(tmp_path / "study", {}),
        pytest.raises(HedgerowError, match="found one in use"),
        open_study(tmp_path / "study", {}),
    ):
        pass
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("Dear")
    with (
        pytest.raises(HedgerowError, match="found something else"),
        open_study(tmp_path / "home", {}),
    ):
        pass
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["letter.txt"]


def test_damaged_study_is_one_line(tmp_path):
    from hedgerow.training.study import open_study

    (tmp_path / "study.db").write_text("garbage " * 1000)
    with pytest.raises(HedgerowError, match="file is not a database"), open_study(tmp_path, {}):
        pass


def add_trials(out, recipe, count, score):
    """Adds complete trials that score as well after their first epoch as in the end."""
    from optuna.trial import create_trial

    from hedgerow.training.study import INTERVAL, describe_settings, open_study
    from hedgerow.training.trainer import read_data

    space = space_of(recipe, out.parent)
    files = read_data(recipe).files
    with open_study(out, describe_settings(recipe, space, files, seeds=1, prune=True)) as study:
        for number in range(count):
            value = score - number / 100
            trial = create_trial(
                params={"learning_rate": 0.01 - number / 2000, "batch_size": 4 + number % 2 * 4},
                distributions=space,
                value=value,
                intermediate_values={50: value, 100: value},
                user_attrs={INTERVAL: [value, value]},
            )
            study.add_trial(trial)


def test_trial_worse_than_the_median_is_stopped_after_an_epoch(recipe, tmp_path):
    add_trials(tmp_path / "study", recipe, 5, 0.99)
    last = search(recipe, tmp_path / "study", trials=6).trials[-1]
    assert (last.state, last.score, len(last.epoch_scores)) == ("pruned", None, 1)


def test_importances_need_ten_complete_trials(recipe, tmp_path):
    add_trials(tmp_path / "study", recipe, 9, 0.9)
    assert search(recipe, tmp_path / "study", trials=9).importances == {}
    add_trials(tmp_path / "study", recipe, 1, 0.7)
    importances = search(recipe, tmp_path / "study", trials=10).importances
    assert importances.keys() == {"learning_rate", "batch_size"}
    assert sum(importances.values()) == pytest.approx(1)


@pytest.fixture
def long_row(recipe, training_file, tmp_path):
    """The recipe with a text that has more word pieces than the encoder has positions."""
    row = {"document_id": "long", "text": "the river rose " * 40, "label": "fact"}
    path = tmp_path / "long.jsonl"
    path.write_text(training_file.read_text() + json.dumps(row) + "\n")
    return recipe.model_copy(update={"train_files": [str(path)], "epochs": 1})


def test_trial_that_fails_is_recorded_and_the_search_goes_on(long_row, tmp_path):
    out = tmp_path / "study"
    report = search(long_row, out, "max_length: [32, 100]\n", trials=3)
    by_length = {trial.values["max_length"]: trial for trial in report.trials}
    assert {length: trial.state for length, trial in by_length.items()} == {
        32: "complete",
        100: "failed",
    }
    assert by_length[100].reason.split(":")[0].endswith("Error")
    assert report.best.values == {"max_length": 32}
    assert len(report.counted) == 3


def test_search_in_which_every_trial_fails_is_one_line(run, files, long_row, tmp_path):
    path, space = files
    path.write_text(long_row.model_dump_json())
    space.write_text("max_length: [100]\n")
    out = tmp_path / "study"
    status, shown, errors = run("tune", path, "--space", space, "--trials", 2, "--out", out)
    assert (status, shown) == (1, [])
    assert errors[0] == "the recipe is no trial: the space has no max_length of it"
    assert "at least one complete trial, found 2 that failed, the last by: " in errors[-1]
    rows = [json.loads(line) for line in (out / "trials.jsonl").read_text().splitlines()]
    assert [row["state"] for row in rows] == ["failed", "failed"]
    assert not (out / "best.yaml").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("learning_rte: [1e-4]\n", "did you mean 'learning_rate'"),
        ("zzz: [1]\n", "known keys: epochs, learning_rate"),
        ("seed: [1, 2]\n", "a key that can be searched, found 'seed'; these can: epochs"),
        ("learning_rate: {lo: 1e-5, high: 1}\n", "learning_rate: expected a known key, found 'lo'"),
        ("learning_rate: {high: 1e-4}\n", "learning_rate: expected the key 'low', found none"),
        ("learning_rate: [1e-4, 0.5]\n", "learning_rate: input should be less than or equal to"),
        ("learning_rate: {low: 0, high: 1e-3}\n", "learning_rate: input should be greater than 0"),
        ("learning_rate: {low: 1e-3, high: 1e-4}\n", "learning_rate: `low <= high` must hold"),
        ("weight_decay: {low: 0, high: 0.1, log: true}\n", "weight_decay: `low > 0` must hold"),
        ("epochs: {low: 1, high: 4, step: 2}\n", "epochs: The distribution is specified by [1, 4]"),
        ("epochs: {low: 1, high: 4, step: 1.5}\n", "epochs: `step` must be a whole number"),
        ("epochs: {low: 1.5, high: 4}\n", "epochs: input should be a valid integer"),
        ("epochs: 3\n", "epochs: expected a list of choices or low and high, found 3"),
        ("epochs: []\n", "epochs: expected a list of choices or low and high, found []"),
        ("class_weights: {low: 0, high: 1}\n", "class_weights: input should be 'none'"),
        ("{}\n", "expected at least one key to search"),
        ("- epochs\n", "found list"),
    ],
)
def test_wrong_space_says_which_key_and_why(recipe, tmp_path, text, expected):
    with pytest.raises(HedgerowError) as caught:
        space_of(recipe, tmp_path, text)
    assert expected in str(caught.value)
    assert "space.yaml: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_shipped_space_suits_shipped_recipes():
    from hedgerow.training.space import holds, read_space

    for name in ("base", "large", "small", "teacher", "written"):
        recipe = read_config(CONFIGS / f"{name}.yaml")
        space = read_space(CONFIGS / "tune.yaml", recipe)
        assert all(holds(one, getattr(recipe, key)) for key, one in space.items()), name


def test_linear_recipe_has_nothing_to_search(run, tmp_path):
    status, _, (line,) = run(
        "tune", CONFIGS / "linear.yaml", "--space", CONFIGS / "tune.yaml", "--out", tmp_path / "a"
    )
    assert status == 1
    assert "found architecture linear, which has no key to search" in line
    assert not (tmp_path / "a").exists()


def test_documents_must_be_held_out_and_have_every_label(recipe, tmp_path):
    none_held_out = recipe.model_copy(update={"validation_fraction": 0.0})
    with pytest.raises(HedgerowError, match="validation_fraction: expected a share"):
        search(none_held_out, tmp_path / "study", trials=1)
    rows = [json.loads(line) for line in Path(recipe.train_files[0]).read_text().splitlines()]
    facts = tmp_path / "facts.jsonl"
    facts.write_text("".join(json.dumps(row | {"label": "fact"}) + "\n" for row in rows))
    no_others = recipe.model_copy(update={"train_files": [str(facts)]})
    with pytest.raises(HedgerowError, match="found none of recommendation, speculation"):
        search(no_others, tmp_path / "study", trials=1)
    assert not (tmp_path / "study").exists()


def test_without_optuna_the_extra_is_named(run, files, tmp_path, monkeypatch):
    path, space = files
    monkeypatch.setitem(sys.modules, "optuna", None)
    for name in [name for name in sys.modules if name.startswith("optuna.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "hedgerow.training.space", raising=False)
    status, _, (line,) = run("tune", path, "--space", space, "--out", tmp_path / "a")
    assert status == 1
    assert "found no optuna" in line and "pip install 'hedgerow[tune]'" in line
