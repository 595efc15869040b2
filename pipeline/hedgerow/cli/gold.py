"""``hedgerow gold``: commands around gold sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

gold = typer.Typer(help="Check and keep gold sets.", no_args_is_help=True)


@gold.callback()
def _gold() -> None:
    pass


@gold.command()
def check(
    folder: Annotated[Path, typer.Argument(help="The folder that holds gold/ and train/.")] = Path(
        "data"
    ),
) -> None:
    """Check schema, offsets, votes, duplicates and leakage, and print what the data holds."""
    typer.echo(folder)
