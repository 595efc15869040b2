"""The comparison of two systems as tables in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hedgerow.comparison import Comparison, Difference
from hedgerow.display import printable
from hedgerow.report_view import make_table
from hedgerow.systems import GoldComparison


def show_comparison(console: Console, found: GoldComparison, changes: int) -> None:
    """Prints the segments that changed, then scores, tests and verdict; the one that counts last.

    Args:
        console: where to print.
        found: the comparisons.
        changes: how many segments to list of those that only A has right, of those that only B
            has right, and of those that both have wrong.
    """
    decisive = found.decisive
    for letter, name in (("A", decisive.a), ("B", decisive.b)):
        console.print(Text(printable(f"{letter}  {name}")))
    console.print(f"{decisive.segments} gold segments of {decisive.documents} documents\n")
    _show_changes(console, decisive, changes)
    console.print(
        "Intervals: 95 %, paired bootstrap by document. Trust these rather than McNemar's test, "
        "which takes the segments of a document for independent."
    )
    for title, comparison in (
        ("Labels on gold segments, F1", found.on_gold_segments),
        ("Labels end to end, F1", found.end_to_end),
    ):
        if comparison is not None:
            console.print()
            _show_scores(console, title, comparison)


def _show_changes(console: Console, comparison: Comparison, most: int) -> None:
    for title, right in (
        ("only A has right", "a"),
        ("only B has right", "b"),
        ("both have wrong, each in its own way", "neither"),
    ):
        changed = [one for one in comparison.changes if one.right == right]
        console.print(f"{len(changed)} segments that {title}", style="bold")
        if not changed or not most:
            continue
        table = Table(show_edge=False, box=None, padding=(0, 2, 0, 0))
        for column in ("place", "gold", "A", "B"):
            table.add_column(column, no_wrap=True)
        table.add_column("text")
        for one in changed[:most]:
            place = Text(printable(f"{one.document_id}:{one.start}–{one.end}"))
            table.add_row(place, one.gold, one.a, one.b, Text(printable(one.text)))
        console.print(table)
        if len(changed) > most:
            console.print(f"… {len(changed) - most} more; --out writes them all")
        console.print()


def _show_scores(console: Console, title: str, comparison: Comparison) -> None:
    table = make_table(title, "class", "A", "B", "B − A")
    for name, score in comparison.labels.items():
        table.add_row(name, *_cells(score))
    table.add_section()
    table.add_row("macro-F1, three labels", *_cells(comparison.macro_f1), style="bold")
    table.add_row("accuracy, four classes", *_cells(comparison.accuracy))
    console.print(table)
    for name, missing in (("A", comparison.missing_a), ("B", comparison.missing_b)):
        if missing:
            console.print(
                f"{name} has nothing for {missing} of {comparison.segments} gold segments, "
                "which counts as none."
            )
    test = comparison.mcnemar
    console.print(
        f"McNemar: {test.only_a} segments only A has right, {test.only_b} only B, "
        f"p = {test.p_value:.2g}. Cohen's kappa of A and B: {comparison.kappa:.3f}."
    )
    console.print(comparison.verdict.text, style="bold")


def _cells(score: Difference) -> tuple[str, str, str]:
    found = score.difference
    return (
        f"{score.a:.3f}",
        f"{score.b:.3f}",
        f"{found.value:+.3f} [{found.low:+.3f}, {found.high:+.3f}]",
    )
