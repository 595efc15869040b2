"""``hedgerow query``."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hedgerow.display import printable


class TableFormat(StrEnum):
    """The ways a table is shown."""

    TERMINAL = "terminal"
    CSV = "csv"
    JSONL = "jsonl"


def query(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder that hedgerow batch wrote.")
    ],
    sql: Annotated[
        str, typer.Argument(help="SQL in DuckDB's dialect, over the tables segments and rejected.")
    ],
    table_format: Annotated[
        TableFormat, typer.Option("--format", "-f", help="How to show the table.")
    ] = TableFormat.TERMINAL,
) -> None:
    """Ask the results of a batch run with SQL (extra batch)."""
    from hedgerow.query import query as run

    result = run(folder, sql)
    match table_format:
        case TableFormat.CSV:
            from hedgerow.writing import defuse

            writer = csv.writer(sys.stdout)
            writer.writerow(map(defuse, result.columns))
            writer.writerows([defuse(cell) for cell in row] for row in result.rows)
        case TableFormat.JSONL:
            for row in result.rows:
                fields = dict(zip(result.columns, row, strict=True))
                typer.echo(json.dumps(fields, ensure_ascii=False, default=str))
        case TableFormat.TERMINAL:
            from rich.console import Console
            from rich.table import Table
            from rich.text import Text

            table = Table()
            for column in result.columns:
                table.add_column(Text(column))
            for row in result.rows:
                table.add_row(*(Text("" if cell is None else _show(cell)) for cell in row))
            Console(highlight=False, markup=False).print(table)


def _show(cell: object) -> str:
    text = f"{cell:.4g}" if isinstance(cell, float) else str(cell)
    return printable(text)
