"""What the training data teach: linear models trained on them and tested on other labelled rows.

    python benchmarks/training_data.py --test real_dev.jsonl [--real real_train.jsonl]

Two linear models are fitted on data/train alone and, with --real, on the real rows and on both:
TF-IDF of words and word pairs with logistic regression, and the shipped kind, which counts cues and
context as words too. An encoder on data/train alone takes a recipe:

    hedgerow train configs/written.yaml --base-model DIR --out runs/written-model
    python benchmarks/labelling.py --gold real_dev.jsonl --models runs/written-model
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from hedgerow.classification import CLAIMLESS_KINDS, model_input
from hedgerow.evaluation import evaluate
from hedgerow.gold import read_gold
from hedgerow.labeling import build_records
from hedgerow.linear import describe_input, train_linear
from hedgerow.probabilities import NONE_COLUMN, Scores
from hedgerow.records import CLASSES, LabeledSegment

ROOT = Path(__file__).resolve().parents[1]
Describe: TypeAlias = Callable[[str, str], str]


def words_alone(text: str, _: str) -> str:
    """The text, and nothing that rules know."""
    return text


def score(
    training: Sequence[LabeledSegment], test: Sequence[LabeledSegment], describe: Describe
) -> str:
    """Macro-F1 on ``test`` with its interval, and F1 of each label."""
    claims = [one for one in training if one.kind not in CLAIMLESS_KINDS]
    model = train_linear(
        [model_input(one.segment) for one in claims],
        [one.class_name for one in claims],
        describe=describe,
    )
    texts = [describe(*model_input(one.segment)) for one in test]
    probabilities = model.predict_proba(texts)
    for row, one in enumerate(test):
        if one.kind in CLAIMLESS_KINDS:
            probabilities[row] = np.eye(len(CLASSES))[NONE_COLUMN]
    predicted = build_records([one.segment for one in test], Scores(probabilities), "linear")
    report = evaluate(predicted, test)
    whole = report.macro_f1
    parts = " / ".join(f"{report.labels[name].f1.value:.3f}" for name in CLASSES[:3])
    return f"{whole.value:.3f} [{whole.low:.3f}, {whole.high:.3f}] | {parts}"


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", type=Path, default=ROOT / "data" / "train")
    parser.add_argument("--test", type=Path, required=True, help="JSONL of labelled rows")
    parser.add_argument("--real", type=Path, help="JSONL of labelled real rows to train on")
    arguments = parser.parse_args()
    written = [
        one
        for path in sorted(arguments.train.glob("segments-*.jsonl"))
        for one in read_gold(path).segments
    ]
    sets = {"data/train": written}
    if arguments.real is not None:
        real = list(read_gold(arguments.real).segments)
        sets |= {"real rows": real, "both": written + real}
    test = read_gold(arguments.test).segments
    print("| trained on | rows | features | macro-F1 | fact / speculation / recommendation |")
    print("| --- | --- | --- | --- | --- |")
    for name, training in sets.items():
        for features, describe in (("words", words_alone), ("with cues", describe_input)):
            found = score(training, test, describe)
            print(f"| {name} | {len(training)} | {features} | {found} |", flush=True)


if __name__ == "__main__":
    main()
