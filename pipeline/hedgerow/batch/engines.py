"""Where shards are worked on: processes of this machine, or Ray."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from typing import Any, Protocol

from hedgerow.batch.processes import SupervisedWorker
from hedgerow.batch.shards import Shard
from hedgerow.batch.work import ShardResult, WorkSettings
from hedgerow.devices import spread_devices
from hedgerow.errors import HedgerowError

_WAIT_SECONDS = 0.5


class Engine(Protocol):
    """Takes shards and gives back results in whatever order they come."""

    @property
    def slots(self) -> int:
        """Shards to keep in hand: one for each worker and one that waits for it."""
        ...

    def submit(self, shard: Shard) -> None:
        """Hands a shard over."""
        ...

    def collect(self) -> list[ShardResult]:
        """The results that came within half a second, none being an answer too."""
        ...


class LocalEngine:
    """Processes of this machine, each with its supervising thread."""

    def __init__(self, settings: WorkSettings, processes: int, timeout: float) -> None:
        """See ``local_engine``."""
        self.slots = 2 * processes
        self._settings = settings
        self._devices = cycle(spread_devices(settings.device))
        self._timeout = timeout
        self._own = threading.local()
        self._workers: list[SupervisedWorker] = []
        self._pool = ThreadPoolExecutor(processes, thread_name_prefix="hedgerow")
        self._futures: set[Future[ShardResult]] = set()

    def submit(self, shard: Shard) -> None:
        """Hands a shard to the next free process."""
        self._futures.add(self._pool.submit(self._run, shard))

    def collect(self) -> list[ShardResult]:
        """The shards that are ready."""
        done, self._futures = wait(self._futures, _WAIT_SECONDS, FIRST_COMPLETED)
        return [future.result() for future in done]

    def _run(self, shard: Shard) -> ShardResult:
        if not hasattr(self._own, "worker"):
            settings = replace(self._settings, device=next(self._devices))
            self._own.worker = SupervisedWorker(settings, self._timeout)
            self._workers.append(self._own.worker)
        worker: SupervisedWorker = self._own.worker
        return worker.run(shard)

    @property
    def process_ids(self) -> list[int]:
        """Of the processes that run now."""
        return [worker.process_id for worker in self._workers if worker.process_id is not None]

    def close(self) -> None:
        """Ends the processes, whatever they are at."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.stop()
        self._pool.shutdown()
        for worker in self._workers:
            worker.close()


@contextmanager
def local_engine(
    settings: WorkSettings, *, processes: int, timeout: float
) -> Iterator[LocalEngine]:
    """Processes that end with the block; with the device ``cuda`` they take the GPUs in turn.

    Args:
        settings: of the work.
        processes: how many.
        timeout: seconds that one article may take.
    """
    engine = LocalEngine(settings, processes, timeout)
    try:
        yield engine
    finally:
        engine.close()


class RayEngine:
    """Ray actors, each with a supervised process; a lost actor's shard goes to another one."""

    def __init__(
        self, settings: WorkSettings, workers: int, timeout: float, cpus: float, gpus: float
    ) -> None:
        """See ``ray_engine``."""
        import ray

        self.slots = 2 * workers
        self._ray = ray
        # The node of a worker may vanish at any time: Ray starts the actor elsewhere, and the
        # shards that it had are worked on again.
        self._actor = ray.remote(SupervisedWorker).options(
            num_cpus=cpus, num_gpus=gpus, max_restarts=-1, max_task_retries=-1
        )
        self._actors: list[Any] = [self._actor.remote(settings, timeout) for _ in range(workers)]
        self._loads = [0] * workers
        self._shards: dict[Any, int] = {}

    def submit(self, shard: Shard) -> None:
        """Hands a shard to the actor with the fewest."""
        index = self._loads.index(min(self._loads))
        self._loads[index] += 1
        self._shards[self._actors[index].run.remote(shard)] = index

    def collect(self) -> list[ShardResult]:
        """The shards that are ready."""
        done, _ = self._ray.wait(
            list(self._shards), num_returns=1, timeout=_WAIT_SECONDS, fetch_local=True
        )
        results: list[ShardResult] = []
        for reference in done:
            self._loads[self._shards.pop(reference)] -= 1
            try:
                results.append(self._ray.get(reference))
            except self._ray.exceptions.RayTaskError as error:
                cause = error.cause
                raise cause if isinstance(cause, HedgerowError) else error from error
        return results

    @property
    def process_ids(self) -> list[int]:
        """Of the actors."""
        return list(self._ray.get([actor.own_process_id.remote() for actor in self._actors]))


@contextmanager
def ray_engine(
    settings: WorkSettings,
    *,
    workers: int,
    timeout: float,
    address: str | None = None,
    cpus: float = 1.0,
    gpus: float = 0.0,
) -> Iterator[RayEngine]:
    """Actors of a Ray cluster, or of one started for this run on the loopback interface.

    Args:
        settings: of the work; a model that isn't bundled must lie at the same path on every node.
        workers: number of actors.
        timeout: seconds that one article may take.
        address: of a running cluster, such as ``auto`` or ``ray://host:10001``.
        cpus: share of a processor that Ray reserves for an actor.
        gpus: share of a GPU.

    Raises:
        HedgerowError: the extra ``ray`` is not installed, or the cluster can't be reached.
    """
    own = address is None
    if own:
        # Read when ray is imported: a cluster of one machine then keeps to the loopback interface,
        # as it does on the systems that the name speaks of.
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError as error:
        raise HedgerowError(
            "--engine ray: expected the extra 'ray', found no ray; run pip install 'hedgerow[ray]'"
        ) from error
    try:
        if own:
            ray.init(
                include_dashboard=False,
                configure_logging=False,
                log_to_driver=False,
                num_cpus=math.ceil(workers * cpus),
            )
        else:
            ray.init(address=address, configure_logging=False, log_to_driver=False)
    except (ConnectionError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise HedgerowError(
            f"--ray-address {address}: expected a running cluster, found: {reason}"
        ) from error
    try:
        yield RayEngine(settings, workers, timeout, cpus, gpus)
    finally:
        ray.shutdown()
