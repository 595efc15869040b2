"""Hours of batch runs on mixed good and bad input: memory, handles, counts and bytes.

    python benchmarks/soak.py --minutes 120 --report soak.md

One process stays alive and runs batches in turn in three ways: with worker processes that live as
long as it does, with fresh ones of which one is killed, and through the command line, every other
time killed with all its children and run again. After each run the rejected records are counted by
reason, and the rows compared byte for byte with those of the first run on the same archive. Two
archives stay from the first minute to the last; two are new for every three runs of them.

Exit status 1: a count or a byte was off, memory grew faster than ``--max-slope``, or handles,
threads or processes were left over. Needs Linux (/proc).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from soak_archive import MAX_CHARS, REASONS, Archive, write_archive
from soak_report import Figures, judge, render
from soak_samples import Sampler, count_handles

from hedgerow.batch.engines import LocalEngine, local_engine
from hedgerow.batch.runner import describe_run, run_batch, work_settings
from hedgerow.batch.sources import find_sources
from hedgerow.batch.store import shard_files
from hedgerow.batch.work import BatchSettings, OutputFormat

ARCHIVES = 4
LASTING_ARCHIVES = 2
SHARD_RECORDS = 40
# The two shipped kinds of model, and both formats of shards.
SETUPS: tuple[tuple[str, OutputFormat], ...] = (("small", "parquet"), ("linear", "jsonl"))


class Soak:
    """The runs, and what was found."""

    def __init__(self, work: Path, figures: Figures) -> None:
        """Writes the archives and starts the engines that live through the soak."""
        self._work = work
        self._figures = figures
        self._draw = random.Random(0)
        self._archives: list[Archive] = []
        self._digests: dict[int, str] = {}
        self._stack = ExitStack()
        self._engines = [self._stack.enter_context(self._open_engine(i, 1)) for i in range(2)]
        self._first_ids: dict[str, int] = {}
        self._turn = 0

    def close(self) -> None:
        """Ends the engines."""
        self._stack.close()

    def lasting_workers(self) -> dict[str, int]:
        """Process ids of the workers that live through the soak, by name."""
        return {
            f"worker {model}": engine.process_ids[0]
            for (model, _), engine in zip(SETUPS, self._engines, strict=True)
            if engine.process_ids
        }

    def run_next(self) -> None:
        """One run of one archive, and its checks."""
        if self._turn % (3 * ARCHIVES) == 0:
            self._renew()
        number = self._turn % ARCHIVES
        way = self._turn // ARCHIVES % 3
        self._turn += 1
        archive, out = self._archives[number], self._work / "out"
        if way == 0:
            engine = self._engines[number % 2]
            self._run_inside(archive, out, number, lambda work: nullcontext(engine))
        elif way == 1:
            self._run_with_killed_worker(archive, out, number)
        else:
            self._run_command(archive, out, number)
        self._check(archive, out, number, ("lasting", "fresh", "command")[way])
        shutil.rmtree(out)
        for who, pid in self.lasting_workers().items():
            if self._first_ids.setdefault(who, pid) != pid:
                self._first_ids[who] = pid
                self._figures.faults.append(f"run {self._turn}: {who} was started again")

    def _renew(self) -> None:
        for old in self._archives[LASTING_ARCHIVES:]:
            shutil.rmtree(old.folder)
        kept = self._archives[:LASTING_ARCHIVES]
        self._digests = {number: self._digests[number] for number, _ in enumerate(kept)}
        self._archives = kept + [
            write_archive(self._work / f"in-{self._turn + i}", seed=self._turn + i)
            for i in range(len(kept), ARCHIVES)
        ]

    def _settings(self, number: int) -> BatchSettings:
        model, shard_format = SETUPS[number % 2]
        return BatchSettings(
            model=model, format=shard_format, max_chars=MAX_CHARS, shard_records=SHARD_RECORDS
        )

    def _open_engine(self, number: int, processes: int) -> Any:
        settings = self._settings(number)
        work = work_settings(settings, describe_run([], settings))
        return local_engine(work, processes=processes, timeout=300)

    def _run_inside(
        self, archive: Archive, out: Path, number: int, open_engine: Any, report: Any = None
    ) -> None:
        sources, _ = find_sources([str(archive.folder)])
        run_batch(
            sources, out, self._settings(number), open_engine, report=report or (lambda _: None)
        )

    def _run_with_killed_worker(self, archive: Archive, out: Path, number: int) -> None:
        engines: list[LocalEngine] = []
        killed: list[int] = []

        @contextmanager
        def open_engine(work: Any) -> Iterator[LocalEngine]:
            with local_engine(work, processes=2, timeout=300) as engine:
                engines.append(engine)
                yield engine

        def kill_one(_: Any) -> None:
            found = engines[0].process_ids
            if found and not killed and self._draw.random() < 0.3:
                killed.append(self._draw.choice(found))
                os.kill(killed[0], signal.SIGKILL)

        self._run_inside(archive, out, number, open_engine, kill_one)
        self._figures.workers_killed += len(killed)

    def _run_command(self, archive: Archive, out: Path, number: int) -> None:
        settings = self._settings(number)
        command = [
            sys.executable, "-c", "from hedgerow.cli import main; main()", "batch",
            str(archive.folder), "--out", str(out), "--model", settings.model, "--format",
            settings.format, "--max-chars", str(MAX_CHARS), "--shard-records", str(SHARD_RECORDS),
            "--processes", "2", "--max-rejected", "100%", "--timeout", "300",
        ]  # fmt: skip
        if self._draw.random() < 0.5:
            process = subprocess.Popen(
                command,
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                process.wait(timeout=self._draw.uniform(1, 8))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                self._figures.trees_killed += 1
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        if found.returncode:
            self._figures.faults.append(f"command: status {found.returncode}: {found.stderr}")

    def _check(self, archive: Archive, out: Path, number: int, way: str) -> None:
        where = f"run {self._turn} ({way}, archive {number})"
        counts = json.loads((out / "summary.json").read_text())
        lines = (out / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
        found = Counter(_kind_of(json.loads(line)["reason"]) for line in lines)
        if found != _by_reason(archive.rejected):
            self._figures.faults.append(f"{where}: rejected {dict(found)}")
        if counts["documents"] + counts["rejected"] != archive.records:
            self._figures.faults.append(f"{where}: {counts}, expected {archive.records} records")
        digest = hashlib.sha256()
        for path in [*shard_files(out), out / "rejected.jsonl"]:
            digest.update(path.read_bytes())
        if self._digests.setdefault(number, digest.hexdigest()) != digest.hexdigest():
            self._figures.faults.append(f"{where}: other bytes than the first run")
        self._figures.runs[way] += 1
        self._figures.records += archive.records
        self._figures.rows += counts["rows"]
        self._figures.rejected.update(archive.rejected)


def _kind_of(reason: str) -> str:
    return next((text for text in REASONS.values() if text in reason), reason)


def _by_reason(kinds: Counter[str]) -> Counter[str]:
    merged: Counter[str] = Counter()
    for kind, count in kinds.items():
        merged[REASONS[kind]] += count
    return merged


def main() -> None:
    """Runs the soak."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--report", type=Path, default=Path("soak.md"), help="also as .json")
    parser.add_argument("--max-slope", type=float, default=6, help="MB an hour")
    arguments = parser.parse_args()
    figures = Figures(minutes=arguments.minutes)
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), figures)
        sampler = Sampler(soak.lasting_workers, figures.samples)
        end = time.monotonic() + 60 * arguments.minutes
        try:
            with sampler.running():
                while time.monotonic() < end:
                    soak.run_next()
                    figures.handles.append(count_handles(soak.lasting_workers()))
                    print(
                        f"{sampler.minutes():6.1f} min, {sum(figures.runs.values())} runs, "
                        f"{figures.records} records, {len(figures.faults)} faults, "
                        f"{sampler.latest()}",
                        flush=True,
                    )
        finally:
            soak.close()
    judge(figures, arguments.max_slope)
    arguments.report.parent.mkdir(parents=True, exist_ok=True)
    arguments.report.write_text(render(figures), encoding="utf-8")
    arguments.report.with_suffix(".json").write_text(json.dumps(figures.to_dict(), indent=1))
    print(render(figures))
    sys.exit(1 if figures.faults else 0)


if __name__ == "__main__":
    main()
