"""The evaluation report as tables in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hedgerow.calibration import pick_points
from hedgerow.ceiling import ReaderScore
from hedgerow.confusion import ExpectedScores
from hedgerow.display import printable
from hedgerow.evaluation import Interval, MatchScore, Report
from hedgerow.gold_report import GoldReport, Mistake
from hedgerow.records import CLASSES, LABELS
from hedgerow.slices import Slice

_MOST_SLICES = 8
_MOST_MISTAKES = 10
# As much as a line of a wide terminal holds.
_MOST_TEXT = 200
# In fewer columns an interval goes below its score, or it would push out the names of the rows.
_ONE_LINE_WIDTH = 100


def show_report(console: Console, found: GoldReport) -> None:
    """Prints the scores of one model on one gold set, its weakest parts and its surest errors."""
    check, report = found.check, found.headline
    between = " " if console.width >= _ONE_LINE_WIDTH else "\n"
    mix = ", ".join(f"{score.support} {name}" for name, score in report.labels.items())
    console.print(
        f"{printable(report.model)} on {report.segments} segments of {report.documents} documents "
        f"({mix})"
    )
    console.print("Intervals: 95 %, bootstrapped by document.\n")
    if check.end_to_end is not None:
        split = check.end_to_end.splitting
        console.print(
            f"Splitting: precision {split.precision:.3f}, recall {split.recall:.3f}, "
            f"F1 {show_interval(split.f1)} (exact spans); "
            f"boundary F1 {show_interval(split.boundaries.f1)}"
        )
        console.print(
            f"Errors: {split.split_errors} split ({split.both_errors} of them labelled wrong too), "
            f"{split.label_errors} label only\n"
        )
        console.print(_label_table("Labels end to end", check.end_to_end, between))
    console.print(_label_table("Labels on gold segments", check.on_gold_segments, between))
    console.print(_confusion_table(report, found.shares))
    console.print(_comparison_table([check.on_gold_segments, *found.baselines]))
    if found.expected is not None:
        console.print(_expected_table(report, found.expected, between))
    if found.readers:
        console.print(_reader_table(found.readers, between))
    _show_calibration(console, found)
    judged = [one for one in found.slices if one.labels and not one.small]
    if judged:
        console.print(_slice_table(judged))
    _show_mistakes(console, found.mistakes)


def show_interval(score: Interval, between: str = " ") -> str:
    """The score and its interval, such as ``0.861 [0.848, 0.873]``."""
    return f"{score.value:.3f}{between}[{score.low:.3f}, {score.high:.3f}]"


def _label_table(title: str, report: Report, between: str) -> Table:
    table = make_table(title, "class", "precision", "recall", "F1", "support")
    for name, score in report.labels.items():
        table.add_row(
            name,
            show_interval(score.precision_interval, between),
            show_interval(score.recall_interval, between),
            show_interval(score.f1, between),
            str(score.support),
        )
    table.add_section()
    table.add_row(
        "macro-F1, three labels", "", "", show_interval(report.macro_f1, between), "", style="bold"
    )
    table.add_row(
        "accuracy, four classes",
        "",
        "",
        show_interval(report.accuracy, between),
        str(report.segments),
    )
    for name, one, support in list_speaker_scores(report):
        intervals = (one.precision, one.recall, one.f1)
        table.add_row(name, *(show_interval(score, between) for score in intervals), support)
    return table


def list_speaker_scores(report: Report) -> list[tuple[str, MatchScore, str]]:
    """The scores of who is speaking, with their names and how many the gold has of each.

    Sources are left out where the gold has none, as in rows without offsets.
    """
    rows = [("attributed, yes or no", report.attribution, "")]
    if report.sources.gold:
        gold = str(report.sources.gold)
        rows.append(("source, by overlap", report.sources.overlap, gold))
        rows.append(("source, exact span", report.sources.exact, gold))
    return rows


def _confusion_table(report: Report, shares: list[list[Interval]]) -> Table:
    title = "Confusion (gold in rows, predicted in columns; share of the row in percent)"
    table = make_table(title, "", *CLASSES)
    for name, counts, row in zip(CLASSES, report.confusion, shares, strict=True):
        # In two lines, so that the table fits a terminal of 80 columns.
        cells = (
            f"{count}  {100 * share.value:.1f}\n[{100 * share.low:.1f}, {100 * share.high:.1f}]"
            for count, share in zip(counts, row, strict=True)
        )
        table.add_row(name, *cells)
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
        table.add_row(printable(report.model), show_interval(report.macro_f1), *scores)
    return table


def _expected_table(report: Report, expected: ExpectedScores, between: str) -> Table:
    table = make_table(
        "Expected at another class mix, if nothing but the mix differs",
        "class",
        "share here",
        "F1 here",
        "share there",
        "F1 expected there",
    )
    for name in CLASSES:
        score = report.labels[name]
        table.add_row(
            name,
            f"{score.support / report.segments:.2f}",
            show_interval(score.f1, between),
            f"{expected.prevalence[name]:.2f}",
            show_interval(expected.labels[name], between),
        )
    table.add_section()
    table.add_row(
        "macro-F1",
        "",
        show_interval(report.macro_f1, between),
        "",
        show_interval(expected.macro_f1, between),
    )
    return table


def _reader_table(readers: Sequence[ReaderScore], between: str) -> Table:
    table = make_table(
        "What readers reach on the same task",
        "readers",
        "segments",
        "kappa",
        "alpha",
        "macro-F1",
        "the model's there",
    )
    for one in readers:
        table.add_row(
            Text(printable(f"{one.second} against {one.first}")),
            str(one.segments),
            f"{one.kappa:.3f}",
            f"{one.alpha:.3f}",
            show_interval(one.macro_f1, between),
            show_interval(one.model_macro_f1, between),
        )
    return table


def _show_calibration(console: Console, found: GoldReport) -> None:
    calibration = found.calibration
    console.print(
        f"\nCalibration: ECE {calibration.ece:.3f} ({len(calibration.bins)} adaptive bins), Brier "
        f"{show_interval(calibration.brier)} of 2, mean confidence "
        f"{calibration.mean_confidence:.3f}, accuracy {calibration.accuracy.value:.3f}"
    )
    steps = (
        f"{100 * one.risk.value:.1f} % at {100 * one.coverage:.0f} %"
        for one in pick_points(found.risk_coverage)
    )
    console.print(f"Wrong labels, if only the surest segments get one: {', '.join(steps)}\n")


def _slice_table(slices: Sequence[Slice]) -> Table:
    weakest = sorted(slices, key=lambda one: one.macro_f1.value)[:_MOST_SLICES]
    title = "Weakest slices, on gold segments (without small ones; all with --out)"
    table = make_table(title, "part", "segments", "documents", "macro-F1", "accuracy")
    for one in weakest:
        table.add_row(
            Text(printable(f"{one.by}: {one.value}")),
            str(one.segments),
            str(one.documents),
            show_interval(one.macro_f1),
            f"{one.accuracy.value:.3f}",
        )
    return table


def _show_mistakes(console: Console, mistakes: Sequence[Mistake]) -> None:
    wrong = [one for one in mistakes if one.kind != "split" and not one.by_rule]
    if not wrong:
        return
    console.print("\nMost confident errors (all with --out)", style="bold")
    for one in wrong[:_MOST_MISTAKES]:
        gold = one.pair.gold
        line = (
            f"{one.confidence:.2f}  {gold.class_name} → {one.predicted}  "
            f"{gold.document_id}:{gold.index}  {gold.text[:_MOST_TEXT]}"
        )
        console.print(Text(printable(line)), overflow="ellipsis", no_wrap=True)


def make_table(title: str, first: str, *columns: str) -> Table:
    """A table with a left-hand column of names and right-aligned figures."""
    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False)
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table
