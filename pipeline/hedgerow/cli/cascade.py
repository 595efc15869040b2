"""``hedgerow cascade``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hedgerow.cli.options import ForceOption


def cascade(
    first: Annotated[str, typer.Argument(help="The fast model: bundled name or folder.")],
    second: Annotated[str, typer.Argument(help="The accurate one, for what the first doubts.")],
    gold: Annotated[
        Path, typer.Option(help="Labelled segments that neither model was trained on.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write.")],
    tolerance: Annotated[
        float,
        typer.Option(min=0, max=1, help="Macro-F1 that may be lost against the second model."),
    ] = 0.005,
    force: ForceOption = False,
) -> None:
    """Join two encoders: the first answers what it is sure of, the second the rest."""
    from hedgerow.cascading import make_cascade
    from hedgerow.files import check_folder
    from hedgerow.gold import read_gold

    check_folder(out, force=force)
    segments = read_gold(gold).segments
    report = make_cascade(first, second, segments, out, tolerance=tolerance, force=force)
    lost = report.macro_f1.difference
    typer.echo(
        f"{out}: {second} is asked where {first} is below {report.threshold:.3f}, "
        f"{report.asked:.1%} of {report.segments} segments of {report.documents} documents; "
        f"macro-F1 {report.first:.3f} first, {report.macro_f1.a:.3f} second, "
        f"{report.macro_f1.b:.3f} both ({lost.value:+.3f} [{lost.low:+.3f}, {lost.high:+.3f}])"
    )
