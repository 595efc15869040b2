"""``hedgerow gold`` agree and adjudicate: readers beside each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from hedgerow.cli.options import ForceOption, OutOption


def agree(
    gold: Annotated[Path, typer.Argument(help="A gold folder, or a JSONL file of voted rows.")],
    reader: Annotated[
        list[str] | None,
        typer.Option(
            help="A reader to compare; repeat for each. By default all who label by the guide."
        ),
    ] = None,
    out: OutOption = None,
    force: ForceOption = False,
) -> None:
    """Show how far readers agree: Cohen, Fleiss and Krippendorff, per label, with intervals.

    --out writes the figures as JSON.
    """
    from rich.console import Console

    from hedgerow.agreement import compare_readers
    from hedgerow.agreement_view import show_agreement
    from hedgerow.files import check_output, open_output
    from hedgerow.gold import read_gold

    if out is not None:
        check_output(out, force=force)
    report = compare_readers(read_gold(gold).segments, reader or ())
    show_agreement(Console(highlight=False), report)
    if out is not None:
        with open_output(out, force=force) as stream:
            json.dump(report.to_dict(), stream, indent=2)
