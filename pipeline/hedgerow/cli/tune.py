"""``hedgerow tune``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hedgerow.cli.train import (
    BaseModelOption,
    TeacherOption,
    TrainFileOption,
    UnlabelledFileOption,
    read_recipe,
)
from hedgerow.errors import HedgerowError


def tune(
    config: Annotated[Path, typer.Argument(help="The YAML recipe of an encoder to start from.")],
    space: Annotated[
        Path, typer.Option(help="A YAML file of what to search, such as configs/tune.yaml.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", help="Folder of the study; a killed search goes on from there."
        ),
    ],
    trials: Annotated[
        int, typer.Option(min=1, help="Trials in all, with those that are done.")
    ] = 20,
    seeds: Annotated[
        int, typer.Option(min=1, help="Trainings of each trial; the score is their mean.")
    ] = 1,
    prune: Annotated[
        bool, typer.Option(help="Stop a trial after an epoch worse than the median of the others.")
    ] = True,
    train_file: TrainFileOption = None,
    unlabelled_file: UnlabelledFileOption = None,
    teacher: TeacherOption = None,
    base_model: BaseModelOption = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show what Optuna and the trainer log.")
    ] = False,
) -> None:
    """Search better settings of a recipe with Optuna (extra tune), scored on held-out documents.

    Writes best.yaml, a recipe for hedgerow train, and trials.jsonl into the folder.
    """
    from rich.console import Console

    recipe = read_recipe(config, train_file, unlabelled_file, teacher, base_model)
    try:
        from hedgerow.training.space import read_space

        distributions = read_space(space, recipe)
        from hedgerow.training.tuning import tune as search
        from hedgerow.training.tuning_view import show_report
    except ImportError as error:
        raise HedgerowError(
            f"hedgerow tune: expected the extra 'tune', found no {error.name}; "
            "run pip install 'hedgerow[tune]'"
        ) from error
    if not verbose:
        _silence()
    report = search(
        recipe,
        distributions,
        out,
        trials=trials,
        seeds=seeds,
        prune=prune,
        log=verbose,
        progress=lambda line: typer.echo(line, err=True),
    )
    show_report(Console(highlight=False, markup=False), report, out)


def _silence() -> None:
    import optuna
    import transformers

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
