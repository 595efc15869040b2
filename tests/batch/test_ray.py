"""The Ray engine gives what the local one gives, though workers are lost."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager

import pytest

from hedgerow.batch.engines import RayEngine, ray_engine
from hedgerow.batch.runner import run_batch
from hedgerow.batch.sources import find_sources
from hedgerow.batch.work import BatchSettings
from tests.batch.conftest import write_archive
from tests.batch.test_runs import contents

# A cluster of one machine then keeps to the loopback interface.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
pytest.importorskip("ray")


def test_four_workers_one_killed_give_the_same_bytes(tmp_path, batch):
    archive = write_archive(tmp_path / "archive.jsonl", 600)
    batch(archive, tmp_path / "local")
    engines: list[RayEngine] = []
    killed: list[int] = []

    @contextmanager
    def open_engine(work):
        with ray_engine(work, workers=4, timeout=60, cpus=0.25) as engine:
            engines.append(engine)
            yield engine

    def kill_one(now):
        if now.totals.documents and not killed:
            killed.append(engines[0].process_ids[0])
            os.kill(killed[0], signal.SIGKILL)

    settings = BatchSettings(model="keywords", format="jsonl", shard_records=10)
    sources, _ = find_sources([str(archive)])
    summary = run_batch(sources, tmp_path / "ray", settings, open_engine, report=kill_one)

    assert killed
    assert summary.complete
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")
    # The other engine goes on with the same folder.
    assert batch(archive, tmp_path / "ray").reused == 60
