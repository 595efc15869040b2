import json

import pytest

from hedgerow import HedgerowError
from hedgerow.baselines import KeywordClassifier
from hedgerow.gold import check_classifier, read_gold

TEXT = "It may rain. The dam closed on Monday."
ROWS = [
    {"document_id": "a", "start": 0, "end": 12, "text": "It may rain.", "label": "speculation"},
    {
        "document_id": "a",
        "start": 13,
        "end": 38,
        "text": "The dam closed on Monday.",
        "label": "fact",
    },
]


def write(folder, rows, articles=({"id": "a", "text": TEXT, "genre": "climate"},)):
    for name, content in (("segments.jsonl", rows), ("articles.jsonl", articles)):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in content))
    return folder


def test_folder_is_scored_on_its_segments_and_end_to_end(tmp_path):
    gold = read_gold(write(tmp_path, ROWS))
    assert gold.documents[0].extra == {"genre": "climate"}
    check = check_classifier(KeywordClassifier(), gold)
    assert check.on_gold_segments.macro_f1.value == 1
    assert check.end_to_end is not None
    assert check.end_to_end.splitting.f1.value == 1


def test_folder_that_holds_the_gold_folder_is_named_back(tmp_path):
    (tmp_path / "gold").mkdir()
    write(tmp_path / "gold", ROWS)
    with pytest.raises(
        HedgerowError, match=r"no articles.jsonl and no segments.jsonl; name .*gold"
    ):
        read_gold(tmp_path)
    (tmp_path / "gold" / "articles.jsonl").unlink()
    with pytest.raises(HedgerowError, match=r"found no articles\.jsonl; name another folder"):
        read_gold(tmp_path / "gold")


def test_segments_without_articles_or_offsets_are_scored_on_their_own(tmp_path):
    file = tmp_path / "rows.jsonl"
    rows = [
        {"document_id": d, "text": t, "label": "fact"}
        for d in "ab"
        for t in ("It rained.", "It fell.")
    ]
    rows.append({"document_id": "a", "text": "It may rain.", "label": "speculation"})
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    check = check_classifier(KeywordClassifier(), read_gold(file))
    assert check.end_to_end is None
    assert check.on_gold_segments.accuracy.value == 1
    assert check.on_gold_segments.segments == 5


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([ROWS[0] | {"start": 1, "end": 13}], "expected 'It may rain.' at 1–13 of 'a'"),
        ([ROWS[0] | {"document_id": "b"}], "expected article 'b' in articles.jsonl"),
        ([], "expected labelled segments, found an empty file"),
        ([ROWS[0] | {"label": "maybe"}], "segments.jsonl:1"),
    ],
)
def test_broken_gold_says_where(tmp_path, rows, expected):
    with pytest.raises(HedgerowError) as caught:
        read_gold(write(tmp_path, rows))
    assert expected in str(caught.value)


def test_missing_gold(tmp_path):
    with pytest.raises(HedgerowError, match="check the path"):
        read_gold(tmp_path / "gone")
    with pytest.raises(HedgerowError, match=r"articles\.jsonl"):
        read_gold(tmp_path)
