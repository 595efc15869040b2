"""``hedgerow gold`` agree and adjudicate: readers beside each other."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hedgerow.cli.options import ErrorCounter, ForceOption, JsonOption
from hedgerow.errors import HedgerowError

if TYPE_CHECKING:
    from hedgerow.annotation.adjudication import DecisionFile


def agree(
    gold: Annotated[Path, typer.Argument(help="A gold folder, or a JSONL file of voted rows.")],
    reader: Annotated[
        list[str] | None,
        typer.Option(
            help="A reader to compare; repeat for each. By default all who label by the guide."
        ),
    ] = None,
    out: JsonOption = None,
    force: ForceOption = False,
) -> None:
    """Show how far readers agree: Cohen, Fleiss and Krippendorff, per label, with intervals."""
    from rich.console import Console

    from hedgerow.agreement import compare_readers
    from hedgerow.agreement_view import show_agreement
    from hedgerow.files import check_output, open_output
    from hedgerow.gold import read_gold

    if out is not None:
        check_output(out, force=force)
    report = compare_readers(read_gold(gold).segments, reader or ())
    show_agreement(Console(highlight=False, markup=False), report)
    if out is not None:
        with open_output(out, force=force) as stream:
            json.dump(report.to_dict(), stream, indent=2)


def adjudicate(
    gold: Annotated[Path, typer.Argument(help="A gold folder, or a JSONL file of voted rows.")],
    decisions: Annotated[
        Path | None,
        typer.Option(help="File of decisions; by default one beside the gold."),
    ] = None,
    names: Annotated[
        bool, typer.Option("--names", help="Say which reader voted for what.")
    ] = False,
    apply: Annotated[
        bool,
        typer.Option(
            "--apply",
            help="Write the decisions into the gold, or to --out, instead of asking.",
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="With --apply, a JSONL file for the rows.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Settle what readers see differently, one segment at a time, by single keys.

    Each decision is saved at once, and the next call goes on where this one ended. Keys may come
    from standard input.
    """
    from rich.console import Console

    from hedgerow.annotation.adjudication import DecisionFile, find_disputes
    from hedgerow.annotation.adjudication import adjudicate as ask
    from hedgerow.annotation.dispute_view import show_dispute
    from hedgerow.annotation.rows import read_rows

    path = decisions or _decisions_beside(gold)
    if apply and not path.exists():
        raise HedgerowError(
            f"{path}: expected decisions to apply, found no such file; run hedgerow gold "
            "adjudicate without --apply first, or name the file with --decisions"
        )
    made = DecisionFile.open(path)
    if apply:
        _apply(gold, made, out, force)
        return
    if out is not None:
        raise HedgerowError("--out: expected --apply beside it, found none; add --apply")
    disputes = find_disputes(read_rows(gold))
    console = Console(highlight=False, markup=False)
    ask(
        disputes,
        made,
        _read_keys(),
        lambda position, decided: show_dispute(
            console,
            disputes[position],
            f"{position + 1} of {len(disputes)}",
            decided,
            with_names=names,
        ),
    )
    if not disputes:
        typer.echo("no disputes: no segment has different votes that nobody has settled")
        return
    settled = sum(dispute.place in made.decisions for dispute in disputes)
    typer.echo(
        f"{settled} of {len(disputes)} disputes decided"
        + (f" in {made.path}; write them into the gold with --apply" if settled else "")
    )


def _decisions_beside(gold: Path) -> Path:
    return gold / "decisions.jsonl" if gold.is_dir() else gold.with_suffix(".decisions.jsonl")


def _read_keys() -> Iterator[str]:
    """Keys as they are pressed, or the characters of standard input if it is no terminal."""
    if sys.stdin.isatty():
        with suppress(EOFError):  # Ctrl-D ends it as q does.
            while True:
                yield typer.getchar()
    while key := sys.stdin.read(1):
        yield key


def _apply(gold: Path, decisions: DecisionFile, out: Path | None, force: bool) -> None:
    from hedgerow.annotation.adjudication import apply_decisions
    from hedgerow.annotation.rows import read_rows
    from hedgerow.files import check_output, open_output
    from hedgerow.gold import SEGMENTS
    from hedgerow.writing import write_jsonl

    if out is not None:
        check_output(out, force=force)
    errors = ErrorCounter()
    rows, changed = apply_decisions(read_rows(gold), decisions, errors)
    target = out or (gold / SEGMENTS if gold.is_dir() else gold)
    # --apply means the gold itself; another file is replaced only with --force.
    with open_output(target, force=force or out is None) as stream:
        write_jsonl(rows, stream)
    typer.echo(f"{changed} decisions written into {target}")
    errors.exit_if_any()
