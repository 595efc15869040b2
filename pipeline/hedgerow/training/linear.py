"""Fits the linear model from a recipe; needs scikit-learn alone."""

from __future__ import annotations

import json
from pathlib import Path

from hedgerow.errors import HedgerowError
from hedgerow.files import new_folder
from hedgerow.linear import describe_input, train_linear
from hedgerow.model_folder import write_manifest
from hedgerow.records import CLASSES
from hedgerow.training.card import write_card
from hedgerow.training.config import TrainingConfig
from hedgerow.training.data import (
    TrainingFacts,
    read_examples,
    score_columns,
    split_by_document,
)


def train_linear_model(config: TrainingConfig, out: Path, *, force: bool) -> TrainingFacts:
    """Fits TF-IDF and logistic regression and writes a complete model folder, or nothing.

    Raises:
        HedgerowError: the training data are missing or broken, or ``out`` exists.
    """
    examples, files = read_examples(config.train_files)
    training, validation = split_by_document(examples, config.validation_fraction, config.seed)
    if missing := sorted(set(CLASSES) - {example.class_name for example in training}):
        raise HedgerowError(
            f"training data: expected rows of every class, found none of {', '.join(missing)}; "
            "add some"
        )
    model = train_linear(
        [(example.text, example.context) for example in training],
        [example.class_name for example in training],
        seed=config.seed,
    )
    scores = {}
    if validation:
        texts = [describe_input(example.text, example.context) for example in validation]
        given = model.predict_proba(texts).argmax(axis=1)
        wanted = [CLASSES.index(example.class_name) for example in validation]
        scores = score_columns(wanted, given)
    facts = TrainingFacts(files, training, validation, scores, epochs=1)
    with new_folder(out, force=force) as folder:
        model.save(folder, name=config.name)
        settings = json.dumps(config.portable(), indent=2) + "\n"
        (folder / "training.json").write_text(settings, encoding="utf-8")
        write_card(folder / "README.md", facts, config)
        write_manifest(folder)
    return facts
