import io
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from hedgerow import CLASSES, HedgerowError
from hedgerow.baselines import KeywordClassifier
from hedgerow.classification import load_classifier
from hedgerow.confusion import parse_prevalence
from hedgerow.gold import GoldSet, read_gold
from hedgerow.gold_report import make_report
from hedgerow.report_markdown import MOST_MISTAKES, render_markdown
from hedgerow.report_page import render_report
from hedgerow.report_view import show_report

from .conftest import ROWS

GOLD = Path(__file__).parents[1] / "data" / "gold"
MIX = "fact=0.64,speculation=0.15,recommendation=0.08,none=0.13"


@pytest.fixture(scope="module")
def whole_gold():
    return read_gold(GOLD)


@pytest.fixture(scope="module")
def report(whole_gold):
    """The keyword rules on the first 3,500 segments of the gold, which they get wrong in dozens."""
    segments = whole_gold.segments[:3500]
    ids = {one.document_id for one in segments}
    documents = [one for one in whole_gold.documents if one.id in ids]
    return make_report(
        KeywordClassifier(),
        GoldSet(segments, documents),
        baselines=[load_classifier("linear")],
        prevalence=parse_prevalence(MIX),
    )


class Texts(HTMLParser):
    """The text of each element that has one of the wanted classes or ids."""

    def __init__(self, html, tag, marker):
        super().__init__()
        self.tag, self.marker, self.depth, self.texts = tag, marker, 0, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if self.depth:
            self.depth += tag == self.tag
        elif tag == self.tag and self.marker in dict(attrs).values():
            self.depth = 1
            self.texts.append("")

    def handle_endtag(self, tag):
        if self.depth and tag == self.tag:
            self.depth -= 1

    def handle_data(self, data):
        if self.depth:
            self.texts[-1] += data


def test_every_mistake_is_in_the_report_and_nothing_else(report):
    wrong = {
        (pair.gold.document_id, pair.gold.start)
        for pair in report.pairs
        if not pair.same_span or pair.predicted.label != pair.gold.label
    }
    assert {(m.pair.gold.document_id, m.pair.gold.start) for m in report.mistakes} == wrong
    split = report.headline.splitting
    kinds = [one.kind for one in report.mistakes]
    assert kinds.count("label") == split.label_errors
    assert kinds.count("both") == split.both_errors
    assert kinds.count("split") == split.split_errors - split.both_errors


def test_the_most_confident_wrong_labels_come_first_and_rules_after_the_model(whole_gold):
    ids = {f"a-{number:02}" for number in range(1, 8)}
    part = GoldSet(
        [one for one in whole_gold.segments if one.document_id in ids],
        [one for one in whole_gold.documents if one.id in ids],
    )
    mistakes = make_report(load_classifier("linear"), part).mistakes
    groups = [(one.kind == "split", one.by_rule) for one in mistakes]
    assert groups == sorted(groups)
    asked = [one.confidence for one in mistakes if one.kind != "split" and not one.by_rule]
    assert len(asked) > 20 and asked == sorted(asked, reverse=True)
    assert all(one.confidence == 1 for one in mistakes if one.by_rule and one.pair.predicted)


