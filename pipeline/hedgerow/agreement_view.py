"""Agreement of readers as tables in a terminal."""

from __future__ import annotations

from itertools import groupby

from rich.console import Console

from hedgerow.agreement import AgreementReport
from hedgerow.display import printable
from hedgerow.evaluation import Interval
from hedgerow.report_view import make_table, show_interval

# A percentile bootstrap of few documents gives intervals that are too narrow.
_FEW_DOCUMENTS = 20


def show_agreement(console: Console, report: AgreementReport) -> None:
    """Prints the readers, what all of them share, and each pair."""
    votes = ", ".join(f"{printable(name)} {count}" for name, count in report.readers.items())
    console.print(
        f"Votes: {votes}; intervals: 95 %, bootstrapped over {report.documents} articles."
    )
    if report.documents < _FEW_DOCUMENTS:
        console.print(f"With fewer than {_FEW_DOCUMENTS} articles the intervals are too narrow.")
    table = make_table("All readers", "label", "by all", "Fleiss' kappa", "by two", "alpha")
    for group in report.groups:
        table.add_row(
            group.label,
            str(group.complete),
            _show(group.fleiss),
            str(group.shared),
            _show(group.alpha),
        )
    console.print(table)
    for names, pairs in groupby(report.pairs, key=lambda pair: (pair.first, pair.second)):
        table = make_table(
            printable(" and ".join(names)), "label", "segments", "same", "Cohen's kappa"
        )
        for pair in pairs:
            table.add_row(pair.label, str(pair.segments), f"{pair.observed:.3f}", _show(pair.kappa))
        console.print(table)


def _show(score: Interval | None) -> str:
    return "–" if score is None else show_interval(score)
