"""``hedgerow gold``: commands around hand-labelled data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hedgerow.cli.annotation import export_tasks, import_votes
from hedgerow.cli.selection import select
from hedgerow.cli.votes import adjudicate, agree
from hedgerow.display import printable

gold = typer.Typer(help="Label, settle and check gold data.", no_args_is_help=True)
gold.command()(select)
gold.command("export")(export_tasks)
gold.command("import")(import_votes)
gold.command()(agree)
gold.command()(adjudicate)


@gold.command()
def check(
    folder: Annotated[Path, typer.Argument(help="The folder that holds gold/ and train/.")] = Path(
        "data"
    ),
    against: Annotated[
        list[Path] | None,
        typer.Option(help="Another labelled JSONL file to look for leakage in; may be repeated."),
    ] = None,
) -> None:
    """Check schema, offsets, votes, duplicates and leakage, and print what the data holds."""
    from rich.console import Console

    from hedgerow.data_view import show_collections
    from hedgerow.datacheck import find_problems, read_collections

    collections = read_collections(folder, against or ())
    show_collections(Console(highlight=False, markup=False), collections)
    problems = find_problems(collections)
    for problem in problems:
        typer.echo(f"hedgerow: {printable(problem)}", err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("No problems: schema, offsets, votes, duplicates and leakage checked.")


@gold.command()
def suspects(
    file: Annotated[Path, typer.Argument(help="A gold folder, or a JSONL file of labelled rows.")],
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            help="A model that was not trained on these rows; else the linear one, out of fold.",
        ),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many rows to list.")] = 50,
) -> None:
    """List the rows whose label a model doubts most, for a reader to settle (extra clean)."""
    from hedgerow.classification import load_classifier
    from hedgerow.gold import read_gold
    from hedgerow.suspects import find_suspects

    segments = read_gold(file).segments
    found = find_suspects(segments, None if model is None else load_classifier(model))
    for suspect in found[:top]:
        one = suspect.segment
        typer.echo(
            f"{suspect.quality:.3f}\t{printable(one.document_id)}:{one.index}\t"
            f"{one.class_name} → {suspect.suggested}\t{printable(' '.join(one.text.split()))}"
        )
    typer.echo(f"{len(found)} of {len(segments)} segments are suspects.", err=True)
