"""What is too large or too slow is refused alone, with a reason."""

from __future__ import annotations

import gzip
import json

import pytest

from hedgerow.batch.raw import BrokenRecord, RecordReader
from hedgerow.batch.sources import find_sources
from hedgerow.classification import model_input
from hedgerow.limits import FREE_BYTES, MODEL_CHARS
from hedgerow.records import Context, Segment
from tests.batch.conftest import batch, read_rejected, read_rows

__all__ = ["batch"]

SHORT = "The dam closed in June."
LONG = "The dam may close. " * 10


@pytest.mark.parametrize("command", [("label", "-m", "keywords", "-f", "jsonl"), ("segment",)])
def test_long_articles_are_one_line_each_and_the_others_are_done(run, tmp_path, command):
    (tmp_path / "long.txt").write_text(LONG)
    (tmp_path / "page.html").write_text(f"<p>{'<b>' * 300}{SHORT}")
    lines = [{"id": "a", "text": LONG}, {"id": "b", "text": SHORT, "body": "x" * 500}]
    lines += [{"id": "c", "text": SHORT}]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    files = [tmp_path / name for name in ("long.txt", "page.html", "rows.jsonl")]
    status, out, err = run(*command, "--max-chars", "100", *files)
    assert status == 1
    assert [json.loads(line)["document_id"] for line in out] == ["c"]
    assert ["found 190;" in line for line in err] == [True, False, True, False]
    assert ["at most 400 bytes" in line for line in err] == [False, True, False, True]
    assert all("--max-chars" in line for line in err)
    assert run(*command, "--max-chars", "190", files[0])[0] == 0


def test_a_file_beyond_the_limit_is_not_read_to_its_end(run, tmp_path):
    path = tmp_path / "endless.txt"
    with path.open("wb") as stream:
        stream.truncate(1 << 40)
    status, _, err = run("segment", path)
    assert (status, len(err)) == (1, 1)
    assert "expected at most 4000000 bytes" in err[0]


def test_a_packed_bomb_is_one_rejected_record(tmp_path, batch):
    good = json.dumps({"id": "first", "text": SHORT}).encode() + b"\n"
    bomb = gzip.compress(good * 3 + b"x" * (FREE_BYTES + 1), mtime=0)
    (tmp_path / "bomb.jsonl.gz").write_bytes(bomb)
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(b" " * (FREE_BYTES + 1)))
    (tmp_path / "good.txt").write_text(SHORT)
    summary = batch(tmp_path, tmp_path / "out")
    rejected = {
        one["file"].rsplit("/", 1)[1]: one["reason"] for one in read_rejected(tmp_path / "out")
    }
    assert (summary.totals.documents, summary.totals.rejected) == (4, 2)
    assert f"at most {FREE_BYTES} bytes unpacked" in rejected["bomb.jsonl.gz"]
    assert "--max-expansion" in rejected["bomb.jsonl.gz"]
    assert "at most 4000000 bytes" in rejected["bomb.txt.gz"]
    assert len(read_rows(tmp_path / "out")) == 4


def test_a_file_that_packs_well_is_read_where_it_is_allowed(tmp_path):
    line = json.dumps({"text": SHORT + " " * 100_000}).encode() + b"\n"
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(line * (FREE_BYTES // len(line) + 5)))
    (source,), _ = find_sources([str(path)])
    *kept, last = (one for one, _ in RecordReader([source]).read())
    assert isinstance(last, BrokenRecord)
    assert len(kept) == FREE_BYTES // len(line)
    assert not any(
        isinstance(one, BrokenRecord)
        for one, _ in RecordReader([source], max_expansion=1100).read()
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_an_endless_line_of_wide_characters_is_never_held(tmp_path, encoding):
    path = tmp_path / "a.jsonl"
    good = json.dumps({"text": "The dam\u2028closed."}, ensure_ascii=False)
    path.write_text("x" * 1_000_000 + f"\n{good}\n", encoding=encoding)
    reader = RecordReader(find_sources([str(path)])[0], encoding, max_bytes=100)
    broken, record = (one for one, _ in reader.read())
    assert isinstance(broken, BrokenRecord) and len(broken.raw) <= 101
    assert (record.row, json.loads(record.content)["text"]) == (2, "The dam\u2028closed.")


def test_the_model_sees_no_more_than_its_share():
    text = "x" * 1_000_000
    segment = Segment("", 0, len(text), "list_item", text, Context(lead_in=text))
    assert list(map(len, model_input(segment))) == [MODEL_CHARS, MODEL_CHARS]
