"""``hedgerow gold`` export and import: labelling in an annotation tool."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hedgerow.cli.options import ErrorCounter, ForceOption


class ToolName(StrEnum):
    """The annotation tools, as the command line spells them."""

    LABEL_STUDIO = "label-studio"
    PRODIGY = "prodigy"
    DOCCANO = "doccano"


class UnitName(StrEnum):
    """What one task shows."""

    SEGMENT = "segment"
    ARTICLE = "article"


ToolOption = Annotated[ToolName, typer.Option("--format", "-f", help="The annotation tool.")]


def export_tasks(
    rows: Annotated[
        Path, typer.Argument(help="A gold folder, or a JSONL file of rows, labelled or not.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write the tasks to.")],
    tool: ToolOption = ToolName.LABEL_STUDIO,
    unit: Annotated[
        UnitName,
        typer.Option(help="A task a segment, shown in its context, or a task an article."),
    ] = UnitName.SEGMENT,
    blind: Annotated[
        bool,
        typer.Option("--blind", help="Leave labels and cues out, for an independent vote."),
    ] = False,
    force: ForceOption = False,
) -> None:
    """Write rows as tasks for Label Studio, Prodigy or doccano, their labels as pre-annotations.

    For Label Studio the labelling config is written beside the tasks, as .xml.
    """
    from hedgerow.annotation.formats import FORMATS
    from hedgerow.annotation.label_studio import labelling_config
    from hedgerow.annotation.rows import read_rows
    from hedgerow.annotation.tasks import build_tasks
    from hedgerow.files import check_output, open_output

    config = out.with_suffix(".xml") if tool is ToolName.LABEL_STUDIO else None
    for path in filter(None, (out, config)):
        check_output(path, force=force)
    tasks = build_tasks(read_rows(rows), unit.value, blind=blind)
    with open_output(out, force=force) as stream:
        count = FORMATS[tool].write_tasks(tasks, stream)
    if config is not None:
        with open_output(config, force=force) as stream:
            stream.write(labelling_config(unit.value))
    beside = f"; labelling config in {config}" if config else ""
    typer.echo(f"{count} tasks in {out}{beside}")


def import_votes(
    exports: Annotated[list[Path], typer.Argument(help="What the tool exported; one or more.")],
    rows: Annotated[
        Path, typer.Option("--gold", help="The gold folder or JSONL file that was exported.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="JSONL file to write the gold rows to.")],
    tool: ToolOption = ToolName.LABEL_STUDIO,
    reader: Annotated[
        str | None,
        typer.Option(help="Name for the votes; by default the annotator's id in the tool."),
    ] = None,
    force: ForceOption = False,
) -> None:
    """Read a tool's export back into gold rows: a vote a segment, cues, source and marks.

    Rows that no reader has labelled are left out. What doesn't fit the rows is one line each on
    standard error and exit status 1; the rest is done.
    """
    from hedgerow.annotation.formats import FORMATS
    from hedgerow.annotation.rows import read_rows
    from hedgerow.annotation.votes import add_votes
    from hedgerow.files import check_output, open_output
    from hedgerow.writing import write_jsonl

    check_output(out, force=force)
    errors = ErrorCounter()
    annotations = (
        annotation
        for export in exports
        for annotation in FORMATS[tool].read_annotations(export, reader, errors)
    )
    imported = add_votes(read_rows(rows), annotations, errors)
    with open_output(out, force=force) as stream:
        write_jsonl(imported.rows, stream)
    typer.echo(
        f"{imported.votes} votes; {len(imported.rows)} rows in {out}, "
        f"{imported.left_out} without a reader's label left out"
    )
    errors.exit_if_any()
