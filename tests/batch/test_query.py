"""SQL over batch folders."""

from __future__ import annotations

import pytest

from hedgerow.errors import HedgerowError
from hedgerow.query import query
from tests.batch.conftest import write_archive

pytest.importorskip("duckdb")


@pytest.fixture(params=["jsonl", "parquet"])
def results(request, tmp_path, batch):
    archive = write_archive(tmp_path / "archive.jsonl", 40)
    with archive.open("a") as stream:
        stream.write("no JSON\n")
    batch(archive, tmp_path / "out", keep=("outlet",), format=request.param)
    return tmp_path / "out"


def test_share_of_speculation_by_outlet(results):
    found = query(
        results,
        "select outlet, avg((label = 'speculation')::int) as share, count(*) as n "
        "from segments where label is not null group by outlet order by outlet",
    )
    assert found.columns == ("outlet", "share", "n")
    assert [row[0] for row in found.rows] == ["outlet 0", "outlet 1", "outlet 2"]
    assert all(0 < row[1] < 1 for row in found.rows)
    assert sum(row[2] for row in found.rows) == 140


def test_speakers_and_fields_of_the_input(results):
    found = query(
        results,
        "select distinct speaker, extra->>'year' is not null from segments "
        "where attributed and speaker is not null order by speaker",
    )
    assert ("Officials", True) in found.rows


def test_rejected_records(results):
    (row,) = query(results, 'select "row", reason from rejected').rows
    assert row[0] == 41
    assert "JSON" in row[1]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from nothing",
        "selec",
        "select * from read_csv('/etc/passwd')",
        "copy segments to '{out}/copy.csv'",
        "attach '{out}/other.db'",
        "set enable_external_access = true",
        "install httpfs",
    ],
)
def test_wrong_or_reaching_statements_are_one_line(results, sql, tmp_path):
    with pytest.raises(HedgerowError, match="query: expected SQL") as error:
        query(results, sql.format(out=tmp_path))
    assert "\n" not in str(error.value)
    assert not (tmp_path / "copy.csv").exists()


def test_folder_of_something_else(tmp_path):
    with pytest.raises(HedgerowError, match=r"manifest\.jsonl"):
        query(tmp_path, "select 1")
