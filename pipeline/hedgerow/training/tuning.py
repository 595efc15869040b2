"""Searches for better settings of a recipe with Optuna.

Trials are drawn by a tree-structured Parzen estimator (Bergstra et al. 2011, Algorithms for
Hyper-Parameter Optimization) and stopped early by the median rule (Golovin et al. 2017, Google
Vizier, section 3.2.2). The rule has no budget to set and stops little by mistake; successive
halving wants many more epochs and trials than fine-tuning an encoder has.
"""

from __future__ import annotations

import gc
import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import torch
from optuna.distributions import BaseDistribution
from optuna.trial import TrialState
from transformers import TrainerCallback

from hedgerow.errors import HedgerowError
from hedgerow.evaluation import Counts, Interval, macro_f1, make_interval, resample
from hedgerow.records import CLASSES, LABELS
from hedgerow.training.config import TrainingConfig
from hedgerow.training.data import Example, TrainingData
from hedgerow.training.study import (
    INTERVAL,
    REASON,
    SEED_SCORES,
    TuningReport,
    apply_values,
    describe_settings,
    open_study,
    queue_recipe,
    read_trials,
)
from hedgerow.training.trainer import fit, load_base, read_data
from hedgerow.training.tuning_view import describe_outcome, format_values, write_report

_TRIAL = "trial"
_ENOUGH_FOR_IMPORTANCES = 10


def tune(
    recipe: TrainingConfig,
    space: Mapping[str, BaseDistribution],
    out: Path,
    *,
    trials: int,
    seeds: int = 1,
    prune: bool = True,
    log: bool = False,
    progress: Callable[[str], None] = lambda line: None,
) -> TuningReport:
    """Searches until there are so many trials, going on with the study in ``out`` if there is one.

    Every trial is scored on the documents that the recipe itself holds out. The recipe's own values
    are the first trial if the space holds them. A trial that fails is recorded, and the search
    goes on. When a trial ends, its checkpoints are removed, and ``trials.jsonl`` and ``best.yaml``
    in ``out`` are written anew.

    Args:
        recipe: of an encoder.
        space: of ``read_space``.
        out: folder of the study.
        trials: how many there shall be, with those that are done.
        seeds: from how many each trial is trained, starting with that of the recipe; its score is
            their mean.
        prune: stop a trial after an epoch in which its first seed is worse than the median.
        log: print the losses of every training.
        progress: called with a line about what happens.

    Raises:
        HedgerowError: the base model or the data are missing or not what they should be, ``out``
            can't be written or has another study, or no trial was completed.
    """
    if not recipe.validation_fraction:
        raise HedgerowError(
            "validation_fraction: expected a share of documents to score trials on, found 0; "
            "set it in the recipe"
        )
    data = read_data(recipe)
    if missing := sorted(set(LABELS) - {example.class_name for example in data.validation}):
        raise HedgerowError(
            "held-out documents: expected rows of every label, found none of "
            f"{', '.join(missing)}; add documents, or change validation_fraction or seed in the "
            "recipe"
        )
    # A base model that can't be loaded would fail every trial.
    load_base(recipe)
    settings = describe_settings(recipe, space, data.files, seeds=seeds, prune=prune)
    with open_study(out, settings) as study:
        if outside := queue_recipe(study, recipe, space):
            progress(f"the recipe is no trial: the space has no {', '.join(outside)} of it")
        # Scores are compared at the same share of the epochs, since the learning rate has then
        # fallen as far.
        study.pruner = (
            optuna.pruners.MedianPruner(n_startup_trials=5, n_min_trials=3)
            if prune
            else optuna.pruners.NopPruner()
        )
        report = _read_report(study, recipe, data)
        write_report(report, out)
        while (done := len(report.counted)) < trials:
            # A seed for each trial: a search that was killed goes on as if it hadn't been.
            seed = random.Random(f"{recipe.seed}:{done}").getrandbits(32)
            study.sampler = optuna.samplers.TPESampler(seed=seed)
            trial = study.ask(dict(space))
            name = f"trial {trial.number} ({done + 1} of {trials})"
            progress(f"{name}: {format_values(trial.params)}")
            _run_trial(study, trial, recipe, data, out / _TRIAL, seeds, log)
            report = _read_report(study, recipe, data)
            progress(f"{name}: {describe_outcome(report.trials[-1], report.best)}")
            write_report(report, out)
    if report.best is None:
        raise HedgerowError(
            f"{out}: expected at least one complete trial, found {len(report.counted)} that "
            f"failed, the last by: {report.counted[-1].reason}; mend it and choose another --out"
        )
    return report


