"""A batch run knows whether a GPU made its rows, and blames no article for a GPU."""

from __future__ import annotations

import json

import pytest

from hedgerow.errors import HedgerowError
from tests.batch.conftest import write_archive


def test_rows_of_a_gpu_and_of_the_cpu_are_not_mixed(tmp_path, batch):
    archive = write_archive(tmp_path / "archive.jsonl", 12)
    batch(archive, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "run.json").read_text())["device"] == "cpu"
    with pytest.raises(HedgerowError, match="device"):
        batch(archive, tmp_path / "out", device="cuda")


def test_gpu_that_is_not_there_rejects_no_article(tmp_path, batch):
    archive = write_archive(tmp_path / "archive.jsonl", 12)
    with pytest.raises(HedgerowError, match="device 'cuda:99'"):
        batch(archive, tmp_path / "out", device="cuda:99")
    left = {path.name for path in (tmp_path / "out").rglob("*") if path.stat().st_size}
    assert "run.json" in left
    assert not any(name.startswith(("part-", "manifest")) for name in left)


def test_ray_is_told_how_much_of_a_gpu_an_actor_gets(run, tmp_path):
    archive = write_archive(tmp_path / "archive.jsonl", 1)
    for device, share in (("cuda", 0), ("cuda:0", 1)):
        status, _, errors = run(
            "batch", archive, "--out", tmp_path / "out", "--engine", "ray",
            "--device", device, "--gpus-per-process", share,
        )  # fmt: skip
        assert status == 1
        assert errors == [
            "hedgerow: --engine ray: expected --device cuda with --gpus-per-process, found "
            f"{device} with {share}; say how much of a GPU an actor gets, Ray chooses which"
        ]
