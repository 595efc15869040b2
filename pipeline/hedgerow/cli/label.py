"""``hedgerow label``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hedgerow.cli.options import (
    DeviceOption,
    EncodingOption,
    ErrorCounter,
    ForceOption,
    IdFieldOption,
    InputFormatOption,
    Inputs,
    MaxCharsOption,
    MaxRiskOption,
    ModelOption,
    OutOption,
    TextFieldOption,
    open_stream,
    reading_options,
)
from hedgerow.errors import HedgerowError
from hedgerow.files import check_output, open_output
from hedgerow.limits import MAX_CHARS

if TYPE_CHECKING:
    from hedgerow.labeling import ClaimLabeler
    from hedgerow.records import Document, LabeledSegment

_UNSAFE_IN_FILE_NAMES = re.compile(r"[^\w.-]+")


class OutputFormat(StrEnum):
    """The ways labelled segments are shown."""

    TERMINAL = "terminal"
    JSONL = "jsonl"
    CSV = "csv"
    HTML = "html"


def label(
    inputs: Inputs,
    model: ModelOption = "base",
    output_format: Annotated[
        OutputFormat, typer.Option("--format", "-f", help="How to show the labels.")
    ] = OutputFormat.TERMINAL,
    out: OutOption = None,
    force: ForceOption = False,
    input_format: InputFormatOption = None,
    encoding: EncodingOption = "utf-8",
    id_field: IdFieldOption = "id",
    text_field: TextFieldOption = "text",
    max_chars: MaxCharsOption = MAX_CHARS,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads for the model.")] = 1,
    device: DeviceOption = "cpu",
    max_risk: MaxRiskOption = None,
) -> None:
    """Split articles into segments and label each one.

    With --format html, --out is a folder that gets one page per article.
    """
    from hedgerow.labeling import ClaimLabeler
    from hedgerow.reading import read_documents

    if output_format is OutputFormat.HTML and out is None:
        raise HedgerowError(
            "--format html: expected a folder for the pages, found none; add --out DIR"
        )
    if out is not None and output_format is not OutputFormat.HTML:
        check_output(out, force=force)
    labeler = ClaimLabeler(model, threads=threads, device=device, max_risk=max_risk)
    errors = ErrorCounter()
    options = reading_options(input_format, encoding, id_field, text_field, max_chars)
    articles = _label_each(labeler, read_documents(inputs, options, errors))
    match output_format:
        case OutputFormat.TERMINAL:
            _write_terminal(articles, out, force)
        case OutputFormat.JSONL | OutputFormat.CSV:
            _write_rows(articles, output_format, out, force)
        case OutputFormat.HTML:
            assert out is not None
            _write_pages(articles, out, force, errors)
    errors.exit_if_any()


Article = tuple["Document", list["LabeledSegment"]]


def _label_each(labeler: ClaimLabeler, documents: Iterator[Document]) -> Iterator[Article]:
    to_label, to_keep = tee(documents)
    return zip(to_keep, labeler.label(to_label), strict=True)


def _write_terminal(articles: Iterator[Article], out: Path | None, force: bool) -> None:
    from rich.console import Console

    from hedgerow.terminal import show_article

    with open_stream(out, force) as stream:
        console = Console(file=stream, highlight=False, markup=False)
        for document, labeled in articles:
            show_article(console, document.id, labeled)


def _write_rows(
    articles: Iterator[Article], output_format: OutputFormat, out: Path | None, force: bool
) -> None:
    from hedgerow.rows import to_row
    from hedgerow.writing import CsvWriter, write_jsonl

    with open_stream(out, force) as stream:
        if output_format is OutputFormat.JSONL:
            for _, labeled in articles:
                write_jsonl((to_row(one) for one in labeled), stream)
        else:
            writer = CsvWriter(stream)
            for _, labeled in articles:
                writer.write(labeled)


def _write_pages(articles: Iterator[Article], out: Path, force: bool, errors: ErrorCounter) -> None:
    from hedgerow.pages import render_article

    taken: set[str] = set()
    for document, labeled in articles:
        name = stem = _file_name(document.id)
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.lower())
        path = out / f"{name}.html"
        try:
            with open_output(path, force=force) as stream:
                stream.write(render_article(document, labeled))
        except HedgerowError as error:
            errors(error)
        else:
            typer.echo(path)


def _file_name(document_id: str) -> str:
    """A name without path separators that any file system takes: most allow 255 bytes."""
    name = _UNSAFE_IN_FILE_NAMES.sub("-", document_id).strip("-.").encode()[-180:]
    return name.decode(errors="ignore").strip("-.") or "article"
