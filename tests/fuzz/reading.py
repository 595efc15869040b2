"""Reading of files, and of batch archives: documents of valid text, or one clear line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from hedgerow.batch.raw import BrokenRecord, RecordReader
from hedgerow.batch.shards import Shard
from hedgerow.batch.sources import find_sources
from hedgerow.batch.work import ShardLabeler, WorkSettings
from hedgerow.errors import HedgerowError
from hedgerow.reading import FORMAT_OF_SUFFIX, ReadingOptions, read_documents

from .checks import check_document, check_json, check_message, folder
from .inputs import SENTENCES

_SUFFIXES = (".txt", ".md", ".jsonl", ".csv", ".tsv", ".jsonl.gz", ".txt.gz", ".csv.gz")
_ENCODINGS = (
    *("utf-8", "utf-8", "utf-8", "utf-8", "utf-16", "utf-32-le", "cp1252", "utf-7"),
    *("unicode_escape", "punycode", "idna", "hz", "undefined", "rot13", "", "utf-8\0"),
)
_LINES = b"".join(
    json.dumps({"id": i, "text": text, "outlet": ["Post"]}).encode() + b"\r\n\n"[i % 2 :]
    for i, text in enumerate(SENTENCES[:3])
)
_TABLE = b'id,text,"out""let"\n1,"It may rain.\nIt rained.",=Post\n2,One cell\n\n3,Third.,Post\n'


def _seed(suffix: str, content: bytes, encoding: int = 0) -> bytes:
    return bytes([_SUFFIXES.index(suffix) + len(_SUFFIXES) * encoding]) + content


SEEDS = [
    *(_seed(".txt", text.encode("utf-8", "surrogatepass")) for text in SENTENCES),
    *(_seed(".jsonl", _LINES.decode().encode(_ENCODINGS[i], "replace"), i) for i in range(7)),
    *(_seed(".txt", b"It may +2AA- \\ud800 rain.", i) for i in range(len(_ENCODINGS))),
    _seed(
        ".jsonl", b'{"text": "a \\ud83d", "x": NaN, "y": 1e999, "z": "\\udc00"}\n{"text": [[{}]]}'
    ),
    _seed(".csv", _TABLE),
    _seed(".csv", b"\x00("),
    _seed(".jsonl.gz", b"", 5),
    _seed(".csv", _TABLE.decode().encode("utf-16"), 4),
    _seed(".tsv", _TABLE.replace(b",", b"\t")),
    _seed(".jsonl.gz", gzip.compress(_LINES, mtime=0)),
    _seed(".txt.gz", gzip.compress(b"It may rain." * 400, mtime=0)),
    _seed(".csv.gz", gzip.compress(_TABLE, mtime=0)[:-9]),
]


def try_bytes(data: bytes) -> None:
    """A file: its first byte chooses suffix and encoding, the others are its content."""
    choice = data[0] if data else 0
    suffix = _SUFFIXES[choice % len(_SUFFIXES)]
    encoding = _ENCODINGS[choice // len(_SUFFIXES) % len(_ENCODINGS)]
    with folder() as place:
        file = place / f"a{suffix}"
        file.write_bytes(data[1:])
        if suffix in FORMAT_OF_SUFFIX:
            check_reading(file, encoding)
        check_batch(file, encoding)


def check_reading(file: Path, encoding: str) -> None:
    """What ``hedgerow label`` reads."""
    errors: list[HedgerowError] = []
    options = ReadingOptions(encoding=encoding)
    documents = list(read_documents([file], options, errors.append))
    assert documents or errors, "neither a document nor an error"
    for document in documents:
        check_document(document)
    for error in errors:
        check_message(error)


def check_batch(file: Path, encoding: str) -> None:
    """What ``hedgerow batch`` reads: each record has one outcome, and reading resumes anywhere."""
    sources, _ = find_sources([str(file)])
    reader = RecordReader(sources, encoding=encoding, max_bytes=100_000)
    steps = list(reader.read())
    # A table may have column names and no row.
    assert steps or sources[0].format in ("csv", "tsv"), "no record and no error"
    if not steps:
        return
    half = len(steps) // 2
    assert half == 0 or list(reader.read(steps[half - 1][1])) == steps[half:], "resumed elsewhere"
    settings = WorkSettings(model="keywords", format="jsonl", encoding=encoding, keep=("outlet",))
    records = tuple(record for record, _ in steps)
    result = ShardLabeler(settings).label(Shard(0, records, steps[-1][1]))
    assert result.documents + len(result.rejected) == len(records), "a record without an outcome"
    rows = [json.loads(line) for line in result.content.splitlines()]
    assert len(rows) == result.rows, "rows were lost"
    for row in rows:
        check_json(row)
        assert row["source_file"] == str(file), "a row of nowhere"
    for one in (*result.rejected, *(r for r in records if isinstance(r, BrokenRecord))):
        check_message(HedgerowError(one.reason))
        assert len(one.raw) <= 2000, "a long excerpt"
        one.raw.encode("utf-8")
