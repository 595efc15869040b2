"""The ``hedgerow`` command."""

from __future__ import annotations

import io
import sys
from typing import NoReturn

import typer
from typer.exceptions import TyperException

from hedgerow import __version__
from hedgerow.cli.batch import batch
from hedgerow.cli.bench import bench
from hedgerow.cli.calibrate import calibrate
from hedgerow.cli.cascade import cascade
from hedgerow.cli.compare import compare
from hedgerow.cli.evaluate import evaluate
from hedgerow.cli.gold import gold
from hedgerow.cli.label import label
from hedgerow.cli.query import query
from hedgerow.cli.segment import segment
from hedgerow.cli.train import train
from hedgerow.cli.tune import tune
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
app.command()(batch)
app.command()(query)
app.command()(evaluate)
app.command()(compare)
app.command()(train)
app.command()(tune)
app.command()(calibrate)
app.command()(cascade)
app.command()(bench)
app.add_typer(gold, name="gold")


def main() -> None:
    """Runs the command line; bad input and wrong options become one line and a non-zero exit."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Not every terminal or pipe takes every character of the news.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.exit(app(standalone_mode=False, prog_name="hedgerow"))
    except HedgerowError as error:
        _fail(str(error), 1)
    except TyperException as error:
        _fail(_explain_usage(error), error.exit_code)
    except typer.Abort:
        _fail("interrupted", 130)


def _explain_usage(error: TyperException) -> str:
    message = error.format_message().replace("Value error, ", "").rstrip(".")
    context = getattr(error, "ctx", None)
    if not message or context is None:
        return message
    return f"{message}; see {context.command_path} --help"


def _fail(message: str, status: int) -> NoReturn:
    if message:
        typer.echo(f"hedgerow: {message}", err=True)
    sys.exit(status)