def test_gold_without_articles_votes_or_genre_makes_a_report_without_those_parts(tmp_path):
    file = tmp_path / "rows.jsonl"
    rows = [{"document_id": f"d{i % 3}", "text": t, "label": n} for i, (t, n) in enumerate(ROWS)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = make_report(KeywordClassifier(), read_gold(file))
    assert (found.readers, found.expected, found.check.end_to_end) == ([], None, None)
    assert all(one.kind == "label" for one in found.mistakes)
    for rendered in (render_report(found), render_markdown(found)):
        assert "## Splitting" not in rendered and "split otherwise (" not in rendered
    assert "This gold has no votes" in render_report(found)


@pytest.mark.parametrize("width", [80, 100])
def test_tables_keep_the_names_of_their_rows_in_a_narrow_terminal(report, width):
    console = Console(width=width, record=True, file=io.StringIO())
    show_report(console, report)
    lines = console.export_text().splitlines()
    for name in CLASSES:
        # Labels end to end, on gold segments, and the confusions.
        assert sum(line.startswith(f" {name} ") for line in lines) >= 3, name


def test_gold_of_headings_alone_is_refused(whole_gold):
    headings = [one for one in whole_gold.segments if one.kind == "heading"]
    with pytest.raises(HedgerowError, match="found only segments without a claim"):
        make_report(KeywordClassifier(), GoldSet(headings, []))


def test_perfect_labels_make_a_page_without_errors_or_script(whole_gold):
    rows = [one for one in whole_gold.segments if one.document_id in ("a-01", "a-02")]
    labels = KeywordClassifier().predict_proba([one.segment for one in rows]).argmax(axis=1)
    names = ("fact", "speculation", "recommendation", None)
    rows = [replace(one, label=names[i]) for one, i in zip(rows, labels, strict=True)]
    html = render_report(make_report(KeywordClassifier(), GoldSet(rows, [])))
    assert "None: every segment was split and labelled as in the gold." in html
    assert "<script" not in html


def test_page_stays_under_two_megabytes_for_3500_segments(report):
    assert len(report.mistakes) > 700
    assert len(render_report(report).encode()) < 2_000_000


def test_page_shows_each_error_and_each_article(report):
    html = render_report(report)
    (errors,) = Texts(html, "ol", "error-list").texts
    for one in report.mistakes[:20] + report.mistakes[-20:]:
        assert one.pair.gold.text[:40] in errors
    (articles,) = Texts(html, "section", "articles").texts
    for one in report.pairs[::50]:
        assert one.gold.text[:40] in articles
    assert html.count("<details><summary") == report.headline.documents


def test_page_tells_the_same_figures_as_the_json(report):
    html = render_report(report)
    data = json.loads(json.dumps(report.to_dict()))
    for value in (
        data["end_to_end"]["macro_f1"]["value"],
        data["at_prevalence"]["macro_f1"]["value"],
        data["end_to_end"]["splitting"]["boundaries"]["f1"]["value"],
        data["readers"][0]["macro_f1"]["low"],
        data["calibration"]["ece"],
        data["calibration"]["brier"]["high"],
        data["risk_coverage"]["aurc"],
        data["slices"][0]["macro_f1"]["value"],
    ):
        assert f"{value:.3f}" in html
    assert len(data["mistakes"]) == len(report.mistakes)
    assert {"votes", "predicted", "confidence", "text"} <= set(data["mistakes"][0])


def test_markdown_has_every_part_and_says_what_it_left_out(report):
    text = render_markdown(report)
    for title in (
        "Labels end to end", "Labels on gold segments", "Splitting", "Confusions", "Class mix",
        "How far readers agree", "Calibration", "Slices", "Errors",
    ):  # fmt: skip
        assert f"\n## {title}\n" in text
    assert f"The first {MOST_MISTAKES} of {len(report.mistakes)}." in text
    assert text.count("\n- ") == MOST_MISTAKES
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert len(tables) > 60 and all(line.endswith("|") for line in tables)


def test_markdown_of_hostile_text_is_text(hostile_gold):
    text = render_markdown(make_report(KeywordClassifier(), read_gold(hostile_gold)))
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert not any(c in text for c in "\x00\x07")
    assert max(map(len, text.splitlines())) < 2000


def test_evaluate_writes_each_format_by_its_suffix(run, hostile_gold, tmp_path):
    files = [tmp_path / f"report.{suffix}" for suffix in ("json", "md", "HTML")]
    outs = [argument for file in files for argument in ("--out", file)]
    arguments = ("evaluate", "--gold", hostile_gold, "-m", "keywords", "--no-baselines", *outs)
    status, lines, err = run(*arguments, "--prevalence", MIX)
    assert (status, err) == (0, [])
    shown = "\n".join(lines)
    for part in ("Expected at another class mix", "ECE", "readers", "Weakest slices", "boundary"):
        assert part in shown
    assert not any(c in shown for c in "\x00\x07")
    assert json.loads(files[0].read_text())["at_prevalence"]["prevalence"]["fact"] == 0.64
    assert files[1].read_text(encoding="utf-8").startswith("# Evaluation of keywords")
    assert files[2].read_text(encoding="utf-8").startswith("<!doctype html>")
    status, _, err = run(*arguments)
    assert status == 1 and "--force" in err[0]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("-o", "report.pdf"), "ends in .json, .md, .html"),
        (("-o", "report"), "ends in .json, .md, .html"),
        (("-o", "a.md", "-o", "a.md"), "each file once"),
        (("--prevalence", "fact=1"), "a share for each class"),
    ],
)
def test_wrong_options_are_one_line_before_any_work(
    run, tmp_path, monkeypatch, arguments, expected
):
    monkeypatch.chdir(tmp_path)
    status, out, err = run("evaluate", "--gold", tmp_path / "gone", *arguments)
    assert (status, out, len(err)) == (1, [], 1) and expected in err[0]
    assert not list(tmp_path.iterdir())
