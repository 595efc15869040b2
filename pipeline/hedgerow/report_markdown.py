"""The evaluation report as Markdown, for a pull request or a wiki."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from hedgerow.calibration import pick_points
from hedgerow.evaluation import Interval, Report
from hedgerow.gold_report import GoldReport, Mistake
from hedgerow.pages import printable
from hedgerow.records import CLASSES, LABELS
from hedgerow.report_page import name_reader
from hedgerow.report_view import list_speaker_scores, show_interval
from hedgerow.slices import SMALL_DOCUMENTS, SMALL_SEGMENTS

MOST_MISTAKES = 100
"""More would hide the scores above them; the page and the JSON file hold every one."""

_MOST_TEXT = 300
# What Markdown or the HTML inside it would obey.
_MARKUP = re.compile(r"([\\`*_\[\]<>|~&$])")


def render_markdown(report: GoldReport) -> str:
    """The report as GitHub-flavoured Markdown, with the first 100 errors."""
    parts = [
        _headline(report),
        _labels(report),
        _splitting(report),
        _confusion(report),
        _mix(report),
        _readers(report),
        _calibration(report),
        _slices(report),
        _mistakes(report.mistakes),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _headline(report: GoldReport) -> str:
    headline = report.headline
    where = "on gold segments" if report.check.end_to_end is None else "end to end"
    rows = [(headline.model, where, headline)]
    if report.check.end_to_end is not None:
        rows.append((headline.model, "on gold segments", report.check.on_gold_segments))
    rows += [(one.model, "on gold segments", one) for one in report.baselines]
    return "\n\n".join(
        [
            f"# Evaluation of {_escape(headline.model)}",
            f"{headline.segments} gold segments of {headline.documents} articles. Intervals: 95 %, "
            "bootstrapped by article.",
            _table(
                ["model", "scored", "macro-F1, three labels", *(f"{name} F1" for name in LABELS)],
                [
                    [
                        _escape(model),
                        scored,
                        show_interval(one.macro_f1),
                        *(show_interval(one.labels[name].f1) for name in LABELS),
                    ]
                    for model, scored, one in rows
                ],
            ),
        ]
    )


def _labels(report: GoldReport) -> str:
    if report.check.end_to_end is None:
        return _label_table("Labels on gold segments", report.check.on_gold_segments)
    return "\n\n".join(
        [
            _label_table("Labels end to end", report.check.end_to_end),
            _label_table("Labels on gold segments", report.check.on_gold_segments),
        ]
    )


def _label_table(title: str, report: Report) -> str:
    rows = [
        [
            name,
            show_interval(one.precision_interval),
            show_interval(one.recall_interval),
            show_interval(one.f1),
            str(one.support),
        ]
        for name, one in report.labels.items()
    ]
    rows.append(
        ["accuracy, four classes", "", "", show_interval(report.accuracy), str(report.segments)]
    )
    rows += [
        [
            name,
            show_interval(one.precision),
            show_interval(one.recall),
            show_interval(one.f1),
            support,
        ]
        for name, one, support in list_speaker_scores(report)
    ]
    return f"## {title}\n\n" + _table(["class", "precision", "recall", "F1", "segments"], rows)


def _splitting(report: GoldReport) -> str:
    if report.check.end_to_end is None:
        return ""
    split = report.check.end_to_end.splitting
    table = _table(
        ["", "precision", "recall", "F1"],
        [
            [
                "exact spans",
                show_interval(split.precision_interval),
                show_interval(split.recall_interval),
                show_interval(split.f1),
            ],
            [
                "boundaries",
                show_interval(split.boundaries.precision),
                show_interval(split.boundaries.recall),
                show_interval(split.boundaries.f1),
            ],
        ],
    )
    return (
        f"## Splitting\n\n{table}\n\n{split.split_errors} gold segments were split otherwise "
        f"({split.both_errors} of them labelled wrong too); {split.label_errors} were split right "
        "and labelled wrong."
    )


def _confusion(report: GoldReport) -> str:
    rows = [
        [
            f"**{name}**",
            *(f"{count} ({_percent(share)})" for count, share in zip(counts, shares, strict=True)),
        ]
        for name, counts, shares in zip(
            CLASSES, report.headline.confusion, report.shares, strict=True
        )
    ]
    return "## Confusions\n\nGold in rows, labelled in columns, with the share of the row.\n\n" + (
        _table(["gold", *CLASSES], rows)
    )


def _mix(report: GoldReport) -> str:
    columns, headers = [report.mix.gold, report.mix.predicted], ["class", "gold", "labelled"]
    if report.expected is None:
        rows = [[name, *(f"{100 * shares[name]:.1f} %" for shares in columns)] for name in CLASSES]
        return "## Class mix\n\n" + _table(headers, rows)
    expected = report.expected
    columns.append(expected.prevalence)
    rows = [
        [
            name,
            *(f"{100 * shares[name]:.1f} %" for shares in columns),
            show_interval(expected.labels[name]),
        ]
        for name in CLASSES
    ]
    rows.append(["macro-F1, three labels", "", "", "", show_interval(expected.macro_f1)])
    return (
        "## Class mix\n\n"
        + _table([*headers, "your mix", "F1 expected there"], rows)
        + "\n\nExpected F1 assumes that only the mix differs: that segments of each class are as "
        "hard as here and are mistaken for the same others as often."
    )


def _readers(report: GoldReport) -> str:
    if not report.readers:
        return ""
    rows = [
        [
            _escape(f"{name_reader(one.second)} against {name_reader(one.first)}"),
            str(one.segments),
            f"{one.kappa:.3f}",
            f"{one.alpha:.3f}",
            show_interval(one.macro_f1),
            show_interval(one.model_macro_f1),
        ]
        for one in report.readers
    ]
    headers = ["readers", "segments", "Cohen's κ", "Krippendorff's α", "macro-F1", "the model's"]
    return "## How far readers agree\n\n" + _table(headers, rows)


def _calibration(report: GoldReport) -> str:
    found = report.calibration
    rows = [
        [f"{one.threshold:.3f}", f"{100 * one.coverage:.0f} %", _percent(one.risk)]
        for one in pick_points(report.risk_coverage)
    ]
    return (
        f"## Calibration\n\nExpected calibration error {found.ece:.3f} ({len(found.bins)} bins of "
        f"about equal size); Brier score {show_interval(found.brier)} (0 to 2); mean confidence "
        f"{found.mean_confidence:.3f}, accuracy {show_interval(found.accuracy)}; area under the "
        f"risk–coverage curve {report.risk_coverage.aurc:.3f}.\n\n"
        + _table(["labels from confidence", "segments that get one", "wrong among them"], rows)
    )


def _slices(report: GoldReport) -> str:
    rows = [
        [
            one.by,
            _escape(one.value) + (" *(small)*" if one.small else ""),
            str(one.segments),
            str(one.documents),
            show_interval(one.macro_f1),
            f"{one.accuracy.value:.3f}",
        ]
        for one in report.slices
    ]
    headers = ["by", "part", "segments", "articles", "macro-F1", "accuracy"]
    return (
        f"## Slices\n\nLabels on gold segments. Small: fewer than {SMALL_SEGMENTS} segments or "
        f"{SMALL_DOCUMENTS} articles.\n\n" + _table(headers, rows)
    )


def _mistakes(mistakes: Sequence[Mistake]) -> str:
    shown = mistakes[:MOST_MISTAKES]
    rest = f" The first {len(shown)} of {len(mistakes)}." if len(mistakes) > len(shown) else ""
    return f"## Errors\n\nThe most confident first.{rest}\n\n" + "\n".join(map(_mistake, shown))


def _mistake(one: Mistake) -> str:
    gold = one.pair.gold
    text = " ".join(gold.text[:_MOST_TEXT].split()) + ("…" if len(gold.text) > _MOST_TEXT else "")
    split = "" if one.kind == "label" else ", split otherwise"
    sure = "by rule" if one.by_rule else f"{one.confidence:.2f}"
    place = _escape(f"{gold.document_id}, {gold.index}")
    return f"- {gold.class_name} → {one.predicted} {sure}{split} ({place}): {_escape(text)}"


def _percent(share: Interval) -> str:
    return f"{100 * share.value:.1f} % [{100 * share.low:.1f}, {100 * share.high:.1f}]"


def _escape(text: str) -> str:
    return _MARKUP.sub(r"\\\1", printable(" ".join(text.split())))


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(_lines(headers, rows))


def _lines(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (headers, ["---"] * len(headers), *rows):
        yield f"| {' | '.join(cells)} |"
