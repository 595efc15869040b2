"""The shipped model against the rules of the labelling guide, a minimal pair at a time."""

import json
import shutil

import pytest

from hedgerow.baselines import KeywordClassifier
from hedgerow.classification import load_classifier
from hedgerow.model_folder import bundled_models, find_model, open_model
from hedgerow.records import CLASSES
from tests.behaviour.suite import CASES, pass_rates, run, write_to_card

GROUPS = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


def test_suite_is_as_large_and_as_minimal_as_it_says():
    assert len(GROUPS) >= 200
    assert len({group["id"] for group in GROUPS}) == len(GROUPS)
    assert len({case["text"] for group in GROUPS for case in group["cases"]}) > 600
    for group in GROUPS:
        assert 2 <= len(group["cases"]) <= 3
        assert {case["label"] for case in group["cases"]} <= set(CLASSES)
        outcomes = {(case["label"], case["attributed"]) for case in group["cases"]}
        assert len(outcomes) > 1 or group["rule"].startswith("invariance")


@pytest.fixture(scope="module")
def outcomes():
    return run(load_classifier("base"))


def test_base_model_gets_the_cases_right(outcomes):
    passed = sum(outcome.passed for outcome in outcomes)
    assert passed / len(outcomes) >= 0.92


def test_large_model_gets_nearly_all_right_and_the_cascade_comes_near():
    if "large" not in bundled_models():
        pytest.skip("the large model comes with the repository, not with the package")
    passed = {
        name: sum(one.passed for one in run(load_classifier(name))) for name in ("large", "auto")
    }
    cases = sum(len(group["cases"]) for group in GROUPS)
    assert passed["large"] / cases >= 0.97
    assert passed["auto"] / cases >= 0.95


def test_names_and_figures_change_nothing(outcomes):
    rates = pass_rates(outcomes)
    right, total = rates["invariance: names and figures"]
    assert right / total >= 0.85


def test_suite_is_too_hard_for_keywords():
    outcomes = run(KeywordClassifier())
    assert sum(outcome.passed for outcome in outcomes) / len(outcomes) < 0.85


def test_card_gets_a_rate_for_every_rule(outcomes, tmp_path):
    folder = shutil.copytree(find_model("small"), tmp_path / "small")
    write_to_card(folder, outcomes)
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert {group["rule"] for group in GROUPS} == {
        line.split(" | ")[0].removeprefix("| ")
        for line in card.split("| --- | --- | --- |\n")[-1].splitlines()
    }
    # The manifest knows the new card.
    assert open_model(folder).digest != open_model("small").digest
