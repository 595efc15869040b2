"""``hedgerow gold``: commands around hand-labelled data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

gold = typer.Typer(help="Check hand-labelled data.", no_args_is_help=True)


@gold.callback()
def _gold() -> None:
    pass


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
    show_collections(Console(highlight=False), collections)
    problems = find_problems(collections)
    for problem in problems:
        typer.echo(f"hedgerow: {problem}", err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("No problems: schema, offsets, votes, duplicates and leakage checked.")
