"""Exactly once: resume after kills, refusal of other runs, faults of the disk."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from hedgerow.batch.engines import LocalEngine, local_engine
from hedgerow.batch.processes import SupervisedWorker
from hedgerow.batch.raw import RecordReader
from hedgerow.batch.runner import describe_run, read_limit, run_batch, work_settings
from hedgerow.batch.shards import cut_shards
from hedgerow.batch.sources import find_sources
from hedgerow.batch.store import Totals, shard_files
from hedgerow.batch.work import BatchSettings, ShardLabeler
from hedgerow.errors import HedgerowError
from tests.batch.conftest import read_rejected, read_rows, write_archive


@pytest.fixture
def archive(tmp_path):
    path = write_archive(tmp_path / "archive.jsonl", 95)
    with path.open("a") as stream:
        stream.write('{"id": "bad"}\n')
    return path


def contents(out: Path) -> dict[str, bytes]:
    """Everything that a complete run leaves, byte for byte, but the order in the manifest."""
    files = {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file()
    }
    return files | {"manifest.jsonl": b"\n".join(sorted(files["manifest.jsonl"].split(b"\n")))}


def test_rows_are_those_of_label_with_their_lineage(archive, tmp_path, batch):
    from hedgerow.labeling import ClaimLabeler
    from hedgerow.reading import read_documents
    from hedgerow.rows import to_row

    batch(archive, tmp_path / "out", keep=("outlet",))
    rows = read_rows(tmp_path / "out")
    documents = read_documents([archive], on_error=lambda _: None)
    labeled = ClaimLabeler("keywords").label(documents)
    expected = [to_row(one) for article in labeled for one in article]
    names = ("document_id", "index", "start", "end", "text", "label", "scores", "cues", "model")
    assert [{n: row[n] for n in names} for row in rows] == [
        {n: row[n] for n in names} for row in expected
    ]
    assert rows[0]["outlet"] == "outlet 0"
    assert json.loads(rows[0]["extra"]) == {"year": 2020}
    assert rows[-1]["source_file"] == archive.as_posix()
    assert rows[-1]["source_row"] == 95
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert {row["config_hash"] for row in rows} == {run["config_hash"]}


def test_parquet_holds_the_same_as_jsonl(archive, tmp_path, batch):
    import pyarrow.parquet

    batch(archive, tmp_path / "a", keep=("outlet",))
    batch(archive, tmp_path / "b", keep=("outlet",), format="parquet")
    rows = [
        row
        for file in shard_files(tmp_path / "b")
        for row in pyarrow.parquet.read_table(file).to_pylist()
    ]
    for row, expected in zip(rows, read_rows(tmp_path / "a"), strict=True):
        assert row["scores"] == pytest.approx(expected.pop("scores"))
        for name in ("scores", "config_hash"):
            row.pop(name)
        expected.pop("config_hash")
        assert row == expected


def test_second_run_does_nothing(archive, tmp_path, batch):
    first = batch(archive, tmp_path / "out")
    before = contents(tmp_path / "out")
    second = batch(archive, tmp_path / "out")
    assert (first.reused, second.reused, second.shards) == (0, 10, 10)
    assert second.totals == first.totals
    assert contents(tmp_path / "out") == before


def test_stopped_run_goes_on(archive, tmp_path, batch):
    out = tmp_path / "out"
    reports = []
    stopped = batch(archive, out, report=reports.append, stop=lambda: len(reports) >= 2)
    assert not stopped.complete
    assert 0 < stopped.shards < 10
    assert not (out / "summary.json").exists()
    assert batch(archive, out).reused == stopped.shards
    batch(archive, tmp_path / "whole")
    assert contents(out) == contents(tmp_path / "whole")


@pytest.mark.parametrize(
    "damage",
    [
        lambda out: (out / "part-000003.jsonl").unlink(),
        lambda out: (out / "part-000003.jsonl").write_bytes(b"cut"),
        lambda out: (out / "rejected" / "part-000009.jsonl").unlink(),
        lambda out: (out / "manifest.jsonl").write_bytes(
            (out / "manifest.jsonl").read_bytes()[:-20]
        ),
        lambda out: (out / "manifest.jsonl").unlink(),
        lambda out: (out / ".part-000003.jsonl.tmp").write_bytes(b"half a shard"),
    ],
    ids=["shard gone", "shard cut", "rejected gone", "torn manifest", "no manifest", "temporary"],
)
def test_what_disagrees_is_done_again(archive, tmp_path, batch, damage):
    out = tmp_path / "out"
    batch(archive, out)
    before = contents(out)
    damage(out)
    batch(archive, out)
    assert contents(out) == before


def test_another_run_is_refused_and_says_what_differs(archive, tmp_path, batch):
    out = tmp_path / "out"
    batch(archive, out)
    before = contents(out)
    with pytest.raises(
        HedgerowError, match=r"one with model \"keywords\" instead of \"linear@sha256"
    ):
        batch(archive, out, model="linear")
    with pytest.raises(HedgerowError, match="max_chars 1000000 instead of 500"):
        batch(archive, out, max_chars=500)
    write_archive(archive, 30)
    with pytest.raises(HedgerowError, match=r"of other inputs .changed: .*archive.jsonl"):
        batch(archive, out)
    other = write_archive(tmp_path / "other.jsonl", 3)
    with pytest.raises(HedgerowError, match=r"1 added: .*other.jsonl, 1 gone"):
        batch(other, out)
    assert contents(out) == before
    batch(archive, out, force=True)
    assert len({row["document_id"] for row in read_rows(out)}) == 30


def test_force_leaves_other_files_alone(archive, tmp_path, batch):
    out = tmp_path / "out"
    batch(archive, out)
    (out / "notes.txt").write_text("mine")
    batch(archive, out, force=True)
    assert (out / "notes.txt").read_text() == "mine"


def test_folder_with_other_files_is_refused(archive, tmp_path, batch):
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(HedgerowError, match="other files"):
        batch(archive, tmp_path, force=True)
    assert (tmp_path / "letters.txt").read_text() == "mine"


def test_folder_in_use_is_refused(archive, tmp_path, batch):
    out = tmp_path / "out"
    found = []

    def again(_):
        if not found:
            with pytest.raises(HedgerowError, match="in use") as error:
                batch(archive, out)
            found.append(error)

    batch(archive, out, report=again)
    assert found


def test_killed_workers_lose_and_double_nothing(archive, tmp_path, batch):
    batch(archive, tmp_path / "whole")
    sources, _ = find_sources([str(archive)])
    engines: list[LocalEngine] = []
    killed: list[int] = []

    @contextmanager
    def open_engine(work):
        with local_engine(work, processes=2, timeout=60) as engine:
            engines.append(engine)
            yield engine

    def kill_some(_):
        for process_id in engines[0].process_ids:
            if len(killed) < 4 and process_id not in killed:
                killed.append(process_id)
                os.kill(process_id, signal.SIGKILL)

    settings = BatchSettings(model="keywords", format="jsonl", shard_records=10)
    run_batch(sources, tmp_path / "out", settings, open_engine, report=kill_some)
    assert len(killed) == 4
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def command(archive: Path, out: Path) -> list[str]:
    return [
        sys.executable, "-c", "from hedgerow.cli import main; main()",
        "batch", str(archive), "--out", str(out), "--model", "keywords", "--format", "jsonl",
        "--shard-records", "20", "--processes", "2", "--max-rejected", "100%",
    ]  # fmt: skip


def test_whole_tree_killed_at_ten_random_moments(tmp_path, batch):
    archive = write_archive(tmp_path / "archive.jsonl", 24_000)
    out = tmp_path / "out"
    batch(archive, tmp_path / "whole", shard_records=20)
    moments = random.Random(5)
    killed = 0
    for _ in range(10):
        process = subprocess.Popen(
            command(archive, out), start_new_session=True, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=moments.uniform(0.4, 0.9))
        except subprocess.TimeoutExpired:
            killed += 1
        os.killpg(process.pid, signal.SIGKILL) if process.returncode is None else None
        process.wait()
    assert killed >= 3
    subprocess.run(command(archive, out), check=True, capture_output=True)
    assert contents(out) == contents(tmp_path / "whole")


def test_interrupt_finishes_the_shards_in_hand(tmp_path):
    archive = write_archive(tmp_path / "archive.jsonl", 20_000)
    out = tmp_path / "out"
    process = subprocess.Popen(
        command(archive, out),
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (out / "manifest.jsonl").exists() and process.poll() is None:
        pass
    os.killpg(process.pid, signal.SIGINT)
    printed, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "run the same command again" in errors
    assert "Traceback" not in errors
    documents = {row["document_id"] for row in read_rows(out)}
    assert 0 < len(documents) < 20_000
    assert f"{len(documents):,} articles" in printed


def test_hanging_article_is_rejected_alone(tmp_path, batch):
    archive = tmp_path / "archive.jsonl"
    huge = {"id": "huge", "text": "The dam may close now. " * 80_000}
    rows = [
        huge,
        *({"id": f"a{i}", "text": "The dam closed."} for i in range(8)),
        {"id": "last", "text": "The dam rose."},
    ]
    archive.write_text("".join(json.dumps(row) + "\n" for row in rows))
    summary = batch(archive, tmp_path / "out", timeout=0.5, max_chars=3_000_000)
    (rejected,) = read_rejected(tmp_path / "out")
    assert rejected["row"] == 1
    assert "within 0.5 s" in rejected["reason"]
    assert summary.totals.documents == 9
    assert read_rows(tmp_path / "out")[-1]["document_id"] == "last"


def test_article_that_kills_its_worker_is_rejected_alone(tmp_path, archive):
    (shard,) = cut_shards(RecordReader(find_sources([str(archive)])[0]), max_records=1000)
    run = describe_run([], BatchSettings(model="keywords", format="jsonl"))
    settings = work_settings(BatchSettings(model="keywords", format="jsonl"), run)
    worker = SupervisedWorker(settings, timeout=60)

    class Deadly(SupervisedWorker):
        """Its process is shot whenever record 7 is its turn, as one that crashes would be."""

        def watch(self, positions):
            if 7 in positions:
                os.kill(self.process_id, signal.SIGKILL)

    deadly = Deadly(settings, timeout=60)
    try:
        result = deadly.run(shard)
        expected = ShardLabeler(settings).label(
            shard, {7: "the worker process died on it twice; look at the article"}
        )
        assert result == expected
        assert worker.run(shard).rows > result.rows
    finally:
        deadly.close()
        worker.close()


def test_full_disk_is_one_line_and_resumable(archive, tmp_path, batch):
    out = tmp_path / "out"

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))

    found = subprocess.run(
        command(archive, out), preexec_fn=limit, capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert "can't be written" in found.stderr
    assert not list(out.glob(".*.tmp"))
    subprocess.run(command(archive, out), check=True, capture_output=True)
    batch(archive, tmp_path / "whole", shard_records=20)
    assert contents(out) == contents(tmp_path / "whole")


def test_removed_folder_is_one_line(archive, tmp_path, batch):
    out = tmp_path / "out"
    with pytest.raises(HedgerowError, match="can't be written"):
        batch(archive, out, report=lambda _: shutil.rmtree(out, ignore_errors=True))


def test_place_that_can_not_be_written(archive, tmp_path, batch):
    (tmp_path / "file").write_text("")
    with pytest.raises(HedgerowError, match="can't be written"):
        batch(archive, tmp_path / "file" / "out")
    with pytest.raises(HedgerowError, match="expected a folder for the shards, found a file"):
        batch(archive, tmp_path / "file")


def test_missing_model_fails_before_anything_is_written(archive, tmp_path, batch):
    with pytest.raises(HedgerowError, match="no-such-model"):
        batch(archive, tmp_path / "out", model="no-such-model")
    assert not (tmp_path / "out").exists()


def test_keep_of_an_own_column_is_refused(archive, tmp_path, batch):
    with pytest.raises(HedgerowError, match=r"--keep: expected .* found label"):
        batch(archive, tmp_path / "out", keep=("label",))


@pytest.mark.parametrize(
    ("text", "records", "rejected", "too_many"),
    [("1%", 100, 1, False), ("1%", 100, 2, True), ("3", 100, 3, False), ("3", 100, 4, True)],
)
def test_limit_of_rejected_records(text, records, rejected, too_many):
    assert read_limit(text)(Totals(records=records, rejected=rejected)) is too_many


@pytest.mark.parametrize("text", ["many", "-1", "200%", "x%"])
def test_wrong_limit_is_one_line(text):
    with pytest.raises(HedgerowError, match="--max-rejected"):
        read_limit(text)
