"""What a batch run reads, and that each bad record is rejected alone."""

from __future__ import annotations

import gzip
import json
import sys

import pytest

from hedgerow.batch.raw import BrokenRecord, Position, RecordReader
from hedgerow.batch.shards import cut_shards
from hedgerow.batch.sources import find_sources
from hedgerow.errors import HedgerowError
from tests.batch.conftest import article, read_rejected, read_rows, write_archive


def test_every_format_gives_the_same_rows(tmp_path, batch):
    import pyarrow
    import pyarrow.parquet

    folder = tmp_path / "in"
    folder.mkdir()
    text = article(3)
    (folder / "a.txt").write_text(text, encoding="utf-8")
    (folder / "b.md").write_text(text, encoding="utf-8")
    line = json.dumps({"text": text}).encode() + b"\n"
    (folder / "c.jsonl").write_bytes(line)
    (folder / "d.jsonl.gz").write_bytes(gzip.compress(line))
    with pyarrow.CompressedOutputStream(str(folder / "e.jsonl.zst"), "zstd") as stream:
        stream.write(line)
    (folder / "f.csv").write_text(f'n,text\n1,"{text}"\n', encoding="utf-8")
    (folder / "g.tsv").write_text(f"n\ttext\n1\t{text}\n", encoding="utf-8")
    pyarrow.parquet.write_table(pyarrow.table({"text": [text]}), folder / "h.parquet")
    (folder / "i.txt.gz").write_bytes(gzip.compress(text.encode()))
    (folder / "notes.pdf").write_bytes(b"passed over")

    summary = batch(folder, tmp_path / "out")

    assert (summary.totals.documents, summary.totals.rejected) == (9, 0)
    rows = read_rows(tmp_path / "out")
    by_file: dict[str, list[tuple[object, ...]]] = {}
    for row in rows:
        seen = (row["start"], row["end"], row["text"], row["label"])
        by_file.setdefault(row["source_file"], []).append(seen)
    assert len(by_file) == 9
    assert len(set(map(tuple, by_file.values()))) == 1


def test_html_pages_are_read(tmp_path, batch):
    page = f"<html><body><article><h1>Bulletin</h1><p>{article(3)}</p></article></body></html>"
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    summary = batch(tmp_path / "page.html", tmp_path / "out")
    assert summary.totals.documents == 1


def test_poisoned_records_are_rejected_alone(tmp_path, batch):
    folder = tmp_path / "in"
    folder.mkdir()
    good = json.dumps({"id": "good", "text": article(1)}).encode()
    lines = [
        good,
        b'{"id": "cut", "text": "The dam',
        b'{"id": "wrong type", "text": 7}',
        b'{"id": "no text"}',
        b'{"id": "nul", "text": "The dam\x00 closed."}',
        b'{"id": "bytes", "text": "caf\xe9"}',
        b'["no object"]',
        b'{"id": "half", "text": "\\ud800 closed."}',
        b'{"id": "long", "text": "' + b"The dam closed. " * 1300 + b'"}',
        b'{"id": "endless", "text": "' + b"x" * 100_000 + b'"}',
        b'{"id": "twenty megabytes", "text": "' + b"The dam closed. " * 1_310_720 + b'"}',
        b'{"id": "marks", "text": "\xe2\x80\xa6 \xe2\x80\x94"}',
        good.replace(b"good", b"last"),
    ]
    (folder / "a.jsonl").write_bytes(b"\n".join(lines))
    (folder / "b.txt").write_bytes(b"")
    whole = gzip.compress(b"".join(good + b"\n" for _ in range(200)), mtime=0)
    (folder / "c.jsonl.gz").write_bytes(whole[: len(whole) - 12])
    (folder / "d.jsonl.gz").write_bytes(b"no gzip at all")
    (folder / "e.jsonl").mkdir()
    (folder / "f.parquet").write_bytes(b"PAR1 but not really")
    (folder / "g.csv").write_text("id,text\n1,The dam closed.\n2,a,b\n3,The dam rose.\n")
    (folder / "h.csv").write_bytes(b"id,text\n1,caf\xe9 closed\n2,The dam closed.\n")
    (folder / "i.txt").write_text(article(4), encoding="utf-8")
    (folder / "j.txt").symlink_to(tmp_path / "nowhere")

    summary = batch(folder, tmp_path / "out", max_chars=20_000)

    rejected = read_rejected(tmp_path / "out")
    places = [(one["file"].rsplit("/", 1)[1], one["row"]) for one in rejected]
    assert [row for name, row in places if name == "a.jsonl"] == list(range(2, 13))
    assert {name for name, _ in places} == {
        "a.jsonl", "b.txt", "c.jsonl.gz", "d.jsonl.gz", "e.jsonl", "f.parquet", "g.csv", "h.csv",
        "j.txt",
    }  # fmt: skip
    assert len(places) == summary.totals.rejected == len(set(places)) == 19
    assert all(one["reason"] and "\n" not in one["reason"] for one in rejected)
    assert all(len(one["raw"]) <= 2000 for one in rejected)
    rows = read_rows(tmp_path / "out")
    assert {row["document_id"] for row in rows if row["source_file"].endswith("a.jsonl")} == {
        "good",
        "last",
    }
    assert {row["source_row"] for row in rows if row["source_file"].endswith("g.csv")} == {1, 3}
    assert {row["source_row"] for row in rows if row["source_file"].endswith("h.csv")} == {2}
    assert any(row["source_file"].endswith("i.txt") for row in rows)


