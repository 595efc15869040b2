"""``hedgerow compare``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from hedgerow.cli.options import ForceOption, JsonOption, refuse_worse

_SYSTEM = "base, small, linear, keywords, a model folder, or a JSONL file of labelled rows."


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help=_SYSTEM)],
    b: Annotated[str, typer.Argument(metavar="B", help="The same; usually the newer one.")],
    gold: Annotated[
        Path, typer.Option(help="A gold folder, or a JSONL file of gold segments.")
    ] = Path("data/gold"),
    fail_if_worse: Annotated[
        bool,
        typer.Option(
            "--fail-if-worse", help="Exit with status 1 if B is worse by more than noise."
        ),
    ] = False,
    changes: Annotated[
        int, typer.Option(min=0, help="How many changed segments to list of each kind.")
    ] = 5,
    out: JsonOption = None,
    force: ForceOption = False,
) -> None:
    """Say whether B labels better or worse than A by more than noise."""
    from rich.console import Console

    from hedgerow.comparison_view import show_comparison
    from hedgerow.files import check_output, open_output
    from hedgerow.gold import read_gold
    from hedgerow.systems import compare_systems, read_system

    if out is not None:
        check_output(out, force=force)
    gold_set = read_gold(gold)
    found = compare_systems(read_system(a, gold_set), read_system(b, gold_set), gold_set)
    show_comparison(Console(highlight=False, markup=False), found, changes)
    if out is not None:
        with open_output(out, force=force) as stream:
            json.dump(found.to_dict(), stream, indent=2, ensure_ascii=False)
    if fail_if_worse:
        refuse_worse("--fail-if-worse", found.decisive.verdict)
