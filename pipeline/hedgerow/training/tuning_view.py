"""What a search found: files in its folder, and tables in a terminal."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from hedgerow.evaluation import Interval
from hedgerow.files import open_output
from hedgerow.report_view import make_table
from hedgerow.training.study import STUDY, TrialRecord, TuningReport, apply_values

TRIALS = "trials.jsonl"
BEST = "best.yaml"
_SHOWN = 10
_WARNING = (
    "The held-out documents chose this recipe, so its score is too high: judge the model on gold "
    "that neither training nor tuning has seen"
)


def write_report(report: TuningReport, out: Path) -> None:
    """Writes ``trials.jsonl``, a line a trial, and ``best.yaml``, the best recipe so far."""
    with open_output(out / TRIALS, force=True) as stream:
        for trial in report.trials:
            stream.write(json.dumps(asdict(trial)) + "\n")
    if report.best is not None:
        with open_output(out / BEST, force=True) as stream:
            stream.write(_describe_best(report, report.best, out))


def show_report(console: Console, report: TuningReport, out: Path) -> None:
    """Prints the best trials, what mattered, and what the score of the best is worth."""
    best = report.best
    if best is None:
        return
    several = len(best.seed_scores) > 1
    columns = ["macro-F1 [95 %]", *(["seeds"] if several else []), "seconds"]
    table = make_table(f"Best of {_count_states(report)}", "trial", *columns)
    table.add_column("settings")
    for trial in report.ranked[:_SHOWN]:
        table.add_row(
            f"{trial.number}{' (recipe)' if trial.is_recipe else ''}",
            format_interval(trial.score) if trial.score else "",
            *([f"± {_spread(trial):.3f}"] if several else []),
            f"{trial.seconds:,.0f}" if trial.seconds is not None else "",
            format_values(trial.values),
        )
    console.print(table)
    if report.importances:
        table = make_table("What decided between good and bad, roughly", "key", "share")
        for key, share in report.importances.items():
            table.add_row(key, f"{share:.0%}")
        console.print(table)
    console.print(
        f"{out / BEST}: trial {best.number}. {_WARNING} (hedgerow evaluate).", soft_wrap=True
    )


def format_values(values: Mapping[str, Any]) -> str:
    """Values by key, such as ``learning_rate 3.1e-05, batch_size 16``."""
    return ", ".join(f"{key} {format_value(value)}" for key, value in values.items())


def format_value(value: Any) -> str:
    """A value of a key with three digits."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def format_interval(score: Interval) -> str:
    """A score with its interval, such as ``0.712 [0.650, 0.770]``."""
    return f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}]"


def describe_outcome(trial: TrialRecord, best: TrialRecord | None) -> str:
    """How a trial ended and which one leads, in one line."""
    seconds = f"{trial.seconds or 0:.0f} s"
    if trial.score is None:
        last = f" at macro-F1 {trial.epoch_scores[-1]:.3f}" if trial.epoch_scores else ""
        return f"{trial.state}{last} after {seconds}{trial.reason and ': '}{trial.reason}"
    lead = ""
    if best and best.score:
        same = best.number == trial.number
        lead = "the best" if same else f"best {best.score.value:.3f} (trial {best.number})"
    return f"macro-F1 {format_interval(trial.score)}, {lead}, {seconds}"


def _describe_best(report: TuningReport, best: TrialRecord, out: Path) -> str:
    """The recipe of the best trial as YAML, with how it came about above it."""
    assert best.score is not None
    config = apply_values(report.recipe, best.values)
    count = len(report.counted)
    origin = f"Settings of the best of {count} trials of hedgerow tune on the held-out documents."
    settings = config.model_dump() | {
        # The same name would stand for two models and share a run folder.
        "name": f"{config.name}-tuned",
        "description": " ".join([config.description, origin]).strip(),
    }
    lines = [
        f"Trial {best.number} of the study in {STUDY} beside this file: {_count_states(report)}.",
        f"Macro-F1 over the three labels {format_interval(best.score)} on the {report.segments} "
        f"segments of {report.documents} held-out documents.",
    ]
    if len(best.seed_scores) > 1:
        scores = ", ".join(f"{score:.3f}" for score in best.seed_scores)
        lines.append(
            f"It is the mean of {len(best.seed_scores)} seeds from {config.seed} on: {scores}."
        )
    for trial in report.trials:
        if trial.is_recipe and trial.score:
            lines.append(f"The recipe as it was: {format_interval(trial.score)}.")
    lines += [f"{_WARNING}.", "", f"  hedgerow train {out / BEST} --out DIR"]
    header = "".join(f"# {line}".rstrip() + "\n" for line in lines)
    return header + yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)


def _count_states(report: TuningReport) -> str:
    """Such as ``20 trials (12 complete, 7 pruned, 1 failed)``."""
    states = Counter(trial.state for trial in report.counted)
    parts = [f"{states[name]} {name}" for name in ("complete", "pruned", "failed") if states[name]]
    return f"{len(report.counted)} trials ({', '.join(parts)})"


def _spread(trial: TrialRecord) -> float:
    """Standard deviation of the score over the seeds."""
    return statistics.stdev(trial.seed_scores)
