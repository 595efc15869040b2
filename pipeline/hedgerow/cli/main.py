"""The ``hedgerow`` command."""

from __future__ import annotations

import sys

import typer

from hedgerow import __version__
from hedgerow.cli.evaluate import evaluate
from hedgerow.cli.gold import gold
from hedgerow.cli.label import label
from hedgerow.cli.segment import segment
from hedgerow.cli.train import train
from hedgerow.errors import HedgerowError

app = typer.Typer(
    name="hedgerow",
    help=(
        "Labels the sentences of news articles as hedged speculation, reported fact or "
        "recommendation."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hedgerow {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Print the version."
    ),
) -> None:
    pass


app.command()(label)
app.command()(segment)
app.command()(evaluate)
app.command()(train)
app.add_typer(gold, name="gold")


def main() -> None:
    """Runs the command line; a ``HedgerowError`` becomes one line and exit status 1."""
    try:
        app()
    except HedgerowError as error:
        typer.echo(f"hedgerow: {error}", err=True)
        sys.exit(1)
