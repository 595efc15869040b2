"""The rows of a shard, and its rejected records, as the bytes of a file."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from hedgerow.batch.raw import BrokenRecord
from hedgerow.batch.sources import require_pyarrow
from hedgerow.records import CLASSES


def encode_rejected(rejected: Sequence[BrokenRecord]) -> bytes:
    """JSON lines with file, row, reason and the bounded raw record."""
    return encode_jsonl(
        [
            {"file": one.source, "row": one.row, "reason": one.reason, "raw": one.raw}
            for one in rejected
        ]
    )


def encode_jsonl(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """One JSON object a line; half characters, which UTF-8 can't hold, become question marks."""
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return "".join(lines).encode("utf-8", "replace")


def encode_parquet(
    rows: Sequence[Mapping[str, Any]], *, keep: Sequence[str], lineage: Sequence[str]
) -> bytes:
    """A Parquet file; the same rows give the same bytes.

    Args:
        rows: each with all the columns.
        keep: names of the columns that come from the input.
        lineage: names of the columns that say what made a row.

    Raises:
        HedgerowError: the extra ``batch`` is not installed.
    """
    pyarrow = require_pyarrow("--format parquet", instead="write --format jsonl")
    schema = _parquet_schema(pyarrow, keep, lineage)
    columns = [
        pyarrow.array([row[name] for row in rows], type=schema.field(name).type)
        for name in schema.names
    ]
    stream = io.BytesIO()
    table = pyarrow.Table.from_arrays(columns, schema=schema)
    pyarrow.parquet.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def _parquet_schema(pyarrow: Any, keep: Sequence[str], lineage: Sequence[str]) -> Any:
    text, number, flag = pyarrow.string(), pyarrow.int32(), pyarrow.bool_()
    span = [("start", number), ("end", number)]
    return pyarrow.schema(
        [
            *((name, text) for name in keep),
            ("document_id", text),
            ("index", number),
            ("start", number),
            ("end", number),
            ("kind", text),
            ("text", text),
            *((name, text) for name in ("heading", "lead_in", "previous")),
            ("label", text),
            ("scores", pyarrow.struct([(name, pyarrow.float32()) for name in CLASSES])),
            ("abstained", flag),
            ("attributed", flag),
            ("source", pyarrow.struct(span)),
            ("cues", pyarrow.list_(pyarrow.struct([*span, ("kind", text)]))),
            ("model", text),
            ("extra", text),
            ("source_file", text),
            ("source_row", pyarrow.int64()),
            *((name, text) for name in lineage),
        ]
    )
