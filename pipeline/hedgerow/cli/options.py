"""Options that several commands share, and the reporting of bad inputs."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from hedgerow.errors import HedgerowError
from hedgerow.files import open_output
from hedgerow.reading import ReadingOptions

if TYPE_CHECKING:
    from hedgerow.comparison import Verdict


class InputFormatName(StrEnum):
    """The input formats, as the command line spells them."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSONL = "jsonl"


def refuse_empty(paths: list[str]) -> list[str]:
    """The paths, none of them empty: an unset variable would else stand for the current folder.

    Raises:
        HedgerowError: one is.
    """
    if not all(paths):
        raise HedgerowError(
            "IN: expected paths, found an empty one; look at the variable or the quotes there"
        )
    return paths


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="IN...", help="Files, folders, or - for standard input.", callback=refuse_empty
    ),
]
InputFormatOption = Annotated[
    InputFormatName | None,
    typer.Option("--input-format", help="What the input is; by default its suffix tells."),
]
EncodingOption = Annotated[str, typer.Option(help="Encoding of the input, such as cp1252.")]
IdFieldOption = Annotated[str, typer.Option(help="JSONL field that holds the document id.")]
TextFieldOption = Annotated[str, typer.Option(help="JSONL field that holds the article's text.")]
MaxCharsOption = Annotated[
    int, typer.Option(min=1, help="Characters an article may have before it is rejected.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="File or folder to write; else standard output.")
]
JsonOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write all of it as JSON into this file, too.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite what exists.")]
MaxRiskOption = Annotated[
    float | None,
    typer.Option(
        min=0.001,
        max=1.0,
        help="Give no label where more than this share of labels would be wrong, such as 0.05.",
    ),
]
DeviceOption = Annotated[
    str,
    typer.Option(
        help="Where an encoder runs: cpu, cuda, cuda:1 or auto; a GPU wants the extra train."
    ),
]
ModelOption = Annotated[
    str, typer.Option("--model", "-m", help="base, small, linear, keywords, or a model folder.")
]


def reading_options(
    input_format: InputFormatName | None,
    encoding: str,
    id_field: str,
    text_field: str,
    max_chars: int,
) -> ReadingOptions:
    """The reading options of a command line."""
    return ReadingOptions(
        format=None if input_format is None else input_format.value,
        encoding=encoding,
        id_field=id_field,
        text_field=text_field,
        max_chars=max_chars,
    )


def open_stream(out: Path | None, force: bool) -> AbstractContextManager[TextIO]:
    """The output file, or standard output where none is named."""
    return nullcontext(sys.stdout) if out is None else open_output(out, force=force)


def refuse_worse(option: str, verdict: Verdict) -> None:
    """Fails the command if a comparison came out worse, or with too little to tell.

    Raises:
        HedgerowError: it did.
    """
    if verdict.outcome in ("worse", "too few documents"):
        raise HedgerowError(f"{option}: {verdict.text}")


class ErrorCounter:
    """Prints each bad input as one line and lets the others go on."""

    def __init__(self) -> None:
        """Starts at no errors."""
        self.count = 0

    def __call__(self, error: HedgerowError) -> None:
        """Reports one bad input on standard error."""
        self.count += 1
        typer.echo(f"hedgerow: {error}", err=True)

    def exit_if_any(self) -> None:
        """Ends the command with status 1 if any input was bad."""
        if self.count:
            raise typer.Exit(1)
