"""``hedgerow calibrate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hedgerow.cli.options import ForceOption


def calibrate(
    model: Annotated[str, typer.Argument(help="base, small, or the folder of an encoder.")],
    gold: Annotated[
        Path, typer.Option(help="Labelled segments that the model was not trained on.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The model folder to write.")],
    risk_gold: Annotated[
        Path | None, typer.Option(help="Others to find the thresholds of --max-risk on.")
    ] = None,
    fit_bias: Annotated[
        bool,
        typer.Option("--fit-bias", help="Fit a bias for each class too; changes labels."),
    ] = False,
    force: ForceOption = False,
) -> None:
    """Fit a model's probabilities, and when to abstain, to labelled segments of your own."""
    from rich.console import Console

    from hedgerow.calibrating import calibrate as run
    from hedgerow.files import check_folder
    from hedgerow.gold import read_gold
    from hedgerow.report_view import make_table

    check_folder(out, force=force)
    report = run(
        model,
        read_gold(gold).segments,
        out,
        risk_segments=None if risk_gold is None else read_gold(risk_gold).segments,
        fit_bias=fit_bias,
        force=force,
    )
    typer.echo(
        f"{out}: temperature {report.scaling.temperature:.3f}; calibration error "
        f"{report.error_before:.3f} before, {report.error_after:.3f} after, across two halves of "
        f"{report.segments} segments of {report.documents} documents"
    )
    table = make_table("Errors that can be promised", "at most", "from probability", "answered")
    for risk in report.risks:
        table.add_row(f"{risk.risk:.0%}", f"{risk.threshold:.3f}", f"{risk.coverage:.1%}")
    Console(highlight=False, markup=False).print(table)
