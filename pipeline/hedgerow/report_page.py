"""The evaluation report as one self-contained HTML page, readable without its script."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from hedgerow.alignment import Pair
from hedgerow.calibration import pick_points
from hedgerow.ceiling import GOLD
from hedgerow.charts import calibration_chart, risk_chart
from hedgerow.datacheck import UNGUIDED
from hedgerow.evaluation import Interval
from hedgerow.gold_report import GoldReport, Mistake
from hedgerow.pages import TAGS, clip, load_template, printable
from hedgerow.records import CLASSES, LABELS, LabeledSegment
from hedgerow.report_view import list_speaker_scores
from hedgerow.slices import SMALL_DOCUMENTS, SMALL_SEGMENTS

LETTERS = TAGS | {"none": "–"}
"""The mark of each class in tables and lists, for readers who don't see the colours."""

# A segment of the gold has at most some 400 characters; a page dump may have a million in one.
_MOST_TEXT = 600
_MOST_CONTEXT = 160


def render_report(report: GoldReport) -> str:
    """The page of one report, as HTML text: no network, no outside font, script or picture."""
    script = files("hedgerow").joinpath("templates/report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    articles = list(_article_views(report.pairs))
    anchors = {row["place"]: row["anchor"] for article in articles for row in article["rows"]}
    mistakes = [_mistake_view(one, anchors[one.place]) for one in report.mistakes]
    return load_template("report.html.j2").render(
        report=report,
        headline=report.headline,
        split=report.check.end_to_end,
        script=Markup(script),
        script_digest=digest,
        classes=CLASSES,
        labels=LABELS,
        letters=LETTERS,
        rows=list(_headline_rows(report)),
        speakers=list_speaker_scores(report.headline),
        readers=[(name_reader(one.first), name_reader(one.second), one) for one in report.readers],
        calibration_axes=calibration_chart(report.calibration),
        risk_axes=risk_chart(report.risk_coverage.points),
        coverages=pick_points(report.risk_coverage),
        slices=_group_slices(report),
        small=(SMALL_SEGMENTS, SMALL_DOCUMENTS),
        mistakes=mistakes,
        filters=_filters(mistakes),
        articles=articles,
    )


def name_reader(name: str) -> str:
    """How a report calls a reader."""
    return {GOLD: "the gold’s label", UNGUIDED: "reader without the guide"}.get(
        name, f"reader “{clip(name, 40)}”"
    )


def _headline_rows(report: GoldReport) -> Iterator[dict[str, Any]]:
    """The rows of the first chart: scores with their intervals and the readers' own scores."""
    headline = report.headline
    where = "on gold segments" if report.check.end_to_end is None else "end to end"
    yield _headline_row(report, f"Macro-F1, {where}", headline.macro_f1, "macro")
    for name in LABELS:
        yield _headline_row(report, name, headline.labels[name].f1, name)
    if report.check.end_to_end is not None:
        on_gold = report.check.on_gold_segments.macro_f1
        yield _headline_row(report, "Macro-F1, on gold segments", on_gold, "other")
    for baseline in report.baselines:
        title = f"{baseline.model.split('@')[0]}, on gold segments"
        yield _headline_row(report, title, baseline.macro_f1, "other")


def _headline_row(report: GoldReport, title: str, score: Interval, style: str) -> dict[str, Any]:
    """A score, and where on its scale each reader stands, a dashed mark for the unguided one."""
    ticks = [
        (
            next(
                (f1 for name, f1 in reader.labels.items() if name == style), reader.macro_f1.value
            ),
            reader.second == UNGUIDED,
        )
        for reader in report.readers
    ]
    return {"title": title, "score": score, "style": style, "ticks": ticks}


def _group_slices(report: GoldReport) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for one in report.slices:
        groups[one.by].append(one)
    return groups


def _article_views(pairs: Sequence[Pair]) -> Iterator[dict[str, Any]]:
    by_document: dict[str, list[tuple[int, Pair]]] = defaultdict(list)
    for place, pair in enumerate(pairs):
        by_document[pair.gold.document_id].append((place, pair))
    for number, (document, members) in enumerate(by_document.items()):
        rows = [
            _row_view(place, pair, f"a{number}-{row}") for row, (place, pair) in enumerate(members)
        ]
        wrong = Counter(row["wrong"] for row in rows)
        yield {
            "title": clip(document, 80),
            "genre": clip(str(members[0][1].gold.extra.get("genre", "")), 40),
            "rows": rows,
            "wrong": wrong[True],
        }


def _row_view(place: int, pair: Pair, anchor: str) -> dict[str, Any]:
    predicted = pair.predicted
    given = predicted.class_name if predicted else "none"
    return {
        "place": place,
        "anchor": anchor,
        "gold": pair.gold.class_name,
        "predicted": given,
        "confidence": predicted.scores.get(given) if predicted else None,
        "wrong": given != pair.gold.class_name,
        "same_span": pair.same_span,
        "kind": pair.gold.kind,
        "text": clip(pair.gold.text, _MOST_TEXT),
    }


def _mistake_view(mistake: Mistake, anchor: str) -> dict[str, Any]:
    gold, predicted = mistake.pair.gold, mistake.pair.predicted
    return {
        "place": mistake.place,
        "anchor": anchor,
        "document": clip(gold.document_id, 80),
        "index": gold.index,
        "gold": gold.class_name,
        "predicted": mistake.predicted,
        "mistake": mistake.kind,
        "confidence": mistake.confidence,
        "taken_for": _taken_for(mistake),
        "kind": gold.kind.replace("_", " "),
        "genre": clip(str(gold.extra.get("genre", "")), 40),
        "hard": "yes" if gold.hard else "no",
        "parts": list(_mark_cues(gold, predicted)),
        "context": [
            (name, clip(text, _MOST_CONTEXT))
            for name, text in (
                ("under", gold.context.heading),
                ("lead-in", gold.context.lead_in),
                ("before", gold.context.previous),
            )
            if text and not (name == "before" and text in gold.context[:2])
        ],
        "split_as": clip(predicted.text, _MOST_CONTEXT)
        if predicted and mistake.kind != "label"
        else "",
        "scores": predicted.scores if predicted else {},
        "votes": {clip(reader, 40): vote for reader, vote in gold.votes.items()},
        "gold_cues": [clip(gold.quote(cue), 60) for cue in gold.cues],
    }


def _taken_for(mistake: Mistake) -> str:
    """What a rule took the segment for; empty where a model was asked."""
    if not mistake.by_rule:
        return ""
    predicted = mistake.pair.predicted
    return f"a {predicted.kind.replace('_', ' ')}" if predicted else "no segment"


def _mark_cues(gold: LabeledSegment, predicted: LabeledSegment | None) -> Iterator[tuple[str, str]]:
    """The gold segment's text in pieces, those that Hedgerow took for cues with their kind."""
    end = min(gold.end, gold.start + _MOST_TEXT)
    position = gold.start
    for cue in predicted.cues if predicted else ():
        if position <= cue.start and cue.end <= end:
            yield "", printable(gold.text[position - gold.start : cue.start - gold.start])
            yield cue.kind, printable(gold.quote(cue))
            position = cue.end
    rest = printable(gold.text[position - gold.start : end - gold.start])
    yield "", rest + ("…" if end < gold.end else "")


def _filters(mistakes: Sequence[dict[str, Any]]) -> dict[str, list[tuple[str, int]]]:
    """For each way to filter, the values that occur, with their numbers."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name in ("gold", "predicted", "mistake", "kind", "genre", "hard"):
        values = Counter(one[name] for one in mistakes)
        values.pop("", None)
        if values:
            found[name] = sorted(values.items())
    return found
