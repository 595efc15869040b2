"""The Optuna study of a tuning run in its folder: opened, gone on with after a kill, read.

It is kept in SQLite, whose transactions hold whenever the process is killed, and which
``optuna-dashboard`` reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import optuna
from optuna.distributions import BaseDistribution, distribution_to_json
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from hedgerow.errors import HedgerowError
from hedgerow.evaluation import Interval
from hedgerow.files import try_lock
from hedgerow.model_folder import hash_file
from hedgerow.training.config import TrainingConfig, check_config
from hedgerow.training.data import TrainingFile
from hedgerow.training.space import holds

STUDY = "study.db"
LOCK = ".lock"
# Names of the attributes of a study and its trials.
SETTINGS = "settings"
RECIPE = "recipe"
AGAIN = "again"
REASON = "reason"
INTERVAL = "interval"
SEED_SCORES = "seed_scores"

State = Literal["complete", "pruned", "failed", "interrupted"]

_STATES: dict[TrialState, State] = {
    TrialState.COMPLETE: "complete",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "failed",
}
_NO_BEARING_ON_THE_SCORE = {"name", "description", "safetensors", "report_to"}


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """One trial.

    Attributes:
        number: in the study, from 0.
        state: ``interrupted`` means that the process was killed in it and that a later trial has
            the same values; it doesn't count.
        values: of the keys that are searched.
        score: macro-F1 over the three labels on the held-out documents, the mean over the seeds,
            with its interval by document; None unless complete.
        seed_scores: of each seed.
        epoch_scores: of the first seed after each epoch.
        seconds: None where a kill ended it.
        reason: for which it failed.
        is_recipe: its values are those of the recipe itself.
    """

    number: int
    state: State
    values: dict[str, Any]
    score: Interval | None
    seed_scores: tuple[float, ...]
    epoch_scores: tuple[float, ...]
    seconds: float | None
    reason: str
    is_recipe: bool


@dataclass(frozen=True, slots=True)
class TuningReport:
    """What a search has found so far.

    Attributes:
        recipe: that the search started from.
        trials: that are over, by number.
        importances: of each key for reaching the best tenth of the scores, with sum 1 (Watanabe
            et al. 2023, PED-ANOVA); empty with fewer than ten complete trials.
        documents: that are held out.
        segments: in them.
    """

    recipe: TrainingConfig
    trials: list[TrialRecord]
    importances: dict[str, float]
    documents: int
    segments: int

    @property
    def ranked(self) -> list[TrialRecord]:
        """The complete trials, the highest score first, the earlier of equals."""
        return sorted(
            (trial for trial in self.trials if trial.score),
            key=lambda trial: -trial.score.value if trial.score else 0.0,
        )

    @property
    def best(self) -> TrialRecord | None:
        """The first of the ranked trials; None without any."""
        return next(iter(self.ranked), None)

    @property
    def counted(self) -> list[TrialRecord]:
        """The trials that weren't interrupted."""
        return [trial for trial in self.trials if trial.state != "interrupted"]