class _EpochReports(TrainerCallback):
    """Tells the study the score after each epoch, and stops a trial that lags behind."""

    def __init__(self, trial: optuna.Trial) -> None:
        """Takes the trial that is running."""
        self._trial = trial

    def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Reports at the percentage of the epochs that are done."""
        percentage = round(100 * state.epoch / args.num_train_epochs)
        self._trial.report(kwargs["metrics"]["eval_macro_f1"], percentage)
        # After its last epoch a trial costs nothing more.
        if percentage < 100 and self._trial.should_prune():
            raise optuna.TrialPruned


def _run_trial(
    study: optuna.Study,
    trial: optuna.Trial,
    recipe: TrainingConfig,
    data: TrainingData,
    folder: Path,
    seeds: int,
    log: bool,
) -> None:
    """Trains a trial and tells the study how it went, whatever happens in it."""
    # Checkpoints of a process that was killed.
    shutil.rmtree(folder, ignore_errors=True)
    try:
        config = apply_values(recipe, trial.params)
        score = _score(trial, config, data, folder, seeds, log)
    except optuna.TrialPruned:
        study.tell(trial, state=TrialState.PRUNED)
    except Exception as error:
        reason = " ".join(str(error).split()) or "no reason given"
        known = isinstance(error, HedgerowError)
        trial.set_user_attr(REASON, reason if known else f"{type(error).__name__}: {reason}")
        study.tell(trial, state=TrialState.FAIL)
    else:
        trial.set_user_attr(INTERVAL, [score.low, score.high])
        study.tell(trial, score.value)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    # A model is let go of with its Trainer, which refers to itself.
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _score(
    trial: optuna.Trial,
    config: TrainingConfig,
    data: TrainingData,
    folder: Path,
    seeds: int,
    log: bool,
) -> Interval:
    """Mean macro-F1 over the seeds, with its interval by document."""
    scores: list[float] = []
    confusions: list[Counts] = []
    for seed in range(config.seed, config.seed + seeds):
        result = fit(
            config.model_copy(update={"seed": seed}),
            data,
            folder / str(seed),
            callbacks=[] if scores else [_EpochReports(trial)],
            log=log,
        )
        shutil.rmtree(folder / str(seed))
        scores.append(result.facts.scores["macro_f1"])
        confusions.append(_count_by_document(data.validation, result.predicted))
        trial.set_user_attr(SEED_SCORES, scores)
    drawn = macro_f1(resample(np.stack(confusions, axis=1), seed=0)).mean(axis=1)
    return make_interval(np.asarray(np.mean(scores)), drawn, len(confusions[0]))


def _count_by_document(examples: Sequence[Example], predicted: Sequence[int]) -> Counts:
    """Confusions of shape (documents, classes, classes), gold classes in rows."""
    documents = sorted({example.document_id for example in examples})
    row_of = {document: row for row, document in enumerate(documents)}
    counts = np.zeros((len(documents), len(CLASSES), len(CLASSES)), dtype=np.int64)
    for example, column in zip(examples, predicted, strict=True):
        # The Trainer scores against the likeliest class of the target.
        wanted = example.target.index(max(example.target))
        counts[row_of[example.document_id], wanted, column] += 1
    return counts


def _read_report(study: optuna.Study, recipe: TrainingConfig, data: TrainingData) -> TuningReport:
    trials = read_trials(study)
    complete = sum(trial.state == "complete" for trial in trials)
    return TuningReport(
        recipe=recipe,
        trials=trials,
        importances=(
            optuna.importance.get_param_importances(study)
            if complete >= _ENOUGH_FOR_IMPORTANCES
            else {}
        ),
        documents=len({example.document_id for example in data.validation}),
        segments=len(data.validation),
    )
