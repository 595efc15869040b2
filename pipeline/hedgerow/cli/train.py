"""``hedgerow train``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hedgerow.cli.options import ForceOption
from hedgerow.errors import HedgerowError

if TYPE_CHECKING:
    from hedgerow.training.config import TrainingConfig
    from hedgerow.training.data import TrainingFacts


TrainFileOption = Annotated[
    list[str] | None,
    typer.Option(help="A JSONL file to train on beside those of the recipe; may be repeated."),
]
UnlabelledFileOption = Annotated[
    list[str] | None,
    typer.Option(help="A JSONL file without labels, for the teachers; may be repeated."),
]
TeacherOption = Annotated[
    list[str] | None,
    typer.Option(help="Model that labels the unlabelled files; several give their mean."),
]
BaseModelOption = Annotated[
    str | None, typer.Option(help="Folder or hub name of the encoder, instead of the recipe's.")
]


def train(
    config: Annotated[Path, typer.Argument(help="A YAML recipe, such as configs/base.yaml.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The model folder to write.")],
    train_file: TrainFileOption = None,
    unlabelled_file: UnlabelledFileOption = None,
    teacher: TeacherOption = None,
    base_model: BaseModelOption = None,
    run_folder: Annotated[
        Path | None,
        typer.Option(
            help="Checkpoints go here and a killed run goes on from here; else runs/NAME."
        ),
    ] = None,
    force: ForceOption = False,
) -> None:
    """Train an encoder (extra train) or a linear model and write it as a model folder."""
    from hedgerow.files import check_folder

    check_folder(out, force=force)
    recipe = read_recipe(config, train_file, unlabelled_file, teacher, base_model)
    if recipe.architecture == "linear":
        from hedgerow.training.linear import train_linear_model

        _report(out, train_linear_model(recipe, out, force=force))
        return
    try:
        from hedgerow.training.export import save_model
        from hedgerow.training.trainer import train as run
    except ImportError as error:
        raise HedgerowError(
            f"hedgerow train: expected the extra 'train', found no {error.name}; "
            "run pip install 'hedgerow[train]'"
        ) from error
    result = run(recipe, run_folder or Path("runs") / recipe.name)
    save_model(result, recipe, out, force=force)
    _report(out, result.facts)


def read_recipe(
    config: Path,
    train_file: list[str] | None,
    unlabelled_file: list[str] | None,
    teacher: list[str] | None,
    base_model: str | None,
) -> TrainingConfig:
    """The recipe of a file with what the command line says instead."""
    from hedgerow.training.config import read_config

    overrides = {
        "base_model": base_model,
        "teachers": teacher,
        "unlabelled_files": unlabelled_file,
    }
    recipe = read_config(
        config, **{name: value for name, value in overrides.items() if value is not None}
    )
    if train_file:
        recipe = recipe.model_copy(update={"train_files": [*recipe.train_files, *train_file]})
    return recipe


def _report(out: Path, facts: TrainingFacts) -> None:
    scores = ", ".join(f"{name} {value:.3f}" for name, value in facts.scores.items())
    typer.echo(f"{out}: {scores or 'trained without a validation split'}")
