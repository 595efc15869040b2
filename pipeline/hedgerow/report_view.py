"""The evaluation report as tables in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from hedgerow.evaluation import Interval, Report
from hedgerow.gold import GoldCheck
from hedgerow.records import CLASSES, LABELS


def show_check(console: Console, check: GoldCheck, baselines: Sequence[Report]) -> None:
    """Prints splitting, labels, confusions and baselines of one model on one gold set."""
    report = check.end_to_end or check.on_gold_segments
    mix = ", ".join(f"{score.support} {name}" for name, score in report.labels.items())
    console.print(
        f"{report.model} on {report.segments} segments of {report.documents} documents ({mix})"
    )
    console.print("Intervals: 95 %, bootstrapped by document.\n")
    if check.end_to_end is not None:
        split = check.end_to_end.splitting
        console.print(
            f"Splitting: precision {split.precision:.3f}, recall {split.recall:.3f}, "
            f"F1 {show_interval(split.f1)} (exact spans)"
        )
        console.print(
            f"Errors: {split.split_errors} split ({split.both_errors} of them labelled wrong too), "
            f"{split.label_errors} label only\n"
        )
        console.print(_label_table("Labels end to end", check.end_to_end))
    console.print(_label_table("Labels on gold segments", check.on_gold_segments))
    console.print(_confusion_table(report))
    console.print(_comparison_table([check.on_gold_segments, *baselines]))


def show_interval(score: Interval) -> str:
    """The score and its interval, such as ``0.861 [0.848, 0.873]``."""
    return f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}]"


def _label_table(title: str, report: Report) -> Table:
    table = make_table(title, "class", "precision", "recall", "F1", "support")
    for name, score in report.labels.items():
        table.add_row(
            name,
            f"{score.precision:.3f}",
            f"{score.recall:.3f}",
            show_interval(score.f1),
            str(score.support),
        )
    table.add_section()
    table.add_row(
        "macro-F1, three labels", "", "", show_interval(report.macro_f1), "", style="bold"
    )
    table.add_row(
        "accuracy, four classes", "", "", show_interval(report.accuracy), str(report.segments)
    )
    table.add_row("attributed, yes or no", "", "", f"{report.attribution_f1:.3f}", "")
    return table


def _confusion_table(report: Report) -> Table:
    table = make_table("Confusion (gold in rows, predicted in columns)", "", *CLASSES)
    for name, row in zip(CLASSES, report.confusion, strict=True):
        table.add_row(name, *map(str, row))
    return table


def _comparison_table(reports: Sequence[Report]) -> Table:
    table = make_table(
        "Beside the baselines, on gold segments",
        "model",
        "macro-F1",
        *(f"{name} F1" for name in LABELS),
    )
    for report in reports:
        scores = (f"{report.labels[name].f1.value:.3f}" for name in LABELS)
        table.add_row(report.model, show_interval(report.macro_f1), *scores)
    return table


def make_table(title: str, first: str, *columns: str) -> Table:
    """A table with a left-hand column of names and right-aligned figures."""
    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False)
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table