def test_urls_are_read_through_fsspec(batch, tmp_path):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/archive/a.jsonl", json.dumps({"id": "x", "text": article(2)}).encode())
    memory.pipe("/archive/b.txt.gz", gzip.compress(article(3).encode()))
    try:
        folder, _ = find_sources(["memory://archive"])
        globbed, _ = find_sources(["memory://archive/*.jsonl"])
        assert [one.name.rsplit("/", 1)[1] for one in folder] == ["a.jsonl", "b.txt.gz"]
        assert len(globbed) == 1
        assert batch("memory://archive", tmp_path / "out").totals.documents == 2
    finally:
        memory.rm("/archive", recursive=True)


def test_a_file_named_twice_is_read_once(tmp_path):
    path = write_archive(tmp_path / "a.jsonl", 1)
    sources, _ = find_sources([str(path), str(tmp_path), str(tmp_path / "*.jsonl")])
    assert len(sources) == 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [("nothing.jsonl", "found nothing"), ("*.jsonl", "found nothing"), (".", "expected files")],
)
def test_inputs_that_name_nothing(tmp_path, monkeypatch, given, expected):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HedgerowError, match=expected):
        find_sources([given])


def test_unknown_suffix_asks_for_the_format(tmp_path):
    (tmp_path / "a.dat").write_text(article(1))
    with pytest.raises(HedgerowError, match="--input-format"):
        find_sources([str(tmp_path / "a.dat")])
    sources, _ = find_sources([str(tmp_path / "a.dat")], "text")
    assert sources[0].format == "text"


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "jsonl.zst", "csv"])
def test_reading_goes_on_in_the_middle_of_a_file(tmp_path, suffix):
    import pyarrow

    path = tmp_path / f"a.{suffix}"
    lines = [json.dumps({"text": article(i)}).encode() + b"\n" for i in range(30)]
    lines.insert(5, b"\n")
    if suffix == "csv":
        lines = [b"text\n", *(f'"{article(i)}"\n'.encode() for i in range(30))]
    content = b"".join(lines)
    if suffix.endswith("zst"):
        with pyarrow.CompressedOutputStream(str(path), "zstd") as stream:
            stream.write(content)
    else:
        path.write_bytes(gzip.compress(content) if suffix.endswith("gz") else content)
    sources, _ = find_sources([str(path)])
    reader = RecordReader(sources)
    shards = list(cut_shards(reader, max_records=7))
    assert [len(shard.records) for shard in shards] == [7, 7, 7, 7, 2]
    for done in shards[:-1]:
        rest = cut_shards(reader, first=done.number + 1, start=done.end, max_records=7)
        assert list(rest) == shards[done.number + 1 :]


def test_shards_are_bounded_in_bytes_too(tmp_path):
    path = write_archive(tmp_path / "a.jsonl", 40)
    reader = RecordReader(find_sources([str(path)])[0])
    shards = list(cut_shards(reader, max_records=1000, max_bytes=1000))
    assert len(shards) > 3
    assert sum(len(shard.records) for shard in shards) == 40


def test_an_endless_line_is_never_held(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x" * 1_000_000 + b'\n{"text": "The dam closed."}\n')
    records = [one for one, _ in RecordReader(find_sources([str(path)])[0], max_bytes=100).read()]
    assert isinstance(records[0], BrokenRecord)
    assert len(records[0].raw) <= 101
    assert records[1].row == 2


def test_position_after_a_broken_file_is_the_next_one(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(b"no gzip")
    write_archive(tmp_path / "b.jsonl", 1)
    reader = RecordReader(find_sources([str(tmp_path)])[0])
    (broken, after), (record, _) = reader.read()
    assert isinstance(broken, BrokenRecord)
    assert after == Position(1)
    assert record.source.endswith("b.jsonl")


@pytest.mark.parametrize("encoding", ["utf-16", "UTF_16", "utf32"])
def test_wide_encodings_are_read_however_they_are_spelled(tmp_path, batch, encoding):
    line = json.dumps({"id": "w", "text": article(2)}) + "\n"
    (tmp_path / "a.jsonl").write_bytes((line * 3).encode(encoding))
    summary = batch(tmp_path / "a.jsonl", tmp_path / "out", encoding=encoding)
    assert (summary.totals.documents, summary.totals.rejected) == (3, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such names")
@pytest.mark.parametrize("output", ["jsonl", "parquet"])
def test_a_file_name_that_is_no_unicode_ends_no_run(tmp_path, batch, output):
    (tmp_path / "in").mkdir()
    with open(f"{tmp_path}/in/a\udcff.txt", "w") as stream:
        stream.write(article(1))
    summary = batch(tmp_path / "in", tmp_path / "out", format=output)
    assert (summary.totals.documents, summary.totals.rejected) == (1, 0)
