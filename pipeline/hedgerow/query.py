"""SQL over the results of a batch run, by DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hedgerow.batch.store import REJECTED, shard_files
from hedgerow.errors import HedgerowError

# The columns of JSONL shards are named, so that a shard without a source or a cue has them too.
_SPAN = 'STRUCT("start" INTEGER, "end" INTEGER)'
_JSON_COLUMNS = {
    "document_id": "VARCHAR",
    "index": "INTEGER",
    "start": "INTEGER",
    "end": "INTEGER",
    "kind": "VARCHAR",
    "text": "VARCHAR",
    "heading": "VARCHAR",
    "lead_in": "VARCHAR",
    "previous": "VARCHAR",
    "label": "VARCHAR",
    "scores": "STRUCT(fact FLOAT, speculation FLOAT, recommendation FLOAT, none FLOAT)",
    "abstained": "BOOLEAN",
    "attributed": "BOOLEAN",
    "source": _SPAN,
    "cues": 'STRUCT("start" INTEGER, "end" INTEGER, kind VARCHAR)[]',
    "model": "VARCHAR",
    "extra": "VARCHAR",
    "source_file": "VARCHAR",
    "source_row": "BIGINT",
    "hedgerow_version": "VARCHAR",
    "config_hash": "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A table."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


def query(folder: Path, sql: str) -> QueryResult:
    """Runs a statement over a batch folder.

    The view ``segments`` holds the rows of all shards that are done, and besides their columns
    ``speaker``, the words that name the source; ``rejected`` holds the rejected records of a
    complete run. The statement can read nothing else and write nothing.

    Args:
        folder: that ``hedgerow batch`` wrote.
        sql: one statement in DuckDB's dialect.

    Raises:
        HedgerowError: the extra ``batch`` is not installed, the folder holds no results, or the
            statement is wrong.
    """
    try:
        import duckdb
    except ImportError as error:
        raise HedgerowError(
            "query: expected the extra 'batch', found no duckdb; run pip install 'hedgerow[batch]'"
        ) from error
    files = [file.resolve() for file in shard_files(folder)]
    if not files:
        raise HedgerowError(
            f"{folder}: expected labelled segments, found a run without any; look at {REJECTED} "
            "there, or let the run go on"
        )
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    with connection:
        names = ", ".join(_quote(file) for file in files)
        if files[0].suffix == ".parquet":
            source = f"read_parquet([{names}])"
        else:
            kept = _kept_columns(files[0])
            columns = ", ".join(
                f"\"{name}\": '{kind}'" for name, kind in (_JSON_COLUMNS | kept).items()
            )
            source = f"read_json([{names}], format='newline_delimited', columns={{{columns}}})"
        connection.execute(
            f"""
            create view segments as
            select *, substr(text, source."start" - "start" + 1,
                             source."end" - source."start") as speaker
            from {source}
            """
        )
        rejected = (folder / REJECTED).resolve()
        if rejected.is_file():
            connection.execute(
                f"create view rejected as select * from read_json([{_quote(rejected)}], "
                "format='newline_delimited', columns={file: 'VARCHAR', \"row\": 'BIGINT', "
                "reason: 'VARCHAR', raw: 'VARCHAR'})"
            )
        # A query that somebody sent along with a folder must not read the rest of the disk.
        allowed = ", ".join(_quote(file) for file in (*files, rejected))
        connection.execute(f"set allowed_paths = [{allowed}]")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        try:
            cursor = connection.execute(sql)
            columns_found = tuple(column[0] for column in cursor.description or ())
            return QueryResult(columns_found, cursor.fetchall())
        except duckdb.Error as error:
            reason = " ".join(str(error).split())
            raise HedgerowError(
                "query: expected SQL over the tables segments and rejected, found: "
                f"{reason[:400]}; mend the statement"
            ) from error


def _kept_columns(file: Path) -> dict[str, str]:
    import json

    with file.open(encoding="utf-8") as stream:
        first = json.loads(stream.readline())
    return {name: "VARCHAR" for name in first if name not in _JSON_COLUMNS}


def _quote(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
