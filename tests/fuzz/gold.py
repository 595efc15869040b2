"""Gold files: rows that go round, or one clear line."""

from __future__ import annotations

import json
import zlib
from functools import partial
from pathlib import Path

from hedgerow.annotation.rows import read_rows
from hedgerow.datacheck import Collection, find_problems, measure_diversity
from hedgerow.evaluation import evaluate
from hedgerow.gold import ARTICLES, SEGMENTS, read_gold
from hedgerow.records import LabeledSegment
from hedgerow.rows import from_row, to_row

from .checks import check_json, folder, is_number, or_error
from .inputs import edited

_ARTICLE = "The dam may fail, officials said. It opened in 1931. Leave now."
_ROWS = [
    {"document_id": "d", "index": 0, "start": 0, "end": 33, "kind": "sentence"}
    | {"text": _ARTICLE[:33], "label": "speculation", "attributed": True, "hard": True}
    | {"source": {"start": 18, "end": 27}, "cues": [{"start": 8, "end": 11, "kind": "hedge"}]}
    | {"votes": {"first": "speculation", "second": "fact", "adjudicator": "speculation"}},
    {"document_id": "d", "index": 1, "start": 34, "end": 52, "kind": "list_item"}
    | {"text": _ARTICLE[34:52], "label": None, "heading": "H", "lead_in": "L", "previous": "P"}
    | {"scores": {"fact": 0.5, "none": 0.5}, "model": "m", "abstained": True, "genre": ["x", 1.5]},
    {"document_id": "d", "text": "Leave now.", "label": "recommendation", "source": "Post"},
]
_LINES = b"".join(json.dumps(row).encode() + b"\n" for row in _ROWS)
_FOLDER = json.dumps({"id": "d", "text": _ARTICLE}).encode() + b"\n\n\n" + _LINES

SEEDS = [
    b"\x02\x06\x03\t",
    b"\x02",
    *(b"\x02" + bytes([0, place, 3 * place]) for place in range(50)),
    b"\x00" + _LINES,
    *(b"\x00" + json.dumps(row).encode() for row in _ROWS),
    b"\x01" + _FOLDER.rsplit(b"\n", 2)[0],
    b'\x00{"document_id": 1, "text": "a", "label": "none", "start": 1e999}',
    b'\x00{"document_id": 1, "text": "a", "label": "none", "scores": {"fact": NaN}}',
]


def try_bytes(data: bytes) -> None:
    """A file of rows: after a byte of 2 ours with edits, after 1 the files of a gold folder."""
    with folder() as place:
        if data[:1] == b"\x02":
            rows = edited(_ROWS, data[1:])
            lines = map(json.dumps, rows if isinstance(rows, list) else [rows])
            (place / SEGMENTS).write_text("\n".join(lines), encoding="utf-8")
            check_gold(place / SEGMENTS)
        elif data[:1] == b"\x01":
            articles, _, rows = data[1:].partition(b"\n\n\n")
            (place / ARTICLES).write_bytes(articles)
            (place / SEGMENTS).write_bytes(rows)
            check_gold(place)
        else:
            file = place / SEGMENTS
            file.write_bytes(data[1:])
            check_gold(file)


def check_gold(path: Path) -> None:
    """Rows are sound and go round; the checks and scores of gold take them."""
    gold = or_error(partial(read_gold, path))
    for one in gold.segments if gold else ():
        check_row(one)
    if gold:
        check_use(gold.segments)
    file = or_error(partial(read_rows, path))
    assert file or not gold, "rows that can be scored and not exported"
    for one in file.segments if file else ():
        check_row(one)


def check_row(one: LabeledSegment) -> None:
    """A record's fields are of their types, and its row makes the same record."""
    assert all(
        isinstance(text, str) for text in (one.document_id, one.text, one.model, *one.context)
    )
    spans = (*one.cues, *([one.source] if one.source else ()))
    assert all(type(n) is int for span in spans for n in span[:2]), "a span without offsets"
    assert all(is_number(score) for score in one.scores.values()), "a score that is no number"
    row = to_row(one)
    check_json(row)
    again = to_row(from_row(row, "row"))
    assert again == row, "a row changes on its way"


def check_use(segments: list[LabeledSegment]) -> None:
    """What reads gold rows gets on with these."""
    find_problems([Collection("gold", segments), Collection("train", segments)])
    measure_diversity(segments)
    if zlib.crc32(segments[0].text.encode()) % 20 == 0:
        evaluate(segments, segments)
