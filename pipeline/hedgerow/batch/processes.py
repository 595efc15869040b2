"""A worker process and its supervisor, who starts it again and finds the record that broke it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any, Literal

from hedgerow.batch.shards import Shard
from hedgerow.batch.work import ShardLabeler, ShardResult, WorkSettings
from hedgerow.errors import HedgerowError

# A fresh interpreter: forking a process that runs threads may copy their locks in a held state.
_CONTEXT = multiprocessing.get_context("spawn")
_POLL_SECONDS = 0.2
_MAX_DISTURBANCES = 25


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why an attempt gave no result, and at which records the worker was."""

    kind: Literal["died", "timeout"]
    positions: tuple[int, ...]


@contextmanager
def _blocked_interrupt() -> Iterator[None]:
    """Starts a process that Ctrl-C doesn't reach even while it is still importing."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Its start unblocks the signal again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, settings: WorkSettings) -> None:
    # Ctrl-C reaches the whole group; the supervisor alone decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # One core is one process's: the tokenizer's threads would take those of the others.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    labeler = ShardLabeler(settings)
    # When the supervisor is gone the pipe breaks: a worker never outlives it for long.
    with suppress(EOFError, OSError):
        while True:
            shard, skip, singly = connection.recv()

            def announce(positions: Sequence[int]) -> None:
                # The supervisor answers, so that neither runs ahead of what the other knows.
                connection.send(tuple(positions))
                connection.recv()

            try:
                labeler.load()
                connection.send(labeler.label(shard, skip, announce, singly=singly))
            except HedgerowError as error:
                connection.send(error)


class SupervisedWorker:
    """Runs shards in a process of its own, so that nothing a record does can end the run.

    A worker that dies is started again with the same shard, since what killed it is most often not
    the shard. If that happens twice, the records are tried one by one; one on which the worker dies
    twice, or takes longer than the limit, is rejected, and the shard is labelled without it in the
    usual groups, so that the rows are those of an undisturbed run.
    """

    def __init__(self, settings: WorkSettings, timeout: float) -> None:
        """Takes the settings; the process starts with the first shard.

        Args:
            settings: of the work.
            timeout: seconds that one article may take.
        """
        self._settings = settings
        self._timeout = timeout
        self._process: Any = None
        self._connection: Any = None
        self._stopped = False

    def run(self, shard: Shard) -> ShardResult:
        """Labels one shard.

        Raises:
            HedgerowError: the worker died again and again.
        """
        skip: dict[int, str] = {}
        deaths: Counter[int] = Counter()
        disturbances = 0
        singly = False
        while disturbances <= _MAX_DISTURBANCES and not self._stopped:
            outcome = self._attempt(shard, skip, singly)
            if isinstance(outcome, ShardResult):
                if not singly:
                    return outcome
                # Every record that breaks a worker is known now.
                singly = False
                continue
            alone = outcome.positions[0] if len(outcome.positions) == 1 else None
            if alone is not None and outcome.kind == "timeout":
                skip[alone] = (
                    f"expected an answer within {self._timeout:g} s, found none; "
                    "raise --timeout or look at the article"
                )
            elif alone is not None and singly:
                deaths[alone] += 1
                if deaths[alone] >= 2:
                    skip[alone] = "the worker process died on it twice; look at the article"
            else:
                disturbances += 1
                singly = disturbances >= 2 or outcome.kind == "timeout"
        raise HedgerowError(
            f"shard {shard.number}: expected a worker that lives, found that it dies again and "
            "again; look at the memory of the machine, or lower --processes"
        )

    def watch(self, positions: Sequence[int]) -> None:
        """Called with the positions in the shard of the records that the worker begins."""

    def _attempt(self, shard: Shard, skip: dict[int, str], singly: bool) -> ShardResult | _Failure:
        positions: tuple[int, ...] = ()
        try:
            self._start()
            self._connection.send((shard, skip, singly))
            began = time.monotonic()
            while True:
                if self._connection.poll(_POLL_SECONDS):
                    message = self._connection.recv()
                    if isinstance(message, HedgerowError):
                        raise message
                    if isinstance(message, ShardResult):
                        return message
                    positions, began = message, time.monotonic()
                    self.watch(positions)
                    self._connection.send(None)
                elif positions and time.monotonic() - began > self._timeout * len(positions):
                    self.close()
                    return _Failure("timeout", positions)
                elif not self._process.is_alive() and not self._connection.poll():
                    break
        except (EOFError, OSError):
            pass
        self.close()
        return _Failure("died", positions)

    def _start(self) -> None:
        if self._process is not None and self._process.is_alive():
            return
        self._connection, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(
            target=_serve, args=(theirs, self._settings), name="hedgerow-worker", daemon=True
        )
        with _blocked_interrupt():
            self._process.start()
        theirs.close()

    @property
    def process_id(self) -> int | None:
        """Of the worker, None while none runs."""
        process = self._process
        return process.pid if process is not None and process.is_alive() else None

    def own_process_id(self) -> int:
        """Of the supervisor: as a Ray actor it is a process too."""
        return os.getpid()

    def stop(self) -> None:
        """Ends the process from another thread; ``run`` gives up."""
        self._stopped = True
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._connection.close()
            self._process = self._connection = None
