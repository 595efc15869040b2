import csv
import io
import json

from hedgerow import Context, Cue, LabeledSegment, Span
from hedgerow.rows import segment_row
from hedgerow.writing import CsvWriter, write_jsonl


def make_segment(text="Analysts believe it may fail.", start=100, **other):
    scores = {"fact": 0.1, "speculation": 0.8, "recommendation": 0.06, "none": 0.04}
    values = {
        "label": "speculation",
        "scores": scores,
        "attributed": True,
        "source": Span(start, start + 8),
        "cues": (Cue(start + 20, start + 23, "hedge"),),
        "model": "m@sha256:1",
    }
    return LabeledSegment(
        "d",
        0,
        start,
        start + len(text),
        "sentence",
        text,
        Context("H", "L", "P"),
        **(values | other),
    )


def write_csv(*labeled):
    stream = io.StringIO(newline="")
    CsvWriter(stream).write(labeled)
    return list(csv.DictReader(io.StringIO(stream.getvalue())))


def test_csv_shows_source_and_cues_as_text():
    (row,) = write_csv(make_segment())
    assert row["source"] == "Analysts"
    assert row["cues"] == "hedge: may"
    assert row["score_speculation"] == "0.8"
    assert (row["start"], row["end"], row["label"]) == ("100", "129", "speculation")


def test_csv_defuses_formulas_and_keeps_line_breaks():
    formula, wrapped = write_csv(
        make_segment("=cmd|' /C calc'!A0 padding text"),
        make_segment('A "quoted", wrapped\nsentence here.'),
    )
    assert formula["text"].startswith("'=")
    assert wrapped["text"] == 'A "quoted", wrapped\nsentence here.'


def test_csv_of_no_claim_is_empty_not_none():
    (row,) = write_csv(make_segment(label=None, source=None, cues=()))
    assert (row["label"], row["source"], row["cues"]) == ("", "", "")


def test_jsonl_keeps_characters_as_they_are():
    stream = io.StringIO()
    write_jsonl([{"text": "“Très” \u2028 sûr"}, {"text": "b"}], stream)
    lines = stream.getvalue().split("\n")
    assert lines[0] == '{"text": "“Très” \u2028 sûr"}'
    assert json.loads(lines[1]) == {"text": "b"}


def test_segment_row_has_place_kind_and_context():
    from hedgerow import Segment

    row = segment_row(
        3, Segment("d", 5, 9, "list_item", "Rain", Context("H", "L", "P")), {"outlet": "Post"}
    )
    assert row == {
        "outlet": "Post",
        "document_id": "d", "index": 3, "start": 5, "end": 9, "kind": "list_item", "text": "Rain",
        "heading": "H", "lead_in": "L", "previous": "P",
    }  # fmt: skip


def test_csv_cells_come_back_but_for_the_apostrophe_before_a_formula():
    for sign in "=+-@\t\r\n＝＋－＠":
        (row,) = write_csv(make_segment(f"{sign}1+1 padding for the spans here."))
        assert row["text"].removeprefix("'").startswith(f"{sign}1+1")
        assert row["text"].startswith("'")