@contextmanager
def open_study(out: Path, settings: Mapping[str, Any]) -> Iterator[optuna.Study]:
    """The study in a folder, locked against other processes.

    Trials that a killed process left in hand are put in the queue, the first time.

    Args:
        out: the folder, made if it isn't there.
        settings: what decides the scores, by the name that a user knows it by.

    Raises:
        HedgerowError: the folder can't be written, is in use, or holds something else or a study
            with other settings.
    """
    if out.is_file() or (out.is_dir() and not _is_ours(out)):
        raise HedgerowError(
            f"{out}: expected a new folder or one of hedgerow tune, found something else; "
            "choose another with --out"
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = open(out / LOCK, "a", encoding="utf-8")  # noqa: SIM115
    except OSError as error:
        raise HedgerowError(
            f"{out}: can't be written: {error.strerror}; choose another place with --out"
        ) from error
    with lock:
        if not try_lock(lock.fileno()):
            raise HedgerowError(
                f"{out}: expected a folder that no search is writing to, found one in use; "
                "wait for it to end or choose another with --out"
            )
        try:
            address = URL.create("sqlite", database=str(out / STUDY))
            storage = optuna.storages.RDBStorage(address.render_as_string())
            study = optuna.create_study(
                storage=storage, study_name="tune", direction="maximize", load_if_exists=True
            )
            _check_settings(study, settings, out)
            _queue_interrupted(study)
            yield study
        except (optuna.exceptions.StorageInternalError, SQLAlchemyError) as error:
            raise HedgerowError(
                f"{out / STUDY}: expected a study that can be read and written, found: "
                f"{str(error.__cause__ or error).splitlines()[0]}; what is done stays, mend it "
                "and run the same command again"
            ) from error


def describe_settings(
    recipe: TrainingConfig,
    space: Mapping[str, BaseDistribution],
    files: Sequence[TrainingFile],
    *,
    seeds: int,
    prune: bool,
) -> dict[str, Any]:
    """All that decides the scores of a search, without this machine's folders.

    Args:
        recipe: to start from.
        space: of ``read_space``.
        files: that the data come from.
        seeds: of each trial.
        prune: whether bad trials are stopped.
    """
    settings: dict[str, Any] = {"--seeds": seeds, "--prune": prune}
    for key, value in recipe.portable().items():
        if key not in _NO_BEARING_ON_THE_SCORE:
            settings[f"{key} of the recipe"] = value
    for key, distribution in space.items():
        settings[f"{key} of the space"] = distribution_to_json(distribution)
    for file in files:
        settings.setdefault(f"content of {file.name}", []).append(file.sha256)
    weights = Path(recipe.base_model) / "model.safetensors"
    if weights.is_file():
        settings["weights of the base model"] = hash_file(weights)
    return settings


def queue_recipe(
    study: optuna.Study, recipe: TrainingConfig, space: Mapping[str, BaseDistribution]
) -> list[str]:
    """Puts the recipe's own values first, so that the search shows what it gains on them.

    Returns:
        the keys whose value the space doesn't hold, in which case nothing is queued.
    """
    values = {key: getattr(recipe, key) for key in space}
    outside = [key for key, value in values.items() if not holds(space[key], value)]
    if not outside and not study.get_trials(deepcopy=False):
        study.enqueue_trial(values, user_attrs={RECIPE: True})
    return outside


def read_trials(study: optuna.Study) -> list[TrialRecord]:
    """The trials that are over, by number."""
    trials = study.get_trials(deepcopy=False)
    return [_read_trial(trial) for trial in trials if trial.state.is_finished()]


def apply_values(recipe: TrainingConfig, values: Mapping[str, Any]) -> TrainingConfig:
    """The recipe with other values, checked like any recipe.

    Raises:
        HedgerowError: a value is wrong.
    """
    return check_config({**recipe.model_dump(), **values}, f"recipe {recipe.name!r}")


def _read_trial(trial: FrozenTrial) -> TrialRecord:
    attributes = trial.user_attrs
    # Whatever goes wrong in a trial leaves a reason, unless the process was killed.
    killed = trial.state == TrialState.FAIL and REASON not in attributes
    reason = attributes.get(REASON, "")
    if killed:
        reason = (
            f"the process was killed in it{' for the second time' if AGAIN in attributes else ''}"
        )
    return TrialRecord(
        number=trial.number,
        state="interrupted" if killed and AGAIN not in attributes else _STATES[trial.state],
        values=dict(trial.params),
        score=Interval(trial.values[0], *attributes[INTERVAL])
        if trial.state == TrialState.COMPLETE
        else None,
        seed_scores=tuple(attributes.get(SEED_SCORES, ())),
        epoch_scores=tuple(trial.intermediate_values.values()),
        seconds=None if killed or trial.duration is None else trial.duration.total_seconds(),
        reason=reason,
        is_recipe=RECIPE in attributes,
    )


def _is_ours(folder: Path) -> bool:
    return (folder / STUDY).is_file() or all(path.name == LOCK for path in folder.iterdir())


def _check_settings(study: optuna.Study, settings: Mapping[str, Any], out: Path) -> None:
    before = study.user_attrs.get(SETTINGS)
    if before is None:
        study.set_user_attr(SETTINGS, dict(settings))
        return
    names = sorted({*before, *settings})
    if changed := [name for name in names if before.get(name) != settings.get(name)]:
        raise HedgerowError(
            f"{out}: expected the study of this search, found one with other "
            f"{', '.join(changed)}; choose another folder with --out"
        )


def _queue_interrupted(study: optuna.Study) -> None:
    """Ends the trials of a process that is gone, and queues their values once more.

    Only once: values that need more memory than there is would kill every process that tries them.
    """
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
        if trial.params and AGAIN not in trial.user_attrs:
            kept = {name: trial.user_attrs[name] for name in (RECIPE,) if name in trial.user_attrs}
            study.enqueue_trial(trial.params, user_attrs=kept | {AGAIN: trial.number})
